"""What the exchange says, found in sound: dial tone, ring-back, busy, congestion (YD/T 1486: all 450 Hz). Pure.

Each frame of 20 ms is compared with 450 Hz in two halves. By how much the second is turned against the first tells the
true frequency, and with it how much of all the energy this one tone is. A frame is *on* where that is nearly all of it
within 20 Hz of 450; *off* where there is much less of anything; else it is some other sound. Voices and music are on
now and then, but not for three equal periods with nothing between them, nor for seconds at one pitch.

The beginning need not be heard: only bursts heard from their beginning count for a cadence.
"""

from __future__ import annotations

import cmath
import math
from collections import deque

from modem.audio.frames import FRAME_S, FRAME_SAMPLES, RATE_HZ, samples_of
from modem.audio.levels import FULL_SCALE
from modem.audio.products import Samples, Wave, energy
from modem.events import CallTone

TONE_HZ = 450.0
MOST_OFF_HZ = 24.0  # of 450: 20 must work; noise moves what is measured
MOST_DRIFT_HZ = 6.0  # within one burst: exchanges do not sing
LEAST_SHARE = 0.70  # of the energy
QUIETEST_TONE_DBFS = -48.0
LOUDEST_PAUSE_DBFS = -40.0  # before the first burst: 8 bit linear modems make -47 of the silence of a line
OFF_BELOW = 0.2  # 7 dB: the power of a pause against that of the tone; 15 dB of noise leave 0.03
BRIDGED_S = 0.060  # of interruption: a special dial tone has 40 ms, a lost frame 20
DIAL_AFTER_S = 1.5  # longer than ring-back's second

BUSY_S, CONGESTION_S = (0.27, 0.46), (0.63, 0.77)  # on, and off; half a frame of doubt at each end
RING_BACK_ON_S = (0.76, 1.26)
RING_BACK_PAUSE_S = 1.0  # heard of its four
UNEQUAL_S = 0.06  # three periods differ by less
LAST_PAUSE_S = 0.28
OVER_AFTER_S = {CallTone.DIAL: 0.5, CallTone.BUSY: 1.5, CallTone.RING_BACK: 6.0}

_HALF = FRAME_SAMPLES // 2
_STEP = 2 * math.pi * TONE_HZ / RATE_HZ
_COSINE = Wave.of(tuple(math.cos(_STEP * n) for n in range(_HALF)))
_SINE = Wave.of(tuple(math.sin(_STEP * n) for n in range(_HALF)))
_BACK = cmath.exp(-1j * _STEP * _HALF)  # undoes by how much 450 Hz turn in half a frame
_FULL_ENERGY = FULL_SCALE * FULL_SCALE / 2 * FRAME_SAMPLES
_LEAST_ENERGY = _FULL_ENERGY * 10 ** (QUIETEST_TONE_DBFS / 10)
_LOUDEST_PAUSE = _FULL_ENERGY * 10 ** (LOUDEST_PAUSE_DBFS / 10)


class CallToneDetector:
    """The tones in one direction of one call. `tone` is what is heard now."""

    def __init__(self, dial_after_s: float = DIAL_AFTER_S) -> None:
        """`dial_after_s`: how long a tone must last to be a dial tone. Below 1.3 where no ring-back can be."""
        self._dial_after_s = dial_after_s
        self._bursts = _Bursts()
        self.tone: CallTone | None = None
        self.is_on = False  # the last frame was of this frequency, whatever it may become

    def feed(self, frame: bytes) -> list[CallTone]:
        """Hear one frame; what was recognised with it, each tone once as long as it lasts."""
        return self.hear(tuple(map(float, samples_of(frame))))

    def hear(self, samples: Samples) -> list[CallTone]:
        """The same of a frame's samples."""
        early, late = samples[:_HALF], samples[_HALF:]
        early_energy, late_energy = energy(early), energy(late)
        whole = early_energy + late_energy
        off_hz = None
        if whole >= _LEAST_ENERGY:
            off_hz = _off_hz(_turned(early, early_energy), _turned(late, late_energy) * _BACK, whole)
        self.is_on = off_hz is not None
        self._bursts.add(off_hz, whole)
        found = self._recognised()
        if found is None:
            if self.tone is not None and self._bursts.pause_s > OVER_AFTER_S[self.tone]:
                self.tone = None
            return []
        if found is self.tone:
            return []
        self.tone = found
        return [found]

    def _recognised(self) -> CallTone | None:
        bursts = self._bursts
        if bursts.pause_s == 0.0:
            return CallTone.DIAL if bursts.on_s >= self._dial_after_s else None
        if not bursts.is_clean:
            return None
        if bursts.pause_s >= LAST_PAUSE_S and bursts.is_cadence():
            return CallTone.BUSY
        least_s, most_s = RING_BACK_ON_S
        if bursts.pause_s >= RING_BACK_PAUSE_S and bursts.has_beginning and least_s <= bursts.on_s <= most_s:
            return CallTone.RING_BACK
        return None


def _turned(samples: Samples, samples_energy: float) -> complex:
    return complex(_COSINE.times(samples, samples_energy), -_SINE.times(samples, samples_energy))


def _off_hz(early: complex, late: complex, whole: float) -> float | None:
    """How far from 450 Hz the tone is that these halves of a frame are; None if they are something else."""
    turn = cmath.phase(late * early.conjugate())
    off_hz = turn * RATE_HZ / _HALF / (2 * math.pi)
    if abs(off_hz) > MOST_OFF_HZ:
        return None
    # What a tone so far from its place loses within half a frame is given back.
    gain = math.sin(turn / 2) / math.sin(turn / 2 / _HALF) if turn else float(_HALF)
    share = (abs(early) + abs(late)) ** 2 * _HALF / (gain * gain) / whole
    return off_hz if share >= LEAST_SHARE else None


class _Bursts:
    """The present burst of tone, the pause behind it, and the two periods before."""

    def __init__(self) -> None:
        self._periods: deque[tuple[float, float]] = deque(maxlen=2)  # on, off; in seconds
        self._off_hz = self._energy = 0.0  # of the present burst
        self._others = 0  # frames in the pause that hold some other sound
        self.on_s = self.pause_s = 0.0
        self.has_beginning = False  # silence was heard before the burst

    @property
    def is_clean(self) -> bool:
        """Whether the pause is one. A frame at each end of it is half tone."""
        return self._others <= 2

    def add(self, off_hz: float | None, whole: float) -> None:
        """`off_hz`: how far from 450 Hz; None where it is no such tone. `whole`: the frame's energy."""
        if off_hz is not None and (self._is_new(off_hz) or abs(off_hz - self._off_hz) <= MOST_DRIFT_HZ):
            self._go_on(off_hz, whole)
            return
        self.pause_s = round(self.pause_s + FRAME_S, 3)
        if whole > (max(self._energy * OFF_BELOW, _LEAST_ENERGY) if self._energy else _LOUDEST_PAUSE):
            self._others += 1

    def is_cadence(self) -> bool:
        """Three equal periods of busy or congestion, the third as far as it is heard."""
        if len(self._periods) < 2:
            return False
        ons = [self.on_s, *(on_s for on_s, _ in self._periods)]
        offs = [off_s for _, off_s in self._periods]
        if max(ons) - min(ons) >= UNEQUAL_S or max(offs) - min(offs) >= UNEQUAL_S:
            return False
        return any(
            all(least_s <= length_s <= most_s for length_s in ons + offs) for least_s, most_s in (BUSY_S, CONGESTION_S)
        )

    def _is_new(self, off_hz: float) -> bool:
        return self.on_s == 0.0 or self.pause_s > BRIDGED_S

    def _go_on(self, off_hz: float, whole: float) -> None:
        if self._is_new(off_hz):
            self._begin()
        elif self.pause_s:
            self.on_s += self.pause_s
        self.on_s = round(self.on_s + FRAME_S, 3)
        self.pause_s, self._others = 0.0, 0
        frames = min(self.on_s / FRAME_S, 10)
        self._off_hz += (off_hz - self._off_hz) / frames
        self._energy += (whole - self._energy) / frames

    def _begin(self) -> None:
        if self.has_beginning and self.is_clean:
            self._periods.append((self.on_s, self.pause_s))
        else:
            self._periods.clear()
        self.has_beginning = self.is_clean and self.pause_s > BRIDGED_S
        self.on_s = 0.0
