"""A call in the box's hands, as a pure machine: it gets in, walks through its steps, and gets out again.

Events in, commands out. Nothing that a caller, a modem or the office does or leaves undone can hold the line: as long
as a script is not over, a Play, a Listen or a Wake of it is still to be answered, and the whole has an end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from appliance.callflow.in_hand import InHand, Opening, Phase, Setting
from appliance.callflow.steps import HANG_UP, LEAVE, LET_GO, Step
from appliance.callflow.walk import HEARS, Voice, Walk
from appliance.callflow.words import Deed, Enough, Heard, RateNow, TakenOver
from modem.commands import Answer, HandOver, Join, Listen, Play, StopSound
from modem.events import CallAnswered, CallEnded, CallerKnown, CallRang, CallSound, CommandRefused, TimeUp

CALLER_ID_S = 1.0  # after the ring that is waited for: a number that comes late is still heard
RING_EVERY_S = 5.0  # 1 s on, 4 s off (YD/T 1486), for lines that do not count rings
ANSWERS_WITHIN_S = 30.0


class Script(InHand):
    """`begin` once, then `hear` what is told of the line."""

    def __init__(self, setting: Setting, steps: Mapping[str, Step], voice: Voice, refs: Iterator[int]) -> None:
        """`voice` turns a prompt's key, or number:DIGITS, into sound; it must wait for nothing."""
        super().__init__(setting, refs)
        self._is_up = False
        self._walk = Walk(setting.call, steps, voice, refs=refs, wakes=self._wakes, notes=self._notes)

    @property
    def is_ringing(self) -> bool:
        """The box has not gone off the hook yet."""
        return self._phase is Phase.RINGING

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

    def _woken(self, purpose: str) -> list[Deed]:
        return _WAKES[purpose](self)

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
