"""What all calls in the box's hands have: a walk through steps, what is waited for, a hanging up that ends. Pure.

How the box gets into a call, and what ends it, is script.py's for a caller's and alarm_call.py's for one of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from appliance.callflow.result import FlowResult, Notes
from appliance.callflow.wakes import Wakes
from appliance.callflow.walk import WAKES, Walk
from appliance.callflow.words import Deed
from modem.commands import HangUp
from modem.events import TimeUp

HANGS_UP_WITHIN_S = 5.0
MOST_HANG_UPS = 3
UNKNOWN = 0  # modem's number of a call that has not begun: the first is 1


class Opening(Enum):
    """How the box gets into the call."""

    RING = "ring"  # it rings; the box answers after some rings
    JOIN = "join"  # beside the office's telephone on a landline
    NONE = "none"  # it is in already
    DIAL = "dial"  # the box itself calls: alarm_call.py


class Phase(Enum):
    RINGING = 1
    OPENING = 2  # Answer, or Join, has gone out
    WALKING = 3
    ENDING = 4  # HangUp has gone out
    OVER = 5


@dataclass(frozen=True, slots=True)
class Setting:
    """Which call this is, how it begins and how long it may last."""

    call: int
    call_id: int
    opening: Opening
    is_landline: bool
    first: str  # step
    most_s: float
    at_last: str  # where it leads after so long: a step, or a way out
    rings: int = 0
    settles_s: float = 0.0  # so long is waited for the sound of a call that is up (CallSound)


class InHand(ABC):
    """One call; whoever derives from it says how it goes."""

    def __init__(self, setting: Setting, refs: Iterator[int]) -> None:
        self.setting = setting
        self._phase, self._hang_ups = Phase.RINGING, 0
        self._notes, self._wakes = Notes(setting.call_id), Wakes(refs)
        self._walk: Walk

    @property
    def result(self) -> FlowResult:
        return self._notes.result

    @property
    def is_over(self) -> bool:
        """Nothing more is said, asked or waited for."""
        return self._phase is Phase.OVER

    @property
    def step(self) -> str:
        """Name of the step it is in, while it speaks or listens."""
        return self._walk.name if self._phase is Phase.WALKING else ""

    @abstractmethod
    def _on(self, deeds: list[Deed]) -> list[Deed]:
        """The walk's commands, and the way out if it has ended."""

    @abstractmethod
    def _woken(self, purpose: str) -> list[Deed]:
        """The time is up for this, which is no business of the walk."""

    def _time_up(self, event: TimeUp) -> list[Deed]:
        purpose = self._wakes.take(event.ref, self._walk.sound)
        if purpose in WAKES:
            return self._on(self._walk.time_up(purpose, event.ref)) if self._phase is Phase.WALKING else []
        return self._woken(purpose) if purpose else []

    def _hang_up(self) -> list[Deed]:
        """A call that has not begun is hung up on when it does: Hearing sees to what is off the board as well."""
        self._phase = Phase.ENDING
        if self._hang_ups >= MOST_HANG_UPS:
            return self._over()  # the line looks after itself: off the hook and without sound it hangs up
        self._hang_ups += 1
        ends = [] if self.setting.call == UNKNOWN else [HangUp(self.setting.call)]
        return [*ends, self._wakes.set("hang_up", HANGS_UP_WITHIN_S)]

    def _over(self) -> list[Deed]:
        self._phase = Phase.OVER
        return []
