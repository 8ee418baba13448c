"""Things to be done later, in the order they fall due. Knows no clock: it is told the time."""

from __future__ import annotations

import heapq
from collections.abc import Callable

Action = Callable[[float], None]


class Timers:
    """A heap of actions; each gets the time at which it was due, so that cycles do not drift."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Action]] = []
        self._serial = 0

    def at(self, due_s: float, action: Action) -> None:
        self._serial += 1
        heapq.heappush(self._heap, (due_s, self._serial, action))

    def run_one(self, now_s: float) -> bool:
        """Do the first thing that is due; False if nothing is."""
        if not self._heap or self._heap[0][0] > now_s:
            return False
        due_s, _, action = heapq.heappop(self._heap)
        action(due_s)
        return True

    def next_deadline(self) -> float | None:
        return self._heap[0][0] if self._heap else None

    def clear(self) -> None:
        self._heap.clear()
