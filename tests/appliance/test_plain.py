from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.plain import plain


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("您好\x00\x1b[31m", "您好[31m"),
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("a\tb\x7f\x08", "a b"),
        ("😀 ok", "😀 ok"),
        ("", ""),
    ],
)
def test_words_stay_and_control_characters_go(typed: str, kept: str) -> None:
    assert plain(typed) == kept


@given(st.text())
def test_no_text_keeps_a_control_character_but_the_newline(typed: str) -> None:
    kept = plain(typed)
    assert not any(ord(sign) < 32 or ord(sign) == 127 for sign in kept.replace("\n", ""))
    assert plain(kept) == kept
    letters = [sign for sign in typed if unicodedata.category(sign) != "Cc"]
    assert [sign for sign in kept if sign not in " \n"] == [sign for sign in letters if sign != " "]
