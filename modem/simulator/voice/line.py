"""The analog line: two sets in parallel at one end, the exchange at the other. Calls, hooks and what is heard. Pure."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable
from typing import Protocol

from modem.simulator import tones
from modem.simulator.exchange import NoSuchCall
from modem.simulator.far_telephone import FarTelephone
from modem.simulator.tones import FRAME_S, Samples
from modem.simulator.voice.caller_id import CallerId
from modem.simulator.voice.calls import Call, Stage
from modem.simulator.voice.hooks import TELEPHONE, Hooks
from modem.simulator.voice.key_ear import KeyEar
from modem.simulator.voice.signals import Signals
from modem.simulator.voice.town import Town

REMEMBERED_S = 600.0
RING_S = 1.0  # a burst of 25 Hz
ID_AFTER_RING_S = 0.5  # from the end of the first burst to the caller id
ID_BEFORE_RING_S = 0.5  # from its end to the first burst, where it comes before
WHOLE_MOBILE = 11  # digits: a number that begins with 1 needs no waiting then
SHORT_NUMBERS = ("110", "119", "120", "122")


class LineTaker(Protocol):
    """The modem, as the line sees it."""

    def line_rings(self, now_s: float) -> None: ...

    def id_came(self, caller_id: CallerId, *, by_keys: bool, now_s: float) -> None: ...

    def id_key_came(self, key: str) -> None: ...

    def telephone_moved(self, *, lifted: bool, now_s: float) -> None: ...

    def loop_broke(self, now_s: float) -> None: ...


class Line:
    """One subscriber line. What the office's end does comes in by `move` and `frame`."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.hooks = Hooks()
        self.taker: LineTaker | None = None
        self.calls: list[Call] = []
        self.call: Call | None = None  # the living one
        self.far, self.telephone = FarTelephone(REMEMBERED_S), FarTelephone(REMEMBERED_S)
        self.signals = Signals()
        self.spoken: deque[bytes] = deque(maxlen=round(REMEMBERED_S / FRAME_S))  # what the far side said in this call
        self._exchange_ear, self._far_ear = KeyEar(), KeyEar()
        self._dialled = ""
        self._turns = 0  # so that a timer of an earlier stage does nothing

    @property
    def stage(self) -> Stage:
        return self.signals.stage

    # what the town does

    def ring(self, number: str, caller_id: CallerId | None, now_s: float, *, before: bool, by_keys: bool) -> Call:
        """Somebody calls the office; engaged if anybody is off the hook or it rings already."""
        call = self._new_call(number, outgoing=False, now_s=now_s)
        call.caller_id = caller_id
        if self.stage is not Stage.IDLE:
            return self._over(call, "busy", now_s)
        self._begin(call, "ringing")
        self._turn(Stage.RINGING, now_s)
        due_s = now_s + self.town.switches.alert_delay_s
        for after_s, key in caller_id.keys() if caller_id is not None and by_keys else ():
            self._tell_id_key(key, due_s + after_s)
        if caller_id is not None and (before or by_keys):
            due_s += caller_id.seconds(by_keys=by_keys)
            self._later(due_s, lambda at_s: self._tell_id(call, at_s, by_keys=by_keys))
            due_s += ID_BEFORE_RING_S
        elif caller_id is not None:
            told_s = due_s + RING_S + ID_AFTER_RING_S + caller_id.seconds()
            self._later(told_s, lambda at_s: self._tell_id(call, at_s, by_keys=False))
        self._later(due_s, lambda at_s: self._burst(call, at_s))
        self._later(now_s + self.town.switches.ring_timeout_s, lambda at_s: self._nobody(call, at_s))
        return call

    def far_hangs_up(self, now_s: float, *, breaks_loop: bool = False, then: Stage = Stage.BUSY) -> Call:
        """`then`: what the exchange says to it: busy or congestion tone, or nothing (SILENT)."""
        call = self._living("ringing", "talking")
        was_talking = call.state == "talking"
        self._over(call, "remote", now_s)
        if not was_talking:
            self._turn(Stage.IDLE, now_s)
        elif breaks_loop:
            self._turn(Stage.BROKEN, now_s)
            if self.taker is not None:
                self.taker.loop_broke(now_s)
            self._later(now_s + self.town.switches.break_s, self._dial_tone)
        else:
            self._busy_tone(now_s, then)
        return call

    def far_picks_up(self, now_s: float) -> Call:
        call = self._living("alerting")
        self._talk(call, "", now_s)
        return call

    def far_refuses(self, now_s: float) -> Call:
        call = self._over(self._living("alerting"), "busy", now_s)
        self._busy_tone(now_s)
        return call

    # what the office's end does

    def move(self, who: str, *, off: bool, now_s: float) -> None:
        """A set is lifted or put down; nothing happens if it is so already."""
        if off == (who in self.hooks.holders):
            return
        self.hooks.move(who, off=off, now_s=now_s)
        if who == TELEPHONE and self.taker is not None:
            self.taker.telephone_moved(lifted=off, now_s=now_s)
        if off and self.stage is Stage.RINGING and self.call is not None:
            self._talk(self.call, who, now_s)
        elif off and self.stage is Stage.IDLE:
            self._dial_tone(now_s)
        elif not self.hooks.holders:
            if self.call is not None:
                self._over(self.call, "local", now_s)
            self._turn(Stage.IDLE, now_s)

    def frame(self, spoken: Samples | None, now_s: float, *, loaded: bool = True) -> Samples | None:
        """20 ms: what the modem says goes in, what it hears comes out; None is silence.

        `loaded`: the modem takes its share of the current, so that two sets off the hook halve the level of all.
        """
        talking = self.stage is Stage.TALKING
        far = _sounding(self.far.next_frame()) if talking else self.signals.next_frame()
        lifted = TELEPHONE in self.hooks.holders
        near = _sounding(self.telephone.next_frame()) if lifted else None
        if talking:
            self.spoken.append(tones.to_bytes(far) if far else bytes(tones.FRAME_BYTES))
        if self.stage is Stage.BROKEN:
            return None
        if lifted and loaded:
            far, near, spoken = map(_halved, (far, near, spoken))
        outward = _mixed(spoken, near)
        self._outward(outward, talking=talking, now_s=now_s)
        if lifted:
            self.telephone.hear(_as_bytes(_mixed(far, spoken)))
        return _mixed(far, near)

    def _outward(self, outward: Samples | None, *, talking: bool, now_s: float) -> None:
        if talking and self.call is not None:
            self.far.hear(_as_bytes(outward))
            self.call.keys_heard += self._far_ear.hear(outward)
        elif self.stage in (Stage.DIAL_TONE, Stage.DIALLING) and (key := self._exchange_ear.hear(outward)):
            self._digit(key, now_s)

    # inside the exchange

    def _burst(self, call: Call, now_s: float) -> None:
        call.rings += 1
        if self.taker is not None:
            self.taker.line_rings(now_s)
        self._later(now_s + self.town.switches.ring_interval_s, lambda at_s: self._burst(call, at_s))

    def _tell_id(self, call: Call, now_s: float, *, by_keys: bool) -> None:
        call.id_told = True
        if self.taker is not None and call.caller_id is not None:
            self.taker.id_came(call.caller_id, by_keys=by_keys, now_s=now_s)

    def _tell_id_key(self, key: str, due_s: float) -> None:
        if (taker := self.taker) is not None:
            self._later(due_s, lambda _at_s: taker.id_key_came(key))

    def _nobody(self, call: Call, now_s: float) -> None:
        outgoing = self.stage is Stage.ALERTING
        self._over(call, "no_answer", now_s)
        if outgoing:
            self._busy_tone(now_s)
        else:
            self._turn(Stage.IDLE, now_s)

    def _talk(self, call: Call, answered_by: str, now_s: float) -> None:
        call.state, call.answered_by, call.answered_at_s = "talking", answered_by, now_s
        self._far_ear = KeyEar()
        self._turn(Stage.TALKING, now_s)

    def _dial_tone(self, now_s: float) -> None:
        self._dialled, self._exchange_ear = "", KeyEar()
        self._turn(Stage.DIAL_TONE, now_s)
        self._later(now_s + self.town.switches.dial_timeout_s, self._give_up)

    def _give_up(self, now_s: float) -> None:
        self.hooks.far_left(now_s)
        self._busy_tone(now_s)

    def _busy_tone(self, now_s: float, stage: Stage = Stage.BUSY) -> None:
        self._turn(stage, now_s)
        self._later(now_s + self.town.switches.busy_s, lambda at_s: self._turn(Stage.SILENT, at_s))

    def _digit(self, key: str, now_s: float) -> None:
        self._dialled += key
        self._turn(Stage.DIALLING, now_s, again=True)
        number = self._dialled
        is_whole = number in SHORT_NUMBERS or (number[0] == "1" and len(number) == WHOLE_MOBILE) or key == "#"
        wait_s = 0.0 if is_whole else self.town.switches.digit_timeout_s
        self._later(now_s + wait_s, lambda at_s: self._connect(number.removesuffix("#"), at_s))

    def _connect(self, number: str, now_s: float) -> None:
        self._later(now_s + self.town.switches.alert_delay_s, lambda at_s: self._alert(number, at_s))

    def _alert(self, number: str, now_s: float) -> None:
        call = self._new_call(number, outgoing=True, now_s=now_s)
        self._begin(call, "alerting")
        self.hooks.far_came(now_s)
        self._turn(Stage.ALERTING, now_s)
        self._later(now_s + self.town.switches.ring_timeout_s, lambda at_s: self._nobody(call, at_s))
        if self.town.switches.answer_after_s >= 0:
            self._later(now_s + self.town.switches.answer_after_s, lambda at_s: self._talk(call, "", at_s))

    def _new_call(self, number: str, *, outgoing: bool, now_s: float) -> Call:
        call = Call(len(self.calls) + 1, number, outgoing, "ringing", now_s)
        self.calls.append(call)
        return call

    def _begin(self, call: Call, state: str) -> None:
        call.state, self.call = state, call
        self.far.new_call()
        self.spoken.clear()

    def _over(self, call: Call, why: str, now_s: float) -> Call:
        call.state, call.why, call.ended_at_s = "ended", why, now_s
        if call is self.call:
            self.call = None
            self.hooks.far_left(now_s)
        return call

    def _living(self, *states: str) -> Call:
        if self.call is None or self.call.state not in states:
            raise NoSuchCall(f"no call is {' or '.join(states)} just now")
        return self.call

    def _turn(self, stage: Stage, now_s: float, *, again: bool = False) -> None:
        if stage is not self.stage or again:
            self._turns += 1
        self.signals.turn_to(stage)

    def _later(self, due_s: float, action: Callable[[float], None]) -> None:
        """Unless the line has gone to another stage by then."""
        turns = self._turns

        def act(at_s: float) -> None:
            if self._turns == turns:
                action(at_s)

        self.town.timers.at(due_s, act)


def _sounding(frame: bytes) -> Samples | None:
    return tones.to_samples(frame) if any(frame) else None


def _as_bytes(samples: Samples | None) -> bytes | None:
    return None if samples is None else tones.to_bytes(samples)


def _halved(samples: Samples | None) -> Samples | None:
    """6 dB less."""
    return None if samples is None else array("h", [sample >> 1 for sample in samples])


def _mixed(one: Samples | None, other: Samples | None) -> Samples | None:
    if one is None or other is None:
        return one or other
    return array("h", [max(-32768, min(32767, a + b)) for a, b in zip(one, other, strict=True)])
