"""Whether somebody speaks in what was kept: voices yes; tones, keys and lines that hum no."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

import pytest

from modem.audio.frames import RATE_HZ
from modem.audio.kept_speech import has_speech
from modem.audio.tones import key_tone
from tests.appliance.box_on_line import hum, voice


def tone(hz: float, seconds: float, on_s: float = 1.0, off_s: float = 0.0) -> bytes:
    period = on_s + off_s
    samples = (
        int(6000 * math.sin(2 * math.pi * hz * at / RATE_HZ)) if at / RATE_HZ % period < on_s else 0
        for at in range(round(seconds * RATE_HZ))
    )
    return b"".join(struct.pack("<h", sample) for sample in samples)


@pytest.mark.parametrize("piece", [1, 319, 320, 5000])
def test_a_voice_is_heard_however_its_sound_is_cut(piece: int) -> None:
    sound = b"".join(voice(3))
    assert has_speech(sound[at : at + piece] for at in range(0, len(sound), piece))


def test_no_more_is_read_than_it_takes() -> None:
    read: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number, frame in enumerate(voice(60)):
            read.append(number)
            yield frame

    assert has_speech(pieces())
    assert len(read) < 200


@pytest.mark.parametrize(
    "sound",
    [
        b"",
        bytes(320 * 200),
        b"".join(hum(10)),
        tone(450, 10, 0.35, 0.35),
        tone(450, 10),
        b"".join(key_tone("5", seconds=0.2) + bytes(3200) for _ in range(20)),
    ],
    ids=["nothing", "silence", "a humming line", "busy tone", "dial tone", "keys"],
)
def test_what_nobody_says_is_no_speech(sound: bytes) -> None:
    assert not has_speech([sound])


def test_words_before_the_busy_tone_are_heard() -> None:
    assert has_speech([b"".join(voice(1)), tone(450, 5, 0.35, 0.35)])
