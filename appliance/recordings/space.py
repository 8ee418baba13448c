"""How full the disk is, as water marks: what is still recorded, and what the desk is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

GIB = 1024**3


class Water(StrEnum):
    LOW = "low"  # all is well
    WARN = "warn"  # the desk is told
    STOP = "stop"  # no new recording; what may be erased is
    FULL = "full"  # what is being recorded ends as well: the rest is for messages and tickets


@dataclass(frozen=True, slots=True)
class Room:
    free_bytes: int
    size_bytes: int


# Used so much of the disk, and less than so much is free. The shares are for the cards of small boxes; of a large
# disk a tenth is months of calls, so there the room that is left decides.
MARKS = ((Water.FULL, 0.95, 2 * GIB), (Water.STOP, 0.90, 4 * GIB), (Water.WARN, 0.80, 8 * GIB))


def water(room: Room) -> Water:
    """Where the water stands."""
    used = 1 - room.free_bytes / max(1, room.size_bytes)
    for mark, share, free_bytes in MARKS:
        if used >= share and room.free_bytes < free_bytes:
            return mark
    return Water.LOW


def room_of(folder: Path) -> Room:
    """What the file system of this folder has for us, who aren't root."""
    found = os.statvfs(folder)
    return Room(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)


Look = Callable[[Path], Room]
