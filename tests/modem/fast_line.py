"""Our conversation and a simulated module on one wire in fake time: hours of telephone in milliseconds.

No pty, no thread, no process. The clock jumps from one deadline to the next, so every wait is as long as it would be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from modem.commands import Command, DeleteSms
from modem.events import Deliver, Event, SmsStored
from modem.gsm import GsmConversation
from modem.simulator.pacing import SerialLine
from tests.modem.simulator.bench import Bench

Kind = TypeVar("Kind")


class FastLine:
    """`town.ask(...)` speaks control words; `office` is what came, committed and deleted as the office does it."""

    def __init__(
        self,
        profile: str = "instant",
        baud: int = 115200,
        *,
        deletes: bool = True,
        has_sound: bool = False,
        **identity: Any,
    ) -> None:
        self.town = Bench(profile, baud, echo=True, **identity)
        self.conversation = GsmConversation("line1", has_sound=has_sound)
        self.events: list[Event] = []
        self._told: dict[str, Deliver] = {}  # by PDU
        self._deletes = deletes
        self._take(self.conversation.start(self.now_s))
        self._exchange()

    @property
    def now_s(self) -> float:
        return self.town.clock.at_s

    @property
    def wire(self) -> SerialLine:
        return self.town.line

    def send(self, command: Command) -> None:
        self._take(self.conversation.send(command, self.now_s))
        self._exchange()

    def ask(self, word: str, **fields: object) -> dict[str, Any]:
        """A control word; what the module says to it is heard at once."""
        answer = self.town.ask(word, **fields)
        self._exchange()
        return answer

    def later(self, seconds: float) -> None:
        until_s = self.now_s + seconds
        while (due_s := self._next_deadline()) is not None and due_s <= until_s:
            self.town.clock.at_s = max(self.now_s, due_s)
            self._exchange()
        self.town.clock.at_s = until_s
        self._exchange()

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]

    def committed(self) -> list[Deliver]:
        """Messages as the office has them, in the order they came; one that came twice counts once."""
        return list(self._told.values())

    def _next_deadline(self) -> float | None:
        deadlines = (self.conversation.next_deadline(), self.wire.next_deadline())
        return min((due_s for due_s in deadlines if due_s is not None), default=None)

    def _exchange(self) -> None:
        """Carry bytes both ways until neither side has any that are due."""
        for _ in range(10_000):
            self._take(self.conversation.tick(self.now_s))
            written = self.conversation.data_to_send()
            self.wire.write(written, self.now_s)
            heard = b"".join(piece for _, piece in self.town.heard) + self.wire.read(self.now_s)
            self.town.heard.clear()
            if heard:
                self._take(self.conversation.receive(heard, self.now_s))
            elif not written:
                return
        raise AssertionError("they never stop talking")

    def _take(self, events: list[Event]) -> None:
        self.events += events
        for event in events:
            if not isinstance(event, SmsStored):
                continue
            if isinstance(event.message, Deliver):
                self._told.setdefault(event.pdu, replace(event.message))
            if self._deletes:
                self._take(self.conversation.send(DeleteSms((event.slot,)), self.now_s))
