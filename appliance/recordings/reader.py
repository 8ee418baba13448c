"""Reads one sealed recording, from any place in it. At most one piece (64 KiB) of it is in memory."""

from __future__ import annotations

import os
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from appliance.recordings.layout import (
    END,
    LONGEST_PREAMBLE,
    MARK,
    MOST_SOUND_BYTES,
    RECORD_HEAD,
    SOUND,
    Header,
    Mark,
    NotARecording,
    RecordingBroken,
    parse_end,
    parse_mark,
    parse_preamble,
)
from appliance.recordings.sealing import TAG_BYTES, Sealer

READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
MOST_SEALED_BYTES = MOST_SOUND_BYTES + TAG_BYTES


class SealedReader:
    """A recording that is whole. Use it in a `with`; not from two threads at once."""

    def __init__(self, path: Path, sealer: Sealer, wrapped_key: bytes | None = None) -> None:
        """`wrapped_key` is the row's; None takes the file's own. Raises RecordingBroken, OSError."""
        self._descriptor = os.open(path, READ)
        try:
            self.header, beginning, wrapped = _beginning(self._descriptor)
            self.wrapped_key = wrapped if wrapped_key is None else wrapped_key
            self._seal = sealer.known(beginning, self.wrapped_key)
            self._places, self._numbers = array("Q"), array("Q")  # of the sealed bytes in the file; of the record
            self._starts = array("Q")  # where its sound begins in the whole sound
            self._marks: list[int] = []
            self.sound_bytes, self.seconds = self._walk(len(beginning) + len(wrapped))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def read(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The sound from byte `start` on, in pieces. Raises RecordingBroken at one that is not as written."""
        end = self.sound_bytes if length is None else min(self.sound_bytes, start + length)
        at = bisect_right(self._starts, start) - 1
        while start < end:
            sound = self._sound(at)
            begin = start - self._starts[at]
            piece = sound[begin : begin + end - start]
            yield piece
            start, at = start + len(piece), at + 1

    def marks(self) -> tuple[Mark, ...]:
        return tuple(parse_mark(self._open(MARK, at)) for at in self._marks)

    def verify(self) -> None:
        """Open every piece once. Raises RecordingBroken."""
        for _ in self.read():
            pass
        self.marks()

    def _walk(self, place: int) -> tuple[int, float]:
        """Find every record, by the lengths alone; the end's counts must be those of what was found."""
        size = os.fstat(self._descriptor).st_size
        number, sound_bytes = 0, 0
        while True:
            kind, length = _record_head(self._descriptor, place)
            place += RECORD_HEAD.size
            if place + length > size:
                raise RecordingBroken("it is cut off")
            self._places.append(place)
            if kind == END:
                counted, seconds = parse_end(self._open(END, number, length))
                if counted != sound_bytes or place + length != size:
                    raise RecordingBroken("its end does not fit")
                return sound_bytes, seconds
            if kind == SOUND:
                self._numbers.append(number)
                self._starts.append(sound_bytes)
                sound_bytes += length - TAG_BYTES
            else:
                self._marks.append(number)
            place, number = place + length, number + 1

    def _sound(self, at: int) -> bytes:
        return self._open(SOUND, self._numbers[at])

    def _open(self, kind: bytes, number: int, length: int | None = None) -> bytes:
        place = self._places[number]
        if length is None:
            length = self._places[number + 1] - RECORD_HEAD.size - place
        return self._seal.open(kind, number, os.pread(self._descriptor, length, place))


def _beginning(descriptor: int) -> tuple[Header, bytes, bytes]:
    try:
        return parse_preamble(os.pread(descriptor, LONGEST_PREAMBLE, 0))
    except NotARecording as wrong:
        raise RecordingBroken("it does not begin as a recording does") from wrong


def _record_head(descriptor: int, place: int) -> tuple[bytes, int]:
    head = os.pread(descriptor, RECORD_HEAD.size, place)
    if len(head) < RECORD_HEAD.size:
        raise RecordingBroken("it is cut off")
    kind, length = RECORD_HEAD.unpack(head)
    if kind not in (SOUND, MARK, END) or not TAG_BYTES <= length <= MOST_SEALED_BYTES:
        raise RecordingBroken("it holds something that is no record")
    return kind, length
