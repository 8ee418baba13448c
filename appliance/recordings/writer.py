"""Writes one sealed recording. Each call is on the disk, or raises OSError and has left the file as it was."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from appliance.recordings.layout import (
    BYTES_PER_S,
    END,
    MARK,
    MOST_SOUND_BYTES,
    PART,
    SOUND,
    Finished,
    Header,
    Mark,
    end_words,
    mark_words,
    preamble,
    record,
)
from appliance.recordings.sealing import FileSeal, Sealer

KNOWN_FILE = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
NEW_FILE = KNOWN_FILE | os.O_CREAT | os.O_EXCL


@dataclass(slots=True)
class SoFar:
    """What of a file that was left open is whole, as `repair` found it."""

    digest: hashlib._Hash  # of these bytes
    good_bytes: int
    records: int = 0
    sound_bytes: int = 0
    marks: list[Mark] = field(default_factory=list)


def sync_folder(folder: Path) -> None:
    """So that a power cut leaves the names of files as they are now."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class SealedWriter:
    """One file, from its first byte to its final name."""

    def __init__(self, folder: Path, header: Header, sealer: Sealer) -> None:
        """Make NAME.FORMAT.part, so that it is there after a power cut too. Raises OSError."""
        self.header = header
        self._folder, self._path = folder, folder / (header.file_name + PART)
        beginning = preamble(header)
        self._wrapped, self._seal = sealer.new(beginning)
        self._digest = hashlib.sha256()
        self._good_bytes = self._records = self._sound_bytes = 0
        self._marks: list[Mark] = []
        self._descriptor = os.open(self._path, NEW_FILE, 0o600)
        try:
            self._append(beginning + self._wrapped)
            self.sync()
            sync_folder(folder)
        except OSError:
            self.give_up()
            self._path.unlink(missing_ok=True)
            raise

    @classmethod
    def continued(cls, path: Path, header: Header, wrapped: bytes, seal: FileSeal, so_far: SoFar) -> SealedWriter:
        """Take up a file that a crash left, after its last whole record."""
        self = cls.__new__(cls)
        self.header, self._folder, self._path = header, path.parent, path
        self._wrapped, self._seal, self._digest = wrapped, seal, so_far.digest
        self._good_bytes, self._records, self._sound_bytes = so_far.good_bytes, so_far.records, so_far.sound_bytes
        self._marks = list(so_far.marks)
        self._descriptor = os.open(path, KNOWN_FILE)
        os.ftruncate(self._descriptor, self._good_bytes)
        return self

    @property
    def has_sound(self) -> bool:
        return self._sound_bytes > 0

    def sound(self, sound: bytes) -> None:
        """Seal and write it. Safe against a kill now, against a power cut after `sync`."""
        for at in range(0, len(sound), MOST_SOUND_BYTES):
            piece = sound[at : at + MOST_SOUND_BYTES]
            self._record(SOUND, piece)
            self._sound_bytes += len(piece)

    def mark(self, mark: Mark) -> None:
        self._record(MARK, mark_words(mark))
        self._marks.append(mark)

    def sync(self) -> None:
        os.fdatasync(self._descriptor)

    def close(self, *, ending: str = "", seconds: float | None = None) -> Finished:
        """Write the end and give the file its final name. `seconds` is for what isn't PCM. Raises OSError."""
        length_s = self._sound_bytes / BYTES_PER_S if seconds is None else seconds
        self._record(END, end_words(self._sound_bytes, length_s))
        self.sync()
        self.give_up()
        self._path.rename(self._folder / self.header.file_name)
        sync_folder(self._folder)
        return Finished(
            header=self.header,
            wrapped_key=self._wrapped,
            seconds=length_s,
            size_bytes=self._good_bytes,
            sha256=self._digest.hexdigest(),
            marks=tuple(self._marks),
            ending=ending,
        )

    def give_up(self) -> None:
        """Let go of the file as it is: what is in it is mended later."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def drop(self) -> None:
        """There is nothing in it worth keeping."""
        self.give_up()
        self._path.unlink(missing_ok=True)

    def _record(self, kind: bytes, words: bytes) -> None:
        self._append(record(kind, self._seal.seal(kind, self._records, words)))
        self._records += 1

    def _append(self, data: bytes) -> None:
        """All of it or nothing: half a record, where the disk is full, is cut off again."""
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            os.ftruncate(self._descriptor, self._good_bytes)
            raise
        self._digest.update(data)
        self._good_bytes += len(data)
