"""Months of the office's own calendar, out to the ends of what a calendar can hold. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo


def next_month(first: date) -> date:
    """The first day of the month after this one's; behind the last month there is only its last day."""
    if (first.year, first.month) == (date.max.year, date.max.month):
        return date.max
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def midnight(day: date, zone: tzinfo) -> datetime:
    """When the day begins there; at the very beginning of the calendar, midnight in UTC."""
    begins = datetime.combine(day, time(), zone)
    return begins.astimezone(UTC) if day > date.min else begins.replace(tzinfo=UTC)
