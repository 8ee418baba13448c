"""Debian's `opusenc` and `opusdec` as pipes: sound goes in and comes out in pieces, and none of it touches the disk.

8 kbit/s in frames of 60 ms: what a telephone carries needs no more, and 200 GB of calls a year become 13.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import IO

from appliance.recordings.layout import BYTES_PER_S

ENCODE = (
    "--quiet", "--raw", "--raw-bits", "16", "--raw-rate", "8000", "--raw-chan", "1", "--raw-endianness", "0",
    "--speech", "--bitrate", "8", "--framesize", "60", "--discard-comments", "-", "-",
)  # fmt: skip
DECODE = ("--quiet", "--rate", "8000", "-", "-")
LOW_PRIORITY = ("nice", "-n", "19")
PIPE_BYTES = 64 * 1024
LOOK_UP_MS = 200
STUCK_AFTER_LOOKS = 60_000 // LOOK_UP_MS


class ToolFailed(Exception):
    """The program ended badly, got stuck, or was stopped."""


def is_there() -> bool:
    """Whether opus-tools is installed; without it the sealed PCM stays."""
    return shutil.which("opusenc") is not None and shutil.which("opusdec") is not None


def encode(sound: Iterator[bytes], goes_on: Callable[[], bool]) -> Iterator[bytes]:
    """PCM to Ogg Opus. `goes_on` is asked now and then; raises ToolFailed, also where it says no."""
    return _through(("opusenc", *ENCODE), sound, goes_on)


def decode(ogg: Iterator[bytes], goes_on: Callable[[], bool]) -> Iterator[bytes]:
    """Ogg Opus to PCM, to the very sample. Raises ToolFailed."""
    return _through(("opusdec", *DECODE), ogg, goes_on)


def check(ogg: Iterator[bytes], sound_bytes: int, goes_on: Callable[[], bool]) -> None:
    """The whole of it can be decoded, to just as many samples as went in. Raises ToolFailed."""
    found = sum(len(piece) for piece in decode(ogg, goes_on))
    if found != sound_bytes:
        raise ToolFailed(f"{found / BYTES_PER_S:.2f} s came out of {sound_bytes / BYTES_PER_S:.2f} s")


def _through(command: tuple[str, ...], pieces: Iterator[bytes], goes_on: Callable[[], bool]) -> Iterator[bytes]:
    with subprocess.Popen(
        [*LOW_PRIORITY, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield from _pump(process.stdin, process.stdout, pieces, goes_on)
        except BaseException:
            process.kill()
            raise
        if process.wait() != 0:
            raise ToolFailed(f"{command[0]} ended with {process.returncode}")


def _pump(into: IO[bytes], out_of: IO[bytes], pieces: Iterator[bytes], goes_on: Callable[[], bool]) -> Iterator[bytes]:
    """Feed and drain at once: a program whose output nobody takes stops taking input."""
    for pipe in (into, out_of):
        os.set_blocking(pipe.fileno(), False)
    ready, feed = select.poll(), _Feed(into, pieces)
    ready.register(out_of, select.POLLIN | select.POLLHUP)
    ready.register(into, select.POLLOUT)
    looks, out, entry = 0, out_of.fileno(), into.fileno()
    while True:
        if not goes_on():
            raise ToolFailed("stopped")
        events = dict(ready.poll(LOOK_UP_MS))
        looks = 0 if events else looks + 1
        if looks > STUCK_AFTER_LOOKS:
            raise ToolFailed("it got stuck")
        if out in events:
            data = out_of.read(PIPE_BYTES)
            if data == b"":
                if not into.closed:
                    raise ToolFailed("it ended before its input")
                return
            yield data
        if entry in events and not feed.give_some():
            ready.unregister(entry)
            into.close()


class _Feed:
    """The input of the program, as fast as it takes it."""

    def __init__(self, into: IO[bytes], pieces: Iterator[bytes]) -> None:
        self._into, self._pieces, self._rest = into, pieces, memoryview(b"")

    def give_some(self) -> bool:
        """False: there is no more. Raises ToolFailed."""
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        if not self._rest:
            return False
        try:
            self._rest = self._rest[os.write(self._into.fileno(), self._rest[:PIPE_BYTES]) :]
        except BrokenPipeError as gone:
            raise ToolFailed("it ended before its input") from gone
        except BlockingIOError:
            pass  # it was ready a moment ago
        return True
