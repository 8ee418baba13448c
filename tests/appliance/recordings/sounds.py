"""Sound whose every frame says which one it is, and a recorder to keep it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from appliance.clock import Clock
from appliance.recordings.layout import Finished, Header
from appliance.recordings.reader import SealedReader
from appliance.recordings.recorder import Recorder
from appliance.recordings.sealing import Sealer
from appliance.recordings.space import Room
from appliance.recordings.writer import SealedWriter

FRAME_BYTES, FRAMES_PER_S = 320, 50
SEALER = Sealer(bytes(range(32)))
MUCH_ROOM = Room(free_bytes=100 << 30, size_bytes=200 << 30)
NAME = "0123456789abcdef" * 2


def frame(number: int) -> bytes:
    return struct.pack("<I", number) * (FRAME_BYTES // 4)


def frames(count: int, first: int = 0) -> list[bytes]:
    return [frame(number) for number in range(first, first + count)]


def sound(seconds: float) -> bytes:
    return b"".join(frames(round(seconds * FRAMES_PER_S)))


def header(name: str = NAME, **fields: object) -> Header:
    given = {"call_id": 7, "kind": "voicemail", "started_at": "2026-11-23T01:30:00.000Z", "clock_ok": True}
    return Header(name=name, **{**given, **fields})  # type: ignore[arg-type]


def recorder(folder: Path, clock: Clock, look: Callable[[Path], Room] = lambda path: MUCH_ROOM) -> Recorder:
    return Recorder(folder, SEALER, clock, clock_ok=lambda: True, look=look)


def recorded(folder: Path, seconds: float, name: str = NAME, **fields: object) -> Finished:
    """A whole recording on the disk."""
    folder.mkdir(exist_ok=True)
    writer = SealedWriter(folder, header(name, **fields), SEALER)
    writer.sound(sound(seconds))
    return writer.close()


def heard(path: Path) -> bytes:
    """All that a whole recording says."""
    with SealedReader(path, SEALER) as reader:
        reader.verify()
        return b"".join(reader.read())
