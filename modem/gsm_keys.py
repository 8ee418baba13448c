"""Keys of a call (DTMF) as far as the module does them: heard by its words, pressed by its commands."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from modem.at import Ask, Done
from modem.at_words import FinalKind
from modem.commands import SendKeys
from modem.dialect import Dialect
from modem.events import CommandRefused

KEYS = "0123456789*#ABCD"
KEYS_TO_SEND = re.compile(r"[0-9*#A-D]{1,40}")
KEY_TIMEOUT_S = 5.0  # some modules say OK only when the tone is over


@dataclass(frozen=True, slots=True)
class _Key:
    command: SendKeys
    key: str
    module_id: int


class Keys:
    """The keys that wait to be pressed, one command each, in order."""

    def __init__(self, line: str, dialect: Dialect) -> None:
        self._line = line
        self.dialect = dialect
        self._queue: deque[_Key] = deque()
        self._running: _Key | None = None
        self._way = 0  # of the dialect's ways to say it

    def heard(self, line: str) -> str | None:
        """The key that this line says was pressed at the far side; "" for a line about keys that names none."""
        match = next((found for pattern in self.dialect.key_heard if (found := pattern.fullmatch(line))), None)
        if match is None:
            return None
        said = match.groupdict()
        key = said["key"].upper() if said.get("key") else chr(int(said["code"]))
        return key if key in KEYS else ""

    def press(self, command: SendKeys, module_id: int) -> list[CommandRefused]:
        """The call must be up."""
        if not KEYS_TO_SEND.fullmatch(command.keys):
            return [CommandRefused(self._line, command, "keys are 0-9, *, # and A-D, 40 at most")]
        self._queue.extend(_Key(command, key, module_id) for key in command.keys)
        return []

    def drop(self, call: int) -> None:
        """The call ends: what was not pressed yet is not pressed any more."""
        self._queue = deque(waiting for waiting in self._queue if waiting.command.call != call)

    def next_ask(self) -> Ask | None:
        if not self._queue:
            return None
        self._running = self._queue.popleft()
        text = self.dialect.key_send[self._way].format(key=self._running.key, id=self._running.module_id)
        return Ask(text, KEY_TIMEOUT_S)

    def done(self, done: Done, *, is_call_up: bool) -> list[CommandRefused]:
        pressed, self._running = self._running, None
        assert pressed is not None
        if done.final.is_ok or not is_call_up:
            return []
        was_answered = done.final.kind not in (FinalKind.TIMEOUT, FinalKind.BROKEN_OFF)
        if was_answered and self._way + 1 < len(self.dialect.key_send):
            self._way += 1  # and stays there: the module knows this way, or none
            self._queue.appendleft(pressed)
            return []
        self._way = 0
        self._queue = deque(waiting for waiting in self._queue if waiting.command is not pressed.command)
        reason = f"the module did not press a key: {done.final.text or 'no answer'}"
        return [CommandRefused(self._line, pressed.command, reason)]
