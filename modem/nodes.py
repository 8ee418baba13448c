"""The serial ports of this computer as device nodes: a name that stays, and which of them are one module.

Looks at the file system only; no port is opened here.
"""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SYS = Path("/sys")
STABLE_NAMES = (Path("/dev/serial/by-id"), Path("/dev/serial/by-path"))
SEARCH = ("/dev/serial/by-path/*", "/dev/ttyUSB*", "/dev/ttyACM*")
# Makers of USB-to-serial chips: each port of such a chip may have another module behind it.
ADAPTER_VENDORS = frozenset({"0403", "067b", "10c4", "1a86"})  # FTDI, Prolific, Silicon Labs, WCH
_DIGITS = re.compile(r"(\d+)")

Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """One device node as it is now."""

    path: str  # the node itself, such as /dev/ttyUSB2
    name: str  # the first name it was found by: one that stays where there is one
    key: Key  # another one once the node has vanished and come back
    usb: str = ""  # the module it is a port of; "" where that is not known
    interface: int | None = None  # which port of that module
    vendor: str = ""  # USB ids in hex
    product: str = ""


def find_nodes(search: Iterable[str] = SEARCH, sys: Path = SYS) -> list[Node]:
    """Every node that `search` (patterns) leads to, once, in the order of names, which is that of USB sockets."""
    found: dict[str, Node] = {}
    for pattern in search:
        for name in glob.glob(pattern):  # noqa: PTH207 - patterns are absolute and may lie anywhere
            node = node_at(name, sys)
            if node is not None:
                found.setdefault(node.path, node)
    return sorted(found.values(), key=lambda node: (natural(node.name), node.path))


def node_at(name: str, sys: Path = SYS) -> Node | None:
    """The node this name leads to now; None if there is none, or it is no device."""
    path = os.path.realpath(name)
    try:
        status = os.stat(path)  # noqa: PTH116 - follows what realpath found
    except OSError:
        return None
    if not stat.S_ISCHR(status.st_mode):
        return None
    key = (status.st_rdev, status.st_ino, status.st_ctime_ns)
    return Node(path, name, key, *_usb_facts(Path(path).name, sys))


def stable_name(path: str, folders: Iterable[Path] = STABLE_NAMES) -> str:
    """The name of this node that stays after a restart; the path itself where there is none."""
    for folder in reversed([folder for folder in folders if folder.is_dir()]):  # a socket before a serial number
        for name in sorted(folder.iterdir()):
            if os.path.realpath(name) == path:
                return str(name)
    return path


def stable_ports(folders: Iterable[Path] = STABLE_NAMES) -> list[tuple[str, str]]:
    """Names that stay the same after a restart, each with the node it means now."""
    return [
        (str(name), str(name.resolve())) for folder in folders if folder.is_dir() for name in sorted(folder.iterdir())
    ]


def natural(name: str) -> list[tuple[int, int, str]]:
    """Sorts ttyUSB10 behind ttyUSB9."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in _DIGITS.split(name) if part]


def _usb_facts(tty: str, sys: Path) -> tuple[str, int | None, str, str]:
    """Device, interface, vendor and product behind a tty. In sysfs the interface's folder lies inside the device's."""
    interface = None
    folder = Path(os.path.realpath(sys / "class" / "tty" / tty / "device"))
    for place in (folder, *folder.parents):
        if interface is None and (number := _read(place / "bInterfaceNumber")):
            interface = int(number, 16)
        if vendor := _read(place / "idVendor"):
            return "" if vendor in ADAPTER_VENDORS else str(place), interface, vendor, _read(place / "idProduct")
    return "", interface, "", ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip().lower()
    except (OSError, ValueError):
        return ""
