"""Where the sound of a call goes that is to be kept. Files, keys and rows are the office's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol


class Sink(Protocol):
    """One recording. It is fed by the thread that carries the sound, which must wait for nothing."""

    def write(self, frames: Sequence[bytes]) -> bool:
        """Take frames (see modem.audio.frames) over, at once. False: no more can be kept (disk full)."""

    def close(self) -> None:
        """The recording is whole. Never raises; a second time does nothing."""


OpenSink = Callable[[str, int, int], Sink | None]
"""line, call and `ref` of commands.Listen -> where it is kept; None: it can't be now."""

Ear = Callable[[Sequence[bytes]], None]
"""Hears every frame of a call as it passes, for listening in. Must neither wait nor raise."""


def no_sink(line: str, call: int, ref: int) -> Sink | None:
    """Nothing is recorded here."""
    return None
