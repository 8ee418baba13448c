"""Sound as numbers in plain Python: tones, levels, the strongest frequency, WAV bytes. 8 kHz, 16 bit, mono. Pure."""

from __future__ import annotations

import cmath
import math
import sys
from array import array
from collections.abc import Sequence
from typing import TypeAlias

RATE_HZ = 8000
FRAME_S = 0.020
FRAME_SAMPLES = 160
FRAME_BYTES = 320
FULL_SCALE = 32767
QUIETEST_DBFS = -96.0  # what 16 bits can tell from nothing
Samples: TypeAlias = "array[int]"  # of type "h"

# ITU-T Q.23: each key is one low and one high tone.
_LOW_HZ, _HIGH_HZ = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
_PAD = ("123A", "456B", "789C", "*0#D")
KEY_TONES_HZ = {
    key: (_LOW_HZ[row], _HIGH_HZ[column]) for row, keys in enumerate(_PAD) for column, key in enumerate(keys)
}
KEY_S, KEY_GAP_S = 0.100, 0.050  # as a telephone sends them (Q.24 asks for 65 ms and more)
KEY_TONE_DBFS = -12.0  # each of the two
TRANSFORM_SIZE = 2048  # samples looked at for the strongest frequency: a quarter of a second, 3.9 Hz a step


def sine(hz: float, seconds: float, dbfs: float) -> Samples:
    """A tone; 0 dBFS is a sine that just fits (AES17)."""
    peak, step = FULL_SCALE * 10 ** (dbfs / 20), math.tau * hz / RATE_HZ
    return array("h", (round(peak * math.sin(step * place)) for place in range(round(seconds * RATE_HZ))))


def key_tone(key: str) -> Samples:
    """One key pressed and let go."""
    low, high = (sine(hz, KEY_S, KEY_TONE_DBFS) for hz in KEY_TONES_HZ[key])
    samples = array("h", (one + other for one, other in zip(low, high, strict=True)))
    samples.extend([0] * round(KEY_GAP_S * RATE_HZ))
    return samples


def energy(samples: Sequence[int]) -> int:
    return sum(sample * sample for sample in samples)


def level_dbfs(total_energy: int, count: int) -> float:
    """RMS level of `count` samples; 0 dBFS is a sine that just fits."""
    if not total_energy or not count:
        return QUIETEST_DBFS
    return max(QUIETEST_DBFS, 10 * math.log10(2 * total_energy / count / FULL_SCALE**2))


def strongest_hz(samples: Sequence[int]) -> float:
    """Frequency with the most energy, to about 1 Hz for a pure tone; at most TRANSFORM_SIZE samples are looked at."""
    size = min(len(samples), TRANSFORM_SIZE)
    shaped = [samples[place] * (0.5 - 0.5 * math.cos(math.tau * place / size)) + 0j for place in range(size)]  # Hann
    shaped += [0j] * (TRANSFORM_SIZE - size)
    power = [abs(value) for value in _transform(shaped)[: TRANSFORM_SIZE // 2]]
    peak = max(range(1, len(power) - 1), key=power.__getitem__)
    before, here, after = power[peak - 1 : peak + 2]
    bend = before - 2 * here + after
    return (peak + ((before - after) / (2 * bend) if bend else 0.0)) * RATE_HZ / TRANSFORM_SIZE


def _transform(values: list[complex]) -> list[complex]:
    """Discrete Fourier transform by halves (Cooley and Tukey); the length is a power of two."""
    count = len(values)
    if count == 1:
        return values
    even, odd = _transform(values[::2]), _transform(values[1::2])
    turned = [cmath.rect(1.0, -math.tau * place / count) * odd[place] for place in range(count // 2)]
    return [even[place] + turned[place] for place in range(count // 2)] + [
        even[place] - turned[place] for place in range(count // 2)
    ]


def to_bytes(samples: Samples) -> bytes:
    """Little-endian, as on the PCM port."""
    if sys.byteorder == "big":
        samples = array("h", samples)
        samples.byteswap()
    return samples.tobytes()


def to_samples(data: bytes) -> Samples:
    samples = array("h", data)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
