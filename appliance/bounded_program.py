"""Runs one program of somebody else's, within bounds: time, output, priority. It can do us no harm by being bad.

No shell, no inherited secrets, a process group of its own that is killed whole. Knows nothing of what it is for.
"""

from __future__ import annotations

import logging
import os
import select
import selectors
import signal
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from appliance.clock import Clock

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.2  # whether it is to stop
PIECE_BYTES = 65536
MOST_COMPLAINT_BYTES = 2000
NICE = ("nice", "-n", "19")
KEPT_ENVIRONMENT = ("PATH", "HOME", "TMPDIR")
REASONS = {
    "start": "it cannot be started",
    "slow": "it took too long",
    "flood": "it wrote more than it may",
    "error": "it ended with an error",
    "stopping": "the box is being stopped",
}
FIRST_TO_GO = "1000"  # when memory runs out: this program, not the telephone (proc(5), oom_score_adj)


class ProgramFailed(Exception):
    """It gave nothing that can be used. `reason` is a sentence in English, `code` how it ended if it did;
    `complaint` is what it wrote last to its stderr, which may be anything.
    """

    def __init__(self, reason: str, complaint: str = "", code: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.complaint, self.code = reason, complaint, code


def run(
    argv: Sequence[str],
    given: bytes,
    *,
    within_s: float,
    most_bytes: int,
    clock: Clock,
    stop: threading.Event,
) -> bytes:
    """Give `given` to the program's standard input and return what it writes. Blocks; raises ProgramFailed.

    A program that does not read its input to the end is fine: its answer counts.
    """
    try:
        process = subprocess.Popen(
            [*NICE, *argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            env={**{name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}, "LANG": "C.UTF-8"},
            start_new_session=True,
        )
    except OSError as trouble:
        raise ProgramFailed(REASONS["start"], trouble.strerror or "") from trouble
    with suppress(OSError):
        Path(f"/proc/{process.pid}/oom_score_adj").write_text(FIRST_TO_GO)
    try:
        return _Talk(process, given, most_bytes, clock, stop).until(clock.monotonic_s() + within_s)
    finally:
        _end(process)


class _Talk:
    """One run: feed, read, watch the bounds."""

    def __init__(
        self, process: subprocess.Popen[bytes], given: bytes, most_bytes: int, clock: Clock, stop: threading.Event
    ) -> None:
        self._process, self._given, self._most_bytes, self._clock, self._stop = process, given, most_bytes, clock, stop
        self._written, self._said, self._sent = bytearray(), b"", 0
        self._files = selectors.DefaultSelector()

    def until(self, deadline_s: float) -> bytes:
        with self._files:
            self._open()
            while self._is_talking():
                if self._stop.is_set():
                    raise ProgramFailed(REASONS["stopping"])
                left_s = deadline_s - self._clock.monotonic_s()
                if left_s <= 0:
                    raise ProgramFailed(REASONS["slow"], self._complaint())
                for key, _ in self._files.select(min(LOOK_EVERY_S, left_s)):
                    key.data(key.fd)
        return self._result(deadline_s)

    def _open(self) -> None:
        stdin, stdout, stderr = self._process.stdin, self._process.stdout, self._process.stderr
        assert stdin is not None
        assert stdout is not None
        assert stderr is not None
        for file in (stdin, stdout, stderr):
            os.set_blocking(file.fileno(), False)
        self._files.register(stdin.fileno(), selectors.EVENT_WRITE, self._feed)
        self._files.register(stdout.fileno(), selectors.EVENT_READ, self._read)
        self._files.register(stderr.fileno(), selectors.EVENT_READ, self._listen)

    def _is_talking(self) -> bool:
        """Until it has closed what it writes to, and nobody is fed any more."""
        return any(key.events & selectors.EVENT_READ for key in self._files.get_map().values())

    def _feed(self, file: int) -> None:
        try:
            self._sent += os.write(file, self._given[self._sent : self._sent + select.PIPE_BUF])
        except BlockingIOError:
            return
        except OSError:  # it has read enough, or it has ended: its answer will say
            self._sent = len(self._given)
        if self._sent >= len(self._given):
            self._files.unregister(file)
            assert self._process.stdin is not None
            with suppress(OSError):
                self._process.stdin.close()

    def _read(self, file: int) -> None:
        piece = _piece(file)
        self._written += piece or b""
        if len(self._written) > self._most_bytes:
            raise ProgramFailed(REASONS["flood"], self._complaint())
        if piece == b"":
            self._files.unregister(file)

    def _listen(self, file: int) -> None:
        piece = _piece(file)
        self._said = (self._said + (piece or b""))[-MOST_COMPLAINT_BYTES:]
        if piece == b"":
            self._files.unregister(file)

    def _result(self, deadline_s: float) -> bytes:
        try:
            code = self._process.wait(max(0.0, deadline_s - self._clock.monotonic_s()))
        except subprocess.TimeoutExpired:
            raise ProgramFailed(REASONS["slow"], self._complaint()) from None
        if code != 0:
            raise ProgramFailed(REASONS["error"], self._complaint(), code)
        return bytes(self._written)

    def _complaint(self) -> str:
        return self._said.decode("utf-8", "replace").strip()


def _piece(file: int) -> bytes | None:
    """What is there to be read; b"" at the end, None where nothing is there after all."""
    try:
        return os.read(file, PIECE_BYTES)
    except BlockingIOError:
        return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of it, children too, and forget it. Never raises."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # its number is its own until it has been waited for
    for file in (process.stdin, process.stdout, process.stderr):
        if file is not None:
            with suppress(OSError):
                file.close()
    try:
        process.wait(1.0)
    except subprocess.TimeoutExpired:  # stuck in the kernel; it is collected when it comes out
        log.warning("program %d could not be ended yet", process.pid)
