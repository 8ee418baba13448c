"""Makes another file of the same sound: bettered, or compressed. The old one goes when the new one is proven whole."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from appliance.clock import Clock
from appliance.recordings import opus
from appliance.recordings.files import Files
from appliance.recordings.layout import (
    BYTES_PER_S,
    MOST_SOUND_BYTES,
    OPUS,
    PART,
    PCM,
    RAW,
    Finished,
    Mark,
    RecordingBroken,
)
from appliance.recordings.reader import SealedReader
from db import recordings
from db.store import Store

log = logging.getLogger(__name__)

MOST_TRIES = 3
MOST_PIECE_BYTES = BYTES_PER_S  # what the polish is given at once: a tenth of a second's work on a slow box

Sound = Callable[[], Iterator[bytes]]  # reads the whole sound, from its beginning at each call
Polish = Callable[[Sound, str], Iterator[bytes]]
"""Betters 16-bit sound of this kind: level, hum, the busy tone at its end. May read it more than once, and yields
nothing now and then while it works, so that others have their turn.
"""


def as_it_is(sound: Sound, kind: str) -> Iterator[bytes]:
    """No polish."""
    return sound()


class Stopped(Exception):
    """The program ends; what was begun is begun again next time."""


class Remaking:
    def __init__(
        self,
        store: Store,
        files: Files,
        clock: Clock,
        stop_asked: threading.Event,
        *,
        polish: Polish,
        betters_sound: Callable[[], bool],
    ) -> None:
        """`stop_asked`: the program ends, and what is being made with it. `betters_sound`: the office wants that."""
        self._store, self._files, self._clock = store, files, clock
        self._stop_asked, self._polish, self._betters_sound = stop_asked, polish, betters_sound

    def remake(self, row: sqlite3.Row, format_: str) -> bool:
        """Bring the recording of this row into that format; False where it could not be (it is tried again)."""
        try:
            with self._files.open(row["name"], row["format"], row["wrapped_key"]) as reader:
                finished = self._write(reader, format_)
            self._prove(finished, format_)
            self._replace(row, finished)
        except Stopped:
            return False
        except (RecordingBroken, OSError, opus.ToolFailed) as trouble:
            if self._goes_on():
                log.error("the recording %d could not be made %s: %s", row["id"], format_, trouble)
                with self._store.transaction() as tx:
                    recordings.tried(tx, row["id"])
            return False
        return True

    def _write(self, reader: SealedReader, format_: str) -> Finished:
        header = replace(reader.header, format=format_)
        counted = _Counted(self._better(reader))
        sound = counted if format_ == PCM else opus.encode(counted, self._goes_on)
        self._files.path(header.name, format_).with_name(header.file_name + PART).unlink(missing_ok=True)
        writer = self._files.write(header)
        try:
            for piece in _regular(sound, MOST_SOUND_BYTES):
                writer.sound(piece)
            seconds = counted.bytes / BYTES_PER_S
            for mark in reader.marks():
                writer.mark(Mark(min(mark.at_s, seconds), mark.kind, mark.note))
            return writer.close(seconds=seconds)
        except BaseException:
            writer.drop()
            raise

    def _better(self, reader: SealedReader) -> Iterator[bytes]:
        """Polished where it is still as it came from the line and the office wants it so.

        Half of the time is left to those who carry calls.
        """
        if reader.header.format != RAW:
            yield from reader.read()
            return
        polish = self._polish if self._betters_sound() else as_it_is
        began_s = self._clock.monotonic_s()
        for piece in polish(lambda: _regular(reader.read(), MOST_PIECE_BYTES), reader.header.kind):
            if self._clock.wait(self._stop_asked, self._clock.monotonic_s() - began_s):
                raise Stopped
            if piece:
                yield piece
            began_s = self._clock.monotonic_s()

    def _goes_on(self) -> bool:
        return not self._stop_asked.is_set()

    def _prove(self, finished: Finished, format_: str) -> None:
        """Read the new file from the disk; what was compressed must come out as long as it went in."""
        try:
            with self._files.open(finished.header.name, format_, finished.wrapped_key) as reader:
                reader.verify()
                if format_ == OPUS:
                    opus.check(reader.read(), round(finished.seconds * BYTES_PER_S), self._goes_on)
        except BaseException:
            self._files.remove(finished.header.name, format_)
            raise

    def _replace(self, row: sqlite3.Row, finished: Finished) -> None:
        with self._store.transaction() as tx:
            is_replaced = recordings.replaced(
                tx,
                row["id"],
                row["format"],
                format=finished.header.format,
                seconds=finished.seconds,
                size_bytes=finished.size_bytes,
                sha256=finished.sha256,
                wrapped_key=finished.wrapped_key,
            )
        # Erased while it was remade: the new file goes. A crash here leaves one file too many; mending finds it.
        self._files.remove(row["name"], row["format"] if is_replaced else finished.header.format)


class _Counted:
    """Passes pieces on and counts their bytes."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self.bytes = pieces, 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = next(self._pieces)
        self.bytes += len(piece)
        return piece


def _regular(pieces: Iterator[bytes], size_bytes: int) -> Iterator[bytes]:
    """The same bytes in pieces of this size; the last may be shorter."""
    rest = bytearray()
    for piece in chain(pieces, [b""]):
        rest += piece
        while len(rest) >= size_bytes:
            yield bytes(rest[:size_bytes])
            del rest[:size_bytes]
    if rest:
        yield bytes(rest)
