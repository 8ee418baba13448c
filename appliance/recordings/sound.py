"""One recording as a player wants it: a file of a known size, of which any part can be asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from appliance.recordings.layout import OPUS, RecordingBroken
from appliance.recordings.reader import SealedReader
from appliance.recordings.wav import wav_header

log = logging.getLogger(__name__)


class Sound:
    """PCM gets the beginning of a WAV file in front of it; Opus is a file already. Close it in any case."""

    def __init__(self, reader: SealedReader, version: str) -> None:
        """`version` differs between two forms of the same recording: parts of both don't fit together."""
        is_opus = reader.header.format == OPUS
        self._reader, self.version = reader, version
        self._beginning = b"" if is_opus else wav_header(reader.sound_bytes)
        self.content_type = "audio/ogg" if is_opus else "audio/wav"
        self.size_bytes = len(self._beginning) + reader.sound_bytes

    def read(self, start: int, length: int) -> Iterator[bytes]:
        """This part of it, piece by piece. One that isn't as it was written ends it early, and is logged."""
        head = self._beginning[start : start + length]
        if head:
            yield head
        begin = max(0, start - len(self._beginning))
        try:
            yield from self._reader.read(begin, length - len(head))
        except RecordingBroken as broken:
            log.error("a recording of call %d cannot be played to its end: %s", self._reader.header.call_id, broken)

    def close(self) -> None:
        self._reader.close()
