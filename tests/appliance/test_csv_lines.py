"""Lists as spreadsheets save them: what can be read, and where and how what cannot is told."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance import csv_lines
from appliance.errors import FieldWrong

TEXT = "name,first,last,worked\n元旦,2027-01-01,2027-01-03,\n春节，放假,2027-02-05,2027-02-11,2027-01-31\n"
CODINGS = ["utf-8", "utf-8-sig", "utf-16", "gb18030"]


def told(raw: bytes) -> str:
    with pytest.raises(FieldWrong) as refused:
        csv_lines.lines_in(raw)
    assert refused.value.field == "file"
    assert "CSV UTF-8" in str(refused.value)  # the cure
    return str(refused.value).split(". ")[0]


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_way_of_saving_gives_the_same_lines(coding: str, end: str) -> None:
    assert csv_lines.lines_in(TEXT.replace("\n", end).encode(coding)) == TEXT.split("\n")


@pytest.mark.parametrize("words", ["城管局", "甲", "CG,城管局", "路灯、占道", "王"])
def test_a_short_list_of_a_chinese_windows_is_known(words: str) -> None:
    """A few signs of GB18030 look like foreign letters of two bytes, too."""
    assert csv_lines.lines_in(f"code,name_zh\n{words}\n".encode("gb18030"))[1] == words


def test_big_endian_utf_16_is_known_by_its_mark() -> None:
    assert csv_lines.lines_in(b"\xfe\xff" + TEXT.encode("utf-16-be")) == TEXT.split("\n")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (TEXT.encode()[:-40] + b"\xff" + TEXT.encode()[-40:], "Line 3 holds bytes that are no text in UTF-8"),
        ("a\n元旦元旦元".encode()[:-1], "Line 2 holds bytes that are no text in UTF-8"),  # cut off within a sign
        ("\ufeffa\n".encode() + b"\xb4\xba", "Line 2 holds bytes that are no text in UTF-8"),  # two ways in one file
        ("a\n".encode("utf-16") + b"x", "Line 2 holds bytes that are no text in UTF-16"),
        ("a\r\n\r\n".encode("utf-16") + b"\x00\xd8", "Line 3 holds bytes that are no text in UTF-16"),  # half a pair
        ("名称\n春节\n".encode("gb18030") + b"\xff", "Line 3 holds bytes that are no text in GB18030"),
        (b"a,b\nc,\x00\n", "Line 2 holds bytes that no text has: this is not a CSV file"),
        (
            "a,b\n".encode("utf-16-le"),
            "Line 1 holds bytes that no text has: this is not a CSV file",
        ),  # without its mark
        (b"PK\x03\x04\x14\x00", "This is a workbook, not a CSV file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "This is a workbook, not a CSV file"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(raw: bytes, sentence: str) -> None:
    assert told(raw) == sentence


@given(st.binary(max_size=200))
def test_any_bytes_are_lines_or_a_refusal(raw: bytes) -> None:
    try:
        lines = csv_lines.lines_in(raw)
    except FieldWrong as refused:
        assert "CSV UTF-8" in str(refused)  # noqa: PT017
    else:
        assert not any("\n" in line or "\r" in line for line in lines)


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff\ufffd"), min_size=1), st.sampled_from(CODINGS[:3])
)
def test_what_is_saved_with_a_mark_or_in_utf_8_is_read_as_it_was(text: str, coding: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.encode(coding).startswith(csv_lines.WORKBOOKS):
        assert "\n".join(csv_lines.lines_in(text.encode(coding))) == plain


@pytest.mark.parametrize("between", [",", "\t", ";"])
def test_the_first_line_says_what_stands_between_the_columns(between: str) -> None:
    lines = [f" code {between}name", f"LH{between}柳河镇", f'XL{between}"小岭{between}乡"']
    assert list(csv_lines.table(lines)) == [
        {"code": "LH", "name": "柳河镇"},
        {"code": "XL", "name": f"小岭{between}乡"},
    ]


def test_a_list_without_a_line_has_no_columns() -> None:
    assert csv_lines.table([]).fieldnames is None


def test_a_field_without_an_end_is_the_callers_trouble() -> None:
    with pytest.raises(csv.Error):
        list(csv_lines.table(["a", '"' + "x" * 200_000]))
