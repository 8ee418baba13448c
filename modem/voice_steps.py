"""What a dialogue with a landline modem is made of: straight generators that yield a step and are sent its outcome.

A job yields an Ask (and is sent its Done), a Pause (and is sent nothing), or a Stream right after the command that
began it said CONNECT (and is sent nothing: what came of it stands in the stream). Whoever runs it sees to the time.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from modem.at import Ask, Done
from modem.at_words import FinalKind
from modem.audio.shield import Sound, Told

ANSWER_S = 5.0  # what a modem takes at most for a command without sound
CONNECT_S = 5.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing for so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Text:
    """A whole line that came in a stream and is no sound."""

    line: str


Found = Sound | Told | Text


class Stream(Protocol):
    """What follows CONNECT, until the final result or until nothing helps."""

    is_over: bool
    is_clean: bool  # it ended as it should; else the modem must be got in step again
    is_hung_up: bool  # it ended only because the modem was told to go on the hook
    is_stuck: bool  # it has not ended: nothing helps
    rest: bytes  # of what came after the end

    def begin(self, now_s: float) -> None:
        """CONNECT just came."""

    def receive(self, data: bytes, now_s: float) -> Sequence[Found]:
        """What these bytes are, in their order."""

    def tick(self, now_s: float) -> None:
        """Look at the clock."""

    def stop(self, now_s: float) -> None:
        """End soon; a second time changes nothing."""

    def data_to_send(self) -> bytes: ...

    def next_deadline(self) -> float | None: ...


Step = Ask | Pause | Stream
Result = TypeVar("Result")
Job = Generator[Step, Any, Result]


def ask(text: str, timeout_s: float = ANSWER_S, names: tuple[str, ...] = (), *, free: bool = False) -> Job[Done]:
    """One command; its answer. `free`: lines without a name are its answer."""
    done: Done = yield Ask(text, timeout_s, names, is_free_text=free)
    return done


def ask_ok(text: str, timeout_s: float = ANSWER_S) -> Job[bool]:
    """One command that may be refused: whether it was accepted."""
    done = yield from ask(text, timeout_s)
    return done.final.is_ok


def stream(command: str, what: Stream) -> Job[bool]:
    """A command that says CONNECT, and what follows. False if it did not say so."""
    done: Done = yield Ask(command, CONNECT_S, is_call=True)
    if done.final.kind is not FinalKind.CONNECT:
        return False
    yield what
    return True


def asks(texts: Sequence[str]) -> Job[None]:
    """Commands of which each may be refused."""
    for text in texts:
        yield from ask(text)
