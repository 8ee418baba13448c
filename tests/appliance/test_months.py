"""Months out to the ends of what a calendar can hold: a page asked for one never breaks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from appliance.months import midnight, next_month

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("first", "after"),
    [
        (date(2026, 1, 1), date(2026, 2, 1)),
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(9999, 11, 1), date(9999, 12, 1)),
        (date(9999, 12, 1), date.max),
    ],
)
def test_a_month_is_followed_by_the_next_one(first: date, after: date) -> None:
    assert next_month(first) == after


def test_a_day_begins_at_midnight_of_the_office() -> None:
    assert midnight(date(2026, 11, 1), SHANGHAI) == datetime(2026, 10, 31, 16, tzinfo=UTC)


def test_the_first_day_there_is_begins_where_the_calendar_does() -> None:
    assert midnight(date.min, SHANGHAI) == datetime.min.replace(tzinfo=UTC)
