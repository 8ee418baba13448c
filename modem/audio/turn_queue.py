"""One line's turns, one after the other. Each is ended once, by whoever comes first, and told once.

Taken on any thread, looked after by the one that carries the sound, ended by either. A turn that no sound carries for
a while fails: the module's port may hang, or its sound may never come.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from modem.audio.clock import Clock
from modem.audio.turns import Turn
from modem.events import SoundEnd, SoundEnded

MOST_WAITING = 8  # behind the one that is looked after
CARRIED_WITHIN_S = 5.0


class TurnQueue:
    """No method waits; `deliver` is called without a lock held, on the thread that ended the turn."""

    def __init__(self, line: str, deliver: Callable[[SoundEnded], None], clock: Clock) -> None:
        self._line, self._deliver, self._clock = line, deliver, clock
        self._lock = threading.Lock()
        self._turns: deque[Turn] = deque()
        self._carried: int | None = None  # the call whose sound is
        self._idle_since_s = 0.0  # the first turn waits for its sound
        self._changed: threading.Event | None = None  # of the watcher, as long as there is one

    def turn_of(self, call: int) -> Turn | None:
        """For the thread that carries the sound of `call`, each time it looks: whose turn it is there."""
        with self._lock:
            if self._carried != call:
                self._carried = call
                self._watch()
            return self._turns[0] if self._turns and self._turns[0].call == call else None

    def let_go(self) -> None:
        """No sound is carried any more."""
        with self._lock:
            self._carried = None
            self._idle_since_s = self._clock.monotonic_s()
            self._watch()

    def take(self, turn: Turn) -> bool:
        """Put it behind the others; False if too many wait already."""
        with self._lock:
            if len(self._turns) > MOST_WAITING:
                return False
            if not self._turns:
                self._idle_since_s = self._clock.monotonic_s()
            self._turns.append(turn)
            self._watch()
        return True

    def press(self, call: int, key: str) -> None:
        """A key was told. The turn that it ends is over."""
        with self._lock:
            turn = self._turns[0] if self._turns else None
        if turn is not None and turn.call == call and turn.is_ended_by(key):
            self.end(turn, SoundEnd.KEY)

    def end(self, turn: Turn, why: SoundEnd) -> None:
        """This one is over, if it is not already."""
        with self._lock:
            if turn not in self._turns:
                return
            self._turns.remove(turn)
            self._idle_since_s = self._clock.monotonic_s()
            self._watch()
        turn.close()
        self._deliver(SoundEnded(self._line, turn.call, turn.ref, why, turn.seconds))

    def end_all(self, why: SoundEnd, call: int | None = None) -> None:
        """All of them are over, or all of one call."""
        with self._lock:
            ended = [turn for turn in self._turns if call in (None, turn.call)]
        for turn in ended:
            self.end(turn, why)

    def _watch(self) -> None:
        """See to it that nothing waits for sound for ever. With the lock."""
        if self._changed is not None:
            self._changed.set()
        elif self._is_waiting():
            self._changed = threading.Event()
            watcher = threading.Thread(
                target=self._watch_until_carried, args=(self._changed,), name=f"sound-wait-{self._line}", daemon=True
            )
            watcher.start()

    def _watch_until_carried(self, changed: threading.Event) -> None:
        while True:
            with self._lock:
                changed.clear()
                if not self._is_waiting():
                    self._changed = None
                    return
                left_s = self._idle_since_s + CARRIED_WITHIN_S - self._clock.monotonic_s()
                first = self._turns[0]
            if left_s <= 0:
                self.end(first, SoundEnd.FAILED)
            else:
                self._clock.wait(changed, left_s)

    def _is_waiting(self) -> bool:
        """The first turn, for sound."""
        return bool(self._turns) and self._turns[0].call != self._carried
