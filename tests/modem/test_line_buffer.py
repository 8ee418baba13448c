"""Lines out of bytes: every line end, noise, bounds, the prompt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.line_buffer import LINE_LIMIT_BYTES, LineBuffer


def lines_of(*pieces: bytes) -> list[str]:
    buffer = LineBuffer()
    lines = []
    for piece in pieces:
        buffer.feed(piece)
        while (line := buffer.next_line()) is not None:
            lines.append(line)
    return lines


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n", b"\r\r\n", b"\r\n\r\n", b"\n\r"])
def test_every_line_end_ends_a_line_and_no_line_is_empty(end: bytes) -> None:
    assert lines_of(end + b"RING" + end + b"OK" + end) == ["RING", "OK"]


def test_a_hundred_thousand_lines_in_one_piece_are_all_given() -> None:
    assert lines_of(b"\n" * 900_000 + b"RING\n" * 100_000 + b"O", b"K\n") == ["RING"] * 100_000 + ["OK"]


def test_an_unfinished_line_waits() -> None:
    assert lines_of(b"RI") == []
    assert lines_of(b"RI", b"NG\r") == ["RING"]


def test_nul_and_0xff_vanish_from_a_line() -> None:
    assert lines_of(b"\xff\xffRI\x00NG\xff\r\n\xff\r\n") == ["RING"]


def test_other_high_bytes_stay_as_latin_1() -> None:
    assert lines_of(b"\xe9\x80\r") == ["\xe9\x80"]


def test_the_rest_of_the_prompt_and_echoed_control_signs_are_trimmed() -> None:
    assert lines_of(b"\x1b\r\n> 0011AA\x1a\r\n \r\n") == ["> 0011AA"]


def test_a_line_without_end_keeps_its_beginning_and_costs_no_more() -> None:
    assert [len(line) for line in lines_of(b"x" * 100_000, b"y" * 100_000, b"\rOK\r")] == [LINE_LIMIT_BYTES, 2]
    assert [len(line) for line in lines_of(b"x" * 200_000 + b"\rOK\r")] == [LINE_LIMIT_BYTES, 2]


@pytest.mark.parametrize("prompt", [b">", b"> ", b"\r\n> ", b"\r\n>"])
def test_the_prompt_is_no_line(prompt: bytes) -> None:
    buffer = LineBuffer()
    buffer.feed(prompt)
    assert buffer.next_line() is None
    assert buffer.take_prompt()
    assert not buffer.take_prompt()


def test_what_comes_behind_the_prompt_is_kept() -> None:
    buffer = LineBuffer()
    buffer.feed(b"> +CM")
    assert buffer.next_line() is None
    assert buffer.take_prompt()
    buffer.feed(b"TI\r")
    assert buffer.next_line() == "+CMTI"


def test_an_arrow_inside_a_line_is_no_prompt() -> None:
    buffer = LineBuffer()
    buffer.feed(b"+A > b")
    assert buffer.next_line() is None
    assert not buffer.take_prompt()


def test_a_cleared_buffer_forgets_the_unfinished_line() -> None:
    buffer = LineBuffer()
    buffer.feed(b"RI")
    buffer.next_line()
    buffer.clear()
    buffer.feed(b"OK\r")
    assert buffer.next_line() == "OK"


@given(st.lists(st.sampled_from([b"RING", b"\r", b"\n", b"\xff", b"+CMTI: 1", b" "]), max_size=40), st.integers(1, 7))
def test_bytes_in_any_pieces_give_the_same_lines(words: list[bytes], size: int) -> None:
    whole = b"".join(words)
    assert lines_of(whole) == lines_of(*(whole[at : at + size] for at in range(0, len(whole), size)))
