"""The one clock everything waits by. Rules are handed `now`; only the runtime builds a real one."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """When it is, how long it took, and how to wait."""

    def now(self) -> datetime:
        """The moment, aware, in UTC. May be wrong (no RTC) and may jump."""

    def monotonic_s(self) -> float:
        """Seconds that only grow: for "how long"."""

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        """Wait until the event is set or `timeout_s` have passed; True if it was set."""


class RealClock:
    """The box's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return time.monotonic()

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        return event.wait(timeout_s)


class FastClock:
    """A clock that is moved by hand: a month of operation in seconds. Waiting threads wake when it is moved."""

    def __init__(self, now: datetime) -> None:
        self._start = now
        self._passed_s = 0.0
        self._moved = threading.Condition()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed_s)

    def monotonic_s(self) -> float:
        return self._passed_s

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        until_s = self._passed_s + timeout_s
        with self._moved:
            while not event.is_set() and self._passed_s < until_s:
                self._moved.wait(0.01)  # the event has no condition of ours to notify
        return event.is_set()

    def step(self, seconds: float) -> None:
        """Somebody, or the network, sets the time of day; how long things took is not touched by it."""
        self._start += timedelta(seconds=seconds)

    def advance(self, seconds: float = 0, **more: float) -> None:
        """Let time pass; `more` are timedelta words such as hours=2."""
        with self._moved:
            self._passed_s += timedelta(seconds=seconds, **more).total_seconds()
            self._moved.notify_all()


def utc_text(moment: datetime) -> str:
    """`*_at` as it stands in every table: UTC with milliseconds, sortable as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_utc_text(text: str) -> datetime:
    """The moment that `utc_text` wrote."""
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    """The moment that `utc_text` wrote, or None where a row has none."""
    return from_utc_text(text) if text else None
