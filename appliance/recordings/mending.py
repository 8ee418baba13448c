"""Brings folder and rows together again after a crash, a power cut or a restored backup. Done once, after the start."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

from appliance.recordings.files import Files
from appliance.recordings.layout import RAW, Finished, RecordingBroken
from appliance.recordings.reader import SealedReader
from appliance.recordings.register import Register
from appliance.recordings.repair import repair
from db import recordings
from db.store import Store

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 500
READ_BYTES = 1 << 20


class Mending:
    """`open_names` are those being written now: hands off."""

    def __init__(
        self, store: Store, files: Files, register: Register, open_names: Callable[[], frozenset[str]]
    ) -> None:
        self._store, self._files, self._register, self._open_names = store, files, register, open_names

    def parts(self) -> int:
        """Close what was left open, and give it its row; how many. Another box's stay as they are."""
        count, written = 0, self._open_names()
        for name, format_, path in self._files.parts():
            if name in written | self._open_names():
                continue
            try:
                count += self._part(name, format_, path)
            except FileNotFoundError:
                pass  # the recorder began and closed it since we looked
            except (RecordingBroken, OSError) as trouble:
                log.error("the recording %s could not be mended: %s", path.name, trouble)
        return count

    def strays(self) -> int:
        """Whole files: those without a row get one, those that were replaced or erased go; how many either way."""
        count = 0
        for name, format_, path in self._files.whole():
            row = recordings.by_name(self._store, name)
            try:
                if row is None:
                    count += self._register.add(_found_again(path, self._files)) is not None
                elif row["state"] == "erased" or row["format"] != format_:
                    self._files.remove(name, format_)
                    count += 1
            except (RecordingBroken, OSError) as trouble:
                log.error("the recording %s is of no use: %s", path.name, trouble)
        return count

    def missing(self) -> int:
        """Rows whose file is gone say so, and those whose file is back; how many changed."""
        count, before = 0, None
        while rows := recordings.some(self._store, before, ROWS_AT_ONCE):
            before = rows[-1]["id"]
            for row in rows:
                state = "kept" if self._files.is_there(row["name"], row["format"]) else "missing"
                if state != row["state"]:
                    log.error("the recording %d is %s", row["id"], "missing" if state == "missing" else "there again")
                    with self._store.transaction() as tx:
                        recordings.set_state(tx, row["id"], state)
                    count += 1
        return count

    def _part(self, name: str, format_: str, path: Path) -> bool:
        if format_ != RAW and recordings.exists(self._store, name):
            path.unlink()  # a copy that was being made; what it was made of is still there
            return True
        finished = repair(path, self._files.sealer)
        return finished is not None and self._register.add(finished) is not None


def _found_again(path: Path, files: Files) -> Finished:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(READ_BYTES):
            digest.update(data)
    with SealedReader(path, files.sealer) as reader:
        reader.verify()
        return Finished(
            header=reader.header,
            wrapped_key=reader.wrapped_key,
            seconds=reader.seconds,
            size_bytes=path.stat().st_size,
            sha256=digest.hexdigest(),
            marks=reader.marks(),
        )
