"""Hears keys (ITU-T Q.23) in frames of 20 ms: the exchange's ear, the far party's and the chip's. Pure."""

from __future__ import annotations

import math

from modem.simulator.tones import FRAME_SAMPLES, KEY_TONES_HZ, RATE_HZ, Samples

QUIETEST = 300.0  # mean square amplitude of a frame that may hold a key: about -46 dBFS
SHARE = 0.7  # of the frame's energy that the two tones must have
TWIST = 10.0  # one tone may be so many times as strong as the other
FIRM_FRAMES = 2  # a key counts when it was heard so many frames running
_LOW = sorted({low for low, _ in KEY_TONES_HZ.values()})
_HIGH = sorted({high for _, high in KEY_TONES_HZ.values()})
_KEYS = {tones: key for key, tones in KEY_TONES_HZ.items()}
FAX_HZ = 1100  # a fax machine that calls (T.30 4.2, CNG)
_BEND = {hz: 2 * math.cos(math.tau * hz / RATE_HZ) for hz in (*_LOW, *_HIGH, FAX_HZ)}


def _power(samples: Samples, hz: int) -> float:
    """Energy at one frequency (Goertzel); for a pure tone it is count / 2 times the energy of all samples."""
    bend = _BEND[hz]
    one = two = 0.0
    for sample in samples:
        one, two = sample + bend * one - two, one
    return one * one + two * two - bend * one * two


def key_in(samples: Samples) -> str:
    """The key of one frame, "" if there is none."""
    energy = float(sum(sample * sample for sample in samples))
    if energy < QUIETEST * QUIETEST * len(samples) / 2:
        return ""
    low, low_hz = max((_power(samples, hz), hz) for hz in _LOW)
    high, high_hz = max((_power(samples, hz), hz) for hz in _HIGH)
    if low + high < SHARE * energy * FRAME_SAMPLES / 2 or not 1 / TWIST < low / max(high, 1.0) < TWIST:
        return ""
    return _KEYS[low_hz, high_hz]


def is_fax(samples: Samples) -> bool:
    """Nothing but the tone of a calling fax machine."""
    energy = float(sum(sample * sample for sample in samples))
    is_loud = energy > QUIETEST * QUIETEST * len(samples) / 2
    return is_loud and _power(samples, FAX_HZ) > SHARE * energy * FRAME_SAMPLES / 2


class KeyEar:
    """Turns frames into keys that go down and up again."""

    def __init__(self) -> None:
        self.down = ""  # the key that is held just now
        self._last = ""
        self._firm = 0

    def hear(self, samples: Samples | None) -> str:
        """The key that just went down, "" mostly. None stands for silence."""
        key = key_in(samples) if samples else ""
        self._firm = self._firm + 1 if key == self._last else 1
        self._last = key
        if key == self.down or self._firm < FIRM_FRAMES:
            return ""
        self.down = key
        return key
