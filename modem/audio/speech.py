"""Has somebody spoken, and for how long has it been quiet? Pure: frames in.

Every line has a noise of its own, so loud is what stands out of the quietest of the last seconds: voices pause many
times a minute, noise does not. Tones of the exchange and keys are no speech: whoever hears them says so.
"""

from __future__ import annotations

import math
from collections import deque

from modem.audio.frames import FRAME_S, FRAME_SAMPLES, samples_of
from modem.audio.levels import FULL_SCALE, QUIETEST_DBFS
from modem.audio.products import Samples, energy

QUIETEST_SPEECH_DBFS = -48.0
ABOVE_NOISE_DB = 8.0
NOISE_FRAMES = 25  # half a second, of which the quietest fifth is a guess at the noise
NOISE_GUESSES = 6  # the lowest of so many
SMOOTH_FRAMES = 5
WINDOW_FRAMES, LOUD_FRAMES = 10, 5  # so many loud ones of so many are speech: a click is not
SPOKEN_AFTER_FRAMES = 10

_FULL_SINE_ENERGY = FULL_SCALE * FULL_SCALE / 2 * FRAME_SAMPLES


class Speech:
    """One direction of one call."""

    def __init__(self) -> None:
        self._smooth: deque[float] = deque(maxlen=SMOOTH_FRAMES)
        self._guesses: deque[float] = deque(maxlen=NOISE_GUESSES)
        self._guess, self._guessed = 0.0, 0
        self._loud: deque[bool] = deque(maxlen=WINDOW_FRAMES)
        self._talked = self._quiet = 0
        self.signs = 0  # grows with whatever shows that somebody is there

    @property
    def has_spoken(self) -> bool:
        """For a fifth of a second, all in all."""
        return self._talked >= SPOKEN_AFTER_FRAMES

    @property
    def quiet_s(self) -> float:
        """Since the last speech, or key, or since the beginning."""
        return self._quiet * FRAME_S

    @property
    def noise_dbfs(self) -> float:
        """How loud the line itself is taken to be."""
        return min((*self._guesses, self._guess))

    def feed(self, frame: bytes, *, is_tone: bool = False) -> None:
        """Hear one frame. `is_tone`: it is known to be a key, or a tone of the exchange."""
        self.hear(tuple(map(float, samples_of(frame))), is_tone=is_tone)

    def hear(self, samples: Samples, *, is_tone: bool = False) -> None:
        """The same of a frame's samples."""
        level_dbfs = _dbfs(energy(samples))
        if not is_tone:
            self._learn_noise(level_dbfs)
        self._loud.append(not is_tone and level_dbfs > max(self.noise_dbfs + ABOVE_NOISE_DB, QUIETEST_SPEECH_DBFS))
        if sum(self._loud) >= LOUD_FRAMES:
            self._talked += 1
            self.stir()
        else:
            self._quiet += 1

    def stir(self) -> None:
        """Somebody is there, and speaks or not."""
        self._quiet = 0
        self.signs += 1

    def _learn_noise(self, level_dbfs: float) -> None:
        self._smooth.append(level_dbfs)
        smooth = sum(self._smooth) / len(self._smooth)
        self._guess = smooth if not self._guessed else min(self._guess, smooth)
        self._guessed += 1
        if self._guessed == NOISE_FRAMES:
            self._guesses.append(self._guess)
            self._guessed = 0


def _dbfs(frame_energy: float) -> float:
    if frame_energy <= 0:
        return QUIETEST_DBFS
    return max(QUIETEST_DBFS, 10 * math.log10(frame_energy / _FULL_SINE_ENERGY))
