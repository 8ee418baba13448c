"""Our conversation and a simulated voice modem on one wire in fake time: hours of telephone in seconds.

No pty, no thread, no process. The clock jumps from one deadline to the next, so every wait is as long as it would be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from modem.audio.laws import encode
from modem.commands import Command
from modem.events import CallDialing, CallRinging, Event, LineChanged, LineState
from modem.voice import VoiceConversation
from modem.voice_profile import SampleFormat, VoiceProfile
from tests.modem.simulator.voice.bench import VoiceBench

Kind = TypeVar("Kind")
PROFILES = (
    "standard", "mislabelled", "deaf", "cancel", "usr", "conexant", "chatty", "classy", "plain", "novoice"
)  # fmt: skip
MOST_AT_ONE_TIME = 100
REOPENS_AFTER_S = 1.0
CITIZEN = "13900001111"
_measured: dict[str, VoiceProfile] = {}


class FastLandline:
    """`town` speaks control words; `events` is what the office was told."""

    def __init__(self, profile: str = "standard", *, known: VoiceProfile | None = None, **more: Any) -> None:
        """`known`: None: the conversation measures the modem first."""
        self.town = VoiceBench(profile, 115200, echo=True, voice=False)
        self.conversation = VoiceConversation("line1", known, **more)
        self.events: list[Event] = []
        self.picture: LineChanged | None = None
        self._stood_still = 0
        self._reopens_at_s: float | None = None  # as the port does
        self.on_event: Callable[[Event], Command | None] = lambda event: None  # a script: what to send at once
        self._take(self.conversation.start(self.now_s))
        self._exchange()

    @property
    def now_s(self) -> float:
        return self.town.clock.at_s

    def send(self, command: Command) -> None:
        self._take(self.conversation.send(command, self.now_s))
        self._exchange()

    def ask(self, word: str, **fields: object) -> dict[str, Any]:
        """A control word; what the modem says to it is heard at once."""
        answer = self.town.ask(word, **fields)
        self._exchange()
        return answer

    def state(self) -> dict[str, Any]:
        return self.town.ask("state")

    def later(self, seconds: float) -> None:
        until_s = self.now_s + seconds
        while (due_s := self._next_deadline()) is not None and due_s <= until_s:
            self._go_to(due_s)
        self.town.clock.at_s = until_s
        self._exchange()

    def until(self, kind: type[Kind], within_s: float = 60.0, **fields: object) -> Kind:
        """The next event that fits, from now on."""
        before, until_s = len(self.events), self.now_s + within_s
        while True:
            for event in self.events[before:]:
                if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items()):
                    return event
            due_s = self._next_deadline()
            is_late = due_s is None or due_s > until_s
            assert not is_late, f"no {kind.__name__} {fields} within {within_s} s; told {self.events[before:]}"
            assert due_s is not None
            self._go_to(due_s)

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def call(self) -> int:
        """The latest."""
        return [event.call for event in self.events if isinstance(event, CallRinging | CallDialing)][-1]

    def _next_deadline(self) -> float | None:
        deadlines = (self.conversation.next_deadline(), self.town.serial.next_deadline(), self._reopens_at_s)
        return min((due_s for due_s in deadlines if due_s is not None), default=None)

    def _go_to(self, due_s: float) -> None:
        self._stood_still = 0 if due_s > self.now_s else self._stood_still + 1
        assert self._stood_still < MOST_AT_ONE_TIME, "somebody wants the same moment again and again"
        self.town.clock.at_s = max(self.now_s, due_s)
        if self._reopens_at_s is not None and self.now_s >= self._reopens_at_s:
            self._reopens_at_s = None
            self._take(self.conversation.start(self.now_s))
        self._exchange()

    def _exchange(self) -> None:
        """Carry bytes both ways until neither side has any that are due."""
        for _ in range(10_000):
            deadline_s = self.conversation.next_deadline()
            if deadline_s is not None and deadline_s <= self.now_s:
                self._take(self.conversation.tick(self.now_s))
            written = self.conversation.data_to_send()
            if written:
                self.town.write(written)
            self.town.serial.tick(self.now_s)
            heard = self.town.take() + self.town.serial.read(self.now_s)
            if heard:
                self._take(self.conversation.receive(heard, self.now_s))
            elif not written:
                return
        raise AssertionError("they never stop talking")

    def _take(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, LineChanged):
                self.picture = event
            else:
                self.events.append(event)
            if self.conversation.wants_reopen and self._reopens_at_s is None:
                self._reopens_at_s = self.now_s + REOPENS_AFTER_S
                self.town.serial.client_left(self.now_s)
                self._take(self.conversation.lost("the modem does not answer", self.now_s, LineState.SILENT))
            if (command := self.on_event(event)) is not None:
                self._take(self.conversation.send(command, self.now_s))


def measured(profile: str) -> VoiceProfile:
    """What our own measuring finds of this modem; once in a process."""
    if profile not in _measured:
        line = FastLandline(profile)
        line.later(40.0)
        _measured[profile] = line.conversation.profile
    return _measured[profile]


def clip(sound: bytes) -> bytes:
    """s16le as clips of prompts are."""
    return encode(sound, SampleFormat.ULAW)
