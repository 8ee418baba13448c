"""What is to be done about one line, one thing after the other, by whoever comes by: nobody ever waits."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from appliance.trouble import where

log = logging.getLogger(__name__)


class Work:
    """A GSM line has two threads (the port's and the sound's), and pages come too.

    Whoever finds somebody at work leaves his own piece there, to be taken up after the one in hand; the order is kept.
    A piece may put down further ones.
    """

    def __init__(self) -> None:
        self._to_do: deque[Callable[[], None]] = deque()
        self._at_work = threading.Lock()  # tried, never waited for

    def put(self, piece: Callable[[], None]) -> None:
        """Do this now, or leave it to who is at work. Never raises."""
        self._to_do.append(piece)
        while self._to_do and self._at_work.acquire(blocking=False):
            try:
                self._do_all()
            finally:
                self._at_work.release()

    def _do_all(self) -> None:
        while self._to_do:
            try:
                self._to_do.popleft()()
            except Exception as bug:
                log.error("the call flow failed: %s", where(bug))
