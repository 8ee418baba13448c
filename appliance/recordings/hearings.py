"""Who is listening to what. A player asks for many parts of a recording; all of them together are one hearing."""

from __future__ import annotations

import threading

from appliance.clock import Clock

SAME_HEARING_S = 600.0  # so long after the last part, the next one begins another hearing
MOST_REMEMBERED = 1000


class Hearings:
    def __init__(self, clock: Clock) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._last_s: dict[tuple[int, int], float] = {}  # user and recording -> when a part was asked for

    def begins(self, user_id: int, recording_id: int) -> bool:
        """A part is asked for: is that a new hearing?"""
        now_s, key = self._clock.monotonic_s(), (user_id, recording_id)
        with self._lock:
            last_s = self._last_s.pop(key, None)
            self._last_s[key] = now_s  # the newest stand last
            while len(self._last_s) > MOST_REMEMBERED:
                del self._last_s[next(iter(self._last_s))]
        return last_s is None or now_s - last_s >= SAME_HEARING_S

    def goes_on(self, recording_id: int) -> bool:
        """Whether anybody asked for a part of it lately."""
        now_s = self._clock.monotonic_s()
        with self._lock:
            return any(
                heard == recording_id and now_s - last_s < SAME_HEARING_S for (_, heard), last_s in self._last_s.items()
            )
