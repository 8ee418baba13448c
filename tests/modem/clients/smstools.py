"""smsd of smstools 3 as Debian ships it, pointed at a device. It knows nothing of us."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests import needs

FOLDERS = ("outgoing", "checked", "failed", "incoming", "sent")


@dataclass(frozen=True)
class Received:
    sender: str
    text: str
    alphabet: str


class Smsd:
    """The daemon with its spool folders below `folder`."""

    def __init__(self, folder: Path, device: Path, *device_settings: str) -> None:
        self._program = needs.program("smsd", package="smstools")
        self.folders = {name: folder / name for name in FOLDERS}
        for path in self.folders.values():
            path.mkdir()
        self.log = folder / "smsd.log"
        self._config = folder / "smsd.conf"
        lines = [
            "devices = GSM1",
            *(f"{name} = {path}" for name, path in self.folders.items()),
            f"logfile = {self.log}",
            f"infofile = {folder / 'smsd.working'}",
            f"pidfile = {folder / 'smsd.pid'}",
            "loglevel = 7",
            "delaytime = 1",
            "errorsleeptime = 1",
            "autosplit = 3",
            "receive_before_send = no",
            "terminal = yes",
            "[GSM1]",
            f"device = {device}",
            "incoming = yes",
            "baudrate = 115200",
            "rtscts = no",
            *device_settings,
        ]
        self._config.write_text("\n".join(lines) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        # -t keeps it in the foreground, so that it ends with the test
        self._process = subprocess.Popen(
            [self._program, "-t", f"-c{self._config}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)

    def received(self) -> list[Received]:
        """Messages received so far. smsd writes to a temporary file in the same folder and renames it."""
        messages = []
        for path in sorted(self.folders["incoming"].glob("GSM1.*")):
            head, _, body = path.read_bytes().partition(b"\n\n")
            fields = dict(line.split(": ", 1) for line in head.decode("latin-1").splitlines() if ": " in line)
            alphabet = fields.get("Alphabet", "")
            text = body.decode("utf-16-be" if alphabet == "UCS2" else "utf-8", "replace")
            messages.append(Received(fields.get("From", ""), text, alphabet))
        return messages

    def send(self, number: str, text: str, name: str = "message") -> None:
        """Put a UCS-2 message into the spool folder."""
        unfinished = self.folders["outgoing"].parent / f"{name}.unfinished"
        unfinished.write_bytes(f"To: {number}\nAlphabet: UCS2\n\n".encode() + text.encode("utf-16-be"))
        unfinished.rename(self.folders["outgoing"] / name)

    def sent_files(self) -> list[str]:
        return sorted(path.name for path in self.folders["sent"].iterdir())
