"""What a line's plan says for callers who keep it busy for nothing."""

from __future__ import annotations

import pytest

from appliance.callflow.plan import FEWEST_RINGS, HoursPlan, Plan

MENU = HoursPlan(acts=True, rings=6, waits=True, menu=("1", "3"), asks_number=True)
SILENT = HoursPlan(acts=False)
NO_MESSAGE = HoursPlan(acts=True, rings=4, takes_messages=False)
NIGHT = HoursPlan(acts=True, rings=3, message_s=60)
STRAIGHT = {"rings": FEWEST_RINGS, "waits": False, "menu": (), "asks_number": False}


@pytest.mark.parametrize("level", ["", "watch", "warn", "limit"])
def test_who_is_served_has_the_plan_of_everybody(level: str) -> None:
    assert Plan("land", MENU, NIGHT).for_caller(level, is_open=True) is MENU


def test_the_box_does_nothing_for_a_blocked_caller() -> None:
    assert not Plan("land", MENU, NIGHT).for_caller("block", is_open=True).acts


@pytest.mark.parametrize(
    ("in_hours", "message_s"), [(MENU, MENU.message_s), (SILENT, NIGHT.message_s), (NO_MESSAGE, NIGHT.message_s)]
)
def test_beyond_the_days_number_it_goes_straight_to_whatever_voicemail_the_line_has(
    in_hours: HoursPlan, message_s: int
) -> None:
    plan = Plan("land", in_hours, NIGHT).for_caller("over", is_open=True)
    assert (plan.acts, plan.takes_messages, plan.message_s) == (True, True, message_s)
    assert {name: getattr(plan, name) for name in STRAIGHT} == STRAIGHT


@pytest.mark.parametrize("in_hours", [SILENT, NO_MESSAGE])
def test_a_line_without_voicemail_rings_for_him_as_for_anybody(in_hours: HoursPlan) -> None:
    assert Plan("land", in_hours, SILENT).for_caller("over", is_open=True) is in_hours
