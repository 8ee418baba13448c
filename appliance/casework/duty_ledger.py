"""The ledger of unclear duty: every ticket that a department returned or that had to be consulted on, and its end.

It is written by the moves themselves. Beside it stand the requests not to count a ticket in the department's figures:
they are asked with `Tickets.ask(no, "exclusion")` and decided with `Tickets.decide`; here they are listed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from appliance.casework import forms, lifecycle, sight
from appliance.casework.tickets import Tickets
from appliance.casework.views import MoveMade
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.errors import FieldWrong
from appliance.months import midnight, next_month
from appliance.people.departments import Department, Departments
from appliance.people.user import User
from db import conference as rows
from db import tickets as ticket_rows
from db.store import Store, Transaction

MOST_SHOWN = 100
EXCLUSION = "exclusion"

# What a move says of duties: a new entry of this kind, or the end of those that are open.
OPENS: Mapping[str, str] = {"return": "return", "confer": "confer"}
SETTLES: Mapping[str, str] = {"refuse_return": "refused", "dispatch": "dispatched", "decide": "decided"}
ENDED = "ended"  # the ticket was finished without anybody's duty


@dataclass(frozen=True, slots=True)
class Entry:
    id: int
    no: int
    category: str
    at: datetime
    kind: str  # 'return' or 'confer'
    department: Department | None  # who returned it
    reason: str
    outcome: str  # '' while unclear, 'refused', 'dispatched', 'decided' or 'ended'
    settled_at: datetime | None
    settled: Department | None  # whose duty it was


@dataclass(frozen=True, slots=True)
class UnitReturns:
    department: Department | None
    returns: int
    refused: int  # it was its duty after all


@dataclass(frozen=True, slots=True)
class Ledger:
    """One month of it."""

    month: str  # 2026-11
    matters: int
    unclear: int
    returns: int
    conferences: int
    refused: int
    units: tuple[UnitReturns, ...]
    entries: tuple[Entry, ...]

    @property
    def clarified(self) -> int:
        return self.matters - self.unclear


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A request that a ticket shall not count in the figures of its department."""

    id: int
    no: int
    department: Department | None
    reason: str
    asked_by: str
    asked_at: datetime
    state: str  # 'open', 'granted', 'refused' or 'lapsed'
    decided_by: str
    decided_at: datetime | None
    decision: str


class DutyLedger:
    """Any thread. `for_move` is told of every move in the transaction that makes it."""

    def __init__(self, store: Store, clock: Clock, tickets: Tickets, departments: Departments, zone: tzinfo) -> None:
        self._store, self._clock, self._tickets = store, clock, tickets
        self._departments, self._zone = departments, zone

    def for_move(self, tx: Transaction, made: MoveMade) -> None:
        at = utc_text(self._clock.now())
        if made.move in OPENS:
            conference = rows.open_of(tx, made.ticket_id)
            rows.add_entry(
                tx,
                ticket_id=made.ticket_id,
                at=at,
                kind=OPENS[made.move],
                department_id=made.department_id if made.move == "return" else None,
                note_id=rows.last_note(tx, made.ticket_id),
                conference_id=conference["id"] if conference else None,
            )
        elif made.move in SETTLES:
            rows.settle(tx, made.ticket_id, SETTLES[made.move], at, made.department_id)
        elif not lifecycle.status(made.to_status).is_open:
            rows.settle(tx, made.ticket_id, ENDED, at, None)

    def month(self, by: User, month: str = "", before: int | None = None) -> Ledger:
        """The ledger of a month ('2026-11'), this one if none is named. Raises FieldWrong, NotAllowed."""
        sight.must_be_desk(by)
        first = self._first_day(month)
        since, until = (utc_text(midnight(day, self._zone)) for day in (first, next_month(first)))
        totals = rows.summary(self._store, since, until)
        cursor = before if before is not None else ticket_rows.NO_CURSOR
        known = {unit.id: unit for unit in self._departments.all()}
        return Ledger(
            month=f"{first:%Y-%m}",
            **{name: totals[name] for name in ("matters", "unclear", "returns", "conferences", "refused")},
            units=tuple(
                UnitReturns(known.get(row["department_id"]), row["returns"], row["refused"])
                for row in rows.returns_by_unit(self._store, since, until)
            ),
            entries=tuple(self._entry(row) for row in rows.entries(self._store, since, until, cursor, MOST_SHOWN)),
        )

    # --- requests not to count a ticket ---

    def exclusions(self, by: User) -> tuple[Exclusion, ...]:
        """Those that wait for a decision, then the newest. Raises NotAllowed."""
        sight.must_be_desk(by)
        return tuple(self._exclusion(row) for row in rows.exclusions(self._store, MOST_SHOWN))

    def ask_exclusion(self, no: int, reason: str, by: User) -> int:
        """A department asks, by web or through the desk, that this ticket not count; why must be said.

        Returns the request's id. Raises FieldWrong, NotFound for what this user may not see, NotAllowed.
        """
        by.actor  # noqa: B018 - roles that only read raise here
        reason = forms.text_given("reason", reason)
        row = self._tickets.row(no, by)
        if row.department is None:
            raise FieldWrong("no", "No department has this ticket: there is nothing that counts.")
        return self._tickets.ask(no, EXCLUSION, text=reason, user_id=by.id)

    # --- inside ---

    def _first_day(self, month: str) -> date:
        if not month:
            return self._clock.now().astimezone(self._zone).date().replace(day=1)
        try:
            return date.fromisoformat(f"{month}-01")
        except ValueError as wrong:
            raise FieldWrong("month", "Write the month like 2026-11.") from wrong

    def _unit(self, department_id: int | None) -> Department | None:
        return self._departments.get(department_id) if department_id is not None else None

    def _entry(self, row: sqlite3.Row) -> Entry:
        return Entry(
            id=row["id"],
            no=row["no"],
            category=row["category"],
            at=from_utc_text(row["at"]),
            kind=row["kind"],
            department=self._unit(row["department_id"]),
            reason=row["reason"] or "",
            outcome=row["outcome"],
            settled_at=moment_or_none(row["settled_at"]),
            settled=self._unit(row["settled_id"]),
        )

    def _exclusion(self, row: sqlite3.Row) -> Exclusion:
        return Exclusion(
            id=row["id"],
            no=row["no"],
            department=self._unit(row["department_id"]),
            reason=row["words"] or "",
            asked_by=row["user_name"] or row["handler_name"] or "",
            asked_at=from_utc_text(row["asked_at"]),
            state=row["state"],
            decided_by=row["decider_name"] or "",
            decided_at=moment_or_none(row["decided_at"]),
            decision=row["decision"] or "",
        )
