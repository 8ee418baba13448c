"""Holidays as the office enters them: a year's notice, days of its own; what becomes due at another time by it.

Whoever enters something sees first which due times it moves. The days, the moved times and the audit are one
transaction; from its end on everybody in the office counts by the new calendar.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from appliance.casework import calendar, recalculation
from appliance.casework.calendar import LOCAL, Entry
from appliance.casework.recalculation import DueChange
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.limits import notice
from appliance.limits.hours import OfficeHours
from appliance.limits.notice import Break, Doubt
from appliance.limits.published import published_days
from appliance.limits.workdays import CalendarDay, WorkCalendar
from appliance.outreach.marks import raise_once
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import calendar as rows
from db import reminders
from db.store import Store, Transaction

log = logging.getLogger(__name__)

MOST_SHOWN = 200
SEEN_LETTERS = 16
MISSING = "calendar_missing"  # the reminder's kind
LONGEST_NAME = 40

SHIPPED, ENTERED, PROVISIONAL = "shipped", "entered", "provisional"


@dataclass(frozen=True, slots=True)
class Year:
    """One year as the box counts it."""

    year: int
    state: str  # SHIPPED, ENTERED, PROVISIONAL
    breaks: tuple[Break, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What entering it would do; the first of the times that move, and how many do."""

    days: tuple[CalendarDay, ...]
    doubts: tuple[Doubt, ...]
    moves: tuple[DueChange, ...]
    count: int
    seen: str  # names exactly these days


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was entered, and how many due times it moved."""

    id: int
    what: str  # notice, local, dropped
    year: int
    at: datetime
    who: str
    moved: int


class Holidays:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        hours: OfficeHours,
        *,
        language: str,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._audit, self._hours = store, clock, audit, hours
        self._language, self._clock_ok = language, clock_ok

    # --- reading ---

    def year(self, year: int) -> Year:
        """Its notice, or for a year without one the statutory days alone."""
        entered = tuple(entry.day for entry in calendar.entries(self._store) if entry.notice_year == year)
        if entered:
            return Year(year, ENTERED, notice.breaks_from(entered))
        if shipped := tuple(day for day in published_days() if day.on.year == year):
            return Year(year, SHIPPED, notice.breaks_from(shipped, self._language))
        called = {day.key: notice.name_of(day, self._language) for day in published_days()}
        return Year(year, PROVISIONAL, notice.proposal(year, called))

    def this_year(self) -> int:
        return self._hours.local_date(self._clock.now()).year

    def own_days(self) -> tuple[CalendarDay, ...]:
        return tuple(entry.day for entry in calendar.entries(self._store) if entry.notice_year == LOCAL)

    def changes(self) -> tuple[Change, ...]:
        """The newest first."""
        return tuple(
            Change(row["id"], row["what"], row["year"], from_utc_text(row["at"]), row["who"] or "", row["moved"])
            for row in rows.changes(self._store, MOST_SHOWN)
        )

    def moved_by(self, change_id: int) -> tuple[DueChange, ...]:
        return recalculation.moved_by(self._store, change_id)

    def prompt(self) -> int:
        """Ask for the notice of a year that begins soon, once a week until somebody enters it. Returns how often."""
        now = self._clock.now()
        missing = notice.years_to_enter(now, self._hours) if self._clock_ok() else ()
        return sum(self._ask_for(year, now) for year in missing)

    def _ask_for(self, year: int, now: datetime) -> int:
        today = self._hours.local_date(now)
        mark = f"calendar:{year}:{today - timedelta(days=today.weekday())}"
        if reminders.is_open(self._store, MISSING, str(year)) or reminders.is_raised(self._store, mark):
            return 0
        with self._store.transaction() as tx:
            at = utc_text(now)
            raise_once(tx, mark, MISSING, at, line=str(year))
        log.info("the holidays of %d were asked for", year)
        return 1

    # --- entering ---

    def preview_notice(self, year: int, days: Sequence[CalendarDay]) -> Preview:
        """What the notice of this year would change; nothing is written."""
        others = (entry for entry in calendar.entries(self._store) if entry.notice_year != year)
        entered = [*others, *(Entry(day, year) for day in days)]
        return self._preview(f"notice {year}", entered, tuple(days), notice.doubts(year, days))

    def enter_notice(self, year: int, days: Sequence[CalendarDay], by: User | None) -> Change:
        """From now on this year is known; an earlier notice of it is replaced. Raises FieldWrong."""
        if not days:
            raise FieldWrong("line-1", notice.LABELS["no_line"])
        values = [(day.on.isoformat(), day.is_workday, _named(day.name_zh or day.key)) for day in days]
        return self._change("notice", year, by, lambda tx: rows.put_notice(tx, year, values))

    def preview_own(self, day: CalendarDay) -> Preview:
        """What a day of our own would change; nothing is written. Raises FieldWrong."""
        _differs_from(self._hours.calendar, day)
        others = (entry for entry in calendar.entries(self._store) if not _is_own(entry, day.on))
        return self._preview("local", [*others, Entry(day, LOCAL)], (day,), ())

    def enter_own(self, day: CalendarDay, by: User | None) -> Change:
        """A day of our own: off where others work, or worked where others are off. Raises FieldWrong."""
        name = _named(day.name_zh)
        _differs_from(self._hours.calendar, day)

        def write(tx: Transaction) -> None:
            rows.put_local(tx, day.on.isoformat(), is_workday=day.is_workday, name=name)

        return self._change("local", day.on.year, by, write)

    def drop_own(self, on: date, by: User | None) -> Change:
        """This day is as the notice says again. Raises NotFound."""

        def write(tx: Transaction) -> None:
            if not rows.drop_local(tx, on.isoformat()):
                raise NotFound

        return self._change("dropped", on.year, by, write)

    # --- inside ---

    def _preview(
        self, what: str, entered: Iterable[Entry], days: tuple[CalendarDay, ...], doubts: tuple[Doubt, ...]
    ) -> Preview:
        after = self._hours.under(calendar=calendar.built(entered, 0))
        moves = tuple(recalculation.changes(self._store, self._as_it_is(), after))
        named = ";".join([what, *(f"{day.on}{day.is_workday:d}{day.name_zh or day.key}" for day in days)])
        seen = hashlib.sha256(named.encode()).hexdigest()[:SEEN_LETTERS]
        return Preview(days, doubts, moves[:MOST_SHOWN], len(moves), seen)

    def _change(self, what: str, year: int, by: User | None, write: Callable[[Transaction], None]) -> Change:
        now, before = self._clock.now(), self._as_it_is()
        in_force = self._hours.in_force
        try:
            with self._store.transaction() as tx:
                write(tx)
                number = rows.next_change(tx)
                change_id = tx.insert(
                    "calendar_change",
                    version=calendar.version(number),
                    what=what,
                    year=year,
                    at=utc_text(now),
                    user_id=by.id if by else None,
                )
                after = calendar.load_calendar(tx)
                moves = tuple(recalculation.changes(tx, before, self._hours.under(calendar=after)))
                count = recalculation.apply(tx, self._audit, moves, change_id)
                reminders.settle_calendar(tx, self._known_years(after, now), utc_text(now))
                words = [f"{entry.day.on}{entry.day.is_workday:d}{entry.notice_year}" for entry in calendar.entries(tx)]
                self._audit.write(tx, f"calendar_{what}", "calendar_change", change_id, by, words=words)
                tx.announce("reminder", 0)
                in_force.become(calendar=after)  # before anybody else may write by the old one
        except BaseException:
            in_force.become(calendar=before.calendar)
            raise
        log.info("the calendar was changed: %s of %d, %d due times moved", what, year, count)
        return Change(change_id, what, year, now, by.display_name if by else "", count)

    def _as_it_is(self) -> OfficeHours:
        """As it counts at this moment, whatever comes into force meanwhile."""
        return self._hours.under()

    def _known_years(self, after: WorkCalendar, now: datetime) -> tuple[int, ...]:
        this_year = self._hours.local_date(now).year
        return tuple(
            year for year in (this_year, this_year + 1) if not after.is_provisional(date(year, notice.MIDYEAR, 1))
        )


def _is_own(entry: Entry, on: date) -> bool:
    return entry.notice_year == LOCAL and entry.day.on == on


def _named(name: str) -> str:
    """What the day is called on the page. Raises FieldWrong."""
    plain = " ".join(name.split())
    if not plain:
        raise FieldWrong("name", notice.LABELS["no_name"])
    if len(plain) > LONGEST_NAME:
        raise FieldWrong("name", "At most %(most)d characters.", most=LONGEST_NAME)
    return plain


def _differs_from(now: WorkCalendar, day: CalendarDay) -> None:
    if now.is_workday(day.on) == day.is_workday:
        raise FieldWrong("day_on", "That day is like this already.")
