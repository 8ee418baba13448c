"""Where a recording ends with the exchange's tone behind a hang-up: busy, congestion or dial tone. Pure.

The tone is recognised after three periods; the tail begins with the first of them. A tone with a voice behind it was
none of a hang-up.
"""

from __future__ import annotations

from modem.audio.call_tones import OFF_BELOW, CallToneDetector
from modem.audio.frames import FRAME_S, FRAME_SAMPLES, samples_of
from modem.audio.levels import FULL_SCALE
from modem.audio.products import energy
from modem.events import CallTone

LONGEST_PAUSE_S = 1.0  # between two bursts: 0.7 in congestion
EDGE_FRAMES = 3  # neither tone nor pause, where one becomes the other
VOICE_BEHIND_FRAMES = 25
_QUIET_ENERGY = FULL_SCALE * FULL_SCALE / 2 * 10**-4.8 * FRAME_SAMPLES


class HangUpTail:
    """One recording; `frames` is how many belong to the call."""

    def __init__(self) -> None:
        self._detector = CallToneDetector()
        self._count = 0
        self._chain_at: int | None = None  # the first burst of those that follow each other
        self._tail_at: int | None = None
        self._pause = self._others = 0  # frames since the last burst; of them, in a row, some other sound
        self._tone_energy = 0.0

    @property
    def frames(self) -> int:
        return self._count if self._tail_at is None else self._tail_at

    @property
    def is_tone(self) -> bool:
        """The last frame was of the exchange's frequency."""
        return self._detector.is_on

    def feed(self, frame: bytes) -> None:
        samples = tuple(map(float, samples_of(frame)))
        told = self._detector.hear(samples)
        if self._detector.is_on:
            self._chain_at = self._count if self._chain_at is None else self._chain_at
            self._pause = self._others = 0
            self._tone_energy = energy(samples)
        else:
            self._pause += 1
            is_quiet = energy(samples) <= max(_QUIET_ENERGY, self._tone_energy * OFF_BELOW)
            self._others = 0 if is_quiet else self._others + 1
            if self._others > EDGE_FRAMES or self._pause * FRAME_S > LONGEST_PAUSE_S:
                self._chain_at = None
            if self._others > VOICE_BEHIND_FRAMES:
                self._tail_at = None
        if CallTone.BUSY in told or CallTone.DIAL in told:
            self._tail_at = self._chain_at if self._tail_at is None else self._tail_at
        self._count += 1
