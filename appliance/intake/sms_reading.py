"""A whole message: who wrote it, what it asks, and what may be kept of it.

Its reader does what is asked in a transaction within the one that stores the message: what a bug wrote half is taken
back, and the message itself goes to the desk.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from appliance.casework.tickets import Tickets
from appliance.clock import Clock, utc_text
from appliance.errors import OfficeError
from appliance.intake import typed_codes
from appliance.intake.handler_codes import HandlerCodes
from appliance.intake.incoming import Incoming, Outcome
from appliance.people.citizens import Citizens
from appliance.people.departments import Departments
from appliance.people.leaders import Leaders
from appliance.people.numbers import is_reference, kind_of, mask
from appliance.trouble import where
from appliance.upkeep.audit import Audit
from db import messages as rows
from db import vault
from db.store import Store, Transaction

log = logging.getLogger(__name__)

ADVERT_KINDS = frozenset({"advert", "short", "letters"})  # filed apart, never answered


class Reader(Protocol):
    """Does what a message of one kind of sender asks, in the transaction that stores it."""

    def take(self, tx: Transaction, sms: Incoming) -> Outcome: ...


AskedFirst = Callable[[Transaction, str, Incoming], Outcome | None]


class SmsReading:
    """Belongs to the desk thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        readers: Mapping[str, Reader],
        *,
        citizens: Citizens,
        departments: Departments,
        leaders: Leaders,
        tickets: Tickets,
        codes: HandlerCodes,
    ) -> None:
        """`readers`: by the kind of sender."""
        self._store, self._clock, self._audit, self._readers = store, clock, audit, readers
        self._citizens, self._departments, self._leaders, self._tickets = citizens, departments, leaders, tickets
        self._codes = codes
        self._asked_first: list[AskedFirst] = []

    def ask_first(self, reader: AskedFirst) -> None:
        """`reader(tx, kind, message)` is asked before the words are read; what it answers is what came of the message.

        For texts that are an answer to something else than a ticket: "OK" to an emergency, a rating out of range.
        """
        self._asked_first.append(reader)

    def who(self, tx: Transaction, sms: Incoming) -> tuple[str, Incoming]:
        """A leader or a department's handler by the registered number, a mass sender by its kind, else a citizen."""
        leader = self._leaders.by_number(sms.number) if sms.number else None
        if leader is not None:
            return "leader", replace(sms, leader_id=leader.id)
        handler = self._departments.handler_by_number(sms.number) if sms.number else None
        if handler is not None:
            return "handler", replace(sms, handler_id=handler.id, department_id=handler.department_id)
        if not sms.number:
            return "citizen", sms
        if kind_of(sms.number) in ADVERT_KINDS:
            return "advert", sms
        return "citizen", replace(sms, citizen_id=self._citizens.find_or_add(tx, sms.number))

    def read(self, tx: Transaction, kind: str, sms: Incoming, *, is_data: bool) -> None:
        """Do what is asked, note what became of it."""
        code = self._codes.typed_in(tx, sms) if kind == "handler" else ""
        outcome = self._outcome(tx, kind, sms, code, is_data=is_data)
        if code:  # whoever read it, and also where nobody could
            outcome = replace(outcome, kept=typed_codes.hidden(sms.text, code))
        rows.change_sms(
            tx,
            sms.sms_id,
            kind=kind,
            citizen_id=sms.citizen_id,
            handler_id=sms.handler_id,
            leader_id=sms.leader_id,
            complete_at=utc_text(sms.at),
            ticket_id=outcome.ticket_id,
            word=outcome.word,
            outcome=outcome.outcome,
            needs_desk=int(outcome.needs_desk),
            handled_at=None,
            handled_by=None,
        )
        text = self._keep_clean(tx, sms, outcome)
        self._audit.write(tx, "sms_in", "sms", sms.sms_id, words=(text,), citizen_id=sms.citizen_id)
        tx.announce("message", sms.sms_id)
        tx.log(
            log,
            logging.INFO,
            "%s message %d from %s came in: %s",
            sms.line,
            sms.sms_id,
            mask(sms.number),
            outcome.outcome,
        )

    def complete_filed(self, tx: Transaction, kind: str, sms: Incoming, ticket_no: int) -> None:
        """A person put the message on a ticket while parts were missing: there the whole text goes."""
        sms_id, text = sms.sms_id, sms.text
        if kind == "handler" and (code := self._codes.typed_in(tx, sms)):
            text = typed_codes.hidden(text, code)
            rows.set_text(tx, sms_id, text)
            vault.forget_body(tx, sms_id)
        self._tickets.add_note(ticket_no, "supplement", text, sms_id=sms_id)
        now = utc_text(self._clock.now())
        rows.change_sms(
            tx, sms_id, complete_at=now, outcome="supplement", needs_desk=1, handled_at=None, handled_by=None
        )
        tx.announce("message", sms_id)
        tx.log(log, logging.INFO, "message %d became whole on its ticket", sms_id)

    def _outcome(self, tx: Transaction, kind: str, sms: Incoming, code: str, *, is_data: bool) -> Outcome:
        if kind == "advert":
            return Outcome("filed")
        if is_data:
            return Outcome("data", needs_desk=True)  # settings, pictures: nothing that reads as words
        reader = self._readers[kind]
        first_read = replace(sms, text=typed_codes.left_out(sms.text, code), code=code) if code else sms
        try:
            with self._store.transaction():  # what a bug wrote half is taken back; the message itself stays
                for first in self._asked_first:
                    outcome = first(tx, kind, first_read)
                    if outcome is not None:
                        return outcome
                return reader.take(tx, sms)
        except sqlite3.Error:
            raise
        except OfficeError as refusal:
            tx.log(
                log,
                logging.WARNING,
                "message %d asked for what is not possible: %s",
                sms.sms_id,
                type(refusal).__name__,
            )
            return Outcome("not_possible", needs_desk=True)
        except Exception as bug:
            tx.log(log, logging.ERROR, "message %d could not be answered: %s", sms.sms_id, where(bug))
            return Outcome("trouble", needs_desk=True)

    def _keep_clean(self, tx: Transaction, sms: Incoming, outcome: Outcome) -> str:
        """The text as it may be kept: without a handler's code, and without the protected person of its ticket."""
        text = tx.guarded(outcome.ticket_id, sms.text if outcome.kept is None else outcome.kept)
        if text != sms.text:
            rows.set_text(tx, sms.sms_id, text)
        if text != sms.text or is_reference(sms.number):
            vault.forget_body(tx, sms.sms_id)
        return text
