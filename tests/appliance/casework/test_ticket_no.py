from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.casework.ticket_no import format_no, parse_no


def test_a_number_has_six_digits_and_grows_wider_after_999999() -> None:
    assert format_no(1) == "000001"
    assert format_no(4512) == "004512"
    assert format_no(1_000_000) == "1000000"


@pytest.mark.parametrize(
    "text", ["004512", "4512", "#4512", "# 004 512", " 004512 ", "００４５１２", "＃４５１２", "004-512", "0000004512"]
)
def test_a_number_is_read_as_people_write_it(text: str) -> None:
    assert parse_no(text) == 4512


@pytest.mark.parametrize(
    "text",
    ["", "#", "000000", "45a12", "四五", "1234567890", "-", "4512.", "4512 路灯", "٤", "-1", "－1", "+1", "# -1"],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_no(text) is None


@given(st.integers(1, 999_999_999))
def test_what_is_printed_is_read_again(no: int) -> None:
    assert parse_no(format_no(no)) == no
