"""What an exchange and its callers sound like on a bad line, for the tests and the bench."""

from __future__ import annotations

import math
import random
import struct
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from modem.audio.call_tones import CallToneDetector
from modem.audio.frames import RATE_HZ
from modem.audio.tones import in_frames
from modem.events import CallTone

SPEECH_AND_MUSIC = Path("/usr/share/asterisk")
SPEECH, MUSIC = SPEECH_AND_MUSIC / "sounds", SPEECH_AND_MUSIC / "moh"

BUSY, CONGESTION = (0.35, 0.35), (0.7, 0.7)
RING_BACK = (1.0, 4.0)
DIAL = (60.0, 0.0)
STUTTER_DIAL = (0.4, 0.04)  # says that calls are forwarded, or that there is a message


@dataclass(frozen=True, slots=True)
class Trunk:
    """How a tone arrives. `drop_db` is what the level falls by, in the middle of it all."""

    hz: float = 450.0
    level_dbfs: float = -20.0
    snr_db: float = 15.0  # over the whole 4 kHz
    drop_db: float = 0.0


def tone(
    cadence: tuple[float, float], seconds: float, trunk: Trunk, chance: random.Random, skip_s: float = 0.0
) -> bytes:
    """A tone on and off, begun `skip_s` after its own beginning, in noise that never stops."""
    on_s, off_s = cadence
    amplitude = 32768 * 10 ** (trunk.level_dbfs / 20)
    noise = amplitude / math.sqrt(2) / 10 ** (trunk.snr_db / 20)
    step, phase = 2 * math.pi * trunk.hz / RATE_HZ, chance.uniform(0, 6)
    count = round(seconds * RATE_HZ)
    sound = []
    for n in range(count):
        is_on = (n / RATE_HZ + skip_s) % (on_s + off_s) < on_s
        gain = 10 ** (-trunk.drop_db / 20) if n > count / 2 else 1.0
        sound.append(gain * (is_on * amplitude * math.sin(phase + step * n) + chance.gauss(0, noise)))
    return struct.pack(f"<{count}h", *(max(-32768, min(32767, round(sample))) for sample in sound))


def told(sound: bytes, dial_after_s: float = 1.5) -> list[CallTone]:
    """The tones that are recognised."""
    detector = CallToneDetector(dial_after_s)
    return [found for frame in in_frames(sound) for found in detector.feed(frame)]


def recordings(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every WAV of Debian's asterisk packages: 8 kHz, 16 bit, mono."""
    for file in sorted(folder.glob("**/*.wav")):
        with wave.open(str(file)) as recording:
            assert (recording.getframerate(), recording.getsampwidth(), recording.getnchannels()) == (8000, 2, 1)
            yield file.name, recording.readframes(recording.getnframes())
