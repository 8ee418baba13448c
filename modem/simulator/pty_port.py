"""The device node: a pty whose slave the client opens through a symbolic link. Knows bytes, no telephony.

The simulator keeps no slave open, so that it sees clients come and go: like a serial line, it loses what is said
while nobody has the port open. Linux tells neither select nor epoll when a slave is opened; hence the look every
LOOK_EVERY_S while it is closed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import termios
import tty
from pathlib import Path

LOOK_EVERY_S = 0.05
UNSENT_ROOM = 65536  # bytes; what comes when so much is unread by the client is lost, as on a line without flow control
READ_AT_ONCE = 512  # bytes


class PtyPort:
    """One pseudo terminal at a time behind `link`."""

    def __init__(self, link: Path, unsent_room: int = UNSENT_ROOM) -> None:
        self._link = link
        self._unsent_room = unsent_room
        self.master: int | None = None
        self._slave_name = ""
        self.has_client = False
        self._unsent = bytearray()

    def plug(self) -> None:
        """Make a node and point the link at it. After `unplug` it is a node of another name."""
        if self.master is not None:
            return
        old_name = self._slave_name
        master, slave = os.openpty()
        if os.ttyname(slave) == old_name:
            spare = (master, slave)
            master, slave = os.openpty()
            for descriptor in spare:
                os.close(descriptor)
        tty.setraw(slave)
        self._slave_name = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(master, False)
        self.master = master
        self.has_client = False
        self._unsent.clear()
        self._point_link()

    def unplug(self) -> None:
        """Node and link vanish; a client that has it open gets a hang-up."""
        if self.master is None:
            return
        self._remove_link()
        os.close(self.master)
        self.master = None
        self.has_client = False

    def rename(self, link: Path) -> None:
        """While unplugged: `plug` will come back under another link."""
        _refuse_if_taken(link)
        self._link = link

    def _point_link(self) -> None:
        _refuse_if_taken(self._link)
        fresh = self._link.with_name(f".{self._link.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self._slave_name)
        fresh.replace(self._link)

    def _remove_link(self) -> None:
        with contextlib.suppress(OSError):
            if str(self._link.readlink()) == self._slave_name:
                self._link.unlink()

    @property
    def needs_looks(self) -> bool:
        """The selector would not notice a client that comes or goes."""
        return self.master is not None and not self.has_client

    @property
    def wants_to_write(self) -> bool:
        return bool(self._unsent)

    def read(self, room: int) -> bytes:
        """What the client wrote, b"" if nothing. Keeps `has_client` true to life."""
        if self.master is None or not room:
            return b""
        try:
            data = os.read(self.master, min(room, READ_AT_ONCE))
        except BlockingIOError:
            self.has_client = True
            return b""
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            if self.has_client:
                self._client_left()
            return b""
        self.has_client = True
        return data

    def write(self, data: bytes) -> None:
        """Towards the client; lost if there is none."""
        if self.master is None or not self.has_client:
            self._unsent.clear()
            return
        if len(self._unsent) <= self._unsent_room:
            self._unsent += data
        if self._unsent:
            with contextlib.suppress(BlockingIOError):
                del self._unsent[: os.write(self.master, self._unsent)]

    def _client_left(self) -> None:
        """Drop what it did not read: the next client of a real line would not see it either."""
        self.has_client = False
        self._unsent.clear()
        try:
            slave = os.open(self._slave_name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            # A client left TIOCEXCL behind, which outlives it on a pty though not on a serial port.
            self.unplug()
            self.plug()
            return
        termios.tcflush(slave, termios.TCIFLUSH)
        os.close(slave)


def _refuse_if_taken(link: Path) -> None:
    if link.exists() and not link.is_symlink():
        raise FileExistsError(f"{link} is there and is no link to a simulated modem")
    if not link.parent.is_dir():
        raise FileNotFoundError(f"{link.parent}: no such folder")
