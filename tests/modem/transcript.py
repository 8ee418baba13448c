"""Plays a transcript against a GsmConversation; the format stands in transcripts/README.md."""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modem import commands, events, multipart
from modem.dialects import all_dialects
from modem.events import Deliver, LineChanged, Slot, SmsStored
from modem.gsm import GsmConversation

FOLDER = Path(__file__).parent / "transcripts"
PAIR = re.compile(r"""([\w.]+)=('[^']*'|"[^"]*"|\([^)]*\)|\S+)""")
SENT = re.compile(rb"\x1b\r?|[^\r\x1a\x1b]*[\r\x1a]")
MOST_TICKS = 2000

LINE_BY_LINE, BYTE_BY_BYTE, IN_BURSTS = "line by line", "byte by byte", "in bursts"
WAYS = (LINE_BY_LINE, BYTE_BY_BYTE, IN_BURSTS)


@dataclass(frozen=True)
class Step:
    where: str
    mark: str
    text: str


def transcripts() -> list[Path]:
    return sorted(FOLDER.glob("*.txt"))


def steps_of(path: Path) -> Iterator[Step]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        mark, _, text = line.partition(" ")
        if mark == "=":
            yield from steps_of(path.parent / text.strip())
        else:
            yield Step(f"{path.name}:{number}: {line}", mark, text)


def pairs_of(text: str) -> dict[str, Any]:
    return {name: ast.literal_eval(value) for name, value in PAIR.findall(text)}


class Player:
    """One play of one transcript."""

    def __init__(self, path: Path, way: str) -> None:
        self.steps = list(steps_of(path))
        self.way = way
        settings = pairs_of(" ".join(step.text for step in self.steps if step.mark == ";"))
        named = settings.pop("dialect", None)
        dialect = next((known for known in all_dialects() if known.name == named), None)
        self.conversation = GsmConversation("line1", dialect, **settings)
        self.now_s = 1000.0
        self.all_events: list[events.Event] = []
        self.open_events: deque[events.Event] = deque()
        self.picture: LineChanged | None = None
        self.unsent = b""  # what we sent and the transcript has not named yet
        self.burst = b""

    def play(self) -> list[events.Event]:
        """Every event but LineChanged; fails where the transcript and the conversation part."""
        self.take(self.conversation.start(self.now_s))
        for step in self.steps:
            if step.mark not in ("<", "<<"):
                self.flush_burst()
            try:
                getattr(self, STEPS[step.mark])(step.text)
            except AssertionError as error:
                raise AssertionError(f"{step.where}\n{error}") from None
        self.flush_burst()
        assert not self.sent(), f"sent at the end: {self.sent()}"
        assert not self.open_events, f"events at the end: {list(self.open_events)}"
        return self.all_events

    # -- steps

    def says_line(self, text: str) -> None:
        self.says_bytes(b"\r\n" + text.encode("latin-1") + b"\r\n")

    def says_raw(self, text: str) -> None:
        self.says_bytes(ast.literal_eval(f'b"{text}"' if '"' not in text else f"b'{text}'"))

    def sends(self, text: str) -> None:
        wanted = text.replace("^[", "\x1b").replace("^Z", "\x1a").encode("ascii")
        sent = self.sent()
        assert sent, f"nothing was sent; events {list(self.open_events)}"
        assert sent[0].rstrip(b"\r") == wanted, f"sent {sent}"
        self.unsent = self.unsent[len(sent[0]) :]

    def time_passes(self, text: str) -> None:
        assert not self.sent(), f"sent before: {self.sent()}"
        assert not self.open_events, f"told before: {list(self.open_events)}"
        until_s = self.now_s + float(text)
        for _ in range(MOST_TICKS):
            deadline_s = self.conversation.next_deadline()
            if deadline_s is None or deadline_s > until_s:
                break
            self.now_s = max(self.now_s, deadline_s)
            self.take(self.conversation.tick(self.now_s))
        else:
            raise AssertionError("the conversation spins")
        self.now_s = until_s
        self.take(self.conversation.tick(self.now_s))

    def commands(self, text: str) -> None:
        assert not self.sent(), f"sent before: {self.sent()}"
        assert not self.open_events, f"told before: {list(self.open_events)}"
        name, _, rest = text.partition(" ")
        if name == "start":
            self.take(self.conversation.start(self.now_s))
        elif name == "lost":
            self.take(self.conversation.lost(**pairs_of(rest), now_s=self.now_s))
        elif name == "DeleteSms":
            slots = tuple(self.slot(word) for word in rest.split())
            self.take(self.conversation.send(commands.DeleteSms(slots), self.now_s))
        else:
            self.take(self.conversation.send(getattr(commands, name)(**pairs_of(rest)), self.now_s))

    def expects(self, text: str) -> None:
        name, _, rest = text.partition(" ")
        if name == "LineChanged":
            event: events.Event | None = self.picture
        else:
            assert self.open_events, f"no event; sent {self.sent()}"
            event = self.open_events.popleft()
        assert type(event).__name__ == name, f"got {event}"
        for field, value in pairs_of(rest).items():
            assert self.field(event, field) == value, f"got {event}"

    def states(self, text: str) -> None:
        for name, value in pairs_of(text).items():
            assert getattr(self.conversation, name) == value, f"{name} is {getattr(self.conversation, name)}"

    def settings(self, _text: str) -> None:
        """Read at the start."""

    # -- helpers

    def says_bytes(self, data: bytes) -> None:
        if self.way == IN_BURSTS:
            self.burst += data
        elif self.way == BYTE_BY_BYTE:
            for at in range(len(data)):
                self.take(self.conversation.receive(data[at : at + 1], self.now_s))
        else:
            self.take(self.conversation.receive(data, self.now_s))

    def flush_burst(self) -> None:
        if self.burst:
            burst, self.burst = self.burst, b""
            self.take(self.conversation.receive(burst, self.now_s))

    def take(self, told: list[events.Event]) -> None:
        self.unsent += self.conversation.data_to_send()
        for event in told:
            if isinstance(event, LineChanged):
                self.picture = event
            else:
                self.all_events.append(event)
                self.open_events.append(event)

    def sent(self) -> list[bytes]:
        return SENT.findall(self.unsent)

    def slot(self, word: str) -> Slot:
        place, _, session = word.partition("@")
        store, _, index = place.partition(":")
        told = [event.slot for event in self.all_events if isinstance(event, SmsStored)]
        sessions = [slot.session for slot in told if (slot.store, slot.index) == (store, int(index))]
        if session:
            return Slot(store, int(index), sessions[int(session) - 1])
        return Slot(store, int(index), sessions[-1] if sessions else 0)

    def field(self, event: Any, name: str) -> Any:
        if name == "text":
            assert isinstance(event, SmsStored)
            assert isinstance(event.message, Deliver), event
            return multipart.text_of(event.message)
        for part in name.split("."):
            event = place(event, int(part)) if part.isdigit() else getattr(event, part)
        return event


def place(many: tuple[Any, ...], at: int) -> Any:
    """None beyond the end."""
    return many[at] if at < len(many) else None


STEPS = {
    ";": "settings",
    "<": "says_line",
    "<<": "says_raw",
    ">": "sends",
    "+": "time_passes",
    "!": "commands",
    "@": "expects",
    "?": "states",
}
