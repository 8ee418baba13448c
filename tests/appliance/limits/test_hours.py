from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.limits.hours import HoursWrong, OfficeHours
from appliance.limits.published import published_days
from appliance.limits.workdays import CalendarDay, CalendarWrong, WorkCalendar
from tests.appliance.office_bed import HOURS, SHANGHAI, local

CALENDAR = WorkCalendar(published_days())


def hours(text: str) -> OfficeHours:
    return OfficeHours.parse(text).at(CALENDAR, SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (local(2026, 11, 23, 8, 29), False),
        (local(2026, 11, 23, 8, 30), True),
        (local(2026, 11, 23, 11, 59), True),
        (local(2026, 11, 23, 12, 0), False),  # lunch
        (local(2026, 11, 23, 14, 0), True),
        (local(2026, 11, 23, 17, 30), False),
        (local(2026, 11, 22, 10, 0), False),  # Sunday
        (local(2026, 10, 1, 10, 0), False),  # National Day, Thursday
        (local(2026, 10, 10, 10, 0), True),  # Saturday worked in exchange
        (local(2026, 10, 10, 12, 30), False),
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), True),  # nine in Shanghai
    ],
)
def test_the_office_is_open_by_its_own_wall_clock_and_calendar(moment: datetime, is_open: bool) -> None:
    assert HOURS.is_open(moment) is is_open


@pytest.mark.parametrize(
    ("moment", "length", "expected"),
    [
        (local(2026, 11, 23, 9, 0), timedelta(hours=1), local(2026, 11, 23, 10, 0)),
        (local(2026, 11, 23, 11, 0), timedelta(hours=4), local(2026, 11, 23, 17, 0)),  # 1 h, lunch, 3 h
        (local(2026, 11, 23, 11, 0), timedelta(hours=1), local(2026, 11, 23, 12, 0)),  # the very end of a span
        (local(2026, 11, 23, 17, 0), timedelta(hours=8), local(2026, 11, 25, 9, 0)),  # 0.5 + 7 + 0.5
        (local(2026, 11, 20, 18, 0), timedelta(hours=1), local(2026, 11, 23, 9, 30)),  # Friday evening
        (local(2026, 10, 9, 16, 0), timedelta(hours=4), local(2026, 10, 10, 11, 0)),  # Friday, then a worked Saturday
        (local(2026, 9, 30, 17, 0), timedelta(hours=1), local(2026, 10, 8, 9, 0)),  # over National Day
        (local(2026, 12, 31, 17, 0), timedelta(hours=1), local(2027, 1, 4, 9, 0)),  # into a provisional year
        (local(2026, 11, 23, 3, 0), timedelta(0), local(2026, 11, 23, 8, 30)),
        (local(2026, 11, 23, 9, 0), timedelta(0), local(2026, 11, 23, 9, 0)),
    ],
)
def test_office_time_is_added_by_hand(moment: datetime, length: timedelta, expected: datetime) -> None:
    assert HOURS.add_open(moment, length) == expected


def test_the_next_opening_is_now_while_the_office_is_open() -> None:
    assert HOURS.next_opening(local(2026, 11, 23, 15, 0)) == local(2026, 11, 23, 15, 0)
    assert HOURS.next_opening(local(2026, 11, 23, 12, 0)) == local(2026, 11, 23, 14, 0)
    assert HOURS.next_opening(local(2026, 9, 30, 17, 30)) == local(2026, 10, 8, 8, 30)


def test_saturdays_that_are_written_are_worked_holidays_or_not() -> None:
    office = hours("mon-fri 08:30-12:00 14:00-17:30; sat 09:00-12:00")
    assert office.is_open(local(2026, 11, 28, 9, 30))
    assert not office.is_open(local(2026, 11, 29, 9, 30))
    assert office.is_open(local(2026, 10, 10, 9, 30))


def test_an_office_of_every_day_knows_no_holiday() -> None:
    office = hours("daily 00:00-24:00")
    assert office.is_open(local(2026, 10, 1, 0, 0))
    assert office.is_open(local(2026, 11, 22, 23, 59))
    assert office.add_open(local(2026, 10, 1, 12, 0), timedelta(hours=30)) == local(2026, 10, 2, 18, 0)


def test_a_working_day_without_hours_is_closed() -> None:
    office = hours("mon-thu 09:00-17:00")
    assert not office.is_open(local(2026, 11, 27, 10, 0))  # Friday
    assert office.is_open(local(2026, 10, 10, 10, 0))  # a Saturday worked in exchange has Monday's hours


def test_closing_time_is_the_end_of_the_days_last_span() -> None:
    assert HOURS.closing(date(2026, 11, 23)) == local(2026, 11, 23, 17, 30)
    assert HOURS.closing(date(2026, 10, 10)) == local(2026, 10, 10, 17, 30)
    assert hours("mon-thu 09:00-17:00").closing(date(2026, 11, 27)) == local(2026, 11, 27, 17, 0)
    assert hours("daily 00:00-24:00").closing(date(2026, 11, 27)) == local(2026, 11, 28, 0, 0)


def test_the_local_date_is_not_the_one_of_utc() -> None:
    assert HOURS.local_date(datetime(2026, 11, 22, 17, 0, tzinfo=UTC)) == date(2026, 11, 23)


def test_hours_move_with_summer_time_where_there_is_one() -> None:
    berlin = OfficeHours.parse("mon-fri 08:00-16:00").at(
        WorkCalendar(published_years=[2026]), ZoneInfo("Europe/Berlin")
    )
    assert berlin.is_open(datetime(2026, 3, 27, 7, 0, tzinfo=UTC))  # Friday before the change: 8 is 7 UTC
    assert not berlin.is_open(datetime(2026, 3, 27, 6, 30, tzinfo=UTC))
    assert berlin.is_open(datetime(2026, 3, 30, 6, 0, tzinfo=UTC))  # Monday after it: 8 is 6 UTC
    friday_noon = datetime(2026, 3, 27, 11, 0, tzinfo=UTC)
    assert berlin.add_open(friday_noon, timedelta(hours=8)) == datetime(2026, 3, 30, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "No opening time"),
        (" ; ", "No opening time"),
        ("mon-fri", "no times behind it"),
        ("sometimes 08:00-12:00", '"sometimes" is no day'),
        ("mon-xyz 08:00-12:00", "is no day"),
        ("fri-mon 08:00-12:00", "is no day"),
        ("mon 8-12", '"8-12" is no time'),
        ("mon 08:60-12:00", "no time of day"),
        ("mon 08:00-12:60", "no time of day"),
        ("mon 08:00-24:01", "no time of day"),
        ("mon 12:00-08:00", "ends before it begins"),
        ("mon 12:00-12:00", "ends before it begins"),
        ("mon 08:00-12:00 11:00-17:00", "begins before the time written before it ends"),
        ("08:00-12:00", "is no day"),
    ],
)
def test_a_wrong_pattern_says_which_word_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(HoursWrong, match=complaint):
        OfficeHours.parse(text)


def test_patterns_may_be_written_in_several_ways() -> None:
    plain = OfficeHours.parse("mon-fri 08:30-12:00 14:00-17:30")
    assert OfficeHours.parse("Mon-Fri 8:30-12:00, 14:00-17:30 ;") == plain
    assert OfficeHours.parse("mon 08:00-09:00").week[0] == ((480, 540),)


def test_a_calendar_that_closes_for_ever_is_named_as_wrong() -> None:
    closed = [CalendarDay(date(2026, 1, 1) + timedelta(days=number), is_workday=False) for number in range(4400)]
    office = OfficeHours.parse("mon-fri 08:00-12:00").at(WorkCalendar(local=closed), SHANGHAI)
    with pytest.raises(CalendarWrong, match="no office hours"):
        office.next_opening(local(2026, 6, 1))


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC))


@given(moment=MOMENTS, first=st.integers(0, 3000), second=st.integers(1, 3000))
def test_adding_in_two_steps_is_adding_at_once(moment: datetime, first: int, second: int) -> None:
    half = HOURS.add_open(moment, timedelta(minutes=first))
    assert HOURS.add_open(half, timedelta(minutes=second)) == HOURS.add_open(moment, timedelta(minutes=first + second))
    assert half >= moment


@given(moment=MOMENTS)
def test_an_opening_is_open_and_nothing_before_it_is(moment: datetime) -> None:
    opening = HOURS.next_opening(moment)
    assert HOURS.is_open(opening)
    assert opening == moment or not HOURS.is_open(moment)
