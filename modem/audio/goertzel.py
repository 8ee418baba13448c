"""The keys of a telephone found in its sound (ITU-T Q.23, Q.24). Pure: frames in, keys out.

Sound is looked at in slices of 10 ms, three at a time, moving on by one. In each slice the eight tones are correlated
once, as Goertzel's recursion would, but folded about the slice's middle: a cosine is even and a sine odd, so half the
products do, and C does them (modem/audio/products.py). Three slices know four things that tell a key from a voice:

- how far each tone is from its nominal frequency, from how its phase turns from slice to slice;
- how much of all the energy the two tones are, each taken at its true frequency. A key is nearly everything there is,
  however loud; a vowel that happens to hit two of the tones brings its other harmonics with it;
- the twist: by how much one tone is louder than the other;
- that all this holds for two looks in a row. 40 ms of tone hold one look that is all tone and a neighbour that is tone
  for five sixths, wherever the slices fall.

A pressed key ends after three looks that neither show it nor hold its tones within 6 dB of how they began: codecs for
mobile calls smear a tone and let it swell, but not both at once. A gap of 40 ms gives at least three such looks, a lost
frame of 20 ms at most two.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import add, sub

from modem.audio.frames import FRAME_SAMPLES, RATE_HZ, samples_of
from modem.audio.levels import FULL_SCALE
from modem.audio.products import Samples, Wave, energy
from modem.audio.tones import HIGH_HZ, KEYS, LOW_HZ

SLICE = 80  # samples
QUIETEST_KEY_DBFS = -42.0  # of both tones together; Q.24 lets each country choose, from -24 to -46 dBm
MOST_TWIST_DB = 8.5  # 6 must work; noise moves what is measured
MOST_OFF = 0.025  # of the nominal frequency: Q.24 wants 1.5 % accepted and 3.5 % refused
SURE_SHARE = 0.80  # of the energy, for the better of the two looks that begin a key
LIKELY_SHARE = 0.60  # for the other one
LEAST_SLICE_SHARE = 0.03  # a slice whose best low (or high) tone is less belongs to no key
HELD_SHARE = 0.42  # for a key that is pressed already; one slice of tone in three is 0.33
HELD_POWER = 0.25  # the same by each tone's power, against that when the key began
MISSES_TO_END = 3


_HALF = SLICE // 2
_LEAST_POWER = FULL_SCALE * FULL_SCALE / 2 * 10 ** (QUIETEST_KEY_DBFS / 10)
_MOST_TWIST = 10 ** (MOST_TWIST_DB / 10)


@dataclass(frozen=True, slots=True)
class _Tone:
    """One of the eight frequencies, ready to be correlated."""

    cosines: Wave
    sines: Wave
    back: complex  # undoes by how much a tone of exactly this frequency turns in a slice
    most_turn: float  # radians a slice that MOST_OFF is worth

    @classmethod
    def of(cls, hz: float) -> _Tone:
        step = 2 * math.pi * hz / RATE_HZ
        angles = [step * (n + 0.5) for n in range(_HALF)]
        cosines, sines = Wave.of(tuple(map(math.cos, angles))), Wave.of(tuple(map(math.sin, angles)))
        return cls(cosines, sines, cmath.exp(-1j * step * SLICE), step * SLICE * MOST_OFF)


_TONES = tuple(map(_Tone.of, LOW_HZ + HIGH_HZ))
_ROWS, _COLUMNS = range(4), range(4, 8)  # where the low and the high ones stand among _TONES
_NO_TONES = (0j,) * 8


@dataclass(frozen=True, slots=True)
class _Slice:
    """What 10 ms hold. _NO_TONES: too quiet, or surely no key."""

    energy: float
    tones: Sequence[complex] = _NO_TONES


_Three = tuple[_Slice, _Slice, _Slice]


@dataclass(frozen=True, slots=True)
class _Look:
    """The key that 30 ms may be."""

    low: int  # of _TONES
    high: int
    share: float  # of the energy that its two tones are
    low_power: float  # in the measure of _power
    high_power: float

    @property
    def key(self) -> str:
        return KEYS[self.low][self.high - len(_ROWS)]


class DtmfDetector:
    """The keys in one direction of one call."""

    def __init__(self) -> None:
        self._slices: _Three = (_Slice(0.0), _Slice(0.0), _Slice(0.0))
        self._last: _Look | None = None
        self._pressed: _Look | None = None
        self._misses = 0

    def feed(self, frame: bytes) -> list[str]:
        """Hear one frame; the keys whose press was noticed in it (one press, one key, however long it lasts)."""
        return self.hear(tuple(map(float, samples_of(frame))))

    def hear(self, samples: Samples) -> list[str]:
        """The same of a frame's samples."""
        keys = (self._hear_slice(samples[at : at + SLICE]) for at in range(0, FRAME_SAMPLES, SLICE))
        return [key for key in keys if key is not None]

    def _hear_slice(self, samples: Samples) -> str | None:
        """Take in the next slice; the key that begins with it."""
        _, first, second = self._slices
        self._slices = first, second, _slice(samples)
        before, self._last = self._last, _look(self._slices)
        self._let_go()
        if before is None or self._last is None or before.key != self._last.key:
            return None
        weaker, stronger = sorted((before, self._last), key=lambda look: look.share)
        if weaker.share < LIKELY_SHARE or stronger.share < SURE_SHARE:
            return None
        if self._pressed is not None and self._pressed.key == stronger.key:
            return None
        self._pressed, self._misses = stronger, 0
        return stronger.key

    @property
    def is_pressed(self) -> bool:
        """Whether a key is held down."""
        return self._pressed is not None

    def _let_go(self) -> None:
        """The pressed key ends when its tones have been gone for long enough."""
        pressed = self._pressed
        if pressed is None:
            return
        is_seen = self._last is not None and self._last.key == pressed.key and self._last.share >= HELD_SHARE
        is_held = is_seen or (
            _power(self._slices, pressed.low) >= HELD_POWER * pressed.low_power
            and _power(self._slices, pressed.high) >= HELD_POWER * pressed.high_power
        )
        self._misses = 0 if is_held else self._misses + 1
        if self._misses >= MISSES_TO_END:
            self._pressed = None


def _slice(samples: Samples) -> _Slice:
    whole = energy(samples)
    if whole < _LEAST_POWER * SLICE / 8:
        return _Slice(whole)
    early, late = samples[_HALF - 1 :: -1], samples[_HALF:]
    even, odd = tuple(map(add, late, early)), tuple(map(sub, late, early))
    even_energy, odd_energy = energy(even), energy(odd)
    least = LEAST_SLICE_SHARE * whole * _HALF  # of |x|^2; it is whole * _HALF for a tone that is all there is
    tones: list[complex] = []
    for band in (_TONES[:4], _TONES[4:]):
        found = [complex(tone.cosines.times(even, even_energy), -tone.sines.times(odd, odd_energy)) for tone in band]
        if max(map(_square, found)) < least:
            return _Slice(whole)
        tones += found
    return _Slice(whole, tones)


def _look(slices: _Three) -> _Look | None:
    """The key that may be there; None where its tones are too quiet, out of tune or of too different strength."""
    whole = slices[0].energy + slices[1].energy + slices[2].energy
    if whole < _LEAST_POWER * 3 * SLICE or any(slice_.tones is _NO_TONES for slice_ in slices):
        return None
    low_power, low = max((_power(slices, index), index) for index in _ROWS)
    high_power, high = max((_power(slices, index), index) for index in _COLUMNS)
    low_energy, high_energy = _energy(slices, low), _energy(slices, high)
    if not 0 < low_energy / _MOST_TWIST <= high_energy <= low_energy * _MOST_TWIST:
        return None
    return _Look(low, high, (low_energy + high_energy) / whole, low_power, high_power)


def _power(slices: _Three, index: int) -> float:
    """How strong a tone is about its nominal frequency: two overlapping stretches of 20 ms."""
    back = _TONES[index].back
    one, two, three = slices[0].tones[index], slices[1].tones[index], slices[2].tones[index]
    return _square(one + two * back) + _square(two + three * back)


def _energy(slices: _Three, index: int) -> float:
    """What a tone holds at its true frequency; 0 if that is too far off."""
    tone = _TONES[index]
    one, two, three = slices[0].tones[index], slices[1].tones[index], slices[2].tones[index]
    two, three = two * tone.back, three * tone.back * tone.back
    turn = cmath.phase((two + three) * (one + two).conjugate())
    if abs(turn) > tone.most_turn:
        return 0.0
    unturned = cmath.exp(1j * turn)
    # What a tone so far from its place loses within a slice is given back.
    gain = math.sin(turn / 2) / math.sin(turn / 2 / SLICE) if turn else float(SLICE)
    return _square(one * unturned + two + three / unturned) * 2 * SLICE / (3 * gain * gain)


def _square(value: complex) -> float:
    return value.real * value.real + value.imag * value.imag
