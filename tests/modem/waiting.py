"""Waiting for events of a line in a test: the next that fits, within a patience that no healthy run needs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from modem.events import Event

PATIENCE_S = 60.0
Kind = TypeVar("Kind")


class Listener:
    """Keeps all events; `sees` goes through them in order."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._arrived = threading.Condition()
        self._read = 0

    def take(self, event: Event) -> None:
        with self._arrived:
            self.events.append(event)
            self._arrived.notify_all()

    def sees(self, kind: type[Kind], **fields: object) -> Kind:
        """The next event of this kind with these fields; those before it are passed over."""
        until_s = time.monotonic() + PATIENCE_S
        with self._arrived:
            while True:
                while self._read < len(self.events):
                    event = self.events[self._read]
                    self._read += 1
                    if isinstance(event, kind) and all(getattr(event, name) == fields[name] for name in fields):
                        return event
                if not self._arrived.wait(until_s - time.monotonic()):
                    raise AssertionError(f"no {kind.__name__} {fields}; came: {self.events}")


def wait_until(is_so: Callable[[], bool]) -> None:
    """Look until it has come to pass."""
    until_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until_s, "it did not come to pass"
        time.sleep(0.005)
