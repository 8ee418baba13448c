from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.casework import categories, lifecycle
from appliance.limits import due
from appliance.limits.presets import DEFAULT, OWN_HOURS
from tests.appliance.office_bed import HOURS, local

ORDER = ("none", "soon", "late")


@pytest.mark.parametrize(
    ("type_", "dispatched", "expected"),
    [
        ("enquiry", local(2026, 11, 23, 9, 0), local(2026, 11, 25, 17, 30)),
        ("help", local(2026, 11, 23, 9, 0), local(2026, 11, 30, 17, 30)),
        ("suggestion", local(2026, 11, 23, 23, 59), local(2026, 11, 30, 17, 30)),
        ("praise", local(2026, 11, 21, 10, 0), local(2026, 11, 27, 17, 30)),  # a Saturday: Monday is the first day
        ("complaint", local(2026, 9, 18, 10, 0), local(2026, 10, 9, 17, 30)),
        ("report", local(2026, 9, 18, 10, 0), local(2026, 10, 15, 17, 30)),
        ("help", local(2026, 2, 12, 10, 0), local(2026, 2, 26, 17, 30)),
        ("enquiry", local(2026, 4, 30, 17, 0), local(2026, 5, 7, 17, 30)),
        ("something_new", local(2026, 11, 23, 9, 0), local(2026, 11, 30, 17, 30)),
    ],
)
def test_days_count_from_the_next_working_day_to_closing_time(
    type_: str, dispatched: datetime, expected: datetime
) -> None:
    assert due.due_at(dispatched, type_, "normal", HOURS).at == expected


def test_a_limit_into_a_year_without_a_notice_is_provisional_and_says_so() -> None:
    worked_out = due.due_at(local(2026, 12, 29, 10, 0), "help", "normal", HOURS)
    assert worked_out.at == local(2027, 1, 6, 17, 30)
    assert json.loads(worked_out.basis) == {
        "preset": "default", "rule": "help", "from": "2026-12-29", "workdays": 5, "provisional": True,
    }  # fmt: skip


@pytest.mark.parametrize(("urgency", "hours"), [("urgent", 24), ("critical", 2)])
def test_urgent_matters_run_by_the_clock_holidays_or_not(urgency: str, hours: int) -> None:
    dispatched = local(2026, 10, 1, 22, 0)
    worked_out = due.due_at(dispatched, "complaint", urgency, HOURS)
    assert worked_out.at == dispatched + timedelta(hours=hours)
    assert json.loads(worked_out.basis) == {
        "preset": "default", "rule": urgency, "from": "2026-10-01", "hours": hours,
    }  # fmt: skip


def test_the_day_is_the_offices_own_and_not_the_one_of_utc() -> None:
    just_after_midnight = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # Tuesday 00:30 in Shanghai
    assert due.due_at(just_after_midnight, "enquiry", "normal", HOURS).at == local(2026, 11, 26, 17, 30)


@pytest.mark.parametrize(
    ("own_clock", "expected"),
    [
        ("accept", local(2026, 11, 23, 12, 0)),
        ("dispatch", local(2026, 11, 23, 17, 0)),
        ("review", local(2026, 11, 24, 12, 0)),  # 1 + 3.5 + 3.5 h
    ],
)
def test_the_offices_own_limits_run_in_office_hours(own_clock: str, expected: datetime) -> None:
    assert due.own_due_at(local(2026, 11, 23, 11, 0), own_clock, HOURS) == expected


def test_every_type_urgency_and_own_clock_has_its_limit() -> None:
    assert set(DEFAULT.workdays) == {row.key for row in categories.types()}
    assert {"normal", *DEFAULT.clock_hours} == {row.key for row in categories.urgencies()}
    assert set(OWN_HOURS) == {str(clock) for clock in lifecycle.OwnClock}


@pytest.mark.parametrize(
    ("now", "word"),
    [
        (local(2026, 11, 26, 17, 29), "none"),
        (local(2026, 11, 26, 17, 30), "soon"),  # one working day before Friday's closing time
        (local(2026, 11, 27, 17, 29), "soon"),
        (local(2026, 11, 27, 17, 30), "late"),
    ],
)
def test_a_limit_in_days_is_soon_one_working_day_before(now: datetime, word: str) -> None:
    assert due.horizon(now, HOURS).of_due(local(2026, 11, 27, 17, 30), "normal") == word


def test_over_the_weekend_monday_is_soon() -> None:
    monday = local(2026, 11, 30, 17, 30)
    assert due.horizon(local(2026, 11, 27, 17, 0), HOURS).of_due(monday, "normal") == "none"
    for now in (local(2026, 11, 27, 17, 30), local(2026, 11, 28, 10, 0), local(2026, 11, 30, 0, 1)):
        assert due.horizon(now, HOURS).of_due(monday, "normal") == "soon"


@pytest.mark.parametrize(
    ("urgency", "left", "word"),
    [
        ("urgent", timedelta(hours=6, minutes=1), "none"),
        ("urgent", timedelta(hours=6), "soon"),
        ("critical", timedelta(minutes=31), "none"),
        ("critical", timedelta(minutes=30), "soon"),
        ("critical", timedelta(0), "late"),
    ],
)
def test_a_limit_in_hours_is_soon_in_its_last_quarter(urgency: str, left: timedelta, word: str) -> None:
    now = local(2026, 10, 1, 3, 0)
    assert due.horizon(now, HOURS).of_due(now + left, urgency) == word


def test_the_offices_own_limit_is_soon_in_its_last_quarter_of_office_time() -> None:
    horizon = due.horizon(local(2026, 11, 23, 11, 50), HOURS)  # a quarter of an hour before lunch, nearly
    assert horizon.of_stage(local(2026, 11, 23, 14, 5), "accept") == "soon"
    assert horizon.of_stage(local(2026, 11, 23, 14, 6), "accept") == "none"
    assert horizon.of_stage(local(2026, 11, 23, 11, 50), "accept") == "late"


def test_what_has_no_due_time_is_never_late() -> None:
    horizon = due.horizon(local(2026, 11, 23, 9, 0), HOURS)
    assert horizon.of_due(None, "normal") == horizon.of_stage(None, "") == "none"
    assert horizon.of_stage(local(2026, 11, 23, 9, 1), "") == "none"


def test_nothing_beyond_the_furthest_moment_is_soon() -> None:
    horizon = due.horizon(local(2026, 11, 27, 16, 0), HOURS)
    beyond = horizon.furthest + timedelta(milliseconds=1)
    assert {horizon.of_due(beyond, urgency) for urgency in ("normal", "urgent", "critical")} == {"none"}
    assert {horizon.of_stage(beyond, clock) for clock in OWN_HOURS} == {"none"}


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 3, 1), timezones=st.just(UTC))


@given(
    dispatched=MOMENTS,
    minutes=st.lists(st.integers(0, 60 * 24 * 30), min_size=2, max_size=8),
    type_=st.sampled_from(sorted(DEFAULT.workdays)),
    urgency=st.sampled_from(["normal", "urgent", "critical"]),
)
def test_time_only_makes_it_later(dispatched: datetime, minutes: list[int], type_: str, urgency: str) -> None:
    due_at = due.due_at(dispatched, type_, urgency, HOURS).at
    moments = [dispatched + timedelta(minutes=passed) for passed in sorted(minutes)]
    words = [ORDER.index(due.horizon(now, HOURS).of_due(due_at, urgency)) for now in moments]
    assert words == sorted(words)
