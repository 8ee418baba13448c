"""Both directions of a call in one: for recordings, and for who listens in. Pure."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Sequence
from operator import add

from modem.audio.frames import SILENCE, samples_of
from modem.audio.levels import FULL_SCALE

MOST_AHEAD_FRAMES = 5  # of one side; then the other is taken to be silent

_SAMPLES = struct.Struct(f"<{len(SILENCE) // 2}h")


def mix(one: bytes, other: bytes) -> bytes:
    """Two frames in one, cut off at full scale. Silence changes nothing of the other."""
    if other == SILENCE:
        return one
    if one == SILENCE:
        return other
    both = list(map(add, samples_of(one), samples_of(other)))
    try:
        return _SAMPLES.pack(*both)
    except struct.error:
        return _SAMPLES.pack(*(max(-FULL_SCALE, min(FULL_SCALE - 1, sample)) for sample in both))


class Mixer:
    """Joins the frames of two sides, whichever comes first: a frame of each in turn, as long as both come."""

    def __init__(self) -> None:
        self._far: deque[bytes] = deque()
        self._near: deque[bytes] = deque()

    def mix(self, far: Sequence[bytes], near: Sequence[bytes]) -> list[bytes]:
        """What is complete with these."""
        self._far += far
        self._near += near
        mixed = [mix(self._far.popleft(), self._near.popleft()) for _ in range(min(len(self._far), len(self._near)))]
        for side in (self._far, self._near):
            mixed += [side.popleft() for _ in range(len(side) - MOST_AHEAD_FRAMES)]
        return mixed
