"""Words of the AT language: finals by whole line, names, fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.at_words import Final, FinalKind, fields_of, final_of, is_hex, marked_fields_of, name_of, number_in


@pytest.mark.parametrize(
    ("line", "kind", "code"),
    [
        ("OK", "ok", None),
        ("ok", "ok", None),
        ("ERROR", "error", None),
        ("COMMAND NOT SUPPORT", "error", None),
        ("TOO MANY PARAMETERS", "error", None),
        ("+CME ERROR: 10", "cme", 10),
        ("+CME ERROR: SIM not inserted", "cme", 10),
        ("+CME ERROR: operation not allowed", "cme", 3),
        ("+CME ERROR: something else", "cme", None),
        ("+CME ERROR:", "cme", None),
        ("+CMS ERROR: 500", "cms", 500),
        ("+CMS ERROR 500", "cms", 500),
    ],
)
def test_a_final_result_is_known_by_its_whole_line(line: str, kind: str, code: int | None) -> None:
    assert final_of(line, of_call=False) == Final(FinalKind(kind), line, code)


@pytest.mark.parametrize("line", ["OK.", "OKAY", "OK, I am coming", "ERROR 5", "NO CARRIER", "BUSY", "+CMGL: 1", ""])
def test_what_only_begins_like_one_is_none(line: str) -> None:
    assert final_of(line, of_call=False) is None


@pytest.mark.parametrize(
    ("line", "kind"),
    [("NO CARRIER", "no_carrier"), ("BUSY", "busy"), ("NO ANSWER", "no_answer"), ("NO DIALTONE", "no_dialtone"),
     ("NO DIAL TONE", "no_dialtone"), ("CONNECT", "connect"), ("CONNECT 9600", "connect"), ("OK", "ok")],
)  # fmt: skip
def test_a_dialling_command_has_more_finals(line: str, kind: str) -> None:
    final = final_of(line, of_call=True)
    assert final is not None
    assert final.kind == kind


@pytest.mark.parametrize(
    ("line", "name"),
    [('+CMTI: "SM",3', "+CMTI"), ("^CEND:1,2", "^CEND"), ("VOICE CALL: BEGIN", "VOICE CALL"), ("ring", "RING"),
     ("*PSUTTZ: 1", "*PSUTTZ"), ("12:30", "12:30"), (": x", ": X")],
)  # fmt: skip
def test_a_line_is_named_by_what_stands_before_its_colon(line: str, name: str) -> None:
    assert name_of(line) == name


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ('+CMTI: "SM",3', ["SM", "3"]),
        ("+CMGL: 1,0,,28", ["1", "0", "", "28"]),
        ('+CMGL: 2,0,"Li, Office",28', ["2", "0", "Li, Office", "28"]),
        ('+CPMS: ("SM","ME"),("SM")', ['"SM","ME"', '"SM"']),
        ('+COPS: 0, 0, "TOWN" ,7', ["0", "0", "TOWN", "7"]),
        ('+CLIP: "139', ['"139']),
        ("^CEND:1,2", ["1", "2"]),
        ("+X:", []),
        ("RING", []),
    ],
)
def test_fields_are_split_at_commas_outside_quotes_and_brackets(line: str, fields: list[str]) -> None:
    assert fields_of(line) == fields


def test_quoted_fields_are_marked() -> None:
    assert marked_fields_of('+CREG: 1,"1A2B",""') == [("1", False), ("1A2B", True), ("", True)]


def test_a_number_is_one_only_if_it_is_plain_digits() -> None:
    assert number_in(["7", "-1", "１", "", "x"], 0) == 7
    assert [number_in(["7", "-1", "１", "", "x"], at) for at in (1, 2, 3, 4, 5)] == [None] * 5


@pytest.mark.parametrize("text", ["9" * 5000, "²", "9" * 19])
def test_digits_that_no_module_means_are_no_number(text: str) -> None:
    assert number_in([text], 0) is None
    assert final_of(f"+CMS ERROR: {text}", of_call=False) == Final(FinalKind.CMS, f"+CMS ERROR: {text}", None)


def test_hex_is_hex_to_its_end() -> None:
    assert is_hex("00aF")
    assert not is_hex("00aF ")
    assert not is_hex("")


@given(st.text())
def test_no_line_makes_these_raise(line: str) -> None:
    name_of(line)
    number_in(fields_of(line), 0)
    final_of(line, of_call=True)
