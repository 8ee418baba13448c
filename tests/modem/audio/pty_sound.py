"""A module's PCM port on a real pty: what a test says to us, and what it hears from us."""

from __future__ import annotations

import os
import select
import threading
import time
import tty
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from modem.audio.frames import FRAME_BYTES, FRAME_S, SILENCE, SoundGone, SoundStream


class PtySound:
    """Open as `with PtySound(tmp_path) as module:`; `module.path` is the port. Says `say` in real time once playing."""

    def __init__(self, folder: Path, name: str = "pcm") -> None:
        self.path = str(folder / name)
        self.heard = bytearray()
        self.say: deque[bytes] = deque()
        self.bundle = 1  # frames said at once
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._master = -1

    def __enter__(self) -> Self:
        self._master, slave = os.openpty()
        tty.setraw(slave)
        Path(self.path).symlink_to(os.ttyname(slave))
        self._slave: int | None = slave  # held open: a pty whose other end closes would hang up
        os.set_blocking(self._master, False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()

    def play(self) -> None:
        """Begin to say frames in real time, silence when there are no more, and to hear."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)
        for fd in (self._master, self._slave):
            if fd is not None and fd >= 0:
                with suppress(OSError):
                    os.close(fd)
        self._master, self._slave = -1, None
        Path(self.path).unlink(missing_ok=True)

    def give(self, data: bytes) -> None:
        """Say bytes at once, by hand."""
        os.write(self._master, data)

    def hear(self) -> bytes:
        """All that came by now."""
        with suppress(BlockingIOError, OSError):
            while data := os.read(self._master, 65536):
                self.heard += data
        return bytes(self.heard)

    def _run(self) -> None:
        next_s = time.monotonic()
        while not self._stopping.is_set():
            next_s += FRAME_S * self.bundle
            with suppress(BlockingIOError):
                for _ in range(self.bundle):
                    os.write(self._master, self.say.popleft() if self.say else SILENCE)
            while (left_s := next_s - time.monotonic()) > 0 and not self._stopping.is_set():
                if select.select([self._master], [], [], left_s)[0]:
                    self.hear()
                    time.sleep(min(0.005, max(0.0, left_s)))


def frames_of(sound: bytes) -> list[bytes]:
    return [sound[at : at + FRAME_BYTES] for at in range(0, len(sound) - FRAME_BYTES + 1, FRAME_BYTES)]


def frames_read(stream: SoundStream, count: int, within_s: float = 10.0) -> list[bytes]:
    """So many frames of a stream, and those that came with the last."""
    frames: list[bytes] = []
    until_s = time.monotonic() + within_s
    while len(frames) < count:
        assert time.monotonic() < until_s, f"only {len(frames)} of {count} frames came"
        frames += stream.read(0.05)
    return frames


def reason_when_gone(use: Callable[[], object], within_s: float = 10.0) -> str:
    """Use a stream until it says why it is gone."""
    until_s = time.monotonic() + within_s
    while time.monotonic() < until_s:
        try:
            use()
        except SoundGone as gone:
            return gone.reason
        time.sleep(0.01)
    raise AssertionError(f"still there after {within_s} s")
