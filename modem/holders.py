"""Who else has a port open, found in /proc: what a technician must stop. Without root only our own user's are seen."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
OURS = "appliance"  # `python -m appliance run`, as the service is started


@dataclass(frozen=True, slots=True)
class Holder:
    """A process."""

    pid: int
    name: str

    def __str__(self) -> str:
        return f"{self.name} (process {self.pid})"


def holders_of(path: str, proc: Path = PROC) -> list[Holder]:
    """The processes besides ours that have this node open, as far as we may see."""
    node = os.path.realpath(path)
    return [holder for holder in processes(proc) if holder.pid != os.getpid() and _has_open(proc, holder.pid, node)]


def processes(proc: Path = PROC) -> list[Holder]:
    """Every process that can be seen."""
    found = []
    for folder in proc.iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it has ended meanwhile
                found.append(Holder(int(folder.name), _name(folder)))
    return found


def _name(folder: Path) -> str:
    """What the process is called; a Python program by its own name."""
    name = (folder / "comm").read_text(errors="replace").strip()
    if not name.startswith("python"):
        return name
    words = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    if OURS in words:
        return "hotline"
    module = words[words.index("-m") + 1 :] if "-m" in words else words[1:]
    return Path(module[0]).name if module and module[0] and not module[0].startswith("-") else name


def said_of(path: str, proc: Path = PROC) -> str:
    """Who has the port, in words for a technician; "" where nobody is seen."""
    return ", ".join(map(str, holders_of(path, proc)))


def _has_open(proc: Path, pid: int, node: str) -> bool:
    try:
        names = os.listdir(proc / str(pid) / "fd")  # noqa: PTH208 - names are all that is needed
    except OSError:  # another user's, or it has ended
        return False
    for name in names:
        with suppress(OSError):
            if os.readlink(proc / str(pid) / "fd" / name) == node:  # noqa: PTH115
                return True
    return False
