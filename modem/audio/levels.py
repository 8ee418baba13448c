"""How loud sound is, in dB below the loudest sine that fits (dBFS as AES17 3.12.3 has it). Pure."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from modem.audio.frames import FRAME_S, FRAME_SAMPLES, samples_of
from modem.audio.products import energy

QUIETEST_DBFS = -96.0  # of 16 bits; digital silence reads as this
FULL_SCALE = 32768
_FULL_SINE_POWER = FULL_SCALE * FULL_SCALE / 2
_FRAMES_A_SECOND = round(1 / FRAME_S)


@dataclass(frozen=True, slots=True)
class Level:
    """Mean and peak over some time. A full sine is 0 dBFS on both."""

    mean_dbfs: float = QUIETEST_DBFS
    peak_dbfs: float = QUIETEST_DBFS


class LevelMeter:
    """One direction of a call."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, int]] = deque(maxlen=_FRAMES_A_SECOND)
        self.frames = 0

    def feed(self, frame: bytes) -> None:
        """Hear one frame."""
        samples = samples_of(frame)
        self._recent.append((energy(samples), max(*samples, -min(samples))))
        self.frames += 1

    def last_second(self) -> Level:
        whole = sum(of_frame for of_frame, _ in self._recent)
        return _level(whole, len(self._recent), max((peak for _, peak in self._recent), default=0))


def dbfs(frame: bytes) -> float:
    """The mean level of one frame."""
    samples = samples_of(frame)
    return _decibels(energy(samples) / FRAME_SAMPLES / _FULL_SINE_POWER)


def _level(whole: float, frames: int, peak: int) -> Level:
    power = whole / (max(frames, 1) * FRAME_SAMPLES)
    return Level(_decibels(power / _FULL_SINE_POWER), _decibels((peak / FULL_SCALE) ** 2))


def _decibels(power_ratio: float) -> float:
    if power_ratio <= 0:
        return QUIETEST_DBFS
    return max(QUIETEST_DBFS, round(10 * math.log10(power_ratio), 1))
