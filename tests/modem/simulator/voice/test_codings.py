"""What bytes mean: tables against the clauses of G.711, and every coding there and back."""

from __future__ import annotations

from array import array

import pytest

from modem.simulator.voice.codings import CODINGS, coding

LARGEST_ERROR = {"ulaw": 0.04, "alaw": 0.04, "unsigned": 0.0, "signed": 0.0, "linear16": 0.0}
STEP = {"ulaw": 8, "alaw": 16, "unsigned": 256, "signed": 256, "linear16": 0}


@pytest.mark.parametrize(
    ("name", "silence", "just_below"),
    [("ulaw", 0xFF, 0x7F), ("alaw", 0xD5, 0x55), ("unsigned", 0x80, 0x7F), ("signed", 0x00, 0xFF)],
)
def test_an_idle_line_is_known_by_its_bytes(name: str, silence: int, just_below: int) -> None:
    assert coding(name).encode(array("h", [0, -1])) == bytes([silence, just_below])


@pytest.mark.parametrize(("code", "sample"), [(0x80, 32124), (0x00, -32124), (0xFF, 0), (0x8F, 16764), (0xEF, 132)])
def test_ulaw_values_are_those_of_g711(code: int, sample: int) -> None:
    assert list(coding("ulaw").decode(bytes([code]))) == [sample]


@pytest.mark.parametrize(("code", "sample"), [(0xAA, 32256), (0x2A, -32256), (0xD5, 8), (0x55, -8), (0x85, 4224)])
def test_alaw_values_are_those_of_g711(code: int, sample: int) -> None:
    assert list(coding("alaw").decode(bytes([code]))) == [sample]


@pytest.mark.parametrize("name", ["ulaw", "alaw", "unsigned", "signed"])
def test_every_code_comes_back_as_itself(name: str) -> None:
    both = coding(name)
    codes = bytes(code for code in range(256) if not (name == "ulaw" and code == 0x7F))  # 7F is a second zero
    assert both.encode(both.decode(codes)) == codes


@pytest.mark.parametrize("name", CODINGS)
def test_a_sample_comes_back_within_the_step_of_the_coding(name: str) -> None:
    both = coding(name)
    samples = array("h", range(-32768, 32768, 7))
    found = both.decode(both.encode(samples))
    worst = max(
        abs(was - now) - STEP[name] - LARGEST_ERROR[name] * abs(was)
        for was, now in zip(samples, found, strict=True)
        if abs(was) < 32100
    )
    assert worst <= 0


def test_linear_of_16_bits_is_little_endian() -> None:
    both = coding("linear16")
    assert both.encode(array("h", [1, -2])) == b"\x01\x00\xfe\xff"
    assert list(both.decode(b"\x01\x00\xfe\xff\x09")) == [1, -2]
