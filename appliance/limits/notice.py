"""A year's notice of holidays as a person enters it: breaks, and the days worked in exchange. Pure.

A line is a name, the first and the last day off, and the weekend days that are worked for it:

    name,first,last,worked
    National Day,2027-10-01,2027-10-07,2027-09-26 2027-10-09

Weekends inside a break are days off anyway; only days that differ from the plain week are kept.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from appliance import csv_lines
from appliance.bilingual import said_in
from appliance.limits.hours import OfficeHours
from appliance.limits.statutory import statutory_days
from appliance.limits.workdays import ONE_DAY, SATURDAY, CalendarDay

COLUMNS = ("name", "first", "last", "worked")
SHIPPED_COLUMNS = ("on", "is_workday", "key", "name_zh", "name_en")  # of calendar_cn.csv
LONGEST_BREAK = timedelta(days=16)
MOST_LINES = 12
PROMPT_FROM = (11, 15)  # month and day: the notices of 2004 to 2026 came between early November and 1 December
FIRST_YEAR, LAST_YEAR = 2004, 2100  # of any notice
MIDYEAR = 6  # a month that no notice of another year reaches
FEWEST_DAYS = 16  # of the years 2004 to 2026
NEAR_DAYS = 31  # a notice of a year frees days of the next one or the one before within this of New Year

LABELS = {
    "no_line": "Nothing was entered. Write at least one holiday.",
    "no_name": "Please write a name for this holiday.",
    "no_date": "%(text)s is not a date. Write it as 2027-10-01.",
    "half": "A break needs its first and its last day.",
    "backwards": "The last day lies before the first.",
    "long": "A break of %(days)d days is longer than any that was ever given. Look at its dates again.",
    "other_year": "%(day)s does not belong to %(year)d.",
    "twice": "%(day)s is entered twice.",
    "not_weekend": "%(day)s is no Saturday or Sunday: only those are worked in exchange.",
    "far": "%(year)d is no year of a notice: it is one from %(first)d to %(last)d.",
    "columns": "The first line must name the columns name,first,last,worked.",
    "not_workday_mark": "is_workday must be 0 or 1.",
}
WARNINGS = {
    "missing": "%(day)s is a holiday by law and is not among the days off.",
    "few": "There are only %(days)d days off on Mondays to Fridays. Every year since 2004 had 16 or more.",
}


class NoticeWrong(ValueError):
    """A line can't be what was meant. `line` counts from 1; `reason` is a sentence with gaps (message id)."""

    def __init__(self, line: int, reason: str, **fields: object) -> None:
        self.line, self.reason, self.fields = line, reason, fields
        super().__init__(f"line {line}: {reason % fields}")


@dataclass(frozen=True, slots=True)
class Break:
    """One line of the notice. Without `first` and `last` it only names days that are worked."""

    name: str
    first: date | None
    last: date | None
    worked: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """Possible, but perhaps not meant: a sentence with gaps (message id) and what fills them."""

    reason: str
    fields: Mapping[str, object]


def breaks_of(lines: Sequence[Mapping[str, str]]) -> tuple[Break, ...]:
    """What was typed, empty lines left out. Raises NoticeWrong."""
    found = []
    for number, line in enumerate(lines, 1):
        values = {name: (line.get(name) or "").strip() for name in COLUMNS}
        if not any(values[name] for name in ("first", "last", "worked")):
            continue
        if not values["name"]:
            raise _wrong(number, "no_name")
        if bool(values["first"]) != bool(values["last"]):
            raise _wrong(number, "half")
        first, last = _date(number, values["first"]), _date(number, values["last"])
        worked = tuple(_day(number, word) for word in values["worked"].replace(",", " ").replace(";", " ").split())
        found.append(Break(values["name"], first, last, worked))
    if not found:
        raise _wrong(1, "no_line")
    return tuple(found)


def days_of(year: int, breaks: Iterable[Break]) -> tuple[CalendarDay, ...]:
    """The days that differ from the plain week, by date. Raises NoticeWrong."""
    days: dict[date, CalendarDay] = {}
    for number, row in enumerate(breaks, 1):
        for day, is_workday in _of_break(number, row):
            if not date(year, 1, 1) - NEAR_DAYS * ONE_DAY <= day <= date(year, 12, 31) + NEAR_DAYS * ONE_DAY:
                raise _wrong(number, "other_year", day=day.isoformat(), year=year)
            if day in days:
                raise _wrong(number, "twice", day=day.isoformat())
            if is_workday and day.weekday() < SATURDAY:
                raise _wrong(number, "not_weekend", day=day.isoformat())
            days[day] = CalendarDay(day, is_workday, "", row.name, row.name)
    differing = (day for day in days.values() if day.is_workday == (day.on.weekday() >= SATURDAY))
    return tuple(sorted(differing, key=lambda day: day.on))


def doubts(year: int, days: Iterable[CalendarDay]) -> tuple[Doubt, ...]:
    """What a year's notice usually holds and this one does not."""
    off = {day.on for day in days if not day.is_workday}
    working = {day.on for day in days if day.is_workday}
    missing = (day for day in statutory_days(year) if day in working or (day.weekday() < SATURDAY and day not in off))
    found = [Doubt(WARNINGS["missing"], {"day": day.isoformat()}) for day in missing]
    if len(off) < FEWEST_DAYS:
        found.append(Doubt(WARNINGS["few"], {"days": len(off)}))
    return tuple(found)


def proposal(year: int, called: Mapping[str, str]) -> tuple[Break, ...]:
    """The statutory days of the year as lines to correct: the breaks of the notice are longer."""
    runs: list[list[date]] = []
    names: list[str] = []
    for day, name in statutory_days(year).items():
        if runs and runs[-1][-1] + ONE_DAY == day and names[-1] == name:
            runs[-1].append(day)
        else:
            runs.append([day])
            names.append(name)
    return tuple(Break(called.get(name, name), run[0], run[-1]) for name, run in zip(names, runs, strict=True))


def read_csv(lines: Iterable[str]) -> tuple[int, tuple[CalendarDay, ...]]:
    """The year of a file and its days: lines of breaks, or days as calendar_cn.csv has them. Raises NoticeWrong.

    The year is the one that most of its days lie in.
    """
    try:
        reader = csv_lines.table(line for line in lines if not line.startswith("#"))
        rows = [{name: value or "" for name, value in row.items() if name} for row in reader]
    except csv.Error:
        raise NoticeWrong(1, csv_lines.REASONS["no_csv"]) from None
    names = tuple(reader.fieldnames or ())
    if set(SHIPPED_COLUMNS) <= set(names):
        days = tuple(_shipped(number, row) for number, row in enumerate(rows, 2))
        return _year_of(day.on for day in days), days
    if not set(COLUMNS) <= set(names):
        raise _wrong(1, "columns")
    breaks = breaks_of(rows)
    year = _year_of(day for row in breaks for day in (row.first, row.last, *row.worked) if day is not None)
    return year, days_of(year, breaks)


def breaks_from(days: Iterable[CalendarDay], language: str = "zh") -> tuple[Break, ...]:
    """Days as lines again: what is off in a row, weekends between, with the days worked under the same name."""
    breaks: list[Break] = []
    worked: dict[str, list[date]] = {}
    for day in sorted(days, key=lambda day: day.on):
        name = name_of(day, language)
        if day.is_workday:
            worked.setdefault(name, []).append(day.on)
        elif breaks and breaks[-1].name == name and _only_weekend_between(breaks[-1].last, day.on):
            breaks[-1] = replace(breaks[-1], last=day.on)
        else:
            breaks.append(Break(name, day.on, day.on))
    lines = [replace(row, worked=tuple(worked.pop(row.name, ()))) for row in breaks]
    return (*lines, *(Break(name, None, None, tuple(days_worked)) for name, days_worked in worked.items()))


def years_to_enter(now: datetime, hours: OfficeHours) -> tuple[int, ...]:
    """The years that somebody should enter by now: this one, and from the middle of November on the next."""
    today = hours.local_date(now)
    asked = (today.year, today.year + 1) if (today.month, today.day) >= PROMPT_FROM else (today.year,)
    return tuple(year for year in asked if year <= LAST_YEAR and hours.calendar.is_provisional(date(year, MIDYEAR, 1)))


def name_of(day: CalendarDay, language: str) -> str:
    return said_in(language, day.name_zh, day.name_en) or day.key


def _only_weekend_between(last: date | None, day: date) -> bool:
    gap = () if last is None else tuple(last + ONE_DAY * count for count in range(1, (day - last).days))
    return all(between.weekday() >= SATURDAY for between in gap)


def _year_of(days: Iterable[date]) -> int:
    years = [day.year for day in days]
    if not years:
        raise _wrong(1, "no_line")
    year = max(set(years), key=years.count)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _wrong(1, "far", year=year, first=FIRST_YEAR, last=LAST_YEAR)
    return year


def _shipped(number: int, row: Mapping[str, str]) -> CalendarDay:
    if row["is_workday"] not in {"0", "1"}:
        raise _wrong(number, "not_workday_mark")
    return CalendarDay(_day(number, row["on"]), row["is_workday"] == "1", row["key"], row["name_zh"], row["name_en"])


def _of_break(number: int, row: Break) -> Iterator[tuple[date, bool]]:
    yield from ((day, True) for day in row.worked)
    if row.first is None or row.last is None:
        return
    if row.last < row.first:
        raise _wrong(number, "backwards")
    if row.last - row.first >= LONGEST_BREAK:
        raise _wrong(number, "long", days=(row.last - row.first).days + 1)
    yield from ((row.first + ONE_DAY * count, False) for count in range((row.last - row.first).days + 1))


def _date(number: int, text: str) -> date | None:
    return _day(number, text) if text else None


def _day(number: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _wrong(number, "no_date", text=text) from None


def _wrong(line: int, reason: str, **fields: object) -> NoticeWrong:
    return NoticeWrong(line, LABELS[reason], **fields)
