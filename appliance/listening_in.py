"""Listening in: what is said on a line right now, for a lead or a second seat.

`hear` is called for every frame of every call, on the thread that carries the sound: it copies references and returns.
A listener who is too slow loses sound; nobody hears it late. Silence fills the gaps, so that a player goes on.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.errors import NotFound, OfficeError
from appliance.intake.board import TALKING, Board
from appliance.people.user import User
from appliance.recordings.layout import BYTES_PER_S
from appliance.recordings.wav import wav_header
from appliance.upkeep.audit import Audit
from db.store import Store

MOST_A_CALL = 2
MOST_AT_ONCE = 6  # each holds one thread of the web server
FRAME_S = 0.02
MOST_WAITING_FRAMES = 50  # a second
PIECE_S = 0.2
AHEAD_S = 0.6  # what is given at first, so that a player begins at once and survives a stutter
SILENCE = bytes(round(FRAME_S * BYTES_PER_S))


class TooManyListen(OfficeError):
    message = "Two people are listening to this call already, or six on the whole box."


@dataclass(frozen=True, slots=True)
class Heard:
    """Which call a tap belongs to."""

    line: str
    call_id: int


class Tap:
    """One listener's end: frames go in on one thread and come out on another."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard
        self._frames: deque[bytes] = deque(maxlen=MOST_WAITING_FRAMES)  # the oldest go first
        self.ended = threading.Event()

    def put(self, frames: Sequence[bytes]) -> None:
        self._frames.extend(frames)

    def take(self, most: int) -> list[bytes]:
        """Up to so many frames, oldest first."""
        found: list[bytes] = []
        while len(found) < most:
            try:
                found.append(self._frames.popleft())
            except IndexError:
                break
        return found


class ListeningIn:
    """Who listens to which line."""

    def __init__(
        self, store: Store, clock: Clock, audit: Audit, board: Board, *, can_hear: Callable[[str], bool]
    ) -> None:
        """`can_hear`: whether the sound of this line comes to the box."""
        self._store, self._clock, self._audit, self._board, self._can_hear = store, clock, audit, board, can_hear
        self._lock = threading.Lock()
        self._taps: dict[str, tuple[Tap, ...]] = {}  # replaced, never changed: `hear` reads it without the lock
        self._is_closed = False

    # --- for the lines ---

    def hear(self, line: str, frames: Sequence[bytes]) -> None:
        """What just passed. Neither waits nor raises."""
        for tap in self._taps.get(line, ()):
            tap.put(frames)

    # --- for the pages ---

    def may_listen(self, call_id: int) -> bool:
        """Whether there is something to listen to."""
        return self._line_of(call_id) is not None

    def open(self, call_id: int, by: User) -> Tap:
        """Begin to listen; it is in the audit from now on. Raises NotFound, TooManyListen. Give it to `stream`."""
        line = self._line_of(call_id)
        if line is None:
            raise NotFound
        tap = Tap(Heard(line, call_id))
        self._add(tap)
        try:
            with self._store.transaction() as tx:
                self._audit.write(tx, "call_listened_in", "call", call_id, by)
        except BaseException:
            self.close(tap)
            raise
        return tap

    def stream(self, tap: Tap, goes_on: Callable[[], bool] = lambda: True) -> Iterator[bytes]:
        """A WAV without an end, in step with the clock, until the call ends, the listener goes or may no longer."""
        try:
            yield wav_header(None) + SILENCE * round(AHEAD_S / FRAME_S)
            started_s, given = self._clock.monotonic_s(), 0
            while not self._clock.wait(tap.ended, PIECE_S) and self._still_talks(tap) and goes_on():
                wanted = int((self._clock.monotonic_s() - started_s) / FRAME_S) - given
                if wanted > MOST_WAITING_FRAMES:  # the listener, or the box, was away: what was meanwhile is gone
                    given, wanted = given + wanted - MOST_WAITING_FRAMES, MOST_WAITING_FRAMES
                frames = tap.take(wanted)
                given += wanted
                yield b"".join(frames) + SILENCE * (wanted - len(frames))
        finally:
            self.close(tap)

    def close(self, tap: Tap) -> None:
        """Listen no more. A second time does nothing."""
        tap.ended.set()
        with self._lock:
            rest = tuple(each for each in self._taps.get(tap.heard.line, ()) if each is not tap)
            self._taps = {**self._taps, tap.heard.line: rest}

    def close_all(self) -> None:
        """The program ends."""
        with self._lock:
            self._is_closed = True
            taps = [tap for taps in self._taps.values() for tap in taps]
        for tap in taps:
            tap.ended.set()

    def _add(self, tap: Tap) -> None:
        with self._lock:
            of_line = self._taps.get(tap.heard.line, ())
            of_call = [each for each in of_line if each.heard == tap.heard]
            if (
                self._is_closed
                or len(of_call) >= MOST_A_CALL
                or sum(len(taps) for taps in self._taps.values()) >= MOST_AT_ONCE
            ):
                raise TooManyListen
            self._taps = {**self._taps, tap.heard.line: (*of_line, tap)}

    def _line_of(self, call_id: int) -> str | None:
        call = self._board.get(call_id)
        is_beside = call is not None and (not call.is_on_telephone or call.recording_since is not None)
        is_heard = call is not None and call.state == TALKING and is_beside
        return call.line if call is not None and is_heard and self._can_hear(call.line) else None

    def _still_talks(self, tap: Tap) -> bool:
        return self._line_of(tap.heard.call_id) == tap.heard.line
