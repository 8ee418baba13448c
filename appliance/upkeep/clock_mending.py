"""What the box does about its time of day: mends what was due once it is set, remembers what it lived through."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from appliance.clock import Clock
from appliance.upkeep.box_clock import BoxClock
from appliance.upkeep.clock_steps import ClockWatch, Steps
from db.store import Store

MENDING_TAKES_S = 5.0  # more than the tickets of a day take

Mend = Callable[[datetime, Steps], object]


class ClockMending:
    """Safe to ask from the jobs' thread and from a page's at once."""

    def __init__(self, store: Store, clock: Clock, box_clock: BoxClock) -> None:
        self._store, self._clock, self._box_clock = store, clock, box_clock
        self._watch, self._one_at_a_time = ClockWatch(clock), threading.Lock()
        self._mended: list[Mend] = []
        self._was_ok = False  # so that the first look mends what an earlier run left without a time

    def mends(self, *mended: Mend) -> None:
        """Each is given the true time and the steps of the clock, in this order."""
        self._mended.extend(mended)

    def look(self) -> None:
        """Once the clock has been set, work out again what was due; remember the time lived through."""
        if not self._one_at_a_time.acquire(timeout=MENDING_TAKES_S):
            return  # another thread is at it
        try:
            self._mend()
        finally:
            self._one_at_a_time.release()
        self._box_clock.note()

    def _mend(self) -> None:
        steps, is_ok = self._watch.look(), self._box_clock.is_ok()
        if is_ok and (steps.pending or not self._was_ok):
            now = self._clock.now()
            for mend in self._mended:
                mend(now, steps)
            self._watch.mended()
        self._was_ok = is_ok

    def try_writer(self) -> None:
        """After a write that failed, find out whether there is room again; nobody else may write for hours."""
        if self._store.trouble:
            self._write_time()

    def close(self) -> None:
        """The last thing written before the file is closed: the time, for an old box that starts at 1970."""
        self._write_time()

    def _write_time(self) -> None:
        with self._store.transaction() as tx:
            self._box_clock.note_in(tx)
