"""Counting as the network counts; the telephone side splits the same way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.outreach.segments import Segments, segments
from modem.pdu import encode_submit


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", Segments(0, 1, 160)),
        ("a" * 160, Segments(160, 1, 160)),
        ("a" * 161, Segments(161, 2, 153)),
        ("[" * 80, Segments(160, 1, 160)),
        ("[" * 81, Segments(162, 2, 153)),
        ("路" * 70, Segments(70, 1, 70)),
        ("路" * 71, Segments(71, 2, 67)),
        ("路" * 134, Segments(134, 2, 67)),
        ("路" * 135, Segments(135, 3, 67)),
        ("🔥" * 35, Segments(70, 1, 70)),
        ("a" * 69 + "路", Segments(70, 1, 70)),
        # 67 units to a part: a pair that would be torn goes into the next one whole.
        ("路" * 66 + "🔥" + "路" * 66, Segments(134, 3, 67)),
    ],
)
def test_characters_and_parts_are_counted(text: str, counted: Segments) -> None:
    assert segments(text) == counted


@given(st.text(alphabet=st.one_of(st.sampled_from("abc[]^€路灯🔥𠮷\n"), st.characters(codec="utf-8")), max_size=400))
def test_the_telephone_side_sends_as_many_parts_as_are_counted(text: str) -> None:
    assert len(encode_submit("10086", text, reference=0, want_report=False)) == segments(text).parts
