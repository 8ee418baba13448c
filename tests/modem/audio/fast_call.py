"""A call in fast time: a module and a sound card with clocks of their own, and the delay of every frame between."""

from __future__ import annotations

import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from modem.audio.frames import FRAME_BYTES, FRAME_S, SoundGone

_STAMP = struct.Struct("<d")


class FastClock:
    """Time passes only while the module is waited for."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def monotonic_s(self) -> float:
        return self.now_s

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        self.now_s += timeout_s
        return event.is_set()


def stamped(now_s: float) -> bytes:
    """A frame that knows when it was spoken."""
    return _STAMP.pack(now_s).ljust(FRAME_BYTES, b"\0")


def age_s(frame: bytes, now_s: float) -> float | None:
    """How long ago a frame was spoken; None for silence."""
    spoken_s: float = _STAMP.unpack_from(frame)[0]
    return now_s - spoken_s if spoken_s else None


@dataclass
class Source:
    """Something that speaks one frame every `every_s`, `bundle` of them at once."""

    clock: FastClock
    every_s: float = FRAME_S
    bundle: int = 1
    next_s: float = 100.0
    ready: list[bytes] = field(default_factory=list)
    says: list[bytes] | None = None  # instead of stamped frames

    def due(self) -> list[bytes]:
        while self.clock.now_s >= self.next_s + self.every_s * self.bundle:
            for _ in range(self.bundle):
                self.next_s += self.every_s
                said = stamped(self.next_s) if self.says is None else self.says.pop(0)
                self.ready.append(said)
        ready, self.ready = self.ready, []
        return ready


@dataclass
class FastModule:
    """The module's stream. Ends the call when `lasts_s` have passed."""

    clock: FastClock
    source: Source
    stopping: threading.Event
    lasts_s: float
    ages_s: list[float] = field(default_factory=list)
    written_at_s: list[float] = field(default_factory=list)
    silent_frames: int = 0
    dropped_frames: int = 0

    def read(self, timeout_s: float) -> list[bytes]:
        if frames := self.source.due():
            return frames
        self.clock.now_s += timeout_s / 4
        if self.clock.now_s >= 100.0 + self.lasts_s:
            self.stopping.set()
        return self.source.due()

    def write(self, frames: Sequence[bytes]) -> None:
        for frame in frames:
            age = age_s(frame, self.clock.now_s)
            self.written_at_s.append(self.clock.now_s)
            if age is None:
                self.silent_frames += 1
            else:
                self.ages_s.append(age)

    def close(self) -> None:
        """Nothing to give back."""


@dataclass
class FastCard:
    """The handset's stream. `deaf_at_s`, `mute_at_s`: when a direction dies."""

    clock: FastClock
    source: Source
    deaf_at_s: float = float("inf")
    mute_at_s: float = float("inf")
    ages_s: list[float] = field(default_factory=list)
    dropped_frames: int = 0
    is_closed: bool = False

    def read(self, timeout_s: float) -> list[bytes]:
        if self.clock.now_s >= self.deaf_at_s:
            raise SoundGone("the microphone is gone")
        return self.source.due()

    def write(self, frames: Sequence[bytes]) -> None:
        if self.clock.now_s >= self.mute_at_s:
            raise SoundGone("the loudspeaker is gone")
        ages = [age_s(frame, self.clock.now_s) for frame in frames]
        self.ages_s += [age for age in ages if age is not None]

    def close(self) -> None:
        self.is_closed = True
