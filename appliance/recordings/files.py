"""The folder of recordings: which files are there, opening one, and taking one away for good."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from appliance.recordings.layout import (
    FORMATS,
    LONGEST_PREAMBLE,
    PART,
    WRAPPED_KEY_BYTES,
    Header,
    NotARecording,
    is_name,
    parse_preamble,
)
from appliance.recordings.reader import SealedReader
from appliance.recordings.sealing import Sealer
from appliance.recordings.writer import SealedWriter, sync_folder


class Files:
    """Names come from rows, but a path is made of nothing that doesn't look like a recording's name."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self.folder, self.sealer = folder, sealer

    def path(self, name: str, format_: str) -> Path:
        if not is_name(name) or format_ not in FORMATS:
            raise FileNotFoundError(name)
        return self.folder / f"{name}.{format_}"

    def open(self, name: str, format_: str, wrapped_key: bytes | None) -> SealedReader:
        """Without the row's key nothing is opened. Raises RecordingBroken, OSError."""
        return SealedReader(self.path(name, format_), self.sealer, wrapped_key or b"")

    def write(self, header: Header) -> SealedWriter:
        """A new file. Raises OSError."""
        return SealedWriter(self.folder, header, self.sealer)

    def is_there(self, name: str, format_: str) -> bool:
        return self.path(name, format_).is_file()

    def remove(self, name: str, format_: str) -> None:
        """Overwrite its key, then let it go: whoever finds the rest of it cannot open it. Raises OSError."""
        path = self.path(name, format_)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        try:
            _, beginning, _ = parse_preamble(os.pread(descriptor, LONGEST_PREAMBLE, 0))
            os.pwrite(descriptor, bytes(WRAPPED_KEY_BYTES), len(beginning))
            os.fdatasync(descriptor)
        except NotARecording:
            pass
        finally:
            os.close(descriptor)
        path.unlink()
        sync_folder(self.folder)

    def parts(self) -> Iterator[tuple[str, str, Path]]:
        """Name, format and path of every file that was never closed; what isn't ours is left alone."""
        return self._found(PART)

    def whole(self) -> Iterator[tuple[str, str, Path]]:
        """The same of every file that was."""
        return self._found("")

    def _found(self, ending: str) -> Iterator[tuple[str, str, Path]]:
        if not self.folder.is_dir():
            return
        with os.scandir(self.folder) as entries:  # tens of thousands of names, looked through each minute
            found = [entry.name for entry in entries if entry.name.endswith(PART) == bool(ending)]
        for file_name in sorted(found):
            name, _, format_ = file_name.removesuffix(ending).partition(".")
            if is_name(name) and format_ in FORMATS:
                yield name, format_, self.folder / file_name
