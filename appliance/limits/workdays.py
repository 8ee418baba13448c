"""Which days are working days. Pure.

Three sources, the stronger one first: what the office itself entered, the government's published calendar, and for
years not published yet the plain week with the statutory holidays on their dates, without the days that will be
swapped: provisional, but never a failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from appliance.limits.statutory import statutory_name

ONE_DAY = timedelta(days=1)
SATURDAY = 5
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

    def is_workday(self, day: date) -> bool:
        row = self._days.get(day)
        if row is not None:
            return row.is_workday
        if day.weekday() >= SATURDAY:
            return False
        return not (self.is_provisional(day) and statutory_name(day))

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

    def _workdays_from(self, day: date, *, forward: bool, most: int) -> Iterator[date]:
        step = ONE_DAY if forward else -ONE_DAY
        for _ in range(most):
            for _ in range(LONGEST_BREAK_DAYS):
                day += step
                if self.is_workday(day):
                    break
            else:
                raise CalendarWrong(f"no working day in the {LONGEST_BREAK_DAYS} days next to {day}")
            yield day
