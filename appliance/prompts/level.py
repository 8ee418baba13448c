"""How loud a voice is, where it begins and ends, and what gain brings it to the level of all prompts. Pure.

Sound is 8000 samples a second, 16 bit signed little-endian, one channel; levels are dB below the loudest sine that
fits (AES17 3.12.3). The active level counts the pieces in which somebody speaks and not the pauses between them (the
idea of ITU-T P.56): a slow speaker is not a quiet one.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

RATE_HZ = 8000
TARGET_DBFS = -20.0  # active level: where the telephone network wants speech
HIGHEST_PEAK_DBFS = -1.0
MOST_GAIN_DB = 20.0  # more would raise the noise of the room with the voice
QUIETEST_DBFS = -96.0
_FULL_SCALE = 32768
_FULL_SINE_POWER = _FULL_SCALE * _FULL_SCALE / 2
_PIECE = 160  # 20 ms
_BELOW_LOUD_DB = 20.0  # a piece so far below the loud ones is a pause, or the room
_LOUD_SHARE = 0.95  # a click is louder than the voice and lasts a piece or two
_BEFORE_PIECES, _AFTER_PIECES = 4, 7  # a soft consonant begins, an echo ends a word


@dataclass(frozen=True, slots=True)
class Loudness:
    active_dbfs: float = QUIETEST_DBFS
    peak_dbfs: float = QUIETEST_DBFS
    room_dbfs: float = QUIETEST_DBFS  # the quieter pieces between the words
    speech_s: float = 0.0


def loudness(sound: bytes) -> Loudness:
    """How loud the voice in `sound` is. Half a sample at the end is left out."""
    samples = _samples(sound)
    powers = _powers(samples)
    if not powers:
        return Loudness()
    pauses_below = _threshold(powers)
    active = [power for power in powers if power >= pauses_below and power > 0]
    quiet = sorted(powers)[: max(1, len(powers) // 10)]
    return Loudness(
        active_dbfs=_decibels(sum(active) / max(1, len(active)) / _FULL_SINE_POWER),
        peak_dbfs=_decibels((max(map(abs, samples)) / _FULL_SCALE) ** 2),
        room_dbfs=_decibels(sum(quiet) / len(quiet) / _FULL_SINE_POWER),
        speech_s=round(len(active) * _PIECE / RATE_HZ, 2),
    )


def trimmed(sound: bytes) -> bytes:
    """Without the silence before the first word and after the last. What is silent throughout stays as it is."""
    powers = _powers(_samples(sound))
    pauses_below = _threshold(powers) if powers else 0.0
    voiced = [at for at, power in enumerate(powers) if power >= pauses_below and power > 0]
    if not voiced:
        return sound
    first, last = max(0, voiced[0] - _BEFORE_PIECES), voiced[-1] + 1 + _AFTER_PIECES
    return sound[2 * _PIECE * first : 2 * _PIECE * last]


def gain_db(found: Loudness) -> float:
    """What brings this voice to the level of all prompts, as far as its peaks and the room's noise allow."""
    wanted = min(TARGET_DBFS - found.active_dbfs, MOST_GAIN_DB)
    return round(min(wanted, HIGHEST_PEAK_DBFS - found.peak_dbfs), 1)


def amplified(sound: bytes, by_db: float) -> bytes:
    """Louder or softer, without the direct current."""
    factor = 10 ** (by_db / 20)
    samples = _samples(sound)
    middle = sum(samples) / max(1, len(samples))
    louder = (max(-_FULL_SCALE, min(_FULL_SCALE - 1, round((sample - middle) * factor))) for sample in samples)
    return struct.pack(f"<{len(samples)}h", *louder)


def share_above(sound: bytes, ceiling: int) -> float:
    """Which part of the samples is at least as loud as this."""
    samples = _samples(sound)
    return sum(1 for sample in samples if not -ceiling < sample < ceiling) / max(1, len(samples))


def _samples(sound: bytes) -> Sequence[int]:
    count = len(sound) // 2
    return struct.unpack(f"<{count}h", sound[: 2 * count])


def _powers(samples: Sequence[int]) -> list[float]:
    """The mean power of each 20 ms, the direct current taken out: cheap sound cards have much of it."""
    middle = sum(samples) / max(1, len(samples))
    pieces = (samples[at : at + _PIECE] for at in range(0, len(samples), _PIECE))
    return [max(0.0, sum(map(mul, piece, piece)) / len(piece) - middle * middle) for piece in pieces]


def _threshold(powers: Sequence[float]) -> float:
    loud = sorted(powers)[int(_LOUD_SHARE * (len(powers) - 1))]
    return loud / 10 ** (_BELOW_LOUD_DB / 10)


def _decibels(ratio: float) -> float:
    return max(QUIETEST_DBFS, round(10 * math.log10(ratio), 1)) if ratio > 0 else QUIETEST_DBFS
