"""The keeper's thread: mends after the start, betters and compresses what was said, erases what is too old.

What is due is found by asking the rows; Huey, and whoever has something new, only wake it. One thing at a time.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable

from appliance.clock import Clock
from appliance.recordings import opus
from appliance.recordings.ageing import Ageing
from appliance.recordings.layout import OPUS, PCM, RAW
from appliance.recordings.mending import Mending
from appliance.recordings.register import VOICEMAIL
from appliance.recordings.remaking import MOST_TRIES, Remaking
from appliance.trouble import where
from db import recordings
from db.store import Store

log = logging.getLogger(__name__)

IDLE_S = 600.0  # Huey wakes it each minute
COMPRESS_AFTER_S = 600.0  # until then somebody may be listening to it, and seeking in it
SWEEP_EVERY_S = 3600.0
AT_ONCE = 100
STOP_WITHIN_S = 2.0


class Keeper:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        mending: Mending,
        remaking: Remaking,
        ageing: Ageing,
        stop_asked: threading.Event,
        is_heard: Callable[[int], bool],
    ) -> None:
        """`stop_asked` is what `remaking` looks at, too. `is_heard`: somebody listens to this one now."""
        self._store, self._clock, self._stop_asked, self._is_heard = store, clock, stop_asked, is_heard
        self._mending, self._remaking, self._ageing = mending, remaking, ageing
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recording-keeper", daemon=True)
        self._seen_at_s: dict[int, float] = {}  # recordings that wait for being compressed
        self._swept_at_s = float("-inf")
        self._has_compared = False

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    def start(self) -> None:
        self._thread.start()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self, timeout_s: float = STOP_WITHIN_S) -> bool:
        """End; what was begun is begun again next time."""
        self._stop_asked.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def round(self) -> None:
        """All that is due now. No failure hides another."""
        for step in (self._mend, self._better, self._compress, self._erase):
            if self._stop_asked.is_set():
                return
            try:
                step()
            except Exception as mistake:
                log.error("recordings: %s failed: %s", step.__name__.strip("_"), where(mistake))

    def _run(self) -> None:
        while not self._stop_asked.is_set():
            self._wake.clear()
            self.round()
            self._clock.wait(self._wake, IDLE_S)

    def _mend(self) -> None:
        self._mending.parts()
        if not self._has_compared:
            self._mending.strays()
            self._mending.missing()
            with self._store.transaction() as tx:
                recordings.try_all_again(tx)
            self._has_compared = True

    def _better(self) -> None:
        """What somebody will soon want to hear, and everything where nothing is compressed later."""
        kind = VOICEMAIL if opus.is_there() else ""
        for row in recordings.in_format(self._store, RAW, MOST_TRIES, AT_ONCE, kind=kind):
            if not self._is_heard(row["id"]):
                self._remake(row, PCM)

    def _compress(self) -> None:
        if not opus.is_there():
            return
        now_s = self._clock.monotonic_s()
        for format_ in (PCM, RAW):
            for row in recordings.in_format(self._store, format_, MOST_TRIES, AT_ONCE):
                seen_at_s = self._seen_at_s.setdefault(row["id"], now_s)
                if now_s - seen_at_s >= COMPRESS_AFTER_S and not self._is_heard(row["id"]):
                    self._remake(row, OPUS)
                    self._seen_at_s.pop(row["id"], None)

    def _remake(self, row: sqlite3.Row, format_: str) -> None:
        if not self._stop_asked.is_set():
            self._remaking.remake(row, format_)

    def _erase(self) -> None:
        now_s = self._clock.monotonic_s()
        if now_s - self._swept_at_s >= SWEEP_EVERY_S:
            self._ageing.sweep(lambda: not self._stop_asked.is_set())
            self._swept_at_s = now_s
