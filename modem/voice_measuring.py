"""Lends the port to modem.voice_measure while nobody calls, and takes the profile back.

Measuring takes the line for some seconds, and whoever talks on the telephone beside it would have the modem in his ear.
So a measurement that nobody asked for waits until no call can be going on there; one that a person asks for does not.
"""

from __future__ import annotations

from collections.abc import Callable

from modem.commands import Measure
from modem.events import ProfileMeasured
from modem.line_buffer import LineBuffer
from modem.voice_calls import RINGS_STOPPED_S
from modem.voice_landline import Landline
from modem.voice_measure import Measuring, Stopped

MOST_TRIES = 3  # broken off by calls


class Measurements:
    """At most one goes on. Whoever has the port gives it all bytes meanwhile."""

    def __init__(self, land: Landline, on_line: Callable[[str], None]) -> None:
        """`on_line` gets every line of text all the same: whoever calls meanwhile is called by his number."""
        self._land, self._on_line = land, on_line
        self._measuring: Measuring | None = None
        self._lines = LineBuffer()
        self._tries_left = 0
        self._is_over = False
        self._command: Measure | None = None  # who asked; None: nobody had to
        self._from_s = 0.0
        self._must_wait = False  # for the end of a talk that may go on

    @property
    def is_running(self) -> bool:
        return self._measuring is not None

    def want(self, command: Measure | None = None) -> None:
        """As soon as nobody calls; without a command, also nobody has called just before, or may still be talking."""
        self._tries_left, self._command, self._must_wait = MOST_TRIES, command, command is None
        self._from_s = self._land.now_s + (RINGS_STOPPED_S if command is None else 0.0)

    def begins_s(self) -> float | None:
        """When the next may begin, if nobody calls then; None: none is wanted, or the telephone has to be hung up."""
        land = self._land
        must_wait = self._must_wait or land.ended_s > self._from_s  # nobody knew of a call that came meanwhile
        if not self._tries_left or (must_wait and land.telephone_is_lifted):
            return None
        return max(self._from_s, land.may_talk_until_s) if must_wait else self._from_s

    def begin(self) -> bool:
        """Whether one was wanted, and has begun."""
        begins_s = self.begins_s()
        if begins_s is None or begins_s > self._land.now_s:
            return False
        self._tries_left -= 1
        self._lines.clear()
        with_telephone = self._command is not None and self._command.with_telephone
        self._measuring = Measuring(self._land.profile, with_telephone=with_telephone)
        self._measuring.start(self._land.now_s)
        return True

    def receive(self, data: bytes) -> None:
        assert self._measuring is not None
        self._measuring.receive(data, self._land.now_s)
        self._look()
        self._lines.feed(data)
        while (line := self._lines.next_line()) is not None:
            self._on_line(line)

    def tick(self) -> None:
        if self._measuring is not None:
            self._measuring.tick(self._land.now_s)
            self._look()

    def data_to_send(self) -> bytes:
        return self._measuring.data_to_send() if self._measuring is not None else b""

    def next_deadline(self) -> float | None:
        return self._measuring.next_deadline() if self._measuring is not None else None

    def has_just_ended(self) -> bool:
        """Once after each: the port is ours again."""
        was_over, self._is_over = self._is_over, False
        return was_over

    def lost(self) -> None:
        self._measuring, self._tries_left, self._is_over = None, 0, False

    def _look(self) -> None:
        """Take back the port if it is over. `last` bytes it wants sent are sent by whoever gets in step."""
        outcome = self._measuring.outcome if self._measuring is not None else None
        if outcome is None:
            return
        land = self._land
        self._measuring, self._is_over = None, True
        land.profile = outcome.profile
        if outcome.stopped is Stopped.RANG and self._tries_left:
            self._must_wait = True
            return  # the rest when the call is over
        self._tries_left = 0
        ref = self._command.ref if self._command is not None else None
        profile = land.profile.as_json()
        land.tell(ProfileMeasured(land.line, land.identity, profile, outcome.evidence, str(outcome.stopped), ref))
