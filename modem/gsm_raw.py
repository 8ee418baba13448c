"""Commands a technician types: one line each, nothing that would leave the module waiting for more."""

from __future__ import annotations

import re
from collections import deque

from modem.at import Ask, Done
from modem.commands import RawCommand
from modem.events import CommandRefused, RawAnswer

RAW_TIMEOUT_S = 30.0
RAW_COMMAND = re.compile(r"AT[ -~]{0,400}", re.IGNORECASE)
PROMPTING = re.compile(r"AT\+CMG[SWC]\b.*", re.IGNORECASE)
NAME = re.compile(r"AT([+^*$#%&][A-Z0-9]+)", re.IGNORECASE)
ASKS_ONLY = re.compile(r"AT(I\d?|[+^*$#%&][A-Z0-9]+(\?|=\?)?)?", re.IGNORECASE)


class RawCommands:
    def __init__(self, line: str) -> None:
        self._line = line
        self._queue: deque[RawCommand] = deque()

    def add(self, command: RawCommand) -> list[CommandRefused]:
        if not RAW_COMMAND.fullmatch(command.text):
            return [CommandRefused(self._line, command, "one AT command in plain letters, please")]
        if PROMPTING.fullmatch(command.text):
            return [CommandRefused(self._line, command, "messages are sent by the outbox, not by hand")]
        self._queue.append(command)
        return []

    def next_ask(self) -> Ask | None:
        if not self._queue:
            return None
        text = self._queue[0].text
        named = NAME.match(text)
        return Ask(text, RAW_TIMEOUT_S, (named[1].upper(),) if named else (), is_free_text=True)

    def done(self, done: Done) -> tuple[list[RawAnswer], bool]:
        """The answer, and whether the command may have changed settings that we rely on."""
        command = self._queue.popleft()
        answer = RawAnswer(self._line, command.ref, (*done.lines, done.final.text or done.final.kind.value))
        return [answer], ASKS_ONLY.fullmatch(command.text) is None

    def drop(self, reason: str) -> list[CommandRefused]:
        waiting, self._queue = self._queue, deque()
        return [CommandRefused(self._line, command, reason) for command in waiting]
