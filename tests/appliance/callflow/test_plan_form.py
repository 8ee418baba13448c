"""A plan as it is typed: kept whole where it is possible, refused with field and cure where it isn't."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from appliance.callflow.plan import HoursPlan, Plan, default_plan
from appliance.callflow.plan_form import Typed, read_plan, typed_of
from appliance.callflow.preview import LABELS, preview, previews
from appliance.errors import FieldWrong

GOOD = {
    "in_rings": "6", "in_wait_s": "60", "in_message_s": "120",
    "after_rings": "2", "after_wait_s": "60", "after_message_s": "90",
    "brand": "环保热线", "duty_phone": "0571 8888 0000",
}  # fmt: skip


def read(
    changes: dict[str, str] | None = None, *, has_sound: bool = True, ticked: Mapping[str, Sequence[str]] | None = None
) -> Plan:
    boxes = {"in_acts": ["on"], "in_takes_messages": ["on"], "plays_notice": ["on"], **(ticked or {})}
    return read_plan("land", Typed({**GOOD, **(changes or {})}, boxes), has_sound=has_sound, region_code="0571")


def test_a_plan_is_read_as_it_was_typed() -> None:
    ticked = {
        "after_acts": ["on"], "after_waits": ["on"], "after_asks_number": ["on"], "after_takes_messages": ["on"],
        "after_menu_on": ["on"], "after_menu": ["0", "1", "3", "8"], "rates_talks": ["on"],
    }  # fmt: skip
    plan = read(ticked=ticked)
    assert plan == Plan(
        "land",
        in_hours=HoursPlan(acts=True, rings=6),
        after_hours=HoursPlan(
            acts=True, rings=2, waits=True, wait_s=60, menu=("1", "3", "0"), message_s=90, asks_number=True
        ),
        brand="环保热线",
        duty_phone="057188880000",
        rates_talks=True,
    )
    assert plan.at(is_open=True) is plan.in_hours
    assert plan.at(is_open=False) is plan.after_hours


def test_a_plan_comes_back_from_its_row_and_forgives_what_it_does_not_know() -> None:
    plan = read(ticked={"after_menu_on": ["on"], "after_menu": ["3"]})
    assert Plan.from_json("land", plan.as_json()) == plan
    later = {**json.loads(plan.as_json()), "colour": "red"}
    later["in_hours"]["speed"] = 3
    assert Plan.from_json("land", json.dumps(later)) == plan
    assert Plan.from_json("land", "{}") == Plan("land")


def test_a_plan_fills_the_form_it_was_typed_into() -> None:
    ticked = {"after_menu_on": ["on"], "after_menu": ["3"], "records_talks": ["on"], "in_asks_number": ["on"]}
    for plan in (read(ticked=ticked), default_plan("land", is_landline=True)):
        assert read_plan("land", typed_of(plan), has_sound=True, region_code="0571") == plan


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("in_rings", {"changes": {"in_rings": "1"}}),  # the caller's number would be lost
    ("in_rings", {"changes": {"in_rings": "13"}}),
    ("after_rings", {"changes": {"after_rings": "two"}}),
    ("after_rings", {"changes": {"after_rings": ""}}),
    ("in_rings", {"changes": {"in_rings": "٣"}}),  # a digit, and none of ours
    ("in_wait_s", {"changes": {"in_wait_s": "14"}}),
    ("after_message_s", {"changes": {"after_message_s": "121"}}),
    ("in_message_s", {"changes": {"in_message_s": "9"}}),
    ("brand", {"changes": {"brand": "x" * 25}}),
    ("duty_phone", {"changes": {"duty_phone": "the gate"}}),
    ("duty_phone", {"changes": {"duty_phone": "+4930123456"}}),  # nobody reads out a plus
    ("in_menu", {"ticked": {"in_menu_on": ["on"]}}),
    ("after_menu", {"ticked": {"after_menu_on": ["on"], "after_menu": ["1"]}}),  # no messages after hours here
    ("in_acts", {"has_sound": False}),
    ("records_talks", {"has_sound": False, "ticked": {"in_acts": [], "records_talks": ["on"]}}),
]


@pytest.mark.parametrize(("field", "typed"), WRONG, ids=lambda value: str(value)[:50])
def test_what_cannot_be_is_refused_with_field_and_cure(field: str, typed: dict[str, Any]) -> None:
    with pytest.raises(FieldWrong) as wrong:
        read(**typed)
    assert wrong.value.field == field
    assert str(wrong.value).endswith(".")


def test_a_line_without_sound_may_be_left_alone() -> None:
    assert not read(has_sound=False, ticked={"in_acts": []}).in_hours.acts


def test_a_landline_takes_messages_by_default_and_a_gsm_line_rings() -> None:
    land = default_plan("land", is_landline=True)
    assert (land.in_hours.acts, land.in_hours.rings, land.after_hours.rings) == (True, 6, 2)
    assert land.in_hours.menu == land.after_hours.menu == ()
    assert (land.plays_notice, land.records_talks, land.rates_talks) == (True, False, False)
    gsm = default_plan("gsm", is_landline=False)
    assert not gsm.in_hours.acts
    assert not gsm.after_hours.acts


# --- said in words ---


def sentences(plan: Plan, hours: HoursPlan, announcement: str = "") -> list[str]:
    found = preview(plan, hours, announcement)
    for sentence in found:
        assert sentence.text % sentence.gaps  # every gap is filled
    return [sentence.key for sentence in found]


def test_the_preview_says_what_a_caller_meets_in_its_order() -> None:
    plain = HoursPlan(acts=True, rings=2)
    assert sentences(Plan("x"), plain) == ["rings", "greeting", "message", "goodbye"]
    assert sentences(Plan("x"), plain, "Water") == ["rings", "greeting", "announcement", "message", "goodbye"]
    full = HoursPlan(True, waits=True, menu=("1", "2", "3", "0"), asks_number=True)
    said = ["rings", "waiting", "greeting", "number", "menu", "key_1", "key_2", "key_3", "key_0", "no_key"]
    assert sentences(Plan("x"), full, "Water") == [*said, "message", "goodbye"]
    duty = Plan("x", duty_phone="13800000009", records_talks=True, rates_talks=True)
    assert sentences(duty, HoursPlan(True, menu=("0",), takes_messages=False)) == [
        "rings", "greeting", "menu", "key_0_duty", "no_key", "goodbye", "records_notice", "rates",
    ]  # fmt: skip
    waits = HoursPlan(True, waits=True, takes_messages=False)
    assert sentences(Plan("x"), waits, "Water") == ["rings", "waiting", "announcement", "greeting", "goodbye"]
    silent = Plan("x", records_talks=True, plays_notice=False)
    assert sentences(silent, HoursPlan()) == ["rings_on", "records"]


def test_both_halves_of_a_plan_are_shown() -> None:
    plan = default_plan("gsm", is_landline=False)
    assert [sentence.key for sentence in previews(plan, "").after_hours] == ["rings_on"]
    assert previews(Plan("x", HoursPlan(True)), "").in_hours[0].key == "rings"


def test_keys_are_shown_as_parts_of_the_menu() -> None:
    found = preview(Plan("x"), HoursPlan(True, menu=("1",)), "")
    assert [sentence.is_part for sentence in found if sentence.key in ("menu", "key_1")] == [False, True]
    assert set(LABELS) >= {sentence.key for sentence in found}
