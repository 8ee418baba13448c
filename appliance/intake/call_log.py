"""What is written of calls, and what follows from how one ended: the call-back, the apology, the note on the desk."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime

from appliance.clock import Clock, utc_text
from appliance.intake.board import BoardCall
from appliance.outreach.answers import Answers
from appliance.outreach.callbacks import Callbacks
from appliance.outreach.marks import raise_once
from appliance.people.citizens import Citizens
from appliance.people.numbers import kind_of, mask
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import calls as rows
from db import reminders
from db.store import Store, Transaction

log = logging.getLogger(__name__)

UNSERVED = frozenset({"missed", "interrupted", "unclear"})
ON_TELEPHONE = "elsewhere"  # end_reason of a row: it went to the office's own telephone, whatever becomes of the box
REACHABLE_KINDS = frozenset(
    {"mobile", "landline", "short", "international", "protected"}
)  # whom calling back makes sense


def _nobody_is_held(tx: Transaction, citizen_id: int | None) -> bool:
    """Until the runtime connects the nuisance callers."""
    return False


class CallLog:
    """One transaction per method."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        citizens: Citizens,
        callbacks: Callbacks,
        answers: Answers,
        audit: Audit,
        boot_id: int,
        clock_ok: Callable[[], bool],
        is_open: Callable[[datetime], bool],
    ) -> None:
        self._store, self._clock, self._citizens, self._callbacks = store, clock, citizens, callbacks
        self._is_open = is_open
        self.is_held: Callable[[Transaction, int | None], bool] = _nobody_is_held
        self._answers, self._audit, self._boot_id, self._clock_ok = answers, audit, boot_id, clock_ok

    def begin(self, latest: Callable[[], BoardCall], by: User | None = None) -> BoardCall:
        """Write a new call as it is by the time the writer is free: it may have been taken meanwhile.

        Whoever was faster may have written its row. Returns the call as it stands in the row.
        """
        with self._store.transaction() as tx:
            call = latest()
            citizen_id = self._write_number(tx, call) if rows.is_written(tx, call.call_id) else self._write(tx, call)
            if call.direction == "out":
                role = "" if by else "system" if call.by_box else "shell"
                self._audit.write(tx, "call_dialled", "call", call.call_id, by, role=role)
                if citizen_id is not None and not call.by_box:
                    self._callbacks.tried(tx, citizen_id)
            tx.announce("call", call.call_id)  # lists of calls are drawn from the rows: once more, now that it is one
        return call

    def masked(self, call: BoardCall) -> str:
        """Who it is, for the log: beside the call's id not even the ends of a protected person's number stand there."""
        if call.number is None:
            return "a number not known yet"
        return mask(self._citizens.shown(self._store, call.number)) if call.number else "a withheld number"

    def lacks_number(self, call: BoardCall) -> bool:
        """Whether the row doesn't say yet who called."""
        row = rows.get(self._store, call.call_id)
        if row is None:
            return True
        return (row["raw"] or "", row["is_withheld"]) != (call.raw_number, int(call.number == ""))

    def number_known(self, call: BoardCall) -> None:
        with self._store.transaction() as tx:
            self._ensure(tx, call)
            self._write_number(tx, call)

    def deed(self, action: str, call: BoardCall, by: User | None) -> None:
        """Somebody at a desk decided something about this call."""
        with self._store.transaction() as tx:
            self._audit.write(tx, action, "call", call.call_id, by, role="" if by else "shell")

    def taken(self, call: BoardCall, by: User | None) -> None:
        with self._store.transaction() as tx:
            self._ensure(tx, call)
            if call.taken_at is not None:
                rows.change(tx, call.call_id, taken_by=call.taken_by_id, taken_at=utc_text(call.taken_at))
            self._audit.write(tx, "call_taken", "call", call.call_id, by, role="" if by else "shell")

    def answered(self, call: BoardCall, at: datetime) -> None:
        """Somebody speaks with the caller: nothing is owed to that number any more."""
        with self._store.transaction() as tx:
            self._ensure(tx, call)
            rows.change(tx, call.call_id, answered_at=utc_text(at))
            self._reached(tx, call)

    def by_box(self, call: BoardCall) -> None:
        """The box itself speaks with the caller: he is not reached, and nobody has answered."""
        with self._store.transaction() as tx:
            self._ensure(tx, call)
            rows.change(tx, call.call_id, by_box=1)

    def on_telephone(self, call: BoardCall) -> None:
        """The office's own telephone has the call: no end of this program cuts it off."""
        with self._store.transaction() as tx:
            self._ensure(tx, call)
            answered_at = utc_text(call.answered_at) if call.answered_at else None
            rows.change(tx, call.call_id, end_reason=ON_TELEPHONE, answered_at=answered_at)
            if call.direction == "in":
                self._reached(tx, call)
            tx.announce("call", call.call_id)

    def typed(self, call: BoardCall, by: User | None) -> None:
        """The operator wrote down who calls."""
        with self._store.transaction() as tx:
            self._ensure(tx, call)
            self._write_number(tx, call)
            if call.answered_at is not None:
                self._reached(tx, call)
            elif call.outcome in UNSERVED:
                self._owe_a_call(tx, call, call.outcome)
            self._audit.write(tx, "call_number_typed", "call", call.call_id, by, words=(call.typed,))
            tx.announce("call", call.call_id)

    def ended(self, call: BoardCall, outcome: str) -> None:
        """The call is over; `outcome` '' where nobody can know yet what it was."""
        with self._store.transaction() as tx:
            self._ensure(tx, call)
            self._write_end(tx, call)
            if outcome:
                self._decide(tx, call, outcome)
            tx.announce("call", call.call_id)

    def decided(self, call: BoardCall, outcome: str) -> None:
        """It is known now what the call was."""
        with self._store.transaction() as tx:
            self._ensure(tx, call)
            if call.end_reason:  # a row from before keeps the end it has
                self._write_end(tx, call)
            self._decide(tx, call, outcome)
            tx.announce("call", call.call_id)

    def recover(self) -> int:
        """At the start: settle the calls that the last run left without an outcome. Returns how many.

        What it never saw end was cut off, and is called back; what the office's own telephone had went on there; what
        had ended, and waited for somebody to say what it was, waits no longer.
        """
        now = utc_text(self._clock.now())
        with self._store.transaction() as tx:
            left = rows.undecided(tx)
            for row in left:
                outcome = _left_as(row)
                end = {} if row["ended_at"] else {"ended_at": now, "end_reason": row["end_reason"] or "crash"}
                rows.change(tx, row["id"], outcome=outcome, **end)
                if row["direction"] != "in" or outcome not in UNSERVED:
                    continue
                if self.is_held(tx, row["citizen_id"]):
                    continue
                if row["citizen_id"] is not None:
                    self._callbacks.open(tx, row["citizen_id"], outcome, call_id=row["id"])
                else:
                    self._note_unknown_caller(tx, row["id"], row["line"], outcome)
        for row in left:
            log.warning("call %d was left by the end of the program: %s", row["id"], _left_as(row))
        return len(left)

    def _ensure(self, tx: Transaction, call: BoardCall) -> None:
        """The row of a call that could not be written when it rang (a full disk) is written as soon as one can."""
        if not rows.is_written(tx, call.call_id):
            self._write(tx, call)

    def _write(self, tx: Transaction, call: BoardCall) -> int | None:
        citizen_id = self._citizen_id(tx, call)
        is_protected = self._citizens.is_protected(citizen_id, tx)
        rows.add(
            tx,
            raw_number="" if is_protected else call.raw_number,
            id=call.call_id,
            line=call.line,
            direction=call.direction,
            citizen_id=citizen_id,
            is_withheld=int(call.number == ""),
            ringing_at=utc_text(call.ringing_at),
            taken_by=call.taken_by_id,
            taken_at=utc_text(call.taken_at) if call.taken_at else None,
            by_box=int(call.by_box),
            after_hours=int(self._clock_ok() and not self._is_open(call.ringing_at)),
            boot_id=self._boot_id,
            clock_ok=int(self._clock_ok()),
        )
        rows.set_typed_number(tx, call.call_id, "" if is_protected else call.typed)
        return citizen_id

    def _write_number(self, tx: Transaction, call: BoardCall) -> int | None:
        citizen_id = self._citizen_id(tx, call)
        rows.change(tx, call.call_id, citizen_id=citizen_id, is_withheld=int(call.number == ""))
        if not self._citizens.is_protected(citizen_id, tx):
            rows.set_raw_number(tx, call.call_id, call.raw_number)
            rows.set_typed_number(tx, call.call_id, call.typed)
        return citizen_id

    def _write_end(self, tx: Transaction, call: BoardCall) -> None:
        ended_at = utc_text(call.ended_at or self._clock.now())
        rows.change(tx, call.call_id, ended_at=ended_at, end_reason=call.end_reason)
        if call.typed:
            self._write_number(tx, call)

    def _decide(self, tx: Transaction, call: BoardCall, outcome: str) -> None:
        answered_at = utc_text(call.answered_at) if call.answered_at else None
        rows.change(tx, call.call_id, outcome=outcome, answered_at=answered_at)
        if outcome == "answered" and not (call.by_box and call.direction == "out"):
            self._reached(tx, call)
        elif call.direction == "in" and (outcome in UNSERVED or call.is_urgent):
            self._owe_a_call(tx, call, outcome)
        tx.log(log, logging.INFO, "call %d was %s", call.call_id, outcome)

    def _owe_a_call(self, tx: Transaction, call: BoardCall, outcome: str) -> None:
        """Into the call-back list; the caller is told only where it is certain that nobody spoke with him.

        Nobody is texted at a number that he merely keyed in.
        """
        if not call.caller:
            self._note_unknown_caller(tx, call.call_id, call.line, outcome)
            return
        if kind_of(call.caller) not in REACHABLE_KINDS:
            return
        citizen_id = self._citizens.find_or_add(tx, call.caller)
        if self.is_held(tx, citizen_id):
            tx.log(log, logging.INFO, "call %d: nothing is owed, its caller is held off", call.call_id)
            return
        reason = "urgent" if call.is_urgent else outcome
        callback_id, _ = self._callbacks.open(tx, citizen_id, reason, call_id=call.call_id)
        if outcome == "missed" and call.number and (call.said_missed or not call.is_taken):
            number = self._citizens.shown(tx, call.number)
            self._answers.missed(tx, callback_id=callback_id, number=number, citizen_id=citizen_id, line=call.line)

    def _note_unknown_caller(self, tx: Transaction, call_id: int, line: str, outcome: str) -> None:
        """Nobody to call back: the desk at least learns that somebody tried, once until a person has seen it."""
        kind = "withheld_unclear" if outcome == "unclear" else "withheld_missed"
        now = utc_text(self._clock.now())
        if reminders.is_open(tx, kind, line) or not raise_once(tx, f"{kind}:{call_id}", kind, now, line=line):
            tx.announce("reminder", 0)  # it happened once more

    def _reached(self, tx: Transaction, call: BoardCall) -> None:
        if call.caller:
            self._callbacks.reached(tx, self._citizens.find_or_add(tx, call.caller))

    def _citizen_id(self, tx: Transaction, call: BoardCall) -> int | None:
        return self._citizens.find_or_add(tx, call.caller) if call.caller else None


def _left_as(row: sqlite3.Row) -> str:
    """What a call was that the last run left without an outcome."""
    was_spoken = row["answered_at"] is not None or (row["ended_at"] is not None and row["taken_by"] is not None)
    if row["end_reason"] == ON_TELEPHONE or row["ended_at"] is not None:
        return "answered" if was_spoken else "unclear"
    return "interrupted"
