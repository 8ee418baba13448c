"""The rule of tries, worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from appliance.casework import survey_rules as rules
from tests.appliance.office_bed import HOURS, SHANGHAI


@pytest.mark.parametrize(
    ("tries", "days", "can_text", "then"),
    [
        (1, 1, True, rules.CALLING),
        (3, 1, True, rules.CALLING),  # three on one day are one day
        (2, 2, True, rules.CALLING),
        (3, 2, True, rules.LAST_TEXT),
        (3, 2, False, rules.UNREACHABLE),
        (5, 3, False, rules.UNREACHABLE),
    ],
)
def test_three_tries_on_two_days_then_a_text(tries: int, days: int, can_text: bool, then: str) -> None:
    assert rules.after_try(tries, days, can_text=can_text) == then


@pytest.mark.parametrize(
    ("tries", "days", "next_on"),
    [
        (1, 1, date(2026, 11, 27)),
        (2, 1, date(2026, 11, 30)),  # a Friday: the next working day is Monday
        (3, 1, date(2026, 11, 30)),
        (3, 2, date(2026, 11, 27)),
    ],
)
def test_the_third_try_is_made_on_another_day(tries: int, days: int, next_on: date) -> None:
    assert rules.try_on(tries, days, date(2026, 11, 27), HOURS) == next_on


def test_a_text_is_given_two_working_days_over_the_new_year() -> None:
    asked = datetime(2026, 12, 31, 16, 0, tzinfo=SHANGHAI)
    assert rules.text_waits_until(asked, HOURS) == datetime(2027, 1, 5, 17, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("rating", "solved", "is_happy"),
    [(3, None, True), (5, True, True), (5, False, False), (2, True, False), (1, None, False)],
)
def test_not_solved_is_not_satisfied(rating: int, solved: bool | None, is_happy: bool) -> None:
    assert rules.is_happy(rating, solved=solved) is is_happy


@pytest.mark.parametrize("now", [datetime(9999, 12, 30, 12, 0, tzinfo=SHANGHAI), datetime.max.replace(tzinfo=UTC)])
def test_a_clock_at_the_end_of_time_gives_an_answer_all_the_same(now: datetime) -> None:
    assert rules.text_waits_until(now, HOURS) == now
    assert rules.try_on(3, 1, date.max, HOURS) == date.max
