"""The programs that are measured side by side: ours and three others, each as it is fastest, unmodified.

Ours is the whole box: web server, database with synchronous=FULL, tickets. The others write files without fsync.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, Self

from tests import needs
from tests.bench.gsmmodem_program import READY
from tests.journeys.box import Box
from tests.modem.clients.gammu import GammuSmsd
from tests.modem.clients.smstools import Smsd
from tests.support import ROOT, eventually

OURS, GAMMU, SMSTOOLS, GSMMODEM = "ours", "gammu-smsd", "smstools", "gsmmodem"
PEERS = (GAMMU, SMSTOOLS, GSMMODEM)

GAMMU_TUNED = {
    "loopsleep": "0", "receivefrequency": "0", "statusfrequency": "0", "resetfrequency": "0", "debuglevel": "0",
    "checksecurity": "0", "checkbattery": "0", "checksignal": "0", "checknetwork": "0",
}  # fmt: skip
SMSTOOLS_TUNED = {"delaytime": "1", "delaytime_mainprocess": "1", "loglevel": "3"}
SMSTOOLS_DEVICE_TUNED = {"incoming": "high", "status_signal_quality": "no"}

Message = tuple[str, str]  # number and text


class Program(Protocol):
    """One of them on one device. What is queued before it starts, it sends; what it takes off the module, it keeps."""

    @property
    def pid(self) -> int: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...
    def queue(self, messages: Sequence[Message]) -> None: ...
    def kept(self) -> list[str]: ...


class Ours:
    def __init__(self, folder: Path, device: Path, *, with_staff: bool = True) -> None:
        self._box = Box(folder, {"line1": device})
        if with_staff:
            self._box.staff()

    @property
    def data(self) -> Path:
        return self._box.data

    @property
    def pid(self) -> int:
        assert self._box.process is not None
        return self._box.process.pid

    def __enter__(self) -> Self:
        self._box.start()
        self._box.ready("line1")
        return self

    def __exit__(self, *error: object) -> None:
        self._box.__exit__()

    def queue(self, messages: Sequence[Message]) -> None:
        for number, text in messages:
            self._box.hotline("sms", "send", number, text)

    def kept(self) -> list[str]:
        """Texts that lie in the database with a ticket."""
        rows = self._box.export("messages")
        return [row["text"] for row in rows if row["direction"] == "in" and row["ticket"]]


class Gammu:
    """gammu-smsd without pauses, checks and log, with its files backend."""

    def __init__(self, folder: Path, device: Path) -> None:
        self._daemon = GammuSmsd(folder, device, **GAMMU_TUNED)

    @property
    def pid(self) -> int:
        return self._daemon.pid

    def __enter__(self) -> Self:
        self._daemon.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._daemon.__exit__()

    def queue(self, messages: Sequence[Message]) -> None:
        for turn, (number, text) in enumerate(messages):
            self._daemon.send(number, text, f"{turn:04d}")

    def kept(self) -> list[str]:
        return [text for texts in self._daemon.texts().values() for text in texts]


class Smstools:
    """smsd with `incoming = high`, the shortest pauses it has, and only errors logged."""

    def __init__(self, folder: Path, device: Path) -> None:
        self._daemon = Smsd(folder, device, settings=SMSTOOLS_TUNED, device_settings=SMSTOOLS_DEVICE_TUNED)

    @property
    def pid(self) -> int:
        return self._daemon.pid

    def __enter__(self) -> Self:
        self._daemon.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._daemon.__exit__()

    def queue(self, messages: Sequence[Message]) -> None:
        for turn, (number, text) in enumerate(messages):
            self._daemon.send(number, text, f"{turn:04d}")

    def kept(self) -> list[str]:
        return [message.text for message in self._daemon.received()]


class Gsmmodem:
    """python-gsmmodem-new, polled, with indications off."""

    def __init__(self, folder: Path, device: Path) -> None:
        self._folder, self._device = folder, device
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Self:
        what = "send" if any(self._folder.glob("*.out")) else "receive"
        command = [sys.executable, "-m", "tests.bench.gsmmodem_program", str(self._device), what, str(self._folder)]
        self._process = subprocess.Popen(command, cwd=ROOT)
        if what == "receive":
            eventually((self._folder / READY).exists, 60)
        return self

    def __exit__(self, *error: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    def queue(self, messages: Sequence[Message]) -> None:
        for number, text in messages:
            (self._folder / f"{number}.out").write_text(text, "utf-8")

    def kept(self) -> list[str]:
        return [path.read_text("utf-8") for path in sorted(self._folder.glob("*.txt"))]


MAKERS: dict[str, Callable[[Path, Path], Program]] = {
    OURS: Ours,
    GAMMU: Gammu,
    SMSTOOLS: Smstools,
    GSMMODEM: Gsmmodem,
}
_NEEDED = {GAMMU: "gammu-smsd", SMSTOOLS: "smsd"}


def installed() -> list[str]:
    """Ours and every other one that is there."""
    return [name for name in MAKERS if name not in _NEEDED or needs.find(_NEEDED[name])]


def missing() -> str:
    """A sentence about those that are not there, or ""."""
    gone = [name for name in MAKERS if name not in installed()]
    return f"not installed: {', '.join(gone)}" if gone else ""


def fresh(folder: Path) -> Path:
    """An empty folder, whatever lay there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
