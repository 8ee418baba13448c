"""The office's calendar: what came with the program, and over it what the office knows better."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from appliance.limits.published import published_days
from appliance.limits.workdays import CalendarDay, WorkCalendar
from db import calendar as rows
from db.store import Reads

LOCAL = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A day as the office entered it: of the notice of a year, or (LOCAL) its own."""

    day: CalendarDay
    notice_year: int


def load_calendar(reads: Reads) -> WorkCalendar:
    """Days entered as "official" publish the year of their notice; "local" ones change single days."""
    return built(entries(reads), rows.last_change(reads))


def entries(reads: Reads) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            CalendarDay(date.fromisoformat(row["day_on"]), bool(row["is_workday"]), "", row["name"], row["name"]),
            LOCAL if row["source"] == "local" else row["notice_year"] or int(row["day_on"][:4]),
        )
        for row in rows.days(reads)
    )


def built(entered: Iterable[Entry], last_change: int) -> WorkCalendar:
    """A notice that was entered counts instead of the program's own of that year.

    It frees single days of the years before and after too: those do not publish these years.
    """
    entered = tuple(entered)
    by_hand = {entry.notice_year for entry in entered if entry.notice_year != LOCAL}
    shipped = published_days()
    official = {day.on: day for day in shipped if day.on.year not in by_hand}
    official |= {entry.day.on: entry.day for entry in entered if entry.notice_year != LOCAL}
    return WorkCalendar(
        official.values(),
        [entry.day for entry in entered if entry.notice_year == LOCAL],
        published_years={day.on.year for day in shipped} | by_hand,
        version=version(last_change),
    )


def version(last_change: int) -> str:
    """Which calendar a due time was worked out by: the last year that came with the program, changes since."""
    last_year = max(day.on.year for day in published_days())
    return f"{last_year}.{last_change}" if last_change else str(last_year)
