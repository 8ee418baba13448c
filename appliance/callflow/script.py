"""A call in the box's hands, as a pure machine: it gets in, walks through its steps, and gets out again.

Events in, commands out. Nothing that a caller, a modem or the office does or leaves undone can hold the line: as long
as a script is not over, a Play, a Listen or a Wake of it is still to be answered, and the whole has an end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from appliance.callflow.result import FlowResult, Notes
from appliance.callflow.steps import HANG_UP, LEAVE, LET_GO, Step
from appliance.callflow.wakes import Wakes
from appliance.callflow.walk import HEARS, WAKES, Voice, Walk
from appliance.callflow.words import Deed, Enough, Heard, RateNow, TakenOver
from modem.commands import Answer, HandOver, HangUp, Join, Listen, Play, StopSound
from modem.events import CallAnswered, CallEnded, CallerKnown, CallRang, CallSound, CommandRefused, TimeUp

CALLER_ID_S = 1.0  # after the ring that is waited for: a number that comes late is still heard
RING_EVERY_S = 5.0  # 1 s on, 4 s off (YD/T 1486), for lines that do not count rings
ANSWERS_WITHIN_S = 30.0
HANGS_UP_WITHIN_S = 5.0
MOST_HANG_UPS = 3


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


class Script:
    """`begin` once, then `hear` what is told of the line."""

    def __init__(self, setting: Setting, steps: Mapping[str, Step], voice: Voice, refs: Iterator[int]) -> None:
        """`voice` turns a prompt's key, or number:DIGITS, into sound; it must wait for nothing."""
        self.setting = setting
        self._phase, self._is_up, self._hang_ups = Phase.RINGING, False, 0
        self._notes, self._wakes = Notes(setting.call_id), Wakes(refs)
        self._walk = Walk(setting.call, steps, voice, refs=refs, wakes=self._wakes, notes=self._notes)

    @property
    def result(self) -> FlowResult:
        return self._notes.result

    @property
    def is_over(self) -> bool:
        """Nothing more is said, asked or waited for."""
        return self._phase is Phase.OVER

    @property
    def is_ringing(self) -> bool:
        """The box has not gone off the hook yet."""
        return self._phase is Phase.RINGING

    @property
    def step(self) -> str:
        """Name of the step it is in, while it speaks or listens."""
        return self._walk.name if self._phase is Phase.WALKING else ""

    @property
    def keeping(self) -> str:
        """Kind of the recording that is being made now; "" = none."""
        return self._walk.keeping if self._phase is Phase.WALKING else ""

    def begin(self) -> list[Deed]:
        """The first commands."""
        if self.setting.opening is Opening.NONE:
            return self._settle()
        if self.setting.opening is Opening.JOIN:
            return self._open()
        by_clock_s = (self.setting.rings - 1) * RING_EVERY_S + CALLER_ID_S
        # A landline counts its rings; should it lose count, its caller is not left ringing.
        return [self._wakes.set("open", 2 * by_clock_s + RING_EVERY_S if self.setting.is_landline else by_clock_s)]

    def hear(self, event: Heard) -> list[Deed]:
        """What follows from this. What concerns other calls of the line is no business of this one."""
        handler = _TABLE.get(type(event))
        if handler is None or self.is_over or getattr(event, "call", self.setting.call) != self.setting.call:
            return []
        return handler(self, event)

    # --- getting in -------------------------------------------------------------------------------------------------

    def _rang(self, event: CallRang) -> list[Deed]:
        is_due = self._phase is Phase.RINGING and self.setting.is_landline and event.rings == self.setting.rings
        return [self._wakes.set("open", CALLER_ID_S)] if is_due else []

    def _open(self) -> list[Deed]:
        if self._phase is not Phase.RINGING:
            return []
        self._phase, call = Phase.OPENING, self.setting.call
        opens = Join(call) if self.setting.opening is Opening.JOIN else Answer(call)
        return [opens, self._wakes.set("opened", ANSWERS_WITHIN_S)]

    def _answered(self, event: CallAnswered) -> list[Deed]:
        if self._phase is Phase.RINGING:  # a person was faster
            return self._over()
        if self._phase is not Phase.OPENING:
            return []
        if self._is_up:
            return []
        self._notes.add("answered" if self.setting.opening is Opening.RING else "joined")
        return self._settle()

    def _settle(self) -> list[Deed]:
        """Up; a GSM module's sound comes a moment later."""
        self._phase, self._is_up = Phase.OPENING, True
        return [self._wakes.set("settled", self.setting.settles_s)] if self.setting.settles_s else self._set_out()

    def _sound_on(self, event: CallSound) -> list[Deed]:
        return self._set_out() if event.is_on else []

    def _set_out(self) -> list[Deed]:
        if self._phase is not Phase.OPENING or not self._is_up:
            return []
        self._phase = Phase.WALKING
        return [self._wakes.set("total", self.setting.most_s), *self._on(self._walk.enter(self.setting.first))]

    # --- on the way ---------------------------------------------------------------------------------------------------

    def _walked(self, event: Any) -> list[Deed]:
        return self._on(HEARS[type(event)](self._walk, event)) if self._phase is Phase.WALKING else []

    def _caller_known(self, event: CallerKnown) -> list[Deed]:
        self._walk.caller_known(event)
        return []

    def _on(self, deeds: list[Deed]) -> list[Deed]:
        """The walk's commands, and the way out if it has ended."""
        return [*deeds, *_WAYS_OUT[self._walk.way_out](self)] if self._walk.way_out else deeds

    def _taken_over(self, event: TakenOver) -> list[Deed]:
        if self._phase is Phase.RINGING:
            return self._over()
        return [] if self._phase is Phase.ENDING else self._let_go()

    def _enough(self, event: Enough) -> list[Deed]:
        if self._phase is Phase.ENDING:
            return []
        return self._hang_up() if self.setting.is_landline else self._leave()

    def _rate_now(self, event: RateNow) -> list[Deed]:
        is_possible = self._phase is Phase.WALKING and self._walk.knows("rate") and self._walk.name != "rate"
        return self._on(self._walk.decide("rate")) if is_possible else []

    def _refused(self, event: CommandRefused) -> list[Deed]:
        command: Any = event.command
        if getattr(command, "call", None) != self.setting.call:
            return []
        if isinstance(command, Play | Listen) and self._phase is Phase.WALKING:
            return self._on(self._walk.refused(command))
        if isinstance(command, Answer | Join) and self._phase is Phase.OPENING and not self._is_up:
            self._notes.add("failed", self.setting.opening.value)
            return self._over()
        return []

    # --- time -------------------------------------------------------------------------------------------------------

    def _time_up(self, event: TimeUp) -> list[Deed]:
        purpose = self._wakes.take(event.ref, self._walk.sound)
        if purpose in WAKES:
            return self._on(self._walk.time_up(purpose, event.ref)) if self._phase is Phase.WALKING else []
        return _WAKES[purpose](self) if purpose else []

    def _not_opened(self) -> list[Deed]:
        if self._phase is not Phase.OPENING or self._is_up:
            return []
        self._notes.add("failed", self.setting.opening.value)
        return self._hang_up()

    def _too_long(self) -> list[Deed]:
        if self._phase is not Phase.WALKING:
            return []
        self._notes.add("too_long")
        return self._on(self._walk.decide(self.setting.at_last))

    # --- getting out ------------------------------------------------------------------------------------------------

    def _hang_up(self) -> list[Deed]:
        self._phase = Phase.ENDING
        if self._hang_ups >= MOST_HANG_UPS:
            return self._over()  # the line looks after itself: off the hook and without sound it hangs up
        self._hang_ups += 1
        return [HangUp(self.setting.call), self._wakes.set("hang_up", HANGS_UP_WITHIN_S)]

    def _let_go(self) -> list[Deed]:
        """A person has the call."""
        self._notes.add("handed_over")
        self._over()
        return [HandOver(self.setting.call) if self.setting.is_landline else StopSound(self.setting.call)]

    def _leave(self) -> list[Deed]:
        """The call goes on without the box."""
        self._over()
        return [StopSound(self.setting.call)]

    def _ended(self, event: CallEnded) -> list[Deed]:
        return self._over()

    def _over(self) -> list[Deed]:
        self._phase = Phase.OVER
        return []


_TABLE: Mapping[type[Any], Callable[[Script, Any], list[Deed]]] = {
    **dict.fromkeys(HEARS, Script._walked),
    CallerKnown: Script._caller_known,
    CallRang: Script._rang,
    CallAnswered: Script._answered,
    CallEnded: Script._ended,
    CallSound: Script._sound_on,
    CommandRefused: Script._refused,
    TimeUp: Script._time_up,
    TakenOver: Script._taken_over,
    Enough: Script._enough,
    RateNow: Script._rate_now,
}
_WAKES: Mapping[str, Callable[[Script], list[Deed]]] = {
    "open": Script._open,
    "opened": Script._not_opened,
    "settled": Script._set_out,
    "total": Script._too_long,
    "hang_up": Script._hang_up,
}
_WAYS_OUT: Mapping[str, Callable[[Script], list[Deed]]] = {
    HANG_UP: Script._hang_up,
    LET_GO: Script._let_go,
    LEAVE: Script._leave,
}
