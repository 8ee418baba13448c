"""smsd of smstools 3 as Debian ships it, pointed at a device. It knows nothing of us."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
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

    def __init__(
        self,
        folder: Path,
        device: Path,
        *,
        settings: Mapping[str, str] | None = None,
        device_settings: Mapping[str, str] | None = None,
    ) -> None:
        """`settings` and `device_settings` are set besides, or instead of, those of the same name here."""
        self._program = needs.program("smsd", package="smstools")
        self.folders = {name: folder / name for name in FOLDERS}
        for path in self.folders.values():
            path.mkdir()
        self.log = folder / "smsd.log"
        self._config = folder / "smsd.conf"
        common = {
            "devices": "GSM1",
            **{name: str(path) for name, path in self.folders.items()},
            "logfile": str(self.log),
            "infofile": str(folder / "smsd.working"),
            "pidfile": str(folder / "smsd.pid"),
            "loglevel": "7",
            "delaytime": "1",
            "errorsleeptime": "1",
            "autosplit": "3",
            "receive_before_send": "no",
            "terminal": "yes",
            **(settings or {}),
        }
        of_device = {
            "device": str(device),
            "incoming": "yes",
            "baudrate": "115200",
            "rtscts": "no",
            **(device_settings or {}),
        }
        lines = [*_lines(common), "[GSM1]", *_lines(of_device)]
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

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

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


def _lines(settings: Mapping[str, str]) -> list[str]:
    return [f"{name} = {value}" for name, value in settings.items()]
