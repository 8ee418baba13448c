"""Any sample rate to 8000 a second. Pure: samples in, samples out.

One windowed sinc (Kaiser, 60 dB) that ends where the lower of the two rates folds: flat to 3400 Hz, gone from 4600 Hz,
so that what folds back lies above what telephones carry. Each output sample is one sum of products with the taps of
its place between two input samples. There are few such places where the rates have a large common divisor; else they
are rounded (7999 Hz: to 1/1000 of a sample, 55 dB below). Ten seconds of 48 kHz take some 0.2 s.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from modem.audio.frames import RATE_HZ
from modem.audio.products import Wave, energy

_TRANSITION = 0.15  # of the lower rate, from the last that passes to the first that does not
_ATTENUATION_DB = 60.0
_BETA = 0.1102 * (_ATTENUATION_DB - 8.7)  # Kaiser's own formulas
_MOST_TAPS = 100_000  # of all places together; some 3 MB and half a second
_LENGTH = (_ATTENUATION_DB - 7.95) / 14.36


class Resampler:
    """One sound, given in pieces."""

    def __init__(self, rate_hz: int) -> None:
        divisor = math.gcd(rate_hz, RATE_HZ)
        self._up, self._down = RATE_HZ // divisor, rate_hz // divisor
        self._lower = min(1.0, RATE_HZ / rate_hz)  # of the two rates, in input samples
        self._half = math.ceil(_LENGTH / (_TRANSITION * self._lower) / 2)
        self._step = math.ceil(self._up * 2 * self._half / _MOST_TAPS)  # between places that are told apart
        self._taps: dict[int, Wave] = {}
        self._rest = [0.0] * (self._half - 1)  # the input that the next output samples are made of
        self._place = 0  # of the next output sample behind the first of them, in `up`ths of an input sample
        self._fed = self._made = 0

    def feed(self, samples: Sequence[float]) -> list[float]:
        """The output samples that are complete with these."""
        self._fed += len(samples)
        if self._up == self._down:
            return list(samples)
        return self._made_of(samples)

    def finish(self) -> list[float]:
        """The last ones: as much sound comes out as went in."""
        if self._up == self._down:
            return []
        left = math.ceil(self._fed * self._up / self._down) - self._made
        return self._made_of([0.0] * (2 * self._half))[:left]

    def _made_of(self, samples: Sequence[float]) -> list[float]:
        there = (*self._rest, *samples)
        width, made, place = 2 * self._half, [], self._place
        while (first := place // self._up) + width <= len(there):
            window = there[first : first + width]
            made.append(self._taps_at(place % self._up // self._step).times(window, energy(window)))
            place += self._down
        first = min(place // self._up, len(there))
        self._rest, self._place = list(there[first:]), place - first * self._up
        self._made += len(made)
        return made

    def _taps_at(self, place: int) -> Wave:
        """For an output sample `place` steps behind the last of the window's first half."""
        taps = self._taps.get(place)
        if taps is None:
            offset = place * self._step / self._up
            values = [self._tap(n - self._half + 1 - offset) for n in range(2 * self._half)]
            whole = sum(values)
            taps = self._taps[place] = Wave.of(tuple(value / whole for value in values))
        return taps

    def _tap(self, distance: float) -> float:
        inside = 1 - (distance / self._half) ** 2
        if inside <= 0:
            return 0.0
        angle = math.pi * distance * self._lower
        return (math.sin(angle) / angle if angle else 1.0) * _bessel(_BETA * math.sqrt(inside))


def _bessel(x: float) -> float:
    """I0, as far as Kaiser's window needs it."""
    term = total = 1.0
    for n in range(1, 25):
        term *= (x / (2 * n)) ** 2
        total += term
    return total
