"""Calls as the module shows them: RING and +CLIP in their cadence, the words at the end of a call, keys heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modem.simulator.exchange import Call, CallState
from modem.simulator.text_mode import address_type, show

if TYPE_CHECKING:
    from modem.simulator.equipment import Equipment

TONE_EVERY_S = 0.15  # keys pressed one after the other
_REFUSALS = {"busy": "BUSY", "no_answer": "NO ANSWER"}  # results of outgoing calls, the same with every maker
_MOMENTS = {CallState.DIALING: "dialing", CallState.ALERTING: "alerting", CallState.ACTIVE: "answered"}


class Handset:
    """The module's side of the exchange's calls."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment
        self.tones_reported = False  # the vendor's switch for keys heard
        self.waiting_shown = False  # +CCWA <n>

    def reset(self) -> None:
        self.tones_reported = False
        self.waiting_shown = False

    def call_changed(self, call: Call, now_s: float) -> None:
        """The exchange moved a call."""
        if call.state is CallState.ACTIVE:
            self._equipment.sound.call_began(now_s)
        if call.state is CallState.INCOMING:
            self._say_words("incoming", call, now_s)
            self._ring(call, 1, now_s)
        elif call.state is CallState.WAITING:
            self._say_words("waiting", call, now_s)
            if self.waiting_shown:
                self._equipment.say(f'+CCWA: "{self._shown(call)}",{address_type(call.number)},1', urgent=True)
        elif call.state is CallState.ENDED:
            self._ended(call, now_s)
        elif call.state in _MOMENTS and (call.outgoing or call.state is CallState.ACTIVE):
            self._say_words(_MOMENTS[call.state], call, now_s)
            if call.outgoing and call.state is CallState.ACTIVE:
                self._say_words("picked_up", call, now_s)

    def _ring(self, call: Call, times: int, now_s: float) -> None:
        if call.state is not CallState.INCOMING:
            return
        settings, switches = self._equipment.settings, self._equipment.network.switches
        self._equipment.timers.at(now_s + switches.ring_interval_s, lambda due_s: self._ring(call, times + 1, due_s))
        if not self._equipment.can_be_reached():
            return
        rings_before_answer = settings.registers[0]
        if rings_before_answer and times > rings_before_answer:
            self._equipment.network.exchange.answer(call, now_s)
            return
        self._equipment.say("+CRING: VOICE" if settings["+CRC"] else "RING", urgent=True)
        if settings["+CLIP"]:
            self._equipment.timers.at(now_s + switches.clip_after_s, lambda due_s: self._show_number(call))

    def _show_number(self, call: Call) -> None:
        if call.state is CallState.INCOMING and self._equipment.settings["+CLIP"]:
            validity = 0 if call.number else 1  # 27.007 7.6: 1 = withheld by the caller
            self._equipment.say(f'+CLIP: "{self._shown(call)}",{address_type(call.number)},,,,{validity}', urgent=True)

    def _shown(self, call: Call) -> str:
        return show(call.number, self._equipment.settings.charset)

    def _ended(self, call: Call, now_s: float) -> None:
        if self._equipment.network.exchange.standing(CallState.ACTIVE, CallState.HELD) is None:
            self._equipment.sound.call_ended(by_us=call.why == "local")
        if call.why == "local":
            self._say_words("hung_up", call, now_s)
        elif call.outgoing and call.why in _REFUSALS:
            self._equipment.say(_REFUSALS[call.why], urgent=True)
            self._say_status("ended", call, now_s)
        else:
            self._say_words("missed" if call.answered_at_s is None and not call.outgoing else "ended", call, now_s)
        self._next_in_line(now_s)

    def _say_words(self, moment: str, call: Call, now_s: float) -> None:
        """What this maker says at such a moment."""
        self._say_all(self._equipment.profile.make.call_words.get(moment, ()), call, now_s)
        self._say_status(moment, call, now_s)

    def _say_status(self, moment: str, call: Call, now_s: float) -> None:
        """What it says besides, while its switch is on."""
        make = self._equipment.profile.make
        if make.status_switch and self._equipment.settings[make.status_switch]:
            self._say_all(make.status_words.get(moment, ()), call, now_s)

    def _say_all(self, words: tuple[str, ...], call: Call, now_s: float) -> None:
        seconds = int(now_s - call.answered_at_s) if call.answered_at_s is not None else 0
        for word in words:
            text = word.format(
                index=call.index,
                direction=0 if call.outgoing else 1,
                seconds=seconds,
                number=call.number,
                type=address_type(call.number),
            )
            self._equipment.say(text, urgent=True)

    def _next_in_line(self, now_s: float) -> None:
        exchange = self._equipment.network.exchange
        waiting = exchange.standing(CallState.WAITING)
        if waiting is not None and exchange.standing(CallState.ACTIVE, CallState.HELD) is None:
            waiting.state = CallState.INCOMING
            self._ring(waiting, 1, now_s)

    def hear(self, keys: str, now_s: float) -> bool:
        """The far party presses keys; True if the module tells its client about them."""
        if self._equipment.network.exchange.standing(CallState.ACTIVE) is None or not self.tones_reported:
            return False
        word = self._equipment.profile.make.tone_word
        for place, key in enumerate(keys):
            self._say_at(now_s + place * TONE_EVERY_S, word.format(key=key, code=ord(key)))
        return True

    def _say_at(self, due_s: float, text: str) -> None:
        self._equipment.timers.at(due_s, lambda at_s: self._equipment.say(text))

    def listing(self) -> tuple[str, ...]:
        """+CLCC, one item per living call."""
        return tuple(
            f"+CLCC: {call.index},{0 if call.outgoing else 1},{call.state.value},0,0,"
            f'"{self._shown(call)}",{address_type(call.number)}'
            for call in self._equipment.network.exchange.living()
        )
