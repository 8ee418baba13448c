"""Keys in sound: the sixteen as telephones send them, and none in what is none."""

from __future__ import annotations

import math
from array import array

import pytest

from modem.simulator import tones
from modem.simulator.tones import FRAME_SAMPLES, KEY_TONES_HZ, Samples
from modem.simulator.voice.key_ear import KeyEar, is_fax, key_in


def heard(samples: Samples, offset: int = 0) -> str:
    """Keys that go down when this is cut into frames, beginning somewhere in the first."""
    ear, found = KeyEar(), ""
    padded = array("h", bytes(2 * offset)) + samples
    for start in range(0, len(padded) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        found += ear.hear(padded[start : start + FRAME_SAMPLES])
    return found


def pair(key: str, seconds: float, *, off: float = 0.0, twist_db: float = 0.0) -> Samples:
    low, high = (hz * (1 + off) for hz in KEY_TONES_HZ[key])
    one, other = tones.sine(low, seconds, -14.0), tones.sine(high, seconds, -14.0 + twist_db)
    return array("h", map(sum, zip(one, other, strict=True)))


def silence(seconds: float) -> Samples:
    return array("h", bytes(2 * round(seconds * tones.RATE_HZ)))


@pytest.mark.parametrize("key", KEY_TONES_HZ)
@pytest.mark.parametrize(("off", "twist_db"), [(0.0, 0.0), (0.008, 6.0), (-0.008, -6.0)])
def test_each_key_is_heard_once_off_pitch_and_twisted(key: str, off: float, twist_db: float) -> None:
    for offset in (0, 37, 80, 159):
        assert heard(pair(key, 0.1, off=off, twist_db=twist_db) + silence(0.1), offset) == key


@pytest.mark.parametrize("gap_s", [0.045, 0.05, 0.07])
def test_the_same_key_twice_is_two(gap_s: float) -> None:
    press = pair("5", 0.07) + silence(gap_s)
    for offset in range(0, FRAME_SAMPLES, 20):
        assert heard(press + press + silence(0.1), offset) == "55"


def test_a_telephone_dials_what_it_is_told() -> None:
    number = array("h")
    for key in "13900001111#":
        number.extend(tones.key_tone(key))
    assert heard(number) == "13900001111#"


@pytest.mark.parametrize("hz", [450, 697, 1209, 2100])
def test_one_tone_is_no_key(hz: int) -> None:
    assert heard(tones.sine(hz, 1.0, -10.0)) == ""


def test_a_sweep_and_a_whisper_are_no_keys() -> None:
    sweep = array("h", [round(9000 * math.sin(math.tau * (300 + 700 * t / 8000) * t / 8000)) for t in range(24000)])
    assert heard(sweep) == ""
    quiet = array("h", [sample >> 7 for sample in pair("5", 0.2)])
    assert heard(quiet) == ""
    assert key_in(silence(0.02)) == ""


def test_a_calling_fax_is_known() -> None:
    assert is_fax(tones.sine(1100, 0.02, -12.0))
    assert not is_fax(tones.sine(1300, 0.02, -12.0))
    assert not is_fax(silence(0.02))
