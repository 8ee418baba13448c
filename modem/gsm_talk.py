"""All that belongs to calls, in its order: the calls themselves, their sound, the keys pressed in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from modem.at import Ask, Done
from modem.commands import Answer, CallCommand, Dial, HangUp, SendKeys
from modem.dialect import Dialect, SoundWay
from modem.events import CallEnded, CallEvent, CommandRefused, KeyPressed
from modem.gsm_calls import Calls
from modem.gsm_keys import Keys
from modem.gsm_sound import Sound

Told = CallEvent | CommandRefused
_Part = Calls | Keys | Sound
_Turn = tuple[_Part, Callable[[], Ask | None]]


class Talk:
    """Takes commands and news of calls; says what to ask next."""

    def __init__(self, line: str, dialect: Dialect, first_call: int, sound_way: SoundWay | None) -> None:
        self._line = line
        self._calls = Calls(line, dialect, first_call)
        self._keys = Keys(line, dialect)
        self._sound = Sound(line, dialect, sound_way)
        self._asked: _Part = self._calls

    @property
    def next_serial(self) -> int:
        return self._calls.next_serial

    @property
    def is_quiet(self) -> bool:
        """There is no call."""
        return self._calls.is_empty

    @property
    def waits(self) -> bool:
        """The office wants something done that has not gone out."""
        return self._calls.has_actions

    def speak(self, dialect: Dialect) -> None:
        """The module's family has become known."""
        self._calls.dialect = self._keys.dialect = self._sound.dialect = dialect

    def module_is_ready(self) -> None:
        """Start-up went through."""
        self._sound.module_is_ready()

    def take(self, command: CallCommand, now_s: float) -> list[Told]:
        if isinstance(command, SendKeys):
            return self._press(command)
        if isinstance(command, HangUp):
            self._keys.drop(command.call)
            return [*self._sound.hang_up_comes(command.call), *self._story(self._calls.hang_up(command))]
        if isinstance(command, Answer):
            return self._story(self._calls.answer(command))
        assert isinstance(command, Dial)
        return self._story(self._calls.dial(command, now_s))

    def is_dialing_now(self, command: CallCommand) -> bool:
        """The command ends the call whose dialling command runs."""
        return isinstance(command, HangUp) and self._calls.dialing_now == command.call

    def news(self, line: str, now_s: float) -> list[Told] | None:
        """What this line means for calls; None if it is not about calls."""
        key = self._keys.heard(line)
        if key is not None:
            call = self._calls.in_talk
            return [KeyPressed(self._line, call, key)] if key and call is not None else []
        told = self._calls.news(line, now_s)
        return None if told is None else self._story(told)

    def tick(self, now_s: float) -> list[Told]:
        return self._story(self._calls.tick(now_s))

    def lost(self) -> list[Told]:
        """The port or the module is gone."""
        told = self._story(self._calls.lost())
        self._sound.lost()
        return told

    def next_ask(self, now_s: float) -> Ask | None:
        """Calls before their sound, unless the module wants it the other way round; looking after them comes last."""
        sound: _Turn = (self._sound, self._sound.next_ask)
        turns: tuple[_Turn, ...] = (
            (self._calls, self._calls.next_action),
            sound,
            (self._keys, self._keys.next_ask),
            (self._calls, lambda: self._calls.next_look(now_s)),
        )
        for part, next_ask in (sound, *turns) if self._sound.must_go_first else turns:
            if ask := next_ask():
                self._asked = part
                return ask
        return None

    def next_deadline(self) -> float | None:
        return self._calls.next_deadline()

    def done(self, done: Done, now_s: float) -> list[Told]:
        if self._asked is self._sound:
            return self._sound.done(done)
        if self._asked is self._keys:
            return list(self._keys.done(done, is_call_up=self._calls.in_talk is not None))
        return self._story(self._calls.done(done, now_s))

    def _press(self, command: SendKeys) -> list[Told]:
        module_id = self._calls.module_id_in_talk(command.call)
        if module_id is None:
            return [CommandRefused(self._line, command, "no such call is up")]
        return list(self._keys.press(command, module_id))

    def _story(self, told: Sequence[Told]) -> list[Told]:
        for event in told:
            if isinstance(event, CallEnded):
                self._keys.drop(event.call)
        return self._sound.follow(told)
