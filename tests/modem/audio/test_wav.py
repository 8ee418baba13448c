"""Files of every usual form, read as telephone sound; ours, read by Python's own reader."""

from __future__ import annotations

import io
import math
import struct
import wave
from collections.abc import Callable

import pytest

from appliance.recordings.wav import HEADER_BYTES, wav_header
from modem.audio.laws import encode
from modem.audio.levels import dbfs
from modem.audio.riff import Fault, NotSound
from modem.audio.tones import sine
from modem.audio.wav import read_wav
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
    assert read_wav(wav_file(sound), 1) == sound


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


def test_a_sound_of_which_nobody_knows_how_long_it_is_is_read_to_its_end() -> None:
    assert read_wav(wav_header(None) + sine(450, seconds=1), 10) == sine(450, seconds=1)


def test_our_own_header_says_how_much_follows() -> None:
    sound = sine(450, seconds=1)
    with wave.open(io.BytesIO(wav_header(len(sound)) + sound)) as read:
        assert (read.getframerate(), read.getsampwidth(), read.getnchannels(), read.getnframes()) == (8000, 2, 1, 8000)
    assert len(wav_header(0)) == HEADER_BYTES
