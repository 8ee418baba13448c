"""Departments' tasks that near their end, passed it, or were not signed for: raised once for each rung, and texted.

Found by asking the tables, like everything that is due; the rungs are appliance/limits/ladder.py, climbed by the hours
of the department that has it in hand. Mark and text are one transaction: the mark keeps the text from going twice.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from appliance.casework import lifecycle, unit_hours
from appliance.clock import from_utc_text, utc_text
from appliance.limits import due, ladder
from appliance.limits.hours import OfficeHours
from appliance.limits.ladder import Rung
from appliance.outreach.due_texts import DueTexts
from appliance.outreach.marks import raise_once
from appliance.trouble import guarded
from db import reminders, ticket_facts
from db.store import Store, Transaction

log = logging.getLogger(__name__)

UNSIGNED = "unsigned"


class DueLadder:
    """`looks` are the questions asked each minute; each answers how much it raised."""

    def __init__(self, store: Store, hours: OfficeHours, texts: DueTexts) -> None:
        self._store, self._hours, self._texts = store, hours, texts
        self.looks = (self.due_times, self.unsigned)

    def due_times(self, now: datetime) -> int:
        """The department's time nears its end, or is over."""
        own = unit_hours.of_all(self._store, self._hours)
        count = self._due_by(now, self._hours, tuple(own), but=True)
        for hours in dict.fromkeys(own.values()):
            units = tuple(unit for unit, theirs in own.items() if theirs == hours)
            count += self._due_by(now, hours, units, but=False)
        return count

    def _due_by(self, now: datetime, hours: OfficeHours, units: Sequence[int], *, but: bool) -> int:
        """What these departments, or all `but` these, have in hand, by one clock and week."""
        horizon, cut = due.horizon(now, hours), ladder.cuts(now, hours)
        furthest = max(horizon.soon_workday, *horizon.soon_by_urgency.values())
        cut_texts = {kind: utc_text(moment) for kind, moment in cut.items()}
        found = reminders.tickets_due_before(
            self._store, utc_text(furthest), lifecycle.UNITS_TURN, cut_texts, units, but=but
        )
        count = 0
        for row in found:
            rungs = ladder.reached(from_utc_text(row["due_at"]), row["urgency"], horizon, cut)
            if rungs:
                count += guarded(log, partial(self._climb, row, rungs, now))
        return count

    def unsigned(self, now: datetime) -> int:
        """Nobody signed until the time for it was over."""
        rows = reminders.unsigned_past(self._store, utc_text(now), lifecycle.UNITS_TURN)
        return sum(guarded(log, partial(self._raise_unsigned, row, now)) for row in rows)

    def _climb(self, row: sqlite3.Row, rungs: tuple[Rung, ...], now: datetime) -> int:
        """Raise those of these rungs that were not; the highest takes the place of what was raised below it."""
        at = utc_text(now)
        with self._store.transaction() as tx:
            raised = {rung: self._raise(tx, row, rung, at) for rung in rungs}
            fresh = [rung for rung in rungs if raised[rung] is not None]
            facts = ticket_facts.by_id(tx, row["id"]) if fresh else None
            if facts is None:
                return 0
            highest = fresh[-1]
            self._tell(tx, facts, row, fresh)
            below = ladder.KINDS[: ladder.KINDS.index(highest.kind)]
            reminders.settle_ticket(tx, row["id"], (*below, UNSIGNED), at)
            tx.announce("reminder", raised[highest] or 0)
            tx.announce("ticket", row["no"])
        log.info("ticket %d was raised: %s", row["no"], highest.kind)
        return 1

    def _raise(self, tx: Transaction, row: sqlite3.Row, rung: Rung, at: str) -> int | None:
        return reminders.add(tx, _mark(rung, row), rung.kind, due_at=row["due_at"], raised_at=at, ticket_id=row["id"])

    def _tell(self, tx: Transaction, facts: sqlite3.Row, row: sqlite3.Row, fresh: Sequence[Rung]) -> None:
        """Of several rungs at once, as after days without power, whoever has it in hand is told of one."""
        telling = [rung for rung in fresh if rung.tells_handlers]
        if telling:
            for task in reminders.tasks_to_remind(tx, row["id"]):
                self._texts.of_due(tx, facts, task, _mark(telling[-1], row), with_leader=telling[-1].tells_leader)

    def _raise_unsigned(self, row: sqlite3.Row, now: datetime) -> int:
        mark = f"{UNSIGNED}:{row['id']}:{row['sign_due_at']}"
        with self._store.transaction() as tx:
            raised = raise_once(
                tx, mark, UNSIGNED, utc_text(now), due_at=row["sign_due_at"], ticket_id=row["ticket_id"]
            )
            facts = ticket_facts.by_id(tx, row["ticket_id"])
            if raised is None or facts is None:
                return 0
            self._texts.of_signing(tx, facts, row, mark)
        log.info("ticket %d was raised: %s", row["no"], UNSIGNED)
        return 1


def _mark(rung: Rung, row: sqlite3.Row) -> str:
    return f"{rung.kind}:{row['id']}:{row['due_at']}"
