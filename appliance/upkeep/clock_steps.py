"""How the box's time of day was set while the program ran, and what that makes of moments written down before.

The usual box without a clock of its own starts hours or days behind, with a time that looks right, until the network
sets it. Only wall clock and monotonic clock together show it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.clock import Clock

SMALLEST = timedelta(minutes=5)  # below it is drift, and no due time suffers


@dataclass(frozen=True, slots=True)
class Step:
    by: timedelta
    seen_at: datetime  # by the clock as it is afterwards
    gap: timedelta  # since the look before: it was made in this time

    def was_before(self, at: datetime) -> bool:
        """Whether this was written by the clock as it was before the step."""
        is_ahead = self.by < timedelta(0) and at > self.seen_at
        return is_ahead or at < self.seen_at - self.gap


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of this run, the oldest first; `pending` are those since what can be mended was mended last."""

    made: tuple[Step, ...] = ()
    pending: tuple[Step, ...] = ()

    def of_kept(self, at: datetime) -> datetime:
        """By the clock as it is now: when that was which is written down once and never changed."""
        return _moved(at, self.made)

    def of_mended(self, at: datetime) -> datetime:
        """The same of what was mended after every step before the pending ones."""
        return _moved(at, self.pending)


class ClockWatch:
    """Looked at once a minute. Not for two threads at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._now, self._now_s = clock.now(), clock.monotonic_s()
        self._steps = Steps()

    def look(self) -> Steps:
        """The steps so far, with the one since the last look."""
        now, now_s = self._clock.now(), self._clock.monotonic_s()
        gap = timedelta(seconds=now_s - self._now_s)
        by = now - self._now - gap
        self._now, self._now_s = now, now_s
        if abs(by) > SMALLEST:
            step = Step(by, now, gap)
            self._steps = Steps((*self._steps.made, step), (*self._steps.pending, step))
        return self._steps

    def mended(self) -> None:
        """Everything that can be mended was."""
        self._steps = Steps(self._steps.made)


def _moved(at: datetime, steps: Iterable[Step]) -> datetime:
    for step in steps:
        if step.was_before(at):
            at += step.by
    return at
