"""How loud the voices of a recording are, however long it is, and what gain brings them to the level of speech. Pure.

Frames are counted by their level, a decibel a place. The active level (the idea of ITU-T P.56) is that of the frames
in which somebody speaks: a slow speaker is not a quiet one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from modem.audio.frames import FRAME_SAMPLES, samples_of
from modem.audio.levels import FULL_SCALE
from modem.audio.products import energy

TARGET_DBFS = -20.0  # where telephone networks want speech
MOST_GAIN_DB, LEAST_GAIN_DB = 20.0, -10.0
HIGHEST_PEAK_DBFS = -1.0
STEADY_DB = 8  # what varies by less is noise, and is not raised
BELOW_LOUD_DB = 20  # a frame so far below the loud ones is a pause
ABOVE_LOUD_DB = 6  # beyond that it is a click
QUIETEST_SPEECH_DBFS = -55

_PLACES = 100
_FULL_SINE_ENERGY = FULL_SCALE * FULL_SCALE / 2 * FRAME_SAMPLES


class Loudness:
    """One recording."""

    def __init__(self) -> None:
        self._levels = [0] * _PLACES  # frames whose mean level is at least -n dBFS, and less than a decibel more
        self._peaks = [0] * _PLACES

    def feed(self, frame: bytes) -> None:
        samples = tuple(map(float, samples_of(frame)))
        self._levels[_place(energy(samples) / _FULL_SINE_ENERGY)] += 1
        self._peaks[_place((max(*samples, -min(samples)) / FULL_SCALE) ** 2)] += 1

    @property
    def active_dbfs(self) -> float | None:
        """Of the frames in which somebody speaks; None if there are none."""
        loud = -_percentile(self._levels, 0.95)
        least = max(loud - BELOW_LOUD_DB, QUIETEST_SPEECH_DBFS)
        most = loud + ABOVE_LOUD_DB
        active = [(place, count) for place, count in enumerate(self._levels) if count and least <= -place <= most]
        if not active:
            return None
        power = sum(count * 10 ** (-place / 10) for place, count in active) / sum(count for _, count in active)
        return 10 * math.log10(power)

    @property
    def gain_db(self) -> float:
        """What these voices want, as far as their peaks allow. A click or two may be cut off."""
        active_dbfs = self.active_dbfs
        if active_dbfs is None:
            return 0.0
        is_steady = _percentile(self._levels, 0.1) - _percentile(self._levels, 0.95) < STEADY_DB
        most = 0.0 if is_steady else min(MOST_GAIN_DB, HIGHEST_PEAK_DBFS + _percentile(self._peaks, 0.995))
        return max(min(TARGET_DBFS - active_dbfs, most), LEAST_GAIN_DB)


def _place(ratio: float) -> int:
    return min(_PLACES - 1, max(0, math.ceil(-10 * math.log10(ratio)))) if ratio > 0 else _PLACES - 1


def _percentile(counts: Sequence[int], share: float) -> int:
    """The place that this share of the frames is not louder than."""
    left = (1 - share) * sum(counts)
    for place, count in enumerate(counts):
        left -= count
        if left < 0:
            return place
    return _PLACES - 1
