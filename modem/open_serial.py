"""Opens a serial port for us alone. The one file that knows what pyserial raises when a port dies under it."""

from __future__ import annotations

import termios
from collections.abc import Iterator
from contextlib import contextmanager

import serial


def open_serial(path: str, baudrate: int, *, timeout_s: float = 0, write_timeout_s: float = 0) -> serial.Serial:
    """What waited to be read is thrown away. Raises OSError and ValueError, nothing else."""
    with as_os_error():
        return serial.Serial(path, baudrate, timeout=timeout_s, write_timeout=write_timeout_s, exclusive=True)


@contextmanager
def as_os_error() -> Iterator[None]:
    """A tty that is unplugged within a tcflush or tcsetattr raises termios.error, which is no OSError."""
    try:
        yield
    except termios.error as trouble:
        raise OSError(*trouble.args) from trouble
