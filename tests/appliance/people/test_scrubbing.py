"""A number and a name are taken out of words in whatever form people write them, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.people.numbers import (
    from_network,
    is_reference,
    kind_of,
    mask,
    may_dial,
    may_text,
    normalise,
    reference,
)
from appliance.people.scrubbing import Scrubber, swapped, without_numbers

NUMBER, NAME, MARK = "13912983746", "钱多多", "◆"
SCRUBBER = Scrubber([NUMBER, "057188881234"], [NAME, "多多", ""], MARK)


@pytest.mark.parametrize(
    "written",
    [
        NUMBER, "139 1298 3746", "139-1298-3746", "139.1298.3746", "１３９１２９８３７４６",
        "一三九一二九八三七四六", "幺三九幺二九八三七四六", "139****3746", "057188881234", "0571-8888 1234", "88881234",
        NAME, "钱 多 多", "多多",
    ],
)  # fmt: skip
def test_every_way_of_writing_is_found(written: str) -> None:
    assert SCRUBBER.scrub(f"请找{written}。") == f"请找{MARK}。"


@pytest.mark.parametrize(
    "written", ["", "13912983747", "1391298", "2026-11-23", "钱", "多", "139****3747", "12345", "请拨110"]
)
def test_other_words_stay(written: str) -> None:
    assert SCRUBBER.scrub(f"见{written}。") == f"见{written}。"


def test_a_country_code_in_front_is_left_and_says_nothing() -> None:
    assert SCRUBBER.scrub(f"+86{NUMBER}") == f"+86{MARK}"


def test_who_has_neither_number_nor_name_changes_nothing() -> None:
    assert Scrubber(["R·004512", "12"], ["钱"], MARK).scrub("R·004512 钱 12") == "R·004512 钱 12"


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["", " ", "-", ". "]))
def test_whatever_stands_around_it_the_number_is_gone(before: str, after: str, gap: str) -> None:
    clean = SCRUBBER.scrub(before + gap.join(NUMBER) + after)
    assert NUMBER not in clean
    assert gap.join(NUMBER) not in clean


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = SCRUBBER.scrub(text + NUMBER + text)
    assert SCRUBBER.scrub(once) == once


def test_a_raw_pdu_holds_a_number_from_an_even_or_an_odd_place() -> None:
    assert swapped("13912983746") == ("3119923847", "9321897364")
    assert swapped("1") == ()


@pytest.mark.parametrize(("texted", "may"), [(True, True), (False, False)])
def test_a_reference_is_used_like_a_number_and_says_whether_it_can_be_texted(*, texted: bool, may: bool) -> None:
    stands_for = reference(4512, texted=texted)
    assert is_reference(stands_for)
    assert normalise(stands_for, "0571") == mask(stands_for) == stands_for
    assert kind_of(stands_for) == "protected"
    assert may_text(stands_for) is may
    assert may_dial(stands_for)


def test_nothing_that_a_line_brings_is_a_reference() -> None:
    assert not is_reference(from_network(reference(4512, texted=True)))
    assert from_network("+8613912983746") == NUMBER


@pytest.mark.parametrize(
    "written", ["13912983746", "139 1298 3746", "139-1298-3746", "1·3·9·1·2·9·8·3·7·4·6", "0571-88881234", "88881234"]
)
def test_a_number_that_nobody_told_us_is_found_as_well(written: str) -> None:
    assert without_numbers(f"请找{written}。", MARK) == f"请找{MARK}。"


@pytest.mark.parametrize(
    "written", ["", "12345", "004512", "2026-11-23 09:30", "110、119、120", "32000", "139129837461298"]
)
def test_other_figures_are_no_telephone_numbers(written: str) -> None:
    assert without_numbers(f"见{written}。", MARK) == f"见{written}。"


@pytest.mark.parametrize("written", ["钱-多-多", "钱 - 多多", "钱·多·多"])
def test_dashes_and_dots_hide_no_name(written: str) -> None:
    assert SCRUBBER.scrub(f"请找{written}。") == f"请找{MARK}。"
