"""Which sound a caller hears, and how a number is read out."""

from __future__ import annotations

from appliance.prompts import numbers
from appliance.prompts.prompts import Prompts


def test_without_anything_of_its_own_the_office_speaks_with_the_shipped_voice() -> None:
    chinese, english = Prompts("zh_CN"), Prompts("en")

    assert len(chinese.clip("greeting_hours")) > 8000
    assert chinese.clip("greeting_hours") != english.clip("greeting_hours")


def test_the_lines_own_comes_before_the_offices_and_that_before_the_shipped_one() -> None:
    prompts = Prompts("en", {("thanks", ""): b"office", ("thanks", "line2"): b"second"})

    assert prompts.clip("thanks", "line2") == b"second"
    assert prompts.clip("thanks", "line1") == prompts.clip("thanks") == b"office"
    assert prompts.clip("goodbye", "line2") == prompts.shipped("goodbye") != b""


def test_what_was_replaced_is_gone_at_once_and_the_shipped_one_is_back() -> None:
    prompts = Prompts("en", {("thanks", ""): b"old"})

    prompts.replace({})

    assert prompts.clip("thanks") == prompts.shipped("thanks")
    assert not prompts.is_own("thanks")


def test_later_changes_of_the_given_table_change_nothing() -> None:
    own = {("thanks", ""): b"mine"}
    prompts = Prompts("en", own)

    own.clear()

    assert prompts.clip("thanks") == b"mine"


def test_a_prompt_nobody_recorded_is_silent_and_no_error() -> None:
    assert Prompts("en").clip("announcement:7", "line1") == b""


def test_a_number_is_read_digit_by_digit_with_the_breaks_people_make() -> None:
    prompts = Prompts("zh_CN")
    digit = [prompts.clip(f"digit:{each}") for each in range(10)]

    assert prompts.number("004512") == (
        digit[0], digit[0], digit[4], numbers.BREAK, digit[5], digit[1], digit[2],
    )  # fmt: skip
    assert len({*digit}) == 10


def test_a_line_with_its_own_voice_reads_numbers_with_it() -> None:
    prompts = Prompts("en", {("digit:1", "line2"): b"mine"})

    assert prompts.number("11", "line2") == (b"mine", b"mine")


def test_where_a_number_is_broken() -> None:
    assert numbers.spoken("004512") == "004 512"
    assert numbers.spoken("13800138000") == "138 0013 8000"
    assert numbers.spoken("0571-88881234") == "0571 8888 1234"
    assert numbers.spoken("8765432") == "876 5432"
    assert numbers.spoken("110") == "110"
    assert numbers.spoken("+86 138 0013 8000") == "86 138 0013 8000"
    assert numbers.spoken("1234567890123456") == "1234567890123456"
    assert numbers.spoken("no digits") == numbers.spoken("") == ""
