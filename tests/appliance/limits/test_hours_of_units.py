"""Limits of departments that write hours of their own: every date worked out by hand, with the State Council's
calendar of 2026 (15 to 23 February, 25 to 27 September and 1 to 7 October off; 4 January, 14 and 28 February,
20 September and 10 October worked in exchange) and 2027 known by law alone.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.limits import due, ladder
from appliance.limits.hours import HoursWrong, OfficeHours
from appliance.limits.notice import years_to_enter
from appliance.limits.workdays import CalendarDay, NoSuchTime, WorkCalendar
from tests.appliance.office_bed import HOURS, local

EARLY = HOURS.of_unit("mon-fri 08:00-12:00 13:30-16:30")
SIX = HOURS.of_unit("mon-fri 08:30-17:30; sat 09:00-12:00")
NIGHT = HOURS.of_unit("daily 18:00-24:00")
WATCH = HOURS.of_unit("mon-fri 00:00-06:00 22:00-24:00")
MARKET = HOURS.of_unit("tue-sun 06:00-14:00")  # closed on Mondays
SENT = local(2026, 11, 23, 9, 0)  # a Monday
UNITS = (EARLY, SIX, NIGHT, WATCH, MARKET)


@pytest.mark.parametrize(
    ("unit", "sent", "type_", "expected"),
    [
        (EARLY, SENT, "help", local(2026, 11, 30, 16, 30)),
        (EARLY, local(2026, 11, 23, 23, 0), "help", local(2026, 11, 30, 16, 30)),
        (EARLY, local(2026, 12, 29, 10, 0), "help", local(2027, 1, 6, 16, 30)),  # 30, 31, 4, 5, 6
        (EARLY, local(2026, 2, 11, 9, 0), "help", local(2026, 2, 25, 16, 30)),  # 12, 13, Saturday 14, 24, 25
        (EARLY, local(2026, 2, 12, 9, 0), "enquiry", local(2026, 2, 14, 16, 30)),  # on the worked Saturday itself
        (SIX, SENT, "help", local(2026, 11, 28, 12, 0)),  # 24 to 28: a Saturday, which ends at noon
        (SIX, local(2026, 9, 22, 9, 0), "help", local(2026, 9, 30, 17, 30)),  # 23, 24, 28, 29, 30
        (SIX, local(2026, 9, 28, 9, 0), "help", local(2026, 10, 10, 12, 0)),  # 29, 30, 8, 9, Saturday 10
        (SIX, local(2025, 12, 30, 9, 0), "enquiry", local(2026, 1, 4, 17, 30)),  # 31, the worked Sunday 4
        (SIX, local(2026, 12, 29, 10, 0), "help", local(2027, 1, 6, 17, 30)),  # Saturday 2 touches New Year: off
        (NIGHT, SENT, "help", local(2026, 12, 1, 0, 0)),  # Monday 30, at midnight
        (NIGHT, local(2026, 12, 29, 10, 0), "enquiry", local(2027, 1, 1, 0, 0)),  # 30, 31 at midnight
        (NIGHT, local(2026, 12, 29, 10, 0), "help", local(2027, 1, 7, 0, 0)),
        (WATCH, local(2026, 11, 23, 23, 30), "enquiry", local(2026, 11, 26, 0, 0)),
        (MARKET, local(2026, 11, 27, 9, 0), "help", local(2026, 12, 3, 14, 0)),  # 28, 29, 1, 2, 3
        (MARKET, local(2026, 11, 27, 9, 0), "enquiry", local(2026, 11, 29, 14, 0)),  # a Sunday
    ],
)
def test_a_limit_ends_when_the_unit_closes_on_a_day_it_works(
    unit: OfficeHours, sent: datetime, type_: str, expected: datetime
) -> None:
    assert due.due_at(sent, type_, "normal", unit).at == expected


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(("urgency", "hours"), [("urgent", 24), ("critical", 2)])
def test_an_urgent_limit_runs_by_the_clock_whoever_is_open(unit: OfficeHours, urgency: str, hours: int) -> None:
    assert due.due_at(SENT, "help", urgency, unit).at == SENT + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("unit", "sent", "signed_by", "returned_by"),
    [
        (EARLY, local(2026, 11, 23, 15, 0), local(2026, 11, 24, 10, 30), local(2026, 11, 24, 16, 30)),
        (SIX, local(2026, 11, 27, 16, 0), local(2026, 11, 28, 11, 30), local(2026, 11, 28, 12, 0)),
        (NIGHT, SENT, local(2026, 11, 23, 22, 0), local(2026, 11, 25, 0, 0)),
        (WATCH, SENT, local(2026, 11, 24, 2, 0), local(2026, 11, 25, 0, 0)),  # 22 to 24, then 0 to 2
        (MARKET, SENT, local(2026, 11, 24, 10, 0), local(2026, 11, 24, 14, 0)),  # closed today
    ],
)
def test_to_sign_and_to_give_back_counts_by_the_units_hours(
    unit: OfficeHours, sent: datetime, signed_by: datetime, returned_by: datetime
) -> None:
    assert due.sign_due_at(sent, "normal", unit) == signed_by
    assert due.return_until(sent, unit) == returned_by
    assert due.return_refused(returned_by, sent, unit) is None
    assert due.return_refused(returned_by + timedelta(minutes=1), sent, unit) is not None


@pytest.mark.parametrize(
    ("unit", "extended", "supervised", "listed"),
    [
        (EARLY, local(2026, 12, 2, 16, 30), local(2026, 12, 1, 16, 30), local(2026, 12, 7, 16, 30)),
        (SIX, local(2026, 12, 1, 17, 30), local(2026, 11, 30, 17, 30), local(2026, 12, 4, 17, 30)),
        (NIGHT, local(2026, 12, 3, 0, 0), local(2026, 12, 2, 0, 0), local(2026, 12, 8, 0, 0)),  # not a day too many
    ],
)
def test_more_time_supervision_and_the_list_of_the_late_end_at_the_units_closing_time(
    unit: OfficeHours, extended: datetime, supervised: datetime, listed: datetime
) -> None:
    current = due.due_at(SENT, "help", "normal", unit)
    assert due.extended(current, 2, unit).at == extended
    assert due.supervise_at(current.at, unit) == supervised
    assert due.listed_at(current.at, unit) == listed


def test_what_the_office_does_itself_ends_by_its_own_hours() -> None:
    assert due.own_due_at(SENT, "dispatch", HOURS) == local(2026, 11, 23, 15, 0)
    assert due.pause_until(SENT, 2, EARLY) == local(2026, 11, 25, 16, 30)


def test_an_office_above_is_answered_before_we_close_though_the_unit_works_at_night() -> None:
    upper = local(2026, 11, 27, 17, 30)
    assert due.due_at(SENT, "help", "normal", EARLY, upper_due=upper).at == local(2026, 11, 26, 16, 30)
    assert due.due_at(SENT, "help", "normal", NIGHT, upper_due=upper).at == local(2026, 11, 26, 17, 30)
    assert due.due_at(SENT, "help", "normal", HOURS, upper_due=upper).at == local(2026, 11, 26, 17, 30)


@pytest.mark.parametrize("unit", UNITS)
def test_a_basis_names_the_hours_it_was_made_of_and_gives_the_same_again(unit: OfficeHours) -> None:
    current = due.extended(due.due_at(SENT, "help", "normal", unit), 1, unit)
    current = due.after_pause(current, SENT, SENT + timedelta(days=3), unit)
    assert due.pattern_of(current.basis) == unit.pattern
    assert due.again(current.basis, SENT, unit) == current
    by_office = due.again(current.basis, SENT, HOURS)
    assert "open" not in json.loads(by_office.basis)
    assert due.again(by_office.basis, SENT, unit) == current
    assert due.pattern_of(due.UNKNOWN_BASIS) == ""


def test_what_is_due_at_midnight_of_new_years_eve_is_of_the_known_year() -> None:
    known = due.due_at(local(2026, 12, 29, 10, 0), "enquiry", "normal", NIGHT)
    assert "provisional" not in json.loads(known.basis)
    assert json.loads(due.extended(known, 1, NIGHT).basis)["provisional"] is True


@pytest.mark.parametrize(
    ("unit", "day", "works"),
    [
        (SIX, date(2026, 11, 28), True),
        (SIX, date(2026, 11, 29), False),
        (SIX, date(2026, 10, 3), False),  # in the middle of National Day
        (SIX, date(2026, 9, 26), False),  # behind Mid-autumn
        (SIX, date(2026, 9, 19), True),  # the Sunday after it is worked: no break reaches over that
        (SIX, date(2026, 4, 4), False),  # before Tomb-sweeping Monday
        (SIX, date(2027, 1, 2), False),
        (SIX, date(2027, 5, 8), True),
        (SIX, date(2028, 1, 1), False),  # New Year itself, on a Saturday
        (MARKET, date(2026, 11, 23), False),
        (MARKET, date(2026, 2, 14), True),  # worked in exchange
        (NIGHT, date(2026, 11, 28), False),  # somebody is there daily, and off on days off
        (EARLY, date(2026, 10, 10), True),
    ],
)
def test_whose_week_has_which_working_days(unit: OfficeHours, day: date, works: bool) -> None:
    assert unit.calendar.is_workday(day) is works


def test_a_day_of_the_offices_own_is_everybodys_and_frees_no_weekend() -> None:
    snow, flood = CalendarDay(date(2026, 11, 27), False), CalendarDay(date(2026, 10, 1), True)
    calendar = WorkCalendar((CalendarDay(date(2026, 10, 1), False),), (snow, flood)).of_week(frozenset({1, 4, 5}))
    assert [calendar.is_workday(date(2026, 11, day)) for day in (24, 25, 27, 28)] == [True, False, False, True]
    assert not calendar.is_workday(date(2026, 10, 1))  # a Thursday that others work, and this unit never does


def test_a_unit_is_shut_on_a_holidays_weekend() -> None:
    assert not SIX.is_open(local(2026, 10, 3, 10, 0))
    assert SIX.is_open(local(2026, 11, 28, 10, 0))
    assert SIX.is_open(local(2026, 10, 10, 10, 0))


def test_hours_of_a_unit_stay_tied_to_what_is_in_force_in_the_office() -> None:
    assert SIX.of_unit("") == HOURS
    assert SIX.of_unit("mon-fri 08:00-12:00 13:30-16:30") == EARLY
    under = SIX.under(calendar=WorkCalendar())
    assert under.pattern == SIX.pattern
    assert under.office is not None
    assert under.office.calendar.is_provisional(date(2026, 11, 23))
    assert not SIX.calendar.is_provisional(date(2026, 11, 23))
    with pytest.raises(HoursWrong):
        HOURS.of_unit("at noon")


# --- a clock at the end of time ---

ENDS = (datetime.max.replace(tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC), datetime.min.replace(tzinfo=UTC))


@pytest.mark.parametrize("unit", [HOURS, *UNITS])
@pytest.mark.parametrize("now", ENDS)
def test_the_end_of_time_is_named_and_never_a_riddle(unit: OfficeHours, now: datetime) -> None:
    asked = (
        lambda: due.due_at(now, "help", "normal", unit),
        lambda: due.due_at(now, "help", "urgent", unit),
        lambda: due.sign_due_at(now, "urgent", unit),
        lambda: due.supervise_at(now, unit),
        lambda: unit.add_working(now, timedelta(hours=40)),
        lambda: unit.closing(now.date()),
        lambda: ladder.cuts(now, unit),
    )
    for ask in asked:
        with suppress(NoSuchTime):  # and nothing else, such as OverflowError
            ask()
    horizon = due.horizon(now, unit)
    assert horizon.furthest >= now
    assert horizon.of_due(now, "normal") == "late"


def test_beyond_the_last_day_there_is_none() -> None:
    with pytest.raises(NoSuchTime, match="no day 1 days after 9999-12-31"):
        HOURS.calendar.add_workdays(date.max, 1)
    with pytest.raises(NoSuchTime, match="no moment"):
        due.due_at(datetime(9999, 12, 31, 1, 0, tzinfo=UTC), "help", "urgent", HOURS)
    with pytest.raises(NoSuchTime, match="no time here"):
        HOURS.local_date(datetime.max.replace(tzinfo=UTC))
    assert years_to_enter(datetime(9999, 12, 30, tzinfo=UTC), HOURS) == ()


@given(
    sent=st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC)),
    type_=st.sampled_from(["enquiry", "help", "complaint"]),
    unit=st.sampled_from(UNITS),
)
def test_every_limit_ends_at_a_closing_time_of_a_working_day_of_its_unit(
    sent: datetime, type_: str, unit: OfficeHours
) -> None:
    at = due.due_at(sent, type_, "normal", unit).at
    day = unit.due_date(at)
    assert unit.calendar.is_workday(day)
    assert at == unit.closing(day)
    days = unit.preset.workdays_of(type_)
    assert unit.calendar.workdays_between(unit.local_date(sent), day) == days
