"""A telephone's keypad on a bad line: keys off tune, of unequal strength, in noise, for the tests and the bench."""

from __future__ import annotations

import math
import random
import struct
from dataclasses import dataclass

from modem.audio.frames import FRAME_BYTES, RATE_HZ
from modem.audio.goertzel import DtmfDetector
from modem.audio.tones import HIGH_HZ, KEYS, LOW_HZ

ALL_KEYS = "".join(KEYS)


@dataclass(frozen=True, slots=True)
class Line:
    """How keys arrive. Twist and detuning are the most that occurs, or, if `always_worst`, what each key has."""

    on_s: float = 0.040
    off_s: float = 0.040
    snr_db: float = 15.0  # of both tones together, over the whole 4 kHz
    twist_db: float = 6.0
    off_tune: float = 0.015
    level_dbfs: float = -20.0
    always_worst: bool = False


def dialled(count: int, line: Line, chance: random.Random) -> tuple[list[str], bytes]:
    """So many random keys and their sound, anyhow placed among the frames."""
    keys = [chance.choice(ALL_KEYS) for _ in range(count)]
    power = 32768**2 / 2 * 10 ** (line.level_dbfs / 10)
    noise = math.sqrt(power / 10 ** (line.snr_db / 10))
    samples = [chance.gauss(0, noise) for _ in range(chance.randrange(200, 400))]
    for key in keys:
        samples += _tones(key, line, power, chance)
        samples += [0.0] * (round(line.off_s * RATE_HZ) + chance.randrange(2))
    samples += [0.0] * 800
    noisy = [max(-32768, min(32767, round(sample + chance.gauss(0, noise)))) for sample in samples]
    return keys, struct.pack(f"<{len(noisy)}h", *noisy)


def heard(sound: bytes) -> list[str]:
    """The keys that the detector finds."""
    detector = DtmfDetector()
    found: list[str] = []
    for at in range(0, len(sound) - FRAME_BYTES + 1, FRAME_BYTES):
        found += detector.feed(sound[at : at + FRAME_BYTES])
    return found


def _tones(key: str, line: Line, power: float, chance: random.Random) -> list[float]:
    row = next(row for row, keys in enumerate(KEYS) if key in keys)
    twist_db = _within(line.twist_db, line, chance)
    high = power / (1 + 10 ** (-twist_db / 10))
    sound = [0.0] * round(line.on_s * RATE_HZ)
    for hz, its_power in ((LOW_HZ[row], power - high), (HIGH_HZ[KEYS[row].index(key)], high)):
        step = 2 * math.pi * hz * (1 + _within(line.off_tune, line, chance)) / RATE_HZ
        amplitude, phase = math.sqrt(2 * its_power), chance.uniform(0, 2 * math.pi)
        sound = [sample + amplitude * math.sin(phase + step * n) for n, sample in enumerate(sound)]
    return sound


def _within(most: float, line: Line, chance: random.Random) -> float:
    return most * chance.choice((-1, 1)) if line.always_worst else chance.uniform(-most, most)
