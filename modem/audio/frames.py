"""What sound is inside the box: frames of 20 ms, 8000 samples a second, one channel, 16 bit signed little-endian.

Telephones have carried 300-3400 Hz since there were exchanges, so every source is asked for this one form and nothing
here converts rates. Pure: no port, no clock.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Protocol

RATE_HZ = 8000
FRAME_S = 0.020
FRAME_SAMPLES = 160
FRAME_BYTES = 2 * FRAME_SAMPLES
SILENCE = bytes(FRAME_BYTES)

_FRAME = struct.Struct(f"<{FRAME_SAMPLES}h")  # says the byte order, which array and memoryview do not


class SoundGone(Exception):
    """A stream, or one direction of it, can't be used any more: `reason` is a sentence for the technician."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SoundStream(Protocol):
    """Sound both ways: a module's, a handset's, a landline's. Reading and writing may die one by one.

    Many frames at once, because each call of the system gives other threads the turn: with one busy thread beside it, a
    stream that makes a dozen calls a frame comes too late.
    """

    @property
    def dropped_frames(self) -> int:
        """Of those given to `write`, how many came too fast for the other side."""

    def read(self, timeout_s: float) -> list[bytes]:
        """The frames that are there, oldest first; waits at most so long for the first. Raises SoundGone."""

    def write(self, frames: Sequence[bytes]) -> None:
        """Take frames over, at once: what the other side is too slow for is dropped. Raises SoundGone."""

    def close(self) -> None:
        """Give everything back. Never raises; a second time does nothing."""


class Reblocker:
    """Bytes in whatever portions come, frames out."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that are complete with `data`."""
        self._rest += data
        whole = len(self._rest) // FRAME_BYTES * FRAME_BYTES
        frames = [bytes(self._rest[at : at + FRAME_BYTES]) for at in range(0, whole, FRAME_BYTES)]
        del self._rest[:whole]
        return frames


def samples_of(frame: bytes) -> tuple[int, ...]:
    """The samples of one whole frame; a part of one is our own mistake (struct.error)."""
    return _FRAME.unpack(frame)
