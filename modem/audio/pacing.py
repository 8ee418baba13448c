"""When the module gets a frame. Pure: counts and the time in, a count out.

The module's own clock leads: a frame for each that it sends, however it bundles them (some send 40 ms at once). Where
it sends nothing the box's clock takes over, because a module that is owed sound plays none at all.
"""

from __future__ import annotations

from modem.audio.frames import FRAME_S

PATIENCE_S = 0.060  # without a frame before the box's clock takes over
LATE_S = 0.200  # a bundle may be late by so much; its frames were given on the box's clock already
FIRST_FRAMES = 2  # more to begin with: the module's cushion against our thread being late
MOST_AT_ONCE = 10  # frames owed after our own thread slept


class Pacer:
    """One module's share of frames."""

    def __init__(self, now_s: float) -> None:
        self._heard_s = self._paid_until_s = now_s
        self._ahead = -FIRST_FRAMES

    def frames_due(self, received: int, now_s: float) -> int:
        """How many frames to write now that `received` more have come."""
        if received:
            due = max(0, received - self._ahead)
            self._ahead = max(0, self._ahead - received)
            self._heard_s = self._paid_until_s = now_s
            return min(due, MOST_AT_ONCE)
        if now_s - self._heard_s < PATIENCE_S:
            return 0
        due = int((now_s - self._paid_until_s) / FRAME_S)
        self._paid_until_s += due * FRAME_S
        due = min(due, MOST_AT_ONCE)
        self._ahead = self._ahead + due if now_s - self._heard_s <= LATE_S else 0
        return due
