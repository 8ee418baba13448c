"""The one queue between the lines and the office: news of calls overtakes everything else."""

from __future__ import annotations

import threading
from collections import deque

from modem.commands import CallCommand
from modem.events import CallEvent, CommandRefused, Event, Unrecognised

MOST_UNRECOGNISED = 1000  # waiting; messages need no bound, because they wait on the SIM until they are deleted


class Inbox:
    """Events in the order they came, line by line and kind by kind. Any thread may put, one takes."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._calls: deque[Event] = deque()
        self._others: deque[Event] = deque()
        self._unrecognised = 0

    def put(self, event: Event) -> None:
        with self._changed:
            if _is_about_a_call(event):
                self._calls.append(event)
            elif not isinstance(event, Unrecognised):
                self._others.append(event)
            elif self._unrecognised < MOST_UNRECOGNISED:
                self._unrecognised += 1
                self._others.append(event)
            self._changed.notify()

    def get(self, timeout_s: float) -> Event | None:
        """The next event, waiting at most so long for one; 0 only looks."""
        with self._changed:
            self._changed.wait_for(self._waiting, timeout_s)
            if self._calls:
                return self._calls.popleft()
            if not self._others:
                return None
            event = self._others.popleft()
            self._unrecognised -= isinstance(event, Unrecognised)
            return event

    def __len__(self) -> int:
        with self._changed:
            return len(self._calls) + len(self._others)

    def _waiting(self) -> bool:
        return bool(self._calls or self._others)


def _is_about_a_call(event: Event) -> bool:
    if isinstance(event, CommandRefused):
        return isinstance(event.command, CallCommand)
    return isinstance(event, CallEvent)
