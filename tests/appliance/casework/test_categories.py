from __future__ import annotations

import re

from appliance.casework import categories


def test_the_tree_has_fifteen_classes_and_about_seventy_leaves() -> None:
    assert len(categories.groups()) == 15
    assert 70 <= len(categories.categories()) <= 75
    assert {row.group.key for row in categories.categories()} == {group.key for group in categories.groups()}


def test_every_key_is_one_word_and_stands_once() -> None:
    keys = [row.key for row in categories.categories()]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z_]+", key) for key in keys)


def test_every_leaf_has_two_names_and_the_initials_of_its_chinese_one() -> None:
    for group in categories.groups():
        assert re.fullmatch(r"[a-z]+", group.initials), group.key
    for leaf in categories.categories():
        assert re.fullmatch(r"[a-z]+", leaf.initials), leaf.key
        assert (len(leaf.initials), leaf.zh != leaf.en) == (len(leaf.zh), True), leaf.key


def test_keys_that_tickets_carry_already_are_still_there() -> None:
    carried = (
        "refund food price unlicensed subsidy land_lease irrigation livestock homestead water power gas network bus"
        " village_road parking fares signals noise fumes water_pollution burning property deed unsafe_house"
        " building_site lamp stalls waste manhole dogs illegal_building title compensation enrolment school_fees"
        " school_bus tutoring wages pension social_card injury medical_refund vaccine medical_dispute village_clinic"
        " fraud nuisance residence quarrel conduct village_accounts idea thanks allowance disability funeral care other"
    )
    assert set(carried.split()) <= categories.keys_of("category")


def test_a_leaf_is_found_by_key_name_or_initials() -> None:
    typed = categories.keys_typed()
    assert {typed["lamp"], typed["路灯"], typed["street lamps"], typed["ld"]} == {"lamp"}
    assert typed["建议"] == "idea"


def test_initials_of_two_leaves_mean_neither() -> None:
    assert [row.key for row in categories.categories() if row.initials == "jy"] == ["jobs", "idea"]
    assert "jy" not in categories.keys_typed()


def test_a_leaf_knows_its_class_and_an_unknown_key_has_none() -> None:
    assert categories.group_of("lamp") == "city"
    assert categories.group_of("nothing") == ""


def test_what_belongs_elsewhere_is_said_beside_it() -> None:
    assert "12388" in categories.advice("conduct", "zh_CN")
    assert "12388" in categories.advice("conduct", "en")
    assert categories.advice("lamp", "en") == ""
