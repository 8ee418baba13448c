"""What office and script say to each other, beside the words of the telephone. All frozen, no code."""

from __future__ import annotations

from dataclasses import dataclass

from modem.commands import Command
from modem.events import (
    CallAnswered,
    CallDialing,
    CallEnded,
    CallerKnown,
    CallRang,
    CallRinging,
    CallSound,
    CommandRefused,
    Event,
    KeyPressed,
    LineChanged,
    LineState,
    SoundEnded,
    TimeUp,
)


@dataclass(frozen=True, slots=True)
class Ask:
    """How does ticket `no` stand? Answered by Told with this `ref`, or by nothing: the script waits a few seconds."""

    ref: int
    no: int


@dataclass(frozen=True, slots=True)
class TicketState:
    """What a caller may hear of a ticket. The stage is for anybody who knows the number, the rest for its citizen."""

    no: int
    stage: str  # a key of casework.lifecycle.STAGES
    has_result: bool = False  # and it is this caller's
    may_rate: bool = False  # and it is this caller's
    result: bytes = b""  # spoken, where the office can: G.711 u-law


@dataclass(frozen=True, slots=True)
class Told:
    """The office's answer to Ask; None: there is no such ticket."""

    ref: int
    ticket: TicketState | None


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A person has this call now."""


@dataclass(frozen=True, slots=True)
class Enough:
    """A person wants no more of it: the recording ends."""


@dataclass(frozen=True, slots=True)
class RateNow:
    """A person ends the conversation by asking for a rating."""


# What a script, or who begins one, wants to hear of a line.
CONCERNS = (
    CallRinging
    | CallDialing
    | CallRang
    | CallerKnown
    | CallAnswered
    | CallEnded
    | CallSound
    | KeyPressed
    | SoundEnded
    | TimeUp
    | CommandRefused
    | LineChanged
)
# States of a line on which no call can go on.
GONE = frozenset({
    LineState.MISSING, LineState.SILENT, LineState.GARBLED, LineState.IN_USE, LineState.NOT_ALLOWED, LineState.BROKEN,
    LineState.STOPPED, LineState.NO_SIM,
})  # fmt: skip
Deed = Command | Ask
Heard = Event | Told | TakenOver | Enough | RateNow
