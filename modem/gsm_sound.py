"""A call's sound over USB: which commands let it flow, in which order, and when it is on. Knows no device.

The theory. Sound never decides over a call: a command of it that fails leaves the call as it is, and one that was
never answered is not asked again until the port was opened anew. Every start is followed by its stop, even where the
start failed: a Quectel module stays mute in the next call otherwise. SIMCom modules want the stop before the hang-up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from modem.at import Ask, Done
from modem.at_words import FinalKind
from modem.commands import HangUp
from modem.dialect import Dialect, Pcm, SoundWay
from modem.events import CallAnswered, CallEnded, CallEvent, CallSound, CommandRefused

SOUND_TIMEOUT_S = 3.0  # these commands only switch; a caller waits meanwhile

Told = CallEvent | CommandRefused


@dataclass(frozen=True, slots=True)
class _Switch:
    """One command; the sound of `call` flows after it, if it has one."""

    text: str
    call: int | None = None


class Sound:
    """The sound of one call at a time. `way` None: nobody listens, nothing is switched."""

    def __init__(self, line: str, dialect: Dialect, way: SoundWay | None) -> None:
        self._line = line
        self.dialect = dialect
        self._way = way
        self._call: int | None = None  # whose sound is on, is being switched on, or was stopped for its hang-up
        self._is_on = False
        self._was_started = False  # and not stopped since
        self._queue: deque[_Switch] = deque()
        self._starting: int | None = None  # the call whose sound flows once the running command is OK
        self._hangs_on: set[str] = set()
        self._may_be_left_on = True  # by a life before this one

    @property
    def must_go_first(self) -> bool:
        """Its commands belong before the hang-up, and before the next call."""
        return self._pcm is not None and self._pcm.stop_before_hang_up

    def follow(self, told: Iterable[Told]) -> list[Told]:
        """What was told of calls, with CallSound where the sound comes and goes."""
        events: list[Told] = []
        for event in told:
            if isinstance(event, CallEnded):
                events += [*self._end(event.call), event]
            elif isinstance(event, CallAnswered):
                events += [event, *self._begin(event.call)]
            elif isinstance(event, CommandRefused) and isinstance(event.command, HangUp):
                events += [event, *self._go_on(event.command.call)]
            else:
                events.append(event)
        return events

    def hang_up_comes(self, call: int) -> list[Told]:
        """The office ends this call: its sound ends now."""
        return self._hush() if call == self._call else []

    def module_is_ready(self) -> None:
        """The first time: whatever was left on when we, or the wire, broke off in a call would mute the next one."""
        if self._may_be_left_on and self._call is None and self._pcm:
            self._may_be_left_on = False
            self._stop(self._pcm)

    def lost(self) -> None:
        """The module has forgotten everything, or is gone."""
        self._may_be_left_on = True
        self._queue.clear()
        self._hangs_on.clear()

    def next_ask(self) -> Ask | None:
        while self._queue:
            switch = self._queue.popleft()
            if switch.text not in self._hangs_on:
                self._starting = switch.call
                return Ask(switch.text, SOUND_TIMEOUT_S)
        return None

    def done(self, done: Done) -> list[Told]:
        if done.final.kind is FinalKind.TIMEOUT:
            self._hangs_on.add(done.ask.text)
        call, self._starting = self._starting, None
        if call != self._call or not self._was_started or not done.final.is_ok:
            return []
        assert call is not None
        self._is_on = True
        return [CallSound(self._line, call, True)]

    @property
    def _pcm(self) -> Pcm | None:
        return next((pcm for pcm in self.dialect.pcm if pcm.way == self._way), None)

    def _begin(self, call: int) -> list[Told]:
        if self._way is None or self._call is not None:
            return []
        self._call = call
        return self._start(call)

    def _start(self, call: int) -> list[Told]:
        pcm = self._pcm
        if pcm is None:  # a sound card on the module's own jack: it sounds whenever a call is up
            self._is_on = True
            return [CallSound(self._line, call, True)]
        self._was_started = True
        self._queue.append(_Switch(pcm.start, call))
        return []

    def _stop(self, pcm: Pcm) -> None:
        if pcm.stop:
            self._queue.append(_Switch(pcm.stop))

    def _go_on(self, call: int) -> list[Told]:
        """The hang-up was refused: the call is up still."""
        return self._start(call) if call == self._call else []

    def _end(self, call: int) -> list[Told]:
        if call != self._call:
            return []
        events = self._hush()
        self._call = None
        return events

    def _hush(self) -> list[Told]:
        assert self._call is not None
        was_on, self._is_on = self._is_on, False
        if self._was_started and self._pcm:
            self._was_started = False
            self._queue.clear()
            self._stop(self._pcm)
        return [CallSound(self._line, self._call, False)] if was_on else []
