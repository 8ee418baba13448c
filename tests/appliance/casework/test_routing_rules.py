from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.casework.routing_rules import Matter, Rule, fits, fitting, likeness

ANY = Rule(1, "", "", "", "", 7, (), "", "table", "2026-01-01")
MATTER = Matter("lamp", "city", "LH", "石桥村村道路灯不亮")


@pytest.mark.parametrize(
    ("changed", "does_fit"),
    [
        ({}, True),
        ({"category": "lamp"}, True),
        ({"category": "waste"}, False),
        ({"class_key": "city"}, True),
        ({"class_key": "labour"}, False),
        ({"town": "LH"}, True),
        ({"town": "CQ"}, False),
        ({"keyword": "村道"}, True),
        ({"keyword": "广场"}, False),
        ({"lead_id": None}, True),
        ({"valid_from_on": "2026-11-24"}, False),
        ({"valid_from_on": "2026-11-23"}, True),
    ],
)
def test_a_row_fits_only_the_matters_it_names(changed: dict[str, object], does_fit: bool) -> None:
    assert fits(replace(ANY, **changed), MATTER, "2026-11-23") is does_fit  # type: ignore[arg-type]


def test_while_the_day_is_not_known_every_row_counts() -> None:
    assert fits(replace(ANY, valid_from_on="2050-01-01"), MATTER, "")


def test_the_towns_own_government_needs_a_town() -> None:
    assert not fits(replace(ANY, lead_id=None), replace(MATTER, town=""), "")


def test_a_word_is_found_in_large_and_small_letters() -> None:
    assert fits(replace(ANY, keyword="WiFi"), replace(MATTER, text="no wifi at home"), "")


def test_what_is_said_more_closely_goes_first() -> None:
    rows = [
        replace(ANY, id=1),
        replace(ANY, id=2, town="LH"),
        replace(ANY, id=3, class_key="city"),
        replace(ANY, id=4, class_key="city", town="LH"),
        replace(ANY, id=5, category="lamp"),
        replace(ANY, id=6, category="lamp", keyword="村道"),
        replace(ANY, id=7, category="lamp", town="LH"),
    ]
    assert [rule.id for rule in fitting(rows, MATTER, "2026-11-23")] == [7, 6, 5, 4, 3, 2, 1]


def test_of_two_rows_about_the_same_the_newer_in_force_counts() -> None:
    old, new = replace(ANY, id=1), replace(ANY, id=2, valid_from_on="2026-06-01")
    later = replace(ANY, id=3, valid_from_on="2027-01-01")
    assert fitting([old, new, later], MATTER, "2026-11-23") == (new,)
    assert fitting([old, new, later], MATTER, "2027-01-01") == (later,)


def test_texts_are_as_alike_as_the_pairs_they_share() -> None:
    assert likeness("路灯不亮", "路灯 不亮") == 1.0
    assert likeness("路灯不亮", "井盖丢失") == 0.0
    assert likeness("路", "路灯不亮") == 0.0
    assert likeness("东街路灯不亮", "西街路灯不亮") > likeness("东街路灯不亮", "西街垃圾成堆")


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_mutual_and_between_nothing_and_all(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0.0 <= likeness(one, other) <= 1.0
