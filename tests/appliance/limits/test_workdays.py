from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.limits.published import PATH, published_days, read_days
from appliance.limits.statutory import LUNAR, statutory_name
from appliance.limits.workdays import CalendarDay, CalendarWrong, WorkCalendar

CALENDAR = WorkCalendar(published_days())
PLAIN = WorkCalendar()  # no year published: the weekend rule and the statutory days


@pytest.mark.parametrize(
    ("day", "is_workday"),
    [
        (date(2026, 11, 23), True),  # an ordinary Monday
        (date(2026, 11, 22), False),  # an ordinary Sunday
        (date(2026, 1, 1), False),  # New Year, Thursday
        (date(2026, 1, 2), False),  # swapped Friday
        (date(2026, 1, 4), True),  # Sunday worked for it
        (date(2026, 2, 14), True),  # Saturday before Spring Festival
        (date(2026, 2, 23), False),  # last day of Spring Festival, Monday
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),  # Saturday
        (date(2026, 4, 6), False),
        (date(2026, 5, 5), False),
        (date(2026, 5, 9), True),  # Saturday
        (date(2026, 6, 19), False),
        (date(2026, 9, 20), True),  # Sunday
        (date(2026, 9, 25), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # Saturday
    ],
)
def test_the_published_days_of_2026_are_known(day: date, is_workday: bool) -> None:
    assert CALENDAR.is_workday(day) is is_workday
    assert not CALENDAR.is_provisional(day)


def test_2026_has_248_working_days() -> None:
    # 365 days - 104 weekend days - 19 holidays on weekdays + 6 weekend days worked
    days = (date(2026, 1, 1) + timedelta(days=number) for number in range(365))
    assert sum(map(CALENDAR.is_workday, days)) == 248


@pytest.mark.parametrize(
    ("day", "is_workday", "key"),
    [
        (date(2027, 1, 1), False, "new_years_day"),  # Friday
        (date(2027, 2, 5), False, "spring_festival"),  # the eve, Friday
        (date(2027, 2, 8), False, "spring_festival"),  # third day, Monday
        (date(2027, 2, 9), True, ""),  # what will be swapped is not known yet
        (date(2027, 4, 5), False, "tomb_sweeping_day"),
        (date(2027, 6, 9), False, "dragon_boat_festival"),
        (date(2027, 9, 15), False, "mid_autumn_festival"),
        (date(2027, 10, 1), False, "national_day"),
        (date(2027, 10, 4), True, ""),
        (date(2028, 4, 4), False, "tomb_sweeping_day"),
        (date(2060, 5, 3), True, ""),
        (date(2060, 10, 1), False, "national_day"),  # beyond the lunar table the fixed days remain
    ],
)
def test_a_year_that_is_not_published_is_provisional_and_never_fails(day: date, is_workday: bool, key: str) -> None:
    assert CALENDAR.is_provisional(day)
    assert CALENDAR.is_workday(day) is is_workday
    assert CALENDAR.name_key(day) == key


def test_statutory_days_stand_on_the_right_lunar_dates_where_the_notice_is_known() -> None:
    # The notice always frees the day itself: the small tables must agree with every published year they cover.
    assert all(not CALENDAR.is_workday(date(year, month, 1)) for year in range(2008, 2027) for month in (1, 10))
    for year in range(2008, 2027):
        tomb = next(day for day in (date(year, 4, 4), date(year, 4, 5), date(year, 4, 6)) if statutory_name(day))
        assert not CALENDAR.is_workday(tomb)


def test_the_lunar_table_has_every_year_to_2050_and_thirteen_days_each() -> None:
    assert sorted(LUNAR) == list(range(2027, 2051))
    for year in LUNAR:
        first = date(year, 1, 1)
        named = [
            day for day in (first + timedelta(days=n) for n in range(366)) if day.year == year and statutory_name(day)
        ]
        # A festival can fall on another one (mid-autumn on National Day): then there is one day less.
        assert 12 <= len(named) <= 13


def test_a_local_day_is_stronger_than_the_notice_and_does_not_publish_its_year() -> None:
    closed = CalendarDay(date(2026, 11, 24), is_workday=False, key="flood")
    opened = CalendarDay(date(2027, 1, 1), is_workday=True)
    calendar = WorkCalendar(published_days(), [closed, opened])
    assert not calendar.is_workday(date(2026, 11, 24))
    assert calendar.name_key(date(2026, 11, 24)) == "flood"
    assert calendar.is_workday(date(2027, 1, 1))
    assert calendar.is_provisional(date(2027, 1, 4))


def test_a_published_ordinary_day_has_no_name() -> None:
    assert CALENDAR.name_key(date(2026, 11, 24)) == ""


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 9, 18), 10, date(2026, 10, 9)),  # over a worked Sunday, Mid-autumn and National Day
        (date(2026, 9, 18), 15, date(2026, 10, 15)),  # over the worked Saturday 10 October too
        (date(2026, 2, 12), 5, date(2026, 2, 26)),  # 13, Sat 14, then 24, 25, 26
        (date(2026, 4, 30), 2, date(2026, 5, 7)),  # 6 and 7 May
        (date(2026, 12, 29), 5, date(2027, 1, 6)),  # 30, 31, then 4, 5, 6 January
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2026, 10, 9), -10, date(2026, 9, 18)),
    ],
)
def test_working_days_are_counted_by_hand(day: date, count: int, expected: date) -> None:
    assert CALENDAR.add_workdays(day, count) == expected


def test_next_and_last_working_day_are_the_day_itself_when_it_is_one() -> None:
    assert CALENDAR.next_workday(date(2026, 10, 8)) == CALENDAR.last_workday(date(2026, 10, 8)) == date(2026, 10, 8)
    assert CALENDAR.next_workday(date(2026, 10, 1)) == date(2026, 10, 8)
    assert CALENDAR.last_workday(date(2026, 10, 1)) == date(2026, 9, 30)


def test_working_days_between_two_days() -> None:
    assert CALENDAR.workdays_between(date(2026, 9, 18), date(2026, 10, 9)) == 10
    assert CALENDAR.workdays_between(date(2026, 10, 9), date(2026, 9, 18)) == -10
    assert CALENDAR.workdays_between(date(2026, 10, 9), date(2026, 10, 9)) == 0


def test_a_calendar_without_working_days_is_named_as_wrong() -> None:
    closed = (CalendarDay(date(2026, 1, 1) + timedelta(days=number), is_workday=False) for number in range(1500))
    with pytest.raises(CalendarWrong, match="400 days"):
        WorkCalendar(local=closed).add_workdays(date(2026, 6, 1), 1)


def test_published_years_may_be_said_apart_from_the_rows() -> None:
    calendar = WorkCalendar(published_years=[2027])
    assert calendar.is_workday(date(2027, 1, 1))
    assert not calendar.is_provisional(date(2027, 1, 1))


def test_the_file_comes_with_the_program_and_covers_2004_to_2026() -> None:
    days = published_days()
    assert {day.on.year for day in days} == set(range(2004, 2027))
    assert published_days() is days
    assert read_days(PATH.read_text(encoding="utf-8").splitlines()) == days
    national_day = next(day for day in days if day.on == date(2026, 10, 1))
    assert (national_day.key, national_day.name_zh, national_day.name_en) == ("national_day", "国庆节", "National Day")


@given(day=st.dates(date(2000, 1, 1), date(2099, 12, 31)), count=st.integers(1, 60))
def test_as_many_working_days_lie_between_as_were_added(day: date, count: int) -> None:
    for calendar in (CALENDAR, PLAIN):
        last = calendar.add_workdays(day, count)
        assert calendar.is_workday(last)
        assert calendar.workdays_between(day, last) == count
        assert calendar.add_workdays(day, -count) < day
