"""What moves a due time: extensions, pauses, an office above, another calendar; and what the limits refuse."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.limits import due, ladder
from appliance.limits.due import Due
from appliance.limits.hours import OfficeHours
from appliance.limits.presets import DEFAULT, preset
from appliance.limits.workdays import CalendarDay, WorkCalendar
from tests.appliance.office_bed import HOURS, local

SENT = local(2026, 11, 23, 9, 0)  # a Monday
HELP = due.due_at(SENT, "help", "normal", HOURS)  # until the Monday after
URGENT = due.due_at(SENT, "help", "urgent", HOURS)
SAME_DAY = HOURS.under(preset=replace(DEFAULT, counts_from_next_day=False))
ALWAYS = OfficeHours.parse("daily 00:00-24:00").at(HOURS.calendar, HOURS.zone)


# --- signing and giving back ---


@pytest.mark.parametrize(
    ("sent", "urgency", "expected"),
    [
        (local(2026, 11, 23, 9, 0), "normal", local(2026, 11, 23, 15, 0)),
        (local(2026, 11, 27, 16, 0), "normal", local(2026, 11, 30, 11, 0)),  # over the weekend
        (local(2026, 9, 30, 17, 30), "normal", local(2026, 10, 8, 14, 30)),  # over National Day
        (local(2026, 11, 23, 9, 0), "urgent", local(2026, 11, 23, 15, 0)),
        (local(2026, 11, 27, 17, 0), "urgent", local(2026, 11, 27, 23, 0)),  # six hours by the clock come first
        (local(2026, 11, 23, 9, 0), "critical", local(2026, 11, 23, 9, 30)),
    ],
)
def test_four_office_hours_to_sign_and_for_the_urgent_a_quarter_of_their_time(
    sent: datetime, urgency: str, expected: datetime
) -> None:
    assert due.sign_due_at(sent, urgency, HOURS) == expected


def test_it_may_be_given_back_until_closing_time_of_the_next_working_day() -> None:
    assert due.return_refused(local(2026, 11, 24, 17, 30), SENT, HOURS) is None
    refused = due.return_refused(local(2026, 11, 24, 17, 31), SENT, HOURS)
    assert refused is not None
    assert (refused.field, refused.reason % refused.fields) == (
        "reason", "It may be given back until 2026-11-24 17:30 only. After that a lead decides.",
    )  # fmt: skip


# --- from the same day ---


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (local(2026, 11, 23, 9, 0), local(2026, 11, 24, 17, 30)),
        (local(2026, 11, 23, 17, 30), local(2026, 11, 25, 17, 30)),  # after closing time it is the next day's
        (local(2026, 11, 22, 9, 0), local(2026, 11, 24, 17, 30)),  # a Sunday
    ],
)
def test_an_office_may_count_the_day_of_dispatch(sent: datetime, expected: datetime) -> None:
    worked_out = due.due_at(sent, "enquiry", "normal", SAME_DAY)
    assert worked_out.at == expected
    assert due.again(worked_out.basis, sent, HOURS).at == expected  # whatever counts today


# --- more time ---


def test_an_extension_counts_working_days_from_the_due_day() -> None:
    more = due.extended(HELP, 3, HOURS)
    assert more.at == local(2026, 12, 3, 17, 30)
    assert json.loads(more.basis)["steps"] == [["extended", 3]]
    assert due.extended(URGENT, 1, HOURS).at == local(2026, 11, 25, 17, 30)


def test_an_extension_over_new_year_says_that_the_year_is_not_known() -> None:
    late = due.due_at(local(2026, 12, 23, 9, 0), "help", "normal", HOURS)
    assert "provisional" not in json.loads(late.basis)
    more = due.extended(late, 5, HOURS)
    assert more.at == local(2027, 1, 7, 17, 30)
    assert json.loads(more.basis)["provisional"] is True


@pytest.mark.parametrize(
    ("now", "days", "made", "key", "reason"),
    [
        (local(2026, 11, 30, 17, 29), 5, 0, "default", None),
        (local(2026, 11, 30, 17, 30), 5, 0, "default", due.REASONS["too_late"]),
        (SENT, 6, 0, "default", "That is too long: at most 5 working days are allowed."),
        (SENT, 10, 0, "shandong_2020", None),
        (SENT, 0, 0, "default", "Please write how many working days: 1 or more."),
        (SENT, 5, 1, "default", "More time was given already (1): it is not given more often than that."),
        (SENT, 8, 0, "shandong_2017", "That is too long: at most 7 working days are allowed."),
    ],
)  # fmt: skip
def test_more_time_is_given_before_the_end_once_and_not_for_longer_than_the_limit(
    now: datetime, days: int, made: int, key: str, reason: str | None
) -> None:
    refused = due.extension_refused(now, HELP, days, made, HOURS.under(preset=preset(key)))
    assert (refused and refused.reason % refused.fields) == reason


def test_an_office_may_give_no_more_time_at_all() -> None:
    strict = HOURS.under(preset=replace(DEFAULT, extension_count=0))
    refused = due.extension_refused(SENT, HELP, 1, 0, strict)
    assert refused is not None
    assert refused.reason == "More time is not given in this office."


def test_what_runs_by_the_clock_or_has_no_known_basis_gets_one_day_more_at_most() -> None:
    assert due.longest_extension_days(URGENT.basis, HOURS) == 1
    assert due.longest_extension_days(due.UNKNOWN_BASIS, HOURS) == 1


# --- pauses ---


@pytest.mark.parametrize(
    ("paused", "resumed", "expected"),
    [
        (local(2026, 11, 24, 9, 0), local(2026, 11, 24, 11, 0), local(2026, 12, 1, 10, 30)),
        (local(2026, 11, 24, 9, 0), local(2026, 11, 26, 9, 0), local(2026, 12, 2, 17, 30)),  # two whole days
        (local(2026, 11, 27, 17, 30), local(2026, 11, 30, 8, 30), HELP.at),  # a weekend costs nothing
        (local(2026, 11, 24, 12, 30), local(2026, 11, 24, 13, 30), HELP.at),  # lunch
        (local(2026, 11, 24, 9, 0), local(2026, 11, 24, 8, 0), HELP.at),  # a clock set back
    ],
)
def test_the_working_time_of_a_pause_is_given_back(paused: datetime, resumed: datetime, expected: datetime) -> None:
    assert due.after_pause(HELP, paused, resumed, HOURS).at == expected


def test_what_runs_by_the_clock_gets_all_of_the_pause_back() -> None:
    paused, resumed = local(2026, 11, 23, 20, 0), local(2026, 11, 24, 6, 0)
    assert due.after_pause(URGENT, paused, resumed, HOURS).at == URGENT.at + timedelta(hours=10)
    assert due.after_pause(URGENT, resumed, paused, HOURS).at == URGENT.at


def test_a_hotline_that_never_closes_has_days_off_all_the_same() -> None:
    help_ = due.due_at(SENT, "help", "normal", ALWAYS)
    over_the_weekend = due.after_pause(help_, local(2026, 11, 28, 0, 0), local(2026, 11, 30, 0, 0), ALWAYS)
    assert over_the_weekend.at == help_.at
    one_day = due.after_pause(help_, local(2026, 11, 26, 0, 0), local(2026, 11, 27, 0, 0), ALWAYS)
    assert one_day.at - help_.at == timedelta(days=1)


def test_a_working_day_on_which_the_pattern_is_closed_counts_like_the_longest_day() -> None:
    closed_mondays = OfficeHours.parse("tue-fri 08:00-12:00").at(HOURS.calendar, HOURS.zone)
    monday, tuesday = local(2026, 11, 23, 0, 0), local(2026, 11, 24, 0, 0)
    assert closed_mondays.working_between(monday, tuesday) == timedelta(hours=4)
    assert closed_mondays.add_working(monday, timedelta(hours=5)) == local(2026, 11, 24, 9, 0)


def test_a_calendar_without_working_days_is_a_mistake_that_is_told() -> None:
    off = [CalendarDay(date(2026, 1, 1) + timedelta(days=number), False) for number in range(4400)]
    office = OfficeHours.parse("mon-fri 08:00-12:00").at(WorkCalendar(local=off), HOURS.zone)
    with pytest.raises(ValueError, match="no working hours within"):
        office.add_working(SENT, timedelta(hours=1))


def test_a_pause_ends_by_itself_and_lasts_no_longer_than_allowed() -> None:
    assert due.pause_until(SENT, 10, HOURS) == local(2026, 12, 7, 17, 30)
    assert due.pause_refused(10, HOURS) is None
    for days, reason in ((11, "That is too long: at most 10 working days are allowed."), (0, due.REASONS["no_days"])):
        refused = due.pause_refused(days, HOURS)
        assert refused is not None
        assert refused.reason % refused.fields == reason


# --- an office above ---


@pytest.mark.parametrize(
    ("upper", "expected"),
    [
        (local(2026, 12, 31, 17, 30), local(2026, 11, 30, 17, 30)),  # ours is earlier anyway
        (local(2026, 11, 27, 17, 30), local(2026, 11, 26, 17, 30)),
        (local(2026, 11, 29, 17, 30), local(2026, 11, 27, 17, 30)),  # a Sunday
        (local(2026, 11, 23, 17, 30), local(2026, 11, 23, 17, 30)),  # today
        (local(2026, 11, 23, 12, 0), local(2026, 11, 23, 12, 0)),
    ],
)
def test_what_an_office_above_waits_for_is_due_one_working_day_before(upper: datetime, expected: datetime) -> None:
    worked_out = due.due_at(SENT, "help", "normal", HOURS, upper_due=upper)
    assert worked_out.at == expected
    assert due.again(worked_out.basis, SENT, HOURS) == worked_out


# --- another calendar, another type ---


def test_a_day_off_more_moves_the_end_by_a_day_with_all_that_was_added() -> None:
    off = CalendarDay(date(2026, 11, 26), False, "", "雪", "snow")
    before = WorkCalendar(HOURS.calendar._days.values(), published_years=[2026], version="2026")
    after = WorkCalendar(HOURS.calendar._days.values(), [off], published_years=[2026], version="2026.1")
    old, new = HOURS.under(calendar=before), HOURS.under(calendar=after)
    first = due.extended(due.due_at(SENT, "help", "normal", old), 2, old)
    again = due.again(first.basis, SENT, new)
    assert (first.at, again.at) == (local(2026, 12, 2, 17, 30), local(2026, 12, 3, 17, 30))
    assert [json.loads(each.basis)["calendar"] for each in (first, again)] == ["2026", "2026.1"]
    assert json.loads(again.basis)["steps"] == [["extended", 2]]


def test_another_type_keeps_the_extension_that_was_given() -> None:
    more = due.extended(HELP, 2, HOURS)
    complaint = due.with_steps_of(more.basis, due.due_at(SENT, "complaint", "normal", HOURS), HOURS)
    assert complaint.at == local(2026, 12, 9, 17, 30)
    assert due.with_steps_of(due.UNKNOWN_BASIS, HELP, HOURS) == HELP


DAYS = st.datetimes(datetime(2025, 1, 1), datetime(2052, 1, 1), timezones=st.just(UTC))


@given(
    sent=DAYS,
    type_=st.sampled_from(sorted(DEFAULT.workdays)),
    urgency=st.sampled_from(["normal", "urgent", "critical"]),
    steps=st.lists(
        st.one_of(st.integers(1, 15), st.tuples(st.integers(0, 20_000), st.integers(0, 20_000))), max_size=4
    ),
)
def test_any_due_time_is_found_again_from_its_basis(
    sent: datetime, type_: str, urgency: str, steps: list[int | tuple[int, int]]
) -> None:
    current = due.due_at(sent, type_, urgency, HOURS)
    for step in steps:
        if isinstance(step, int):
            later = due.extended(current, step, HOURS)
            assert later.at > current.at
        else:
            paused = sent + timedelta(minutes=step[0])
            later = due.after_pause(current, paused, paused + timedelta(minutes=step[1]), HOURS)
            assert current.at <= later.at
        current = later
    assert due.again(current.basis, sent, HOURS) == current


@given(sent=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 20), timezones=st.just(UTC)),
       minutes=st.integers(0, 30_000))  # fmt: skip
def test_a_pause_gives_exactly_its_working_time(sent: datetime, minutes: int) -> None:
    current = due.due_at(sent, "help", "normal", HOURS)
    resumed = sent + timedelta(minutes=minutes)
    later = due.after_pause(current, sent, resumed, HOURS)
    assert HOURS.working_between(current.at, later.at) == HOURS.working_between(sent, resumed)


# --- the ladder of the late ---


@given(
    due_at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC)),
    minutes=st.integers(-60 * 24 * 20, 60 * 24 * 30),
    listed=st.integers(1, 9),
    pattern=st.sampled_from(
        ["", "mon-fri 08:00-16:30", "mon-sat 09:00-12:00", "tue-sun 06:00-24:00", "daily 18:00-24:00"]
    ),
)
def test_the_cuts_of_the_ladder_say_what_counting_forward_says(
    due_at: datetime, minutes: int, listed: int, pattern: str
) -> None:
    hours = HOURS.under(preset=replace(DEFAULT, listed_days=listed)).of_unit(pattern)
    now = due_at + timedelta(minutes=minutes)
    reached = ladder.reached(due_at, "normal", due.horizon(now, hours), ladder.cuts(now, hours))
    kinds = [rung.kind for rung in reached]
    assert ("overdue" in kinds) == (due_at <= now)
    assert ("overdue_listed" in kinds) == (due.listed_at(due_at, hours) <= now)
    assert kinds in ([], ["due_soon"], *(list(ladder.KINDS[1:count]) for count in (2, 3)))


def test_who_is_told_grows_with_the_rungs() -> None:
    assert [(rung.kind, rung.tells_handlers, rung.tells_leader) for rung in ladder.RUNGS] == [
        ("due_soon", True, False), ("overdue", True, True), ("overdue_listed", False, False),
    ]  # fmt: skip
    friday = Due(local(2026, 11, 27, 17, 30), "")
    assert due.supervise_at(friday.at, HOURS) == local(2026, 11, 30, 17, 30)
    assert due.listed_at(friday.at, HOURS) == local(2026, 12, 4, 17, 30)
