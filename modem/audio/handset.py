"""The operator's end of a call: a stream that may be missing, die and come back without ending the call."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence

from modem.audio.frames import SILENCE, SoundGone, SoundStream

TRY_AGAIN_S = 3.0
MOST_WAITING_FRAMES = 5  # from the microphone: 100 ms, whatever the clocks of card and module make of it
KEPT_FRAMES = 2  # when there were more

log = logging.getLogger(__name__)


class Handset:
    """Opened when first used, and again after it died both ways. Nothing here raises."""

    def __init__(self, line: str, open_stream: Callable[[], SoundStream] | None) -> None:
        self._line, self._open_stream = line, open_stream
        self._stream: SoundStream | None = None
        self._waiting: deque[bytes] = deque()
        self._hears = self._speaks = False
        self._next_try_s: float | None = None
        self._dropped = 0
        self.trouble = ""

    @property
    def dropped_frames(self) -> int:
        """What came too late, from its microphone and to its loudspeaker."""
        return self._dropped + (self._stream.dropped_frames if self._stream is not None else 0)

    def play(self, frames: Sequence[bytes]) -> None:
        """Let the operator hear frames."""
        if self._stream is None or not self._speaks:
            return
        try:
            self._stream.write(frames)
        except SoundGone as gone:
            self._speaks = False
            self._lament(gone)

    def take(self, count: int) -> list[bytes]:
        """So many frames of what the operator says, silence where there is nothing."""
        return [self._waiting.popleft() if self._waiting else SILENCE for _ in range(count)]

    def look_after(self, now_s: float) -> None:
        """Fetch what the microphone has, drop what is late, open what is closed. Called every few milliseconds."""
        if self._open_stream is None:
            return
        if self._stream is not None and not (self._hears or self._speaks):
            self.close()
        if self._stream is None and (self._next_try_s is None or now_s >= self._next_try_s):
            self._next_try_s = now_s + TRY_AGAIN_S
            self._open(self._open_stream)
        self._fetch()

    def close(self) -> None:
        stream, self._stream = self._stream, None
        self._hears = self._speaks = False
        self._waiting.clear()
        if stream is not None:
            self._dropped += stream.dropped_frames
            stream.close()

    def _open(self, open_stream: Callable[[], SoundStream]) -> None:
        try:
            self._stream = open_stream()
        except SoundGone as gone:
            self._lament(gone)
            return
        self._hears = self._speaks = True

    def _fetch(self) -> None:
        if self._stream is None or not self._hears:
            return
        try:
            frames = self._stream.read(0)
        except SoundGone as gone:
            self._hears = False
            self._lament(gone)
            return
        if frames and self._speaks:
            self.trouble = ""
        self._waiting += frames
        if len(self._waiting) > MOST_WAITING_FRAMES:
            while len(self._waiting) > KEPT_FRAMES:
                self._waiting.popleft()
                self._dropped += 1

    def _lament(self, gone: SoundGone) -> None:
        if gone.reason != self.trouble:
            log.warning("%s handset: %s", self._line, gone.reason)
        self.trouble = gone.reason
