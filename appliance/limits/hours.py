"""When the office is open, and how far a limit in hours of office time reaches. Pure.

The pattern is one line of config.ini: days, then times, groups separated by `;`

    mon-fri 08:30-12:00 14:00-17:30; sat 09:00-12:00        daily 00:00-24:00

A holiday closes Monday to Friday; a Saturday or Sunday worked in exchange has the hours of the first day written.
`daily` opens every day alike, holidays too.

A department may write hours of its own (`of_unit`). Its limits end when it closes itself, and the days of the week it
writes are its working days: six for "mon-sat". Who is there `daily` still has the days off that everybody has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import takewhile

from appliance.limits.in_force import InForce
from appliance.limits.presets import DEFAULT, Preset
from appliance.limits.workdays import SATURDAY, CalendarWrong, NoSuchTime, WorkCalendar, days_after, later

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60
FURTHEST_DAYS = 4000  # nothing in an office takes eleven years
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")

Span = tuple[int, int]  # minutes after midnight, from and until
Week = tuple[tuple[Span, ...], ...]  # Monday first


REASONS = {
    "empty": "No opening time is written.",
    "day": '"%(word)s" is no day. Use mon, tue ... sun, mon-fri or daily.',
    "no_times": '"%(word)s" has no times behind it.',
    "time": '"%(word)s" is no time. Use for example 08:30-12:00.',
    "clock": '"%(word)s" is no time of day.',
    "backwards": '"%(word)s" ends before it begins. Past midnight, write 22:00-24:00 and 00:00-06:00.',
    "overlap": '"%(word)s" begins before the time written before it ends.',
}


class HoursWrong(ValueError):
    """The line is not a pattern of office hours. `reason` is a message id of REASONS, `word` what is wrong."""

    def __init__(self, reason: str, word: str = "") -> None:
        self.reason, self.word = REASONS[reason], word
        super().__init__(self.reason % {"word": word})


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Immutable but for what is in force. `parse` gives the pattern, `at` ties it to a calendar and a time zone."""

    week: Week
    ignores_holidays: bool = False
    in_force: InForce = field(default_factory=lambda: InForce(WorkCalendar()), compare=False)
    zone: tzinfo = UTC
    pattern: str = ""  # as a department wrote it; '' = the office's own hours
    office: OfficeHours | None = field(default=None, compare=False)  # of a department's hours: the office's

    @property
    def calendar(self) -> WorkCalendar:
        """The working days: a department's own where it writes a week of its own."""
        if not self.pattern or self.ignores_holidays:
            return self.in_force.calendar
        return self.in_force.calendar.of_week(frozenset(day for day, spans in enumerate(self.week) if spans))

    @property
    def preset(self) -> Preset:
        return self.in_force.preset

    @classmethod
    def parse(cls, text: str) -> OfficeHours:
        """Read the pattern. Raises HoursWrong."""
        week: list[tuple[Span, ...]] = [()] * 7
        ignores_holidays = False
        for group in filter(None, (part.strip() for part in text.lower().split(";"))):
            days, *times = group.replace(",", " ").split()
            numbers, spans = _day_numbers(days), _spans(days, times)
            ignores_holidays = ignores_holidays or days == "daily"
            for number in numbers:
                week[number] = spans
        if not any(week):
            raise HoursWrong("empty")
        return cls(tuple(week), ignores_holidays)

    def at(self, calendar: WorkCalendar, zone: tzinfo, preset: Preset = DEFAULT) -> OfficeHours:
        """The same pattern, in this calendar and time zone, with these limits."""
        return replace(self, in_force=InForce(calendar, preset), zone=zone)

    def under(self, *, calendar: WorkCalendar | None = None, preset: Preset | None = None) -> OfficeHours:
        """What would be if these were in force: nobody else notices."""
        in_force = InForce(calendar or self.in_force.calendar, preset or self.preset)
        office = replace(self.office, in_force=in_force) if self.office is not None else None
        return replace(self, in_force=in_force, office=office)

    def of_unit(self, pattern: str) -> OfficeHours:
        """The hours of a department that writes its own, in the same calendar; '' = the office's. Raises HoursWrong."""
        office, written = self.office or self, pattern.strip()
        if not written:
            return office
        return replace(
            OfficeHours.parse(written), in_force=self.in_force, zone=self.zone, pattern=written, office=office
        )

    def is_open(self, moment: datetime) -> bool:
        return any(start <= moment < end for start, end in self._openings(self.local_date(moment)))

    def next_opening(self, moment: datetime) -> datetime:
        """`moment` itself while the office is open."""
        return self.add_open(moment, timedelta(0))

    def add_open(self, moment: datetime, length: timedelta) -> datetime:
        """When `length` of office time will have passed since `moment`. At the very end of a span it is that end."""
        left = length
        for start, end in self._openings_from(moment):
            begins = max(start, moment)
            if left <= end - begins:
                return (begins + left).astimezone(UTC)
            left -= end - begins
        raise CalendarWrong(f"no office hours within {FURTHEST_DAYS} days after {moment:%Y-%m-%d}")

    def add_working(self, moment: datetime, length: timedelta) -> datetime:
        """Like `add_open`, counting working days alone: a hotline that never closes has days off too.

        No length at all is `moment` itself, in office time or not.
        """
        if not length:
            return moment.astimezone(UTC)
        left = length
        for start, end in self._working_from(moment):
            begins = max(start, moment)
            if left <= end - begins:
                return (begins + left).astimezone(UTC)
            left -= end - begins
        raise CalendarWrong(f"no working hours within {FURTHEST_DAYS} days after {moment:%Y-%m-%d}")

    def working_between(self, first: datetime, last: datetime) -> timedelta:
        """How much working time lies between two moments; none when `last` isn't later."""
        spans = takewhile(lambda span: span[0] < last, self._working_from(first))
        return sum((min(end, last) - max(start, first) for start, end in spans), timedelta(0))

    def closing(self, day: date) -> datetime:
        """When the office closes on this day; on a day without hours, when it closes on its longest day."""
        spans = self._spans_of(day)
        minutes = max(end for _, end in spans or sum(self.week, ()))
        return self._moment(day, minutes)

    def local_date(self, moment: datetime) -> date:
        try:
            return moment.astimezone(self.zone).date()
        except OverflowError:
            raise NoSuchTime(f"{moment:%Y-%m-%d %H:%M} is no time here: is the clock right?") from None

    def due_date(self, due_at: datetime) -> date:
        """The day that a due time belongs to: what is due when somebody closes at midnight is due on the day before."""
        return self.local_date(later(due_at, -datetime.resolution))

    def _spans_of(self, day: date) -> tuple[Span, ...]:
        spans = self.week[day.weekday()]
        if self.ignores_holidays:
            return spans
        if self.calendar.is_workday(day):
            return spans or (next(filter(None, self.week)) if day.weekday() >= SATURDAY else ())
        return spans if day.weekday() >= SATURDAY and not self.pattern else ()

    def _openings(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        return ((self._moment(day, start), self._moment(day, end)) for start, end in self._spans_of(day))

    def _openings_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        first = self.local_date(moment)
        for number in range(FURTHEST_DAYS):
            yield from (span for span in self._openings(days_after(first, number)) if span[1] > moment)

    def _working_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans of working days; a working day on which the pattern is closed has the longest day's."""
        longest = max(self.week, key=lambda spans: sum(end - start for start, end in spans))
        first, calendar = self.local_date(moment), self.calendar
        for day in (days_after(first, number) for number in range(FURTHEST_DAYS)):
            if calendar.is_workday(day):
                spans = (
                    (self._moment(day, start), self._moment(day, end)) for start, end in self._spans_of(day) or longest
                )
                yield from (span for span in spans if span[1] > moment)

    def _moment(self, day: date, minutes: int) -> datetime:
        day, minutes = (days_after(day, 1), 0) if minutes == MIDNIGHT else (day, minutes)
        local = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=self.zone)
        return later(local, timedelta(0))


def _day_numbers(word: str) -> range:
    if word == "daily":
        return range(7)
    first, _, last = word.partition("-")
    if first not in DAYS or (last or first) not in DAYS or DAYS.index(last or first) < DAYS.index(first):
        raise HoursWrong("day", word)
    return range(DAYS.index(first), DAYS.index(last or first) + 1)


def _spans(days: str, words: list[str]) -> tuple[Span, ...]:
    if not words:
        raise HoursWrong("no_times", days)
    spans: list[Span] = []
    for word in words:
        found = _SPAN.fullmatch(word)
        if found is None:
            raise HoursWrong("time", word)
        hour, minute, until_hour, until_minute = map(int, found.groups())
        start, end = hour * 60 + minute, until_hour * 60 + until_minute
        if minute > 59 or until_minute > 59 or end > MIDNIGHT:
            raise HoursWrong("clock", word)
        if end <= start:
            raise HoursWrong("backwards", word)
        if spans and start < spans[-1][1]:
            raise HoursWrong("overlap", word)
        spans.append((start, end))
    return tuple(spans)
