"""gammu and gammu-smsd as Debian ships them, pointed at a device. They know nothing of us."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Self

from tests import needs

# Without a UTF-8 locale gammu prints and reads question marks.
ENVIRONMENT = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


class Gammu:
    """The command line program."""

    def __init__(self, folder: Path, device: Path) -> None:
        self._program = needs.program("gammu", package="gammu")
        self._config = folder / "gammurc"
        self._config.write_text(f"[gammu]\ndevice = {device}\nconnection = at115200\n")
        self._environment = {**ENVIRONMENT, "HOME": str(folder)}

    def run(self, *words: str) -> str:
        """What it printed; fails if it did not exit with 0."""
        done = subprocess.run(
            [self._program, "-c", str(self._config), *words],
            capture_output=True,
            text=True,
            timeout=90,
            env=self._environment,
            check=False,
        )
        assert done.returncode == 0, f"gammu {words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout


class GammuSmsd:
    """The daemon with its files backend: `inbox` and `outbox` are folders."""

    def __init__(self, folder: Path, device: Path, **settings: str) -> None:
        self._program = needs.program("gammu-smsd", package="gammu-smsd")
        self.folders = {name: folder / name for name in ("inbox", "outbox", "sent", "error")}
        for path in self.folders.values():
            path.mkdir()
        self.log = folder / "smsd.log"
        self._config = folder / "smsdrc"
        smsd = {
            "service": "files",
            "logfile": str(self.log),
            "debuglevel": "255",
            "inboxpath": f"{self.folders['inbox']}/",
            "outboxpath": f"{self.folders['outbox']}/",
            "sentsmspath": f"{self.folders['sent']}/",
            "errorsmspath": f"{self.folders['error']}/",
            "inboxformat": "unicode",
            "outboxformat": "unicode",
            "transmitformat": "unicode",
            "receivefrequency": "1",
            "loopsleep": "1",
            **settings,
        }
        gammu = {"device": str(device), "connection": "at115200"}
        self._config.write_text(_ini(gammu=gammu, smsd=smsd))
        self._environment = {**ENVIRONMENT, "HOME": str(folder)}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        command = [self._program, "-c", str(self._config)]
        self._process = subprocess.Popen(
            command, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
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

    def texts(self) -> dict[str, list[str]]:
        """Texts received so far, by sender; the parts of one message are in one file each, joined here in order."""
        received: dict[str, list[str]] = {}
        # INyyyymmdd_hhmmss_serial_sender_part.txt; part 00 begins a message
        for path in sorted(self.folders["inbox"].glob("IN*.txt")):
            sender, part = path.stem.split("_")[3:5]
            if not sender:
                continue  # an empty file for a status report that lies in SR, which gammu does not read
            text = path.read_bytes().decode("utf-16").partition("\0")[0].rstrip("\n")  # behind it is old memory
            texts = received.setdefault(sender, [])
            if part == "00":
                texts.append(text)
            else:
                texts[-1] += text
        return received

    def send(self, number: str, text: str, name: str = "A") -> None:
        """Put a message into the outbox. The daemon takes a file as soon as it sees it, so it comes by renaming."""
        outbox = self.folders["outbox"]
        unfinished = outbox.parent / f"{name}.unfinished"
        unfinished.write_bytes(text.encode("utf-16"))
        unfinished.rename(outbox / f"OUT{name}_{number}_00.txtd")

    def sent_files(self) -> list[str]:
        return sorted(path.name for path in self.folders["sent"].iterdir())


def _ini(**sections: dict[str, str]) -> str:
    lines: list[str] = []
    for name, settings in sections.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {value}" for key, value in settings.items()]
    return "\n".join(lines) + "\n"
