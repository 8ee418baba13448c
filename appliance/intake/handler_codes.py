"""The four digits a handler may prove himself with. Whether they are asked for is the office's setting.

A number is forged easily, four digits are not guessed in five tries: so many wrong ones a day are looked at, then the
number's orders reach the desk alone. Only a keyed digest is kept; the digits are shown once, to whoever hands them out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from appliance.clock import Clock, utc_text
from appliance.errors import NotFound
from appliance.intake import typed_codes
from appliance.intake.incoming import Incoming
from appliance.intake.sms_words import Reading
from appliance.people.departments import Department, Departments
from appliance.people.keys import BoxKey
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import messages, people, settings
from db.store import Reads, Store, Transaction

SETTING = "handler_codes"
ON, OFF = "on", "off"
MOST_WRONG_A_DAY = 5


class Proof(StrEnum):
    RIGHT = "right"
    WRONG = "code_wrong"  # four digits, but not his
    MISSING = "code_missing"
    LOCKED = "code_locked"  # too many wrong ones: none is looked at any more


@dataclass(frozen=True, slots=True)
class Proven:
    """A message looked at for its code, and as it goes on from there."""

    proof: Proof
    sms: Incoming
    reading: Reading


@dataclass(frozen=True, slots=True)
class CodeHolder:
    id: int
    name: str
    department: Department
    has_code: bool


class HandlerCodes:
    def __init__(self, store: Store, clock: Clock, key: BoxKey, audit: Audit, departments: Departments) -> None:
        self._store, self._clock, self._key, self._audit = store, clock, key, audit
        self._departments = departments

    # --- the desk ---

    def are_asked_for(self, reads: Reads | None = None) -> bool:
        return settings.value(reads or self._store, SETTING) == ON

    def ask_for(self, by: User, *, is_on: bool) -> None:
        """Whether a reply, a return and an extension by SMS need the code."""
        with self._store.transaction() as tx:
            word = ON if is_on else OFF
            if settings.set_value(tx, SETTING, word, at=utc_text(self._clock.now()), by=by.id):
                self._audit.write(tx, f"handler_codes_{word}", "setting", 0, by)

    def holders(self) -> tuple[CodeHolder, ...]:
        """Every handler there is, and whether he has a code."""
        coded = messages.handlers_with_code(self._store)
        return tuple(
            CodeHolder(handler.id, handler.name, unit, has_code=handler.id in coded)
            for unit in self._departments.all()
            for handler in self._departments.handlers(unit.id)
        )

    def new_code(self, handler_id: int, by: User) -> str:
        """Give this handler a new code and return it: it can't be shown again. Raises NotFound."""
        code = f"{secrets.randbelow(10**typed_codes.CODE_DIGITS):0{typed_codes.CODE_DIGITS}}"
        self._set(handler_id, self._digest(handler_id, code), "handler_code_given", by)
        return code

    def take_code(self, handler_id: int, by: User) -> None:
        """From now on this handler has none. Raises NotFound."""
        self._set(handler_id, "", "handler_code_taken", by)

    def _set(self, handler_id: int, code_key: str, action: str, by: User) -> None:
        with self._store.transaction() as tx:
            row = people.handler(tx, handler_id)
            if row is None:
                raise NotFound
            if row["code_key"] == code_key:
                return
            messages.set_code(tx, handler_id, code_key)
            self._audit.write(tx, action, "handler", handler_id, by)

    # --- a message ---

    def prove(self, tx: Transaction, sms: Incoming, reading: Reading) -> Proven:
        """Whether the text holds its sender's code; if so, the text without it: a code never reaches a reader."""
        code_key = _code_key(tx, sms)
        typed = list(typed_codes.candidates(reading)) if code_key else []
        if not typed:
            return Proven(Proof.MISSING, sms, reading)
        if self._is_locked(tx, sms):
            return Proven(Proof.LOCKED, sms, reading)
        for each in typed:
            if self._is_his(sms, each.code, code_key):
                text = typed_codes.hidden(sms.text, each.code)
                return Proven(Proof.RIGHT, replace(sms, text=text), each.without)
        return Proven(Proof.WRONG, sms, reading)

    def judged(self, tx: Transaction, sms: Incoming) -> Proof:
        """What a code proves that was found in a text and taken out of it."""
        return Proof.LOCKED if self._is_locked(tx, sms) else Proof.RIGHT

    def typed_in(self, tx: Transaction, sms: Incoming) -> str:
        """The sender's own code where his text holds it, whatever the text is about; "" where it doesn't.

        For what is kept: nothing is proven by it, so it is found even when no more codes are looked at.
        """
        code_key = _code_key(tx, sms)
        if not code_key:
            return ""
        return next((code for code in typed_codes.looks_like(sms.text) if self._is_his(sms, code, code_key)), "")

    def _is_his(self, sms: Incoming, code: str, code_key: str) -> bool:
        return secrets.compare_digest(self._digest(sms.handler, code), code_key)

    def _is_locked(self, tx: Transaction, sms: Incoming) -> bool:
        since = utc_text(sms.at - timedelta(days=1))
        return messages.count_of_handler(tx, sms.handler, (Proof.WRONG,), since) >= MOST_WRONG_A_DAY

    def _digest(self, handler_id: int, code: str) -> str:
        return self._key.digest("handler code", str(handler_id), code)


def _code_key(tx: Transaction, sms: Incoming) -> str:
    row = people.handler(tx, sms.handler)
    return row["code_key"] if row is not None else ""
