"""Whom the office owes a call, and by when. One open entry per citizen: ten missed calls are one call back.

Also the twin of every text that could not be sent: whoever can't be texted is called.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.errors import FieldWrong, NotFound, OfficeError
from appliance.limits.hours import OfficeHours
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from appliance.upkeep.clock_steps import Steps
from db import callbacks as rows
from db import calls as call_rows
from db import tokens
from db.store import Store, Transaction

log = logging.getLogger(__name__)

REASONS = {
    "missed": "Missed call",
    "unclear": "Did anybody speak with this caller? If not, call back",
    "urgent": "Pressed 0: something urgent",
    "voicemail": "Left a message: no text can be sent to this number",
    "interrupted": "The line broke during the call",
    "asked": "Asked to be called",
    "unsent": "A text could not be sent",
    "tell": "Tell the result: no text can be sent to this number",
    "dissatisfied": "Not satisfied: ask what is missing, then confirm or drop the redo",
}
RESULTS = ("reached", "no_answer", "wrong", "dropped", "served")
CLOSING_RESULTS = frozenset(RESULTS) - {"no_answer"}
# What is surer, or graver, than the reason an entry was opened with, takes its place: "was spoken with" answers the
# question of an unclear entry, and must close nothing that is owed for certain.
SURER = {"unclear": frozenset(REASONS) - {"unclear"}} | dict.fromkeys(
    ("missed", "interrupted", "asked", "voicemail"), frozenset({"urgent"})
)
DUE_AFTER = timedelta(minutes=30)  # of office time (domain: the office's own clocks)
SOON = timedelta(minutes=10)


class WriteNote(Protocol):
    def __call__(self, no: int, kind: str, text: str, *, user_id: int | None) -> object: ...


class Dial(Protocol):
    def __call__(self, number: str, by: User | None, *, ticket_no: int | None, callback_id: int | None) -> int: ...


@dataclass(frozen=True, slots=True)
class CallbackRow:
    id: int
    number: str
    shown: str
    name: str
    reason: str
    label: str  # message id of the reason
    opened_at: datetime
    due_at: datetime
    lateness: str  # "none" | "soon" | "late"
    missed_calls: int
    tries: int
    tried_at: datetime | None
    ticket_no: int | None


class Callbacks:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        hours: OfficeHours,
        audit: Audit,
        *,
        boot_id: int,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._hours, self._audit = store, clock, hours, audit
        self._boot_id, self._clock_ok = boot_id, clock_ok
        self._dial: Dial | None = None
        self._note: WriteNote | None = None

    def connect(self, *, dial: Dial, note: WriteNote) -> None:
        """Give it the telephone and the tickets' notes: both know call-backs, so call-backs get them afterwards."""
        self._dial, self._note = dial, note

    def rows(self) -> tuple[CallbackRow, ...]:
        """Everything open, first due first."""
        return tuple(self._row(row) for row in rows.all_open(self._store))

    def get(self, callback_id: int) -> CallbackRow:
        """Raises NotFound."""
        row = rows.get(self._store, callback_id)
        if row is None:
            raise NotFound
        return self._row(row)

    def open(
        self,
        tx: Transaction,
        citizen_id: int,
        reason: str,
        *,
        call_id: int | None = None,
        ticket_id: int | None = None,
    ) -> tuple[int, bool]:
        """Owe this citizen a call, or add to what is owed. Returns the entry's id and whether it is a new one."""
        now = self._clock.now()
        missed = int(reason in {"missed", "interrupted", "urgent"})
        known = rows.open_of(tx, citizen_id)
        if known is not None:
            callback_id, due_at = int(known["id"]), str(known["due_at"])
            if reason == "urgent" and self._clock_ok():
                due_at = min(due_at, utc_text(self._hours.add_open(now, _due_after(reason))))
            rows.change(
                tx,
                callback_id,
                reason=reason if reason in SURER.get(known["reason"], ()) else known["reason"],
                due_at=due_at,
                missed_calls=known["missed_calls"] + missed,
                last_call_id=call_id or known["last_call_id"],
                ticket_id=known["ticket_id"] or ticket_id,
            )
        else:
            callback_id = rows.add(
                tx,
                citizen_id=citizen_id,
                reason=reason,
                ticket_id=ticket_id,
                opened_at=utc_text(now),
                due_at=utc_text(self._hours.add_open(now, _due_after(reason))),
                missed_calls=missed,
                last_call_id=call_id,
                boot_id=self._boot_id,
                clock_ok=int(self._clock_ok()),
            )
            tx.log(log, logging.INFO, "call-back %d was opened: %s", callback_id, reason)
        tx.announce("call", call_id or 0)
        return callback_id, known is None

    def reached(self, tx: Transaction, citizen_id: int) -> bool:
        """Somebody spoke with this citizen: nothing is owed any more."""
        known = rows.open_of(tx, citizen_id)
        if known is None:
            return False
        self._close(tx, int(known["id"]), "reached", None)
        return True

    def tried(self, tx: Transaction, citizen_id: int) -> None:
        """The citizen is being called."""
        known = rows.open_of(tx, citizen_id)
        if known is not None:
            rows.change(tx, known["id"], tries=known["tries"] + 1, tried_at=utc_text(self._clock.now()))
            tx.announce("call", 0)

    def recompute_due(self, now: datetime, steps: Steps | None = None) -> int:
        """The clock has been set: what was due by the wrong one is due half an hour of office time after its call.

        After its true moment where `steps` tell it, else after now. Returns how many entries were changed.
        """
        with self._store.transaction() as tx:
            found = {row["id"]: row for row in rows.without_time(tx)}
            if steps is not None and steps.pending:
                found |= {row["id"]: row for row in rows.open_of_boot(tx, self._boot_id)}
            count = sum(self._start_again(tx, row, now, steps) for row in found.values())
            if count:
                tx.announce("call", 0)
        return count

    def _start_again(self, tx: Transaction, row: sqlite3.Row, now: datetime, steps: Steps | None) -> bool:
        since = now
        if steps is not None and row["boot_id"] == self._boot_id:
            since = min(steps.of_mended(from_utc_text(row["opened_at"])), now)
        due_at = self._hours.add_open(since, _due_after(row["reason"]))
        changes = {"opened_at": utc_text(since), "due_at": utc_text(due_at), "clock_ok": 1}
        if all(row[name] == value for name, value in changes.items()):
            return False
        return rows.change(tx, row["id"], **changes)

    def call(self, callback_id: int, by: User) -> int:
        """Dial the citizen; returns the call's id. Raises NotFound, and what dialling raises."""
        row = self.get(callback_id)
        if self._dial is None:
            raise OfficeError
        return self._dial(row.number, by, ticket_no=row.ticket_no, callback_id=callback_id)

    def record(self, callback_id: int, result: str, by: User, note: str = "", *, token: str = "") -> None:
        """Write down how the call went: "no_answer" keeps the entry open. Raises FieldWrong, NotFound.

        The same form sent twice with the same result counts and notes once.
        """
        if result not in RESULTS:
            raise FieldWrong("result", "Unknown result. Use one of %(results)s.", results=", ".join(RESULTS))
        with self._store.transaction() as tx:
            row = rows.get(tx, callback_id)
            if row is None:
                raise NotFound
            scoped, now = tokens.scoped(f"callback {callback_id} {result}", token), utc_text(self._clock.now())
            if tokens.once(tx, scoped) is not None:
                return
            tokens.remember(tx, scoped, now, by.id, str(callback_id))
            if note.strip():
                self._write_note(tx, row, note.strip(), by)
            if result == "served" and row["last_call_id"] is not None:
                call_rows.was_served(tx, row["last_call_id"])
            if result in CLOSING_RESULTS:
                is_new = self._close(tx, callback_id, result, by.id)
            else:
                is_new = rows.change(tx, callback_id, tries=row["tries"] + 1, tried_at=now)
                tx.announce("call", 0)
            if is_new:
                self._audit.write(tx, f"callback_{result}", "callback", callback_id, by)

    def _write_note(self, tx: Transaction, row: sqlite3.Row, note: str, by: User) -> None:
        """On the ticket, else with the citizen: words about a person stand where they can be erased."""
        if row["ticket_no"] is not None and self._note is not None:
            self._note(row["ticket_no"], "note", note, user_id=by.id)
        else:
            rows.add_citizen_note(tx, row["citizen_id"], note)

    def _close(self, tx: Transaction, callback_id: int, result: str, by_id: int | None) -> bool:
        now = utc_text(self._clock.now())
        is_new = rows.change(tx, callback_id, closed_at=now, closed_by=by_id, result=result)
        if is_new:
            tx.announce("call", 0)
            tx.log(log, logging.INFO, "call-back %d was closed: %s", callback_id, result)
        return is_new

    def _row(self, row: sqlite3.Row) -> CallbackRow:
        now, due_at = self._clock.now(), from_utc_text(row["due_at"])
        lateness = "late" if now >= due_at else "soon" if now >= due_at - SOON else "none"
        return CallbackRow(
            id=row["id"],
            number=row["phone"] or "",
            shown=row["phone"] or "",
            name=row["name"],
            reason=row["reason"],
            label=REASONS.get(row["reason"], row["reason"]),
            opened_at=from_utc_text(row["opened_at"]),
            due_at=due_at,
            lateness=lateness if self._clock_ok() else "none",
            missed_calls=row["missed_calls"],
            tries=row["tries"],
            tried_at=moment_or_none(row["tried_at"]),
            ticket_no=row["ticket_no"],
        )


def _due_after(reason: str) -> timedelta:
    """Something urgent is the first thing to be done when the office is open."""
    return timedelta(0) if reason == "urgent" else DUE_AFTER
