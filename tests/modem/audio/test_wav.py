"""Files of every usual form, read as telephone sound; ours, read by Python's own reader."""

from __future__ import annotations

import io
import math
import struct
import wave
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.audio.frames import SILENCE
from modem.audio.laws import encode
from modem.audio.levels import dbfs
from modem.audio.riff import Fault, NotSound
from modem.audio.tones import in_frames, sine
from modem.audio.wav import HEADER_BYTES, WavWriter, header, mend, read_wav, wav_of
from modem.voice_profile import SampleFormat
from tests.modem.audio.strongest import strongest_hz
from tests.modem.audio.wav_files import wav_file


def tone(rate_hz: int, seconds: float = 1.0) -> list[float]:
    """600 Hz, a quarter of full scale."""
    return [0.25 * math.sin(2 * math.pi * 600 * n / rate_hz) for n in range(round(rate_hz * seconds))]


def linear(bits: int, code: str) -> Callable[[list[float]], bytes]:
    return lambda samples: struct.pack(f"<{len(samples)}{code}", *(round(s * 2 ** (bits - 1)) for s in samples))


def unsigned8(samples: list[float]) -> bytes:
    return bytes(128 + round(sample * 127) for sample in samples)


def linear24(samples: list[float]) -> bytes:
    return b"".join(struct.pack("<i", round(sample * 2**23))[:3] for sample in samples)


def by_law(law: SampleFormat) -> Callable[[list[float]], bytes]:
    return lambda samples: encode(linear(16, "h")(samples), law)


def floats(code: str) -> Callable[[list[float]], bytes]:
    return lambda samples: struct.pack(f"<{len(samples)}{code}", *samples)


FORMS = {
    "8 bit": (1, 1, unsigned8),
    "16 bit": (1, 2, linear(16, "h")),
    "24 bit": (1, 3, linear24),
    "32 bit": (1, 4, linear(32, "i")),
    "32 bit float": (3, 4, floats("f")),
    "64 bit float": (3, 8, floats("d")),
    "u-law": (7, 1, by_law(SampleFormat.ULAW)),
    "A-law": (6, 1, by_law(SampleFormat.ALAW)),
}


@pytest.mark.parametrize("rate_hz", [8000, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("name", FORMS)
def test_every_usual_file_gives_the_sound_that_is_in_it(name: str, channels: int, rate_hz: int) -> None:
    coding, width, write = FORMS[name]
    samples = [sample for sample in tone(rate_hz) for _ in range(channels)]
    sound = read_wav(wav_file(write(samples), coding, channels, rate_hz, width), 10)
    assert len(sound) == 16000
    assert strongest_hz(sound[4000:]) == 600
    assert dbfs(sound[8000:8320]) == pytest.approx(20 * math.log10(0.25), abs=0.3)


def test_what_is_telephone_sound_already_stays_as_it_is() -> None:
    sound = sine(700, seconds=0.333)
    assert read_wav(wav_of(sound), 1) == sound


def test_both_channels_are_heard() -> None:
    left = linear(16, "h")([sample for one in tone(8000) for sample in (one, 0.0)])
    right = linear(16, "h")([sample for one in tone(8000) for sample in (0.0, one)])
    assert read_wav(wav_file(left, channels=2), 10) == read_wav(wav_file(right, channels=2), 10)
    assert strongest_hz(read_wav(wav_file(left, channels=2), 10)) == 600


def test_a_recording_that_is_too_long_is_told_with_its_length() -> None:
    with pytest.raises(NotSound, match="too long: 3 s") as caught:
        read_wav(wav_file(bytes(2 * 8000 * 2 + 200)), 2)
    assert (caught.value.fault, caught.value.what) == (Fault.TOO_LONG, "3")


@pytest.mark.parametrize("code", ["f", "d"])
def test_floats_that_are_no_numbers_are_silence_and_too_loud_ones_are_cut_off(code: str) -> None:
    samples = [math.nan, math.inf, -math.inf, 30.0, -30.0, 0.5]
    sound = read_wav(wav_file(floats(code)(samples), 3, 1, 8000, struct.calcsize(code)), 1)
    assert struct.unpack("<6h", sound) == (0, 0, 0, 32767, -32768, 16384)


def test_a_header_says_how_much_follows_or_that_nobody_knows() -> None:
    with wave.open(io.BytesIO(wav_of(sine(450, seconds=1)))) as read:
        assert (read.getframerate(), read.getsampwidth(), read.getnchannels(), read.getnframes()) == (8000, 2, 1, 8000)
    assert read_wav(header() + sine(450, seconds=1), 10) == sine(450, seconds=1)
    assert len(header()) == HEADER_BYTES


def test_a_file_that_grows_can_be_read_at_any_moment_and_says_in_the_end_how_long_it_is() -> None:
    file = io.BytesIO()
    writer = WavWriter(file)
    frames = in_frames(sine(450, seconds=1))
    for at in range(0, len(frames), 5):
        writer.write(frames[at : at + 5])
        assert read_wav(file.getvalue(), 10) == b"".join(frames[: at + 5])
    writer.close()
    assert file.getvalue() == wav_of(b"".join(frames))


@given(st.integers(0, 700))
def test_whatever_a_crash_leaves_is_mended_to_a_file_of_what_is_there(left: int) -> None:
    file = io.BytesIO()
    WavWriter(file).write([SILENCE] * 2)
    file.truncate(left)
    mend(file)
    with wave.open(io.BytesIO(file.getvalue())) as read:
        assert read.getnframes() == max(0, min(left, HEADER_BYTES + 640) - HEADER_BYTES) // 2
