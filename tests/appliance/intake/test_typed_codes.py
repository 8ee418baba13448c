"""Where four digits may be somebody's code, and what is left of the text without them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.intake import sms_words, typed_codes
from appliance.intake.sms_words import Meaning, Reading


def found(text: str) -> list[tuple[str, int | None, str]]:
    reading = sms_words.as_unit(text) or Reading(Meaning.REPLY, "", None, text)
    return [(each.code, each.without.no, each.without.rest) for each in typed_codes.candidates(reading)]


@pytest.mark.parametrize(
    ("text", "code", "no", "rest"),
    [
        ("DF 000123 路灯已修好 4711", "4711", 123, "路灯已修好"),
        ("DF 000123 路灯已修好,4711。", "", 123, ""),  # not set off by a blank: part of the sentence
        ("DF 000123 4711 路灯已修好", "4711", 123, "路灯已修好"),
        ("DF 000123 4711,路灯已修好", "", 123, ""),
        ("DF 4711 路灯已修好", "4711", None, "路灯已修好"),
        ("路灯已修好 ４７１１", "4711", None, "路灯已修好"),
        ("路灯已修好 四七一一。", "4711", None, "路灯已修好"),
        ("YQ 000123 3 等配件 0042", "0042", 123, "3 等配件"),
        ("QW 000123 4711", "4711", 123, ""),
        ("QW 4711", "4711", None, ""),
    ],
)
def test_the_code_is_found_and_taken_out(text: str, code: str, no: int | None, rest: str) -> None:
    assert found(text) == ([(code, no, rest)] if code else [])


@pytest.mark.parametrize("text", ["DF 000123 修好了3盏", "QS 000123", "DF 000123", "修好了 47110", "LB"])
def test_other_figures_are_no_code(text: str) -> None:
    assert found(text) == []


@given(st.text(max_size=80))
def test_any_text_can_be_looked_through(text: str) -> None:
    for code, _, _ in found(text):
        assert len(code) == typed_codes.CODE_DIGITS


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("DF 004711 路灯已修好 4711", "DF 004711 路灯已修好 ****"),
        ("DF 000123 4711 路灯已修好", "DF 000123 **** 路灯已修好"),
        ("DF 4711 路灯已修好", "DF **** 路灯已修好"),
        ("DF4711 47110 号路灯", "DF**** 47110 号路灯"),
        ("路灯已修好 ４７１１", "路灯已修好 ****"),
        ("路灯已修好 四七一一。", "路灯已修好 ****。"),
    ],
)
def test_a_code_is_kept_in_no_text_and_longer_numbers_stay(text: str, kept: str) -> None:
    assert typed_codes.hidden(text, "4711") == kept


def test_whatever_may_be_a_code_is_found_wherever_it_stands() -> None:
    assert typed_codes.looks_like("收到4711，已排查，４７１２。DF 000123 四七一一 13800001234") == ("4711", "4712")


def test_a_text_is_read_as_if_its_code_had_not_been_typed() -> None:
    assert typed_codes.left_out("OK 4711", "4711") == "OK"
    assert typed_codes.left_out("已整改，4711。", "4711") == "已整改"
    assert typed_codes.left_out("4711 OK 000123", "4711") == "OK 000123"
