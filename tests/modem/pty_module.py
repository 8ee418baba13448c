"""A small GSM module on a real pty for the tests of the port: answers from a table, and can be unplugged."""

from __future__ import annotations

import os
import select
import threading
import time
import tty
from datetime import UTC, datetime
from pathlib import Path

ANSWERS = {
    "AT+CGMI": ["ACME"],
    "AT+CGSN": ["860000000000017"],
    "AT+CPIN?": ["+CPIN: READY"],
    "AT+CIMI": ["460990000000001"],
    "AT+CPMS=?": ['+CPMS: ("SM"),("SM"),("SM")'],
    'AT+CPMS="SM"': ["+CPMS: 0,20,0,20,0,20"],
    "AT+CREG?": ["+CREG: 2,1"],
    "AT+CSQ": ["+CSQ: 20,99"],
}


class MovableClock:
    """The machine's time, and a hand to move it on."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def monotonic_s(self) -> float:
        return time.monotonic() + self._ahead_s

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        return event.wait(timeout_s)

    def advance(self, seconds: float) -> None:
        self._ahead_s += seconds


class PtyModule:
    """Plugged in at `path` until `unplug`. Every command line is answered with `answers` and OK."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.answers = dict(ANSWERS)
        self.asked: list[str] = []
        self.is_mute = False
        self.prompts = True  # whether a message's text is asked for
        self.sends = True  # whether a message gets its +CMGS
        self._master = -1
        self._thread: threading.Thread | None = None
        self._unplugged = threading.Event()
        self.plug()

    def plug(self) -> None:
        self._master, slave = os.openpty()
        tty.setraw(self._master)
        os.set_blocking(self._master, False)
        self.path.symlink_to(os.ttyname(slave))
        self._unplugged = threading.Event()
        self._thread = threading.Thread(target=self._answer, args=(self._master, slave, self._unplugged))
        self._thread.start()

    def unplug(self) -> None:
        """The node vanishes and whoever has it open is hung up."""
        self._unplugged.set()
        assert self._thread is not None
        self._thread.join()

    def say(self, *lines: str) -> None:
        self.say_bytes("".join(f"\r\n{line}\r\n" for line in lines).encode("latin-1"))

    def say_bytes(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                select.select([], [self._master], [], 1)

    def _answer(self, master: int, slave: int, unplugged: threading.Event) -> None:
        """Holds the slave open too, so that the pty lives before the port opens it and after it closes it."""
        unread = b""
        while not unplugged.is_set():
            if not select.select([master], [], [], 0.02)[0]:
                continue
            unread += os.read(master, 4096)
            *lines, unread = unread.replace(b"\x1b", b"").replace(b"\x1a", b"\x1a\r").split(b"\r")
            for line in lines:
                self._take(line.decode("ascii"))
        self.path.unlink()
        os.close(slave)
        os.close(master)

    def _take(self, line: str) -> None:
        if not line:
            return
        self.asked.append(line)
        if self.is_mute:
            return
        if line.startswith("AT+CMGS="):
            if self.prompts:
                self.say_bytes(b"\r\n> ")
        elif line.endswith("\x1a"):
            if self.sends:
                self.say("+CMGS: 17", "OK")
        else:
            self.say(*self.answers.get(line, []), "OK")
