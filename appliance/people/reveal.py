"""Looking behind a pseudonym: never alone, never without a reason, never without a trace.

The second person is another user who types a password, or the duty leader, who is texted a code. The code is made in
memory and put into the text when that goes out to a line: no row, page or log holds it, so nobody at the desk can read
it in the list of messages. It is good once, for ten minutes, for whoever asked; three wrong ones end it.
"""

from __future__ import annotations

import hmac
import secrets
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.casework import sight
from appliance.casework.ticket_no import format_no
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import FieldWrong, NotFound, OfficeError, SignInRefused
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.roles import Role
from appliance.people.user import User
from appliance.people.users import Users
from appliance.people.vault import Identity, Vault
from appliance.upkeep.audit import Audit
from db import identity_access as rows
from db import tickets
from db.store import Store, Transaction

SHORTEST_REASON, LONGEST_REASON = 5, 200
CODE_DIGITS = 6
CODE_GOOD_FOR_S = 600.0
MOST_WRONG = 3
SECONDS = frozenset({Role.OPERATOR, Role.LEAD, Role.LEADER, Role.AUDITOR})  # who may stand by as the second person
QUEUED_AS = "identity:"  # begins the idem_key of the one message that a code is put into
GAP = "[code]"


class NoLeader(OfficeError):
    message = "Nobody is on duty as the leader: enter one in the roster, or have a second user type the password."


class CodeWrong(OfficeError):
    message = "This code is wrong or no longer good. Ask for a new one."


@dataclass(frozen=True, slots=True)
class Access:
    """One line of the list of who asked."""

    at: datetime
    asked_by: str
    method: str  # "password" | "code"
    second: str
    reason: str
    was_shown: bool


@dataclass(frozen=True, slots=True)
class _Code:
    digits: str
    until_s: float
    user_id: int
    ticket_id: int
    wrong: int = 0


class Reveal:
    """Any web thread. `wording` is asked by the sender alone."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        users: Users,
        vault: Vault,
        *,
        outbox: Outbox,
        texts: Texts,
        leader_phone: Callable[[], str],
    ) -> None:
        self._store, self._clock, self._audit, self._users, self._vault = store, clock, audit, users, vault
        self._outbox, self._texts, self._leader_phone = outbox, texts, leader_phone
        self._codes: dict[int, _Code] = {}
        self._lock = threading.Lock()

    def can(self, no: int, by: User) -> bool:
        """Whether there is anybody to be shown. Raises NotAllowed, NotFound."""
        ticket = self._ticket(no, by)
        return self._vault.is_pseudonym(self._store, ticket["citizen_id"])

    def accesses(self, no: int, by: User) -> tuple[Access, ...]:
        """Who asked before. Raises NotAllowed, NotFound."""
        return tuple(
            Access(
                at=from_utc_text(row["asked_at"]),
                asked_by=row["asked_name"] or "",
                method=row["method"],
                second=row["second_name"] or "",
                reason=row["reason"] or "",
                was_shown=row["seen_at"] is not None,
            )
            for row in rows.of_ticket(self._store, self._ticket(no, by)["id"])
        )

    def with_password(self, no: int, by: User, *, reason: str, name: str, password: str, address: str) -> Identity:
        """Who it is, because another user stands by. Raises FieldWrong, SignInThrottled, NotAllowed, NotFound."""
        ticket, why = self._ticket(no, by), _reason(reason)
        if name.strip().casefold() == by.name.casefold():
            raise FieldWrong("second", "The second person must be somebody else.")
        try:
            second = self._users.confirm(name, password, address)
        except SignInRefused as refused:
            self._note(ticket["id"], "identity_refused", by, why)
            raise FieldWrong("password", refused.message) from refused
        if second.id == by.id or second.role not in SECONDS or second.must_change:
            self._note(ticket["id"], "identity_refused", by, why)
            raise FieldWrong("second", "This user can't stand by as the second person.")
        with self._store.transaction() as tx:
            access_id = self._asked(tx, ticket, by, "password", why=why, second_by=second.id)
            return self._show(tx, access_id, ticket["id"], ticket["citizen_id"], by)

    def ask_leader(self, no: int, reason: str, by: User) -> int:
        """Text the duty leader a code; the id under which it is typed in. Raises FieldWrong, NoLeader, NotAllowed."""
        ticket, why = self._ticket(no, by), _reason(reason)
        phone, now_s = self._leader_phone(), self._clock.monotonic_s()
        if not phone:
            raise NoLeader
        with self._lock:
            self._codes = {key: code for key, code in self._codes.items() if code.until_s > now_s}
            running = [k for k, c in self._codes.items() if (c.user_id, c.ticket_id) == (by.id, ticket["id"])]
        if running:
            return running[0]  # pressed twice: the leader is texted once
        with self._store.transaction() as tx:
            access_id = self._asked(tx, ticket, by, "code", why=why, second_by=None)
            text = self._texts.write(
                "identity_code",
                who=by.display_name,
                no=format_no(no),
                reason=tx.guarded(ticket["id"], why),
                code=GAP,
            )
            queued = self._outbox.queue(
                tx, purpose="code", number=phone, text=text, idem_key=f"{QUEUED_AS}{access_id}", ticket_id=ticket["id"]
            )
            if queued is None:
                raise NoLeader
        digits = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
        with self._lock:
            self._codes[access_id] = _Code(digits, now_s + CODE_GOOD_FOR_S, by.id, ticket["id"])
        return access_id

    def with_code(self, no: int, access_id: int, code: str, by: User) -> Identity:
        """Who it is, because the duty leader gave away the code. Raises CodeWrong, NotAllowed, NotFound."""
        ticket = self._ticket(no, by)
        if not self._is_right(access_id, "".join(code.split()), by.id, ticket["id"]):
            self._note(ticket["id"], "identity_refused", by, "code")
            raise CodeWrong
        with self._store.transaction() as tx:
            return self._show(tx, access_id, ticket["id"], ticket["citizen_id"], by)

    def wording(self, idem_key: str, text: str) -> str:
        """A queued text as it goes out: with its code, or "" once the code is no longer good.

        Only the leader's own message: whoever writes the gap's sign into another text is sent no code.
        """
        if not idem_key.startswith(QUEUED_AS):
            return text
        with self._lock:
            code = self._codes.get(int(idem_key.removeprefix(QUEUED_AS)))
        if code is None or code.until_s <= self._clock.monotonic_s():
            return ""
        before, _, after = text.rpartition(GAP)
        return f"{before}{code.digits}{after}"

    # --- inside ---

    def _ticket(self, no: int, by: User) -> sqlite3.Row:
        sight.must_be_desk(by)
        found = tickets.ticket(self._store, no)
        if found is None:
            raise NotFound
        return found

    def _is_right(self, access_id: int, digits: str, user_id: int, ticket_id: int) -> bool:
        with self._lock:
            code = self._codes.pop(access_id, None)
            if code is None or code.until_s <= self._clock.monotonic_s():
                return False
            is_meant = (code.user_id, code.ticket_id) == (user_id, ticket_id)
            if is_meant and hmac.compare_digest(code.digits.encode(), digits.encode()):
                return True
            if code.wrong + 1 < MOST_WRONG:
                self._codes[access_id] = replace(code, wrong=code.wrong + 1)
            return False

    def _asked(
        self, tx: Transaction, ticket: sqlite3.Row, by: User, method: str, *, why: str, second_by: int | None
    ) -> int:
        access_id = rows.add(
            tx,
            ticket_id=ticket["id"],
            citizen_id=ticket["citizen_id"],
            at=utc_text(self._clock.now()),
            by=by.id,
            method=method,
            reason=why,
            second_by=second_by,
        )
        self._audit.write(tx, f"identity_asked_{method}", "ticket", ticket["id"], by, words=(why,))
        return access_id

    def _show(self, tx: Transaction, access_id: int, ticket_id: int, citizen_id: int | None, by: User) -> Identity:
        identity = self._vault.identity(tx, citizen_id) if citizen_id is not None else None
        if identity is None:
            raise NotFound
        rows.seen(tx, access_id, utc_text(self._clock.now()))
        self._audit.write(tx, "identity_seen", "ticket", ticket_id, by)
        return identity

    def _note(self, ticket_id: int, action: str, by: User, why: str) -> None:
        with self._store.transaction() as tx:
            self._audit.write(tx, action, "ticket", ticket_id, by, words=(why,))


def _reason(text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) < SHORTEST_REASON:
        raise FieldWrong("reason", "Please write why, in at least %(shortest)d characters.", shortest=SHORTEST_REASON)
    if len(plain) > LONGEST_REASON:
        raise FieldWrong("reason", "At most %(longest)d characters.", longest=LONGEST_REASON)
    return plain
