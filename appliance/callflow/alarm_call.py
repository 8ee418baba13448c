"""A call that the box makes itself because of a danger, as a pure machine: it rings, speaks, hears a key, hangs up.

Events in, commands out, as in script.py. Only the key 1, heard while the box speaks, confirms: that somebody answered
is not even certain on a landline (an announcement, or music instead of ring-back, sounds like an answer). Nothing about
a citizen or a matter is said: the number of the ticket alone. Citizens come first: whoever rings on this line ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from appliance.callflow.in_hand import UNKNOWN, InHand, Opening, Phase, Setting
from appliance.callflow.steps import HANG_UP, LET_GO, Hear, Step
from appliance.callflow.walk import HEARS, Voice, Walk
from appliance.callflow.words import Deed, Enough, Heard
from appliance.casework.ticket_no import format_no
from modem.commands import Dial, HandOver, Listen, Play
from modem.events import (
    CallAnswered,
    CallDialing,
    CallEnded,
    CallRinging,
    CallSound,
    CommandRefused,
    EndReason,
    KeyPressed,
    SoundEnd,
    SoundEnded,
    TimeUp,
)

RINGS_S = 22.0  # four or five rings; the dialling is in it
HELD_S = 40.0  # the line, in all: citizens call on it
KEY_S = 3.0  # to find the 1
TIMES = 3  # the words, and twice again
CONFIRMS = "1"


def setting(call_id: int, *, settles_s: float) -> Setting:
    """Of a call that has not begun."""
    return Setting(
        UNKNOWN,
        call_id,
        Opening.DIAL,
        is_landline=settles_s == 0.0,
        first="alarm",
        most_s=HELD_S,
        at_last=HANG_UP,
        settles_s=settles_s,
    )


def steps(no: int) -> Mapping[str, Step]:
    """What is said of ticket `no`, and where the key leads."""
    return {
        "alarm": Step(
            HANG_UP,
            "alarm",
            ("alarm", f"number:{format_no(no)}", "alarm_confirm"),
            hear=Hear(KEY_S),
            keys={CONFIRMS: "confirmed"},
            tries=TIMES,
        ),
        "confirmed": Step(HANG_UP, "confirmed", ("thanks",)),
    }


class AlarmCall(InHand):
    """`begin` once, then `hear` what is told of the line."""

    keeping = ""  # nothing of it is recorded

    def __init__(
        self, setting: Setting, dial: Dial, steps: Mapping[str, Step], voice: Voice, refs: Iterator[int]
    ) -> None:
        """`dial.speaks`: the line carries sound; else it only rings, and whoever lifts is hung up on."""
        super().__init__(setting, refs)
        self._dial, self._steps, self._voice, self._refs = dial, steps, voice, refs
        self._walk = self._new_walk()
        self._end = ""  # what became of it, where that is known before its end
        self._was_lifted = self._is_settling = self._was_said = self.is_confirmed = False

    @property
    def is_ringing(self) -> bool:
        """Nobody has answered yet, as far as can be known."""
        return not self._was_lifted

    @property
    def outcome(self) -> str:
        """A key of OUTCOMES once it is over. Without the key 1 nobody has confirmed."""
        if self.is_confirmed:
            return "confirmed"
        if self._end:
            return self._end
        if not self._was_lifted:
            return "no_answer"
        if not self._dial.speaks:
            return "lifted"
        return "no_key" if self._was_said else "failed"

    def begin(self) -> list[Deed]:
        """The first commands."""
        self._phase = Phase.OPENING
        return [self._dial, self._wakes.set("open", RINGS_S), self._wakes.set("total", HELD_S)]

    def hear(self, event: Heard) -> list[Deed]:
        """What follows from this. What concerns other calls of the line is no business of this one."""
        handler = _TABLE.get(type(event))
        if handler is None or self.is_over:
            return []
        is_others = getattr(event, "call", self.setting.call) != self.setting.call
        return [] if is_others and not isinstance(event, CallRinging | CallDialing) else handler(self, event)

    # --- ringing ----------------------------------------------------------------------------------------------------

    def _dialing(self, event: CallDialing) -> list[Deed]:
        """Now it has a number; whoever was to be called may have become unimportant meanwhile."""
        if event.ref != self._dial.ref or self.setting.call != UNKNOWN:
            return []
        self.setting = replace(self.setting, call=event.call)
        self._walk = self._new_walk()
        return self._hang_up() if self._phase is Phase.ENDING else []

    def _comes_in(self, event: CallRinging) -> list[Deed]:
        """A citizen rings on this line: he comes first."""
        return self._give_up("gave_way")

    def _answered(self, event: CallAnswered) -> list[Deed]:
        if self._phase is not Phase.OPENING or self._was_lifted:
            return []
        self._was_lifted = True
        self._notes.add("answered")
        if not self._dial.speaks:
            return self._hang_up()
        if self.setting.settles_s:
            self._is_settling = True
            return [self._wakes.set("settled", self.setting.settles_s)]
        return self._speak()

    def _sound_on(self, event: CallSound) -> list[Deed]:
        return self._settled() if event.is_on else []

    def _settled(self) -> list[Deed]:
        return self._speak() if self._is_settling and self._phase is Phase.OPENING else []

    def _refused(self, event: CommandRefused) -> list[Deed]:
        command = event.command
        if command == self._dial:
            self._end = self._end or "failed"
            return self._over()
        if isinstance(command, Play | Listen) and command.call == self.setting.call and self._phase is Phase.WALKING:
            return self._on(self._walk.refused(command))
        return []

    # --- speaking ---------------------------------------------------------------------------------------------------

    def _speak(self) -> list[Deed]:
        self._phase = Phase.WALKING
        return self._on(self._walk.enter(self.setting.first))

    def _walked(self, event: Any) -> list[Deed]:
        if self._phase is not Phase.WALKING:
            return []
        if isinstance(event, KeyPressed) and event.key == CONFIRMS:
            self.is_confirmed = True  # even if the thanks never reach him
        if isinstance(event, SoundEnded) and event.why is not SoundEnd.FAILED:
            self._was_said = True
        return self._on(HEARS[type(event)](self._walk, event))

    def _on(self, deeds: list[Deed]) -> list[Deed]:
        if not self._walk.way_out:
            return deeds
        if self._walk.way_out == LET_GO:  # somebody of the office lifted the telephone beside the modem
            self._end = "person"
            self._over()
            return [*deeds, HandOver(self.setting.call)]
        return [*deeds, *self._hang_up()]

    # --- the end ----------------------------------------------------------------------------------------------------

    def _enough(self, event: Enough) -> list[Deed]:
        return self._give_up("needless")

    def _give_up(self, end: str) -> list[Deed]:
        if self._phase is Phase.ENDING:
            return []
        self._end = end
        return self._hang_up()

    def _woken(self, purpose: str) -> list[Deed]:
        return _WAKES[purpose](self)

    def _nobody_answers(self) -> list[Deed]:
        return [] if self._was_lifted or self._phase is Phase.ENDING else self._hang_up()

    def _too_long(self) -> list[Deed]:
        return [] if self._phase is Phase.ENDING else self._hang_up()

    def _ended(self, event: CallEnded) -> list[Deed]:
        if not self._was_lifted or event.reason in _BY_US:
            self._end = self._end or _ENDS.get(event.reason, "")
        return self._over()

    def _new_walk(self) -> Walk:
        return Walk(self.setting.call, self._steps, self._voice, refs=self._refs, wakes=self._wakes, notes=self._notes)


# What the end of a call says that nobody answered, and what ends an answered one here.
_ENDS = {
    EndReason.BUSY: "busy",
    EndReason.FAILED: "failed",
    EndReason.LOST: "cut",
    EndReason.ELSEWHERE: "person",
}
_BY_US = frozenset({EndReason.LOST, EndReason.ELSEWHERE})
# How such a call ended: "" goes on; "cut": the line or the program was gone; "needless": somebody confirmed meanwhile,
# or the danger was over; "person": somebody of the office took it over; "lifted": a line without sound rang, and he
# lifted; "no_key": somebody or something answered.
OUTCOMES = frozenset({
    "confirmed", "no_key", "lifted", "no_answer", "busy", "failed", "gave_way", "needless", "person", "cut",
})  # fmt: skip
_TABLE: Mapping[type[Any], Callable[[AlarmCall, Any], list[Deed]]] = {
    **dict.fromkeys((SoundEnded, KeyPressed), AlarmCall._walked),
    CallDialing: AlarmCall._dialing,
    CallRinging: AlarmCall._comes_in,
    CallAnswered: AlarmCall._answered,
    CallSound: AlarmCall._sound_on,
    CallEnded: AlarmCall._ended,
    CommandRefused: AlarmCall._refused,
    TimeUp: AlarmCall._time_up,
    Enough: AlarmCall._enough,
}
_WAKES: Mapping[str, Callable[[AlarmCall], list[Deed]]] = {
    "open": AlarmCall._nobody_answers,
    "settled": AlarmCall._settled,
    "total": AlarmCall._too_long,
    "hang_up": AlarmCall._hang_up,
}
