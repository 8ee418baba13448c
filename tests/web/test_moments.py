"""How moments are said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.moments import Speaker, passed_percent

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI).astimezone(UTC)


def say(message: str, /, **gaps: object) -> str:
    return message % gaps if gaps else message


def say_many(one: str, many: str, count: int, /, **gaps: object) -> str:
    return (one if count == 1 else many) % gaps


SPEAKER = Speaker(NOW, SHANGHAI, say, say_many)


@pytest.mark.parametrize(
    ("local", "said"),
    [
        ((2026, 11, 23, 14, 5), "14:05"),
        ((2026, 11, 23, 0, 0), "00:00"),
        ((2026, 11, 22, 23, 59), "yesterday 23:59"),
        ((2026, 11, 24, 0, 1), "tomorrow 00:01"),
        ((2026, 11, 20, 8, 0), "11-20 08:00"),
        ((2025, 12, 31, 8, 0), "2025-12-31 08:00"),
        ((2027, 1, 4, 17, 30), "2027-01-04 17:30"),
    ],
)
def test_a_moment_is_as_short_as_it_is_clear(local: tuple[int, ...], said: str) -> None:
    moment = datetime(*local, tzinfo=SHANGHAI).astimezone(UTC)  # type: ignore[misc,arg-type]
    assert SPEAKER.when(moment) == said


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (timedelta(seconds=20), "1 min left"),
        (timedelta(minutes=59), "59 min left"),
        (timedelta(hours=1), "1 h left"),
        (timedelta(hours=47), "47 h left"),
        (timedelta(days=2), "2 days left"),
        (timedelta(seconds=-1), "1 min late"),
        (timedelta(hours=-5), "5 h late"),
        (timedelta(days=-3), "3 days late"),
    ],
)
def test_what_is_left_is_said_in_its_largest_useful_unit(until: timedelta, said: str) -> None:
    assert SPEAKER.left(NOW + until) == said


@given(st.timedeltas(min_value=timedelta(days=-4000), max_value=timedelta(days=4000)))
def test_late_is_said_exactly_when_it_is_late(until: timedelta) -> None:
    assert ("late" in SPEAKER.left(NOW + until)) == (int(until.total_seconds()) < 0)


@given(st.integers(min_value=0, max_value=400_000))
def test_a_length_reads_back_as_its_seconds(seconds: int) -> None:
    parts = [int(part) for part in SPEAKER.lasted(NOW, NOW + timedelta(seconds=seconds)).split(":")]
    assert sum(part * 60**place for place, part in enumerate(reversed(parts))) == seconds
    assert all(part < 60 for part in parts[1:])


def test_a_clock_that_was_set_back_gives_no_negative_length() -> None:
    assert SPEAKER.lasted(NOW, NOW - timedelta(hours=1)) == "0:00"


@given(st.integers(-100, 300), st.integers(-10, 100))
def test_the_due_bar_stays_between_empty_and_full(passed: int, whole: int) -> None:
    start = NOW - timedelta(minutes=passed)
    percent = passed_percent(start, start + timedelta(minutes=whole), NOW)
    assert 0 <= percent <= 100
    if whole > 0 and passed >= whole:
        assert percent == 100
