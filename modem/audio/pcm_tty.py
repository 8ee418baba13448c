"""The sound of a GSM module on its second serial port: raw samples both ways (AT+QPCMV, +CPCMREG, ^DDSETEX).

The module reads and writes at its own pace. What we write must never wait for it, and never pile up: speech that comes
late is worse than speech with a hole.
"""

from __future__ import annotations

import fcntl
import math
import os
import select
import struct
import termios
from collections.abc import Sequence
from contextlib import suppress

from modem.audio.frames import FRAME_BYTES, Reblocker, SoundGone
from modem.open_serial import as_os_error, open_serial
from modem.serial_device import why_not_opened

MOST_IN_KERNEL_BYTES = 5 * FRAME_BYTES  # USB serial drivers would take a second of sound and more
MOST_WAITING_FRAMES = 5  # on our side; 200 ms together
_READ_BYTES = 4096


class PcmTty:
    """An open PCM port, for us alone. A SoundStream."""

    def __init__(self, path: str, baudrate: int = 115200) -> None:
        """Open it. May wait as long as the kernel does; raises SoundGone."""
        self._path = path
        try:
            self._serial = open_serial(path, baudrate)
            self._fd = self._serial.fileno()
            with as_os_error():
                _tell_empty_from_hung_up(self._fd)
        except (OSError, ValueError) as error:
            raise SoundGone(why_not_opened(path, error).reason) from error
        self._incoming = Reblocker()
        self._unwritten = b""
        self._is_open = True
        self.dropped_frames = 0  # that the module was too slow for

    def read(self, timeout_s: float) -> list[bytes]:
        if timeout_s:
            poll = select.poll()
            poll.register(self._fd, select.POLLIN)
            if not poll.poll(math.ceil(timeout_s * 1000)):
                return []
        try:
            data = os.read(self._fd, _READ_BYTES)
        except BlockingIOError:
            return []
        except OSError as error:
            raise SoundGone(f"reading sound from {self._path} failed: {error.strerror}") from error
        if not data:  # a tty that is readable and empty has been hung up
            raise SoundGone(f"{self._path} was unplugged")
        return self._incoming.feed(data)

    def write(self, frames: Sequence[bytes]) -> None:
        waiting = self._unwritten + b"".join(frames)
        try:
            room = max(0, MOST_IN_KERNEL_BYTES - _bytes_in_kernel(self._fd))
            written = os.write(self._fd, waiting[:room]) if room else 0
        except BlockingIOError:
            written = 0
        except OSError as error:
            raise SoundGone(f"writing sound to {self._path} failed: {error.strerror}") from error
        self._unwritten = self._newest(waiting[written:])

    def close(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        with suppress(OSError, termios.error):
            termios.tcflush(self._fd, termios.TCIOFLUSH)  # else closing waits for a module that hangs
        with suppress(OSError):
            self._serial.close()

    def _newest(self, waiting: bytes) -> bytes:
        """What may wait: a frame that has begun to go out (without its rest every later sample is noise), and the
        newest ones.
        """
        begun = len(waiting) % FRAME_BYTES
        excess = max(0, len(waiting) // FRAME_BYTES - MOST_WAITING_FRAMES)
        self.dropped_frames += excess
        return waiting[:begun] + waiting[begun + excess * FRAME_BYTES :]


def _tell_empty_from_hung_up(fd: int) -> None:
    """With pyserial's VMIN of 0 a tty that has nothing reads as one that is gone."""
    attributes = termios.tcgetattr(fd)
    attributes[6][termios.VMIN] = 1
    termios.tcsetattr(fd, termios.TCSANOW, attributes)


def _bytes_in_kernel(fd: int) -> int:
    """What the driver took and the device has not; 0 where it can't tell."""
    answer = bytearray(4)
    with suppress(OSError):
        fcntl.ioctl(fd, termios.TIOCOUTQ, answer)
    return int(struct.unpack("i", answer)[0])
