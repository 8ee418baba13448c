"""One open serial device without blocking: read what is there, write what fits, wait for either."""

from __future__ import annotations

import errno
import math
import os
import select
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from modem import holders
from modem.events import LineState
from modem.nodes import node_at
from modem.open_serial import open_serial

READ_BYTES = 4096
STALLED_S = 5.0  # nothing could be written for so long: the module or its USB link hangs


class DeviceGone(Exception):
    """The device cannot be used: `state` says how the line stands, the text why."""

    def __init__(self, state: LineState, reason: str) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason


class SerialDevice:
    """An open port with the bytes still to be written. Every trouble is DeviceGone."""

    def __init__(self, path: str, baudrate: int) -> None:
        """Opens it, for us alone, without hardware handshake: many lines have no RTS and CTS."""
        if not Path(path).exists():
            raise DeviceGone(LineState.MISSING, f"there is no device {path}")
        try:
            # write_timeout is for the driver's own sake: we write through the file descriptor, never blocking.
            self._serial = open_serial(path, baudrate)
            self._fd = self._serial.fileno()
        except (OSError, ValueError) as error:
            raise why_not_opened(path, error) from error
        self._unwritten = bytearray()
        self._stalled_since_s: float | None = None

    def write(self, data: bytes) -> None:
        """Take bytes over; they go out as the device takes them."""
        self._unwritten += data

    @property
    def unwritten_bytes(self) -> int:
        """Taken over and not gone out yet."""
        return len(self._unwritten)

    def flush(self, now_s: float) -> None:
        """Write what fits now."""
        if not self._unwritten:
            return
        try:
            written = os.write(self._fd, self._unwritten)
        except BlockingIOError:
            written = 0
        except OSError as error:
            raise DeviceGone(LineState.BROKEN, f"writing failed: {error.strerror}") from error
        del self._unwritten[:written]
        if written or not self._unwritten:
            self._stalled_since_s = None
        elif self._stalled_since_s is None:
            self._stalled_since_s = now_s
        elif now_s - self._stalled_since_s >= STALLED_S:
            raise DeviceGone(LineState.BROKEN, "the device takes no more bytes")

    def wait(self, wake_fd: int, timeout_s: float | None) -> bytes:
        """Bytes that came; b"" if `wake_fd` became readable, writing became possible, or the time passed."""
        poll = select.poll()
        poll.register(wake_fd, select.POLLIN)
        poll.register(self._fd, select.POLLIN | select.POLLOUT if self._unwritten else select.POLLIN)
        if self._unwritten:
            timeout_s = min(STALLED_S, STALLED_S if timeout_s is None else timeout_s)
        ready = dict(poll.poll(_milliseconds(timeout_s)))
        if not ready.get(self._fd, 0) & ~select.POLLOUT:
            return b""
        try:
            data = os.read(self._fd, READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise DeviceGone(LineState.BROKEN, f"reading failed: {error.strerror}") from error
        if not data:  # a tty that is readable and empty has been hung up
            raise DeviceGone(LineState.BROKEN, "the device was unplugged")
        return data

    def close(self) -> None:
        with suppress(OSError):  # what cannot be closed is gone already
            self._serial.close()


class Opening:
    """A device being opened in a thread of its own: some drivers hang in open() for ever, and then only it hangs."""

    def __init__(self, path: str, baudrate: int, *, when_done: Callable[[], None]) -> None:
        self.path = path
        self._node = node_at(path)
        self._outcome: SerialDevice | Exception | None = None
        self._is_given_up = False
        self._lock = threading.Lock()
        self._when_done = when_done
        opener = threading.Thread(target=self._open, args=(baudrate,), name=f"open-{path}", daemon=True)
        opener.start()

    @property
    def is_done(self) -> bool:
        return self._outcome is not None

    def device(self) -> SerialDevice:
        """What was opened. Raises what opening raised: DeviceGone."""
        assert self._outcome is not None
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome

    def is_still(self, path: str) -> bool:
        """Whether this path leads to what is being opened here, and not to something plugged in since."""
        return path == self.path and node_at(path) == self._node

    def gone(self) -> DeviceGone:
        return DeviceGone(LineState.SILENT, f"opening {self.path} hangs: unplug the module, count to ten, plug it in")

    def give_up(self) -> None:
        """Nobody waits any more: if it opens after all, it is closed again."""
        with self._lock:
            self._is_given_up = True
            if isinstance(self._outcome, SerialDevice):
                self._outcome.close()

    def _open(self, baudrate: int) -> None:
        outcome: SerialDevice | Exception
        try:
            outcome = SerialDevice(self.path, baudrate)
        except Exception as trouble:  # the top of a thread; raised again by `device`
            outcome = trouble
        with self._lock:
            self._outcome = outcome
            if self._is_given_up and isinstance(outcome, SerialDevice):
                outcome.close()
        self._when_done()


def wait_readable(fd: int, timeout_s: float | None) -> None:
    """Wait until something can be read, or the time has passed; None: however long."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    poll.poll(_milliseconds(timeout_s))


def _milliseconds(timeout_s: float | None) -> int | None:
    """Rounded up: waking just before a deadline would mean to spin until it comes."""
    return None if timeout_s is None else math.ceil(timeout_s * 1000)


def why_not_opened(path: str, error: OSError | ValueError) -> DeviceGone:
    """What to tell the technician about a refusal to open."""
    code = getattr(error, "errno", None)
    if code in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return DeviceGone(LineState.MISSING, f"there is no device {path}")
    if code in (errno.EACCES, errno.EPERM):
        return DeviceGone(LineState.NOT_ALLOWED, f"no permission for {path}: join the group dialout")
    if code in (errno.EAGAIN, errno.EWOULDBLOCK, errno.EBUSY):
        return DeviceGone(LineState.IN_USE, f"{holders.said_of(path) or 'another program'} uses {path}")
    return DeviceGone(LineState.BROKEN, f"{path} cannot be opened: {os.strerror(code) if code else error}")
