"""The office's calendar: what came with the program, and over it what the office knows better."""

from __future__ import annotations

from datetime import date

from appliance.limits.published import published_days
from appliance.limits.workdays import CalendarDay, WorkCalendar
from db import calendar as rows
from db.store import Reads


def load_calendar(reads: Reads) -> WorkCalendar:
    """Days entered as "official" publish their whole year; "local" ones change single days."""
    official = {day.on: day for day in published_days()}
    local = []
    for row in rows.days(reads):
        day = CalendarDay(date.fromisoformat(row["day_on"]), bool(row["is_workday"]), "", row["name"], row["name"])
        if row["source"] == "official":
            official[day.on] = day
        else:
            local.append(day)
    return WorkCalendar(official.values(), local)
