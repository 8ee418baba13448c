"""Ends a case that never ends. Counts the processor's time, so a busy machine makes nobody a suspect."""

from __future__ import annotations

import signal
from types import FrameType

LOOK_EVERY_S = 1.0
LONGEST_S = 3.0  # of the processor, for a case that takes a millisecond


class Hung(BaseException):
    """No Exception: nothing that is tested may catch it."""


class Watchdog:
    """To be told of every case as it begins."""

    def __init__(self) -> None:
        self.cases = 0
        self._seen = -1
        self._looks = 0

    def start(self) -> None:
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, LOOK_EVERY_S, LOOK_EVERY_S)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _look(self, _signal: int, _frame: FrameType | None) -> None:
        self._looks = self._looks + 1 if self._seen == self.cases else 0
        self._seen = self.cases
        if self._looks * LOOK_EVERY_S >= LONGEST_S:
            self._looks = 0
            raise Hung(f"one case has run for {LONGEST_S:.0f} s")
