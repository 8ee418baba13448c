"""Which sample format it really is, by a quiet line and by the dial tone."""

from __future__ import annotations

import math
import random
import struct

import pytest

from modem.audio.laws import encode
from modem.audio.tones import sine
from modem.voice_measure_format import by_dial_tone, by_silence, is_quiet, purities, settled
from modem.voice_profile import SampleFormat

NOISE = random.Random(3)
BYTES = [form for form in SampleFormat if form is not SampleFormat.LINEAR16]


def hiss(loudness: float, seconds: float = 1.0, *, direct: int = 0) -> bytes:
    samples = [round(NOISE.gauss(direct, loudness)) for _ in range(round(seconds * 8000))]
    return struct.pack(f"<{len(samples)}h", *samples)


def mixed(one: bytes, other: bytes) -> bytes:
    count = min(len(one), len(other)) // 2
    both = zip(
        struct.unpack(f"<{count}h", one[: 2 * count]), struct.unpack(f"<{count}h", other[: 2 * count]), strict=True
    )
    return struct.pack(f"<{count}h", *(a + b for a, b in both))


@pytest.mark.parametrize("form", list(SampleFormat))
@pytest.mark.parametrize("loudness", [0.0, 3.0, 20.0])
def test_a_quiet_line_tells_the_format(form: SampleFormat, loudness: float) -> None:
    assert by_silence(encode(hiss(loudness), form), 1.0) is form


@pytest.mark.parametrize(
    ("sound", "form"),
    [
        (b"\xff\x7f" * 4000, SampleFormat.ULAW),
        (b"\x7f\xff\x7f\xff" * 2000, SampleFormat.ULAW),
        (b"\x7f\x80\x7f\x80" * 2000, SampleFormat.UNSIGNED),
        (b"\x7f" * 8000, None),  # zero in one format, and next to it in another
        (b"\x7f\x7e" * 4000, None),
        (b"\xff" * 8000, SampleFormat.ULAW),
        (b"\xff\xfe" * 4000, None),  # signed with a direct current, or u-law with another
        (b"\x00" * 8000, SampleFormat.SIGNED),
        (b"\x33" * 8000, None),
        (bytes(range(256)) * 32, None),
        (b"", None),
    ],
)
def test_silence_that_says_nothing_is_not_believed(sound: bytes, form: SampleFormat | None) -> None:
    assert by_silence(sound, 1.0) is form


def test_no_time_says_nothing() -> None:
    assert by_silence(b"\xff" * 8000, 0.0) is None


@pytest.mark.parametrize("form", BYTES)
@pytest.mark.parametrize("dbfs", [-3.0, -12.0, -24.0, -30.0])
@pytest.mark.parametrize("hz", [435.0, 450.0, 465.0])
def test_a_dial_tone_tells_the_format(form: SampleFormat, dbfs: float, hz: float) -> None:
    tone = mixed(sine(hz, seconds=1.2, dbfs=dbfs), hiss(20.0, 1.2))
    assert by_dial_tone(purities(encode(tone, form))) is form


@pytest.mark.parametrize("form", BYTES)
def test_a_stuttering_dial_tone_tells_the_format(form: SampleFormat) -> None:
    tone = (sine(450.0, seconds=0.4) + bytes(640)) * 3
    assert by_dial_tone(purities(encode(tone, form))) is form


@pytest.mark.parametrize("sound", [b"", bytes(100), b"\xff" * 8000, encode(hiss(3000.0), SampleFormat.ULAW)])
def test_what_is_no_dial_tone_tells_nothing(sound: bytes) -> None:
    assert by_dial_tone(purities(sound)) is None


def test_speech_is_no_dial_tone() -> None:
    voice = sine(180.0, 360.0, 540.0, 720.0, seconds=1.0, dbfs=-15.0)
    assert by_dial_tone(purities(encode(voice, SampleFormat.ULAW))) is None


def test_a_direct_current_is_no_sound() -> None:
    assert is_quiet(b"\x90" * 800, SampleFormat.UNSIGNED)
    assert is_quiet(b"", SampleFormat.ULAW)
    assert not is_quiet(encode(sine(450.0, seconds=0.2), SampleFormat.ULAW), SampleFormat.ULAW)


def test_a_window_of_direct_current_among_tone_is_no_trouble() -> None:
    sound = bytes([0x90] * 4400) + encode(sine(450.0, seconds=0.2), SampleFormat.UNSIGNED)
    assert math.isclose(purities(sound)[SampleFormat.UNSIGNED], 0.0)


def test_silence_counts_unless_it_makes_noise_of_the_dial_tone() -> None:
    pure = dict.fromkeys(SampleFormat, 0.1)
    assert settled(SampleFormat.ULAW, pure) is SampleFormat.ULAW
    assert settled(None, pure) is None
    assert settled(SampleFormat.ULAW, pure | {SampleFormat.ALAW: 0.99}) is SampleFormat.ALAW
    assert settled(SampleFormat.ULAW, pure | {SampleFormat.ALAW: 0.99, SampleFormat.ULAW: 0.9}) is SampleFormat.ULAW
    assert settled(None, pure | {SampleFormat.SIGNED: 0.99}) is SampleFormat.SIGNED
