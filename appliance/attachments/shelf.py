"""The folder of attachments: each a sealed file, whose key lies in its row and nowhere else.

    hotline-attachment 1\\n    what this is
    32 hex digits\\n           its name once more: a file that was given another's name doesn't open
    the sealed content         one piece; its seal covers the two lines above

Sealed as recordings are (appliance/recordings/sealing.py), under a purpose of its own. Without the row there is no
key, so a file that a crash left without a row is rubbish, and dropping the key erases what was in it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.recordings.layout import RecordingBroken, is_name
from appliance.recordings.sealing import Sealer
from appliance.recordings.writer import NEW_FILE, sync_folder

PURPOSE = "seal of attachments"  # for BoxKey.secret_for
MAGIC = b"hotline-attachment 1\n"
ENDING, PART = ".sealed", ".part"
KIND = b"A"


class AttachmentBroken(Exception):
    """The file is gone, or not as it was written."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that lies whole on the disk and has no row yet."""

    name: str
    wrapped_key: bytes


class Shelf:
    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._folder, self._sealer = folder, sealer

    def put(self, name: str, data: bytes) -> Stored:
        """Seal and write it, so that it is there after a power cut too. Raises OSError and has left nothing."""
        beginning = _beginning(name)
        wrapped, seal = self._sealer.new(beginning)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self._folder / (name + PART)
        try:
            with os.fdopen(os.open(part, NEW_FILE, 0o600), "wb") as file:
                file.write(beginning + seal.seal(KIND, 0, data))
                file.flush()
                os.fsync(file.fileno())
            part.rename(self._path(name))
            sync_folder(self._folder)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        return Stored(name, wrapped)

    def read(self, name: str, wrapped_key: bytes) -> bytes:
        """Raises AttachmentBroken."""
        beginning = _beginning(name)
        try:
            written = self._path(name).read_bytes()
            if not written.startswith(beginning):
                raise AttachmentBroken("it is no attachment of this name")
            return self._sealer.known(beginning, wrapped_key).open(KIND, 0, written[len(beginning) :])
        except (RecordingBroken, OSError) as broken:
            raise AttachmentBroken(str(broken)) from broken

    def remove(self, name: str) -> None:
        """Whose key was dropped cannot be read in any case; this frees the room. Raises OSError."""
        self._path(name).unlink(missing_ok=True)

    def clear(self, is_wanted: Callable[[str], bool]) -> int:
        """Take away every file, finished or not, whose name nobody wants; how many. What isn't ours is left alone."""
        paths = sorted(self._folder.iterdir()) if self._folder.is_dir() else []
        ours = [path for path in paths if path.suffix in (PART, ENDING) and is_name(path.stem)]
        rubbish = [path for path in ours if not is_wanted(path.stem)]
        for path in rubbish:
            path.unlink(missing_ok=True)
        return len(rubbish)

    def _path(self, name: str) -> Path:
        """Names come from rows, but a path is made of nothing that doesn't look like one."""
        if not is_name(name):
            raise FileNotFoundError(name)
        return self._folder / (name + ENDING)


def new_name() -> str:
    return secrets.token_hex(16)


def _beginning(name: str) -> bytes:
    return MAGIC + name.encode("ascii") + b"\n"
