"""One recording that is going on: a Sink for the thread that carries the sound, a queue for the one that writes.

`write`, `mark` and `close` may be called from any thread and take no longer than the lock; `flush`, `end` and `fail`
belong to the recorder.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from appliance.clock import Clock
from appliance.recordings.layout import BYTES_PER_S, Finished, Header, Mark
from appliance.recordings.writer import SealedWriter

log = logging.getLogger(__name__)

FLUSH_BYTES = BYTES_PER_S  # a second of sound is sealed, written and flushed together
FLUSH_AFTER_S = 1.0  # and so is less of it, where sound comes with gaps
MOST_WAITING_BYTES = 20 * BYTES_PER_S  # a card that is busy for so long is broken

FULL, SLOW, BROKEN = "full", "slow", "broken"  # why a recording ended before its time


class Track:
    """The Sink of one Listen."""

    def __init__(self, header: Header, clock: Clock, wake: Callable[[], None]) -> None:
        self.header = header
        self.writer: SealedWriter | None = None
        self.is_done = False  # nothing of it is left to do
        self._clock, self._wake = clock, wake
        self._lock = threading.Lock()
        self._waiting: list[bytes | Mark] = []
        self._waiting_bytes = self._taken_bytes = 0
        self._since_s: float | None = None  # when the oldest that waits came
        self._is_closing = False
        self._ending = ""

    # --- for the thread with the sound ---

    def write(self, frames: Sequence[bytes]) -> bool:
        """Take the frames over, at once. False: no more is kept."""
        sound = b"".join(frames)
        with self._lock:
            if self._is_closing or self._ending:
                return False
            if self._waiting_bytes + len(sound) > MOST_WAITING_BYTES:
                self._ending = SLOW
            else:
                self._put(sound)
                self._waiting_bytes += len(sound)
                self._taken_bytes += len(sound)
            is_urgent = self._waiting_bytes >= FLUSH_BYTES
            is_kept = not self._ending
        if is_urgent:
            self._wake()
        return is_kept

    def mark(self, kind: str, note: str = "") -> bool:
        """Something happens now. False: it is no longer recorded."""
        with self._lock:
            if self._is_closing or self._ending:
                return False
            self._put(Mark(self._taken_bytes / BYTES_PER_S, kind, note))
        return True

    def close(self) -> None:
        """The recording is whole. Never raises; a second time does nothing."""
        with self._lock:
            self._is_closing = True
        self._wake()

    @property
    def is_closing(self) -> bool:
        return self._is_closing or bool(self._ending)

    # --- for the recorder ---

    @property
    def is_over(self) -> bool:
        """All of it is written, and nothing comes any more."""
        with self._lock:
            return (self._is_closing or bool(self._ending)) and not self._waiting and not self.is_done

    def refuse(self, why: str) -> None:
        """From now on nothing more is taken."""
        with self._lock:
            self._ending = self._ending or ("" if self._is_closing else why)

    def flush(self) -> None:
        """Seal, write and flush what waits, if it is time. Raises OSError."""
        if self.writer is None:
            return
        with self._lock:
            if not self._is_due():
                return
            waiting, self._waiting, self._waiting_bytes, self._since_s = self._waiting, [], 0, None
        sound = bytearray()
        for each in waiting:
            if isinstance(each, Mark):
                self._write(sound)
                self.writer.mark(each)
            else:
                sound += each
        self._write(sound)
        self.writer.sync()

    def end(self) -> Finished | None:
        """Close the file; None where it held no sound. Raises OSError."""
        writer = self.writer
        if writer is None:
            self.is_done = True
            return None
        if not self._taken_bytes:
            writer.drop()
            self.is_done = True
            return None
        finished = writer.close(ending=self._ending)
        self.is_done = True
        return finished

    def fail(self, why: str) -> Finished | None:
        """The disk took no more: end it with what is on it, else leave that to be mended. Never raises."""
        with self._lock:
            self._ending = self._ending or why
            self._waiting, self._waiting_bytes = [], 0
        self.is_done = True
        if self.writer is None:
            return None
        try:
            if self.writer.has_sound:
                return self.writer.close(ending=self._ending)
            self.writer.drop()
            return None
        except OSError as trouble:
            self.writer.give_up()
            log.error("call %d: its recording is mended later: %s", self.header.call_id, type(trouble).__name__)
            return None

    def _put(self, what: bytes | Mark) -> None:
        self._waiting.append(what)
        if self._since_s is None:
            self._since_s = self._clock.monotonic_s()

    def _is_due(self) -> bool:
        if not self._waiting or self._since_s is None:
            return False
        is_old = self._clock.monotonic_s() - self._since_s >= FLUSH_AFTER_S
        return is_old or self._waiting_bytes >= FLUSH_BYTES or self._is_closing or bool(self._ending)

    def _write(self, sound: bytearray) -> None:
        if sound and self.writer is not None:
            self.writer.sound(bytes(sound))
            sound.clear()
