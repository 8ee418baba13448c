"""Changed opening hours of a department: which due times move by them, and moving them, as a changed calendar does.

Whoever edits the hours sees first what moves. The department's row, the moved times, their list and the audit are one
transaction, whether the hours came from the page or with a list of departments.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from appliance.casework import calendar, recalculation, unit_hours
from appliance.casework.recalculation import DueChange
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import NotFound
from appliance.limits.hours import OfficeHours
from appliance.people.departments import Department, Departments
from appliance.people.handlers import pattern
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import calendar as rows
from db.store import Reads, Store, Transaction

log = logging.getLogger(__name__)

MOST_SHOWN = 200
SEEN_LETTERS = 16
WHAT = "hours"


@dataclass(frozen=True, slots=True)
class HoursPreview:
    """What these hours would move; the first of the times, and how many do."""

    moves: tuple[DueChange, ...]
    count: int
    seen: str  # names exactly these hours of this department, and those that they replace


@dataclass(frozen=True, slots=True)
class HoursChange:
    """Hours that were changed, and how many due times moved by it."""

    id: int
    at: datetime
    who: str
    moved: int


class UnitHours:
    """Any thread. `departments` tells of every change in the transaction that makes it."""

    def __init__(self, store: Store, clock: Clock, audit: Audit, hours: OfficeHours, departments: Departments) -> None:
        self._store, self._clock, self._audit, self._hours = store, clock, audit, hours
        self._departments = departments
        departments.tell_of_hours(self.on_change)

    def preview(self, department_id: int, typed: str) -> HoursPreview:
        """What moves if these hours are saved; nothing is written. Raises FieldWrong, NotFound."""
        wanted = pattern("hours", typed)
        was = self._departments.get(department_id).hours
        moves = tuple(self._moves(self._store, department_id, was, wanted)) if wanted != was else ()
        seen = hashlib.sha256(f"{department_id}:{was}:{wanted}".encode()).hexdigest()[:SEEN_LETTERS]
        return HoursPreview(moves[:MOST_SHOWN], len(moves), seen)

    def on_change(self, tx: Transaction, unit: Department, was: str, by: User | None) -> None:
        """New hours are written, in place of what `was`: what the department has in hand ends by them from now on."""
        now = self._clock.now()
        change_id = tx.insert(
            "calendar_change",
            version=calendar.version(rows.last_change(tx)),
            what=WHAT,
            year=self._hours.local_date(now).year,
            at=utc_text(now),
            user_id=by.id if by else None,
            department_id=unit.id,
        )
        moves = tuple(self._moves(tx, unit.id, was, unit.hours))
        count = recalculation.apply(tx, self._audit, moves, change_id)
        self._audit.write(tx, "department_hours", "department", unit.id, by, words=(unit.hours,))
        tx.log(log, logging.INFO, "the hours of department %d were changed: %d due times moved", unit.id, count)

    def _moves(self, reads: Reads, department_id: int, was: str, hours: str) -> Iterator[DueChange]:
        before, after = (unit_hours.of_pattern(each, self._hours) for each in (was, hours))
        return recalculation.changes_of_unit(reads, department_id, self._hours, before, after)

    def changes(self, department_id: int) -> tuple[HoursChange, ...]:
        """The newest first."""
        found = rows.changes_of_unit(self._store, department_id, MOST_SHOWN)
        return tuple(HoursChange(row["id"], from_utc_text(row["at"]), row["who"] or "", row["moved"]) for row in found)

    def change(self, department_id: int, change_id: int) -> tuple[HoursChange, tuple[DueChange, ...]]:
        """One of them, with the times that moved. Raises NotFound."""
        found = next((each for each in self.changes(department_id) if each.id == change_id), None)
        if found is None:
            raise NotFound
        return found, recalculation.moved_by(self._store, change_id)
