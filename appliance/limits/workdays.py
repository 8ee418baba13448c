"""Which days are working days. Pure.

Three sources, the stronger one first: what the office itself entered, the government's published calendar, and for
years not published yet the plain week with the statutory holidays on their dates, without the days that will be
swapped: provisional, but never a failure. A unit with a week of its own has its own working days (`of_week`).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from appliance.limits.statutory import statutory_name

ONE_DAY = timedelta(days=1)
SATURDAY = 5
PLAIN_WEEK = frozenset(range(SATURDAY))  # Monday to Friday
LONGEST_BREAK_DAYS = 400  # a calendar with no working day for longer than this is a mistake in it


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that differs from the plain week."""

    on: date
    is_workday: bool
    key: str = ""  # "national_day"
    name_zh: str = ""
    name_en: str = ""


class CalendarWrong(ValueError):
    """The calendar has no working day where there must be one."""


class NoSuchTime(CalendarWrong):
    """It lies before the year 1 or after 9999: the clock is wrong, or a number is absurd."""


def days_after(day: date, count: int) -> date:
    """So many days later. Raises NoSuchTime where no calendar reaches."""
    try:
        return day + timedelta(days=count)
    except OverflowError:
        raise NoSuchTime(f"there is no day {count} days after {day}: is the clock right?") from None


def later(moment: datetime, length: timedelta) -> datetime:
    """So much later, in UTC. Raises NoSuchTime where no calendar reaches."""
    try:
        return moment.astimezone(UTC) + length
    except OverflowError:
        raise NoSuchTime(f"there is no moment {length} after {moment:%Y-%m-%d}: is the clock right?") from None


class WorkCalendar:
    """Immutable: a changed calendar is a new one."""

    def __init__(
        self,
        official: Iterable[CalendarDay] = (),
        local: Iterable[CalendarDay] = (),
        *,
        published_years: Iterable[int] | None = None,
        version: str = "",
    ) -> None:
        """`official` covers whole years: by default every year that a row stands in. `local` overrides day by day.

        `version` is written into every due time that is worked out by it.
        """
        self.version = version
        rows = tuple(official)
        self._published = frozenset({row.on.year for row in rows} if published_years is None else published_years)
        self._days = {row.on: row for row in rows} | {row.on: row for row in local}
        self._holidays = frozenset(row.on for row in rows if not row.is_workday)
        self._week = PLAIN_WEEK

    def of_week(self, weekdays: frozenset[int]) -> WorkCalendar:
        """The same calendar for whoever works on these days of the week (0: Monday).

        Holidays stay free, with the weekends that touch them; what is worked in exchange is worked by everybody.
        """
        theirs = copy.copy(self)
        theirs._week = weekdays
        return theirs

    def is_workday(self, day: date) -> bool:
        row, weekday = self._days.get(day), day.weekday()
        if row is not None:
            return row.is_workday and (weekday >= SATURDAY or weekday in self._week)
        if weekday not in self._week:
            return False
        return not (self._is_in_break(day) if weekday >= SATURDAY else self._is_holiday(day))

    def is_provisional(self, day: date) -> bool:
        """The government has not published this day's year yet, as far as this box knows."""
        return day.year not in self._published

    def name_key(self, day: date) -> str:
        """The holiday this day belongs to ("national_day"; make-up days too), or ''."""
        row = self._days.get(day)
        if row is not None:
            return row.key
        return statutory_name(day) if self.is_provisional(day) else ""

    def add_workdays(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, not counting `day` itself; before it for a negative count.

        0 is `day` itself, a working day or not.
        """
        return [day, *self._workdays_from(day, forward=count > 0, most=abs(count))][-1]

    def next_workday(self, day: date) -> date:
        """`day` itself when it is one."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def last_workday(self, day: date) -> date:
        """`day` itself when it is one."""
        return day if self.is_workday(day) else self.add_workdays(day, -1)

    def workdays_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative when `last` lies before."""
        if last < first:
            return -self.workdays_between(last, first)
        days = (first + ONE_DAY * number for number in range(1, (last - first).days + 1))
        return sum(self.is_workday(day) for day in days)

    def _is_holiday(self, day: date) -> bool:
        return day in self._holidays or bool(self.is_provisional(day) and statutory_name(day))

    def _is_in_break(self, day: date) -> bool:
        """Whether this Saturday or Sunday belongs to a holiday: no notice names it, for it is free anyhow."""
        return any(self._is_holiday(near) for step in (ONE_DAY, -ONE_DAY) for near in self._up_to_workweek(day, step))

    def _up_to_workweek(self, day: date, step: timedelta) -> Iterator[date]:
        """This day and those next to it, as far as the weekend goes and the day behind it; none that is worked."""
        while day not in self._days or not self._days[day].is_workday:
            yield day
            if day.weekday() < SATURDAY:
                return
            day = days_after(day, step.days)

    def _workdays_from(self, day: date, *, forward: bool, most: int) -> Iterator[date]:
        step = 1 if forward else -1
        for _ in range(most):
            for _ in range(LONGEST_BREAK_DAYS):
                day = days_after(day, step)
                if self.is_workday(day):
                    break
            else:
                raise CalendarWrong(f"no working day in the {LONGEST_BREAK_DAYS} days next to {day}")
            yield day
