"""The telephone exchange: calls between the town and the SIM. States and numbers follow 3GPP 27.007 7.18 (+CLCC)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from modem.simulator.forwarding import (
    BUSY,
    NO_REPLY,
    NOT_REACHABLE,
    REASON_WORDS,
    UNCONDITIONAL,
    Forwarding,
    Rule,
)
from modem.simulator.switches import Switches
from modem.simulator.timers import Timers


class CallState(IntEnum):
    """<stat> of +CLCC, and ENDED."""

    ACTIVE = 0
    HELD = 1
    DIALING = 2
    ALERTING = 3
    INCOMING = 4
    WAITING = 5
    ENDED = 9


@dataclass(slots=True)
class Call:
    """One call, living or over."""

    id: int
    number: str  # "" = withheld
    outgoing: bool
    state: CallState
    started_at_s: float
    index: int = 0  # <id1> of +CLCC while it lives
    answered_at_s: float | None = None
    ended_at_s: float | None = None
    why: str = ""  # how it ended: remote, local, busy, no_answer, unreachable, forwarded, lost
    forwarded_to: str = ""
    forwarded_for: str = ""  # one of REASON_WORDS
    keys_heard: str = ""  # tones that the box sent to the far party

    @property
    def lives(self) -> bool:
        return self.state is not CallState.ENDED

    def picture(self) -> dict[str, object]:
        return {
            "id": self.id,
            "number": self.number,
            "direction": "out" if self.outgoing else "in",
            "state": self.state.name.lower(),
            "why": self.why,
            "answered": self.answered_at_s is not None,
            "forwarded_to": self.forwarded_to,
            "forwarded_for": self.forwarded_for,
            "keys_heard": self.keys_heard,
        }


class CallTaker(Protocol):
    """The module, as the exchange sees it."""

    def can_take_calls(self) -> bool: ...

    def call_changed(self, call: Call, now_s: float) -> None: ...


class NoSuchCall(ValueError):
    """No call stands as the action needs it."""


class Exchange:
    """All calls of this SIM. The newest call that fits is meant where no id is given."""

    def __init__(self, switches: Switches, timers: Timers) -> None:
        self._switches = switches
        self._timers = timers
        self.taker: CallTaker | None = None
        self.calls: list[Call] = []
        self._living: list[Call] = []
        self.forwarding = Forwarding()

    # what the town does

    def ring(self, number: str, now_s: float) -> Call:
        """Somebody calls the box."""
        call = self._new(number, CallState.INCOMING, now_s, outgoing=False)
        if self._forward(call, UNCONDITIONAL, now_s):
            return call
        if self.taker is None or not self.taker.can_take_calls():
            return call if self._forward(call, NOT_REACHABLE, now_s) else self._end(call, "unreachable", now_s)
        if self._living != [call]:
            if not self._switches.call_waiting:
                return call if self._forward(call, BUSY, now_s) else self._end(call, "busy", now_s)
            call.state = CallState.WAITING
        self._later(now_s + self._switches.ring_timeout_s, call, self._nobody_answered)
        no_reply = self.forwarding.active(NO_REPLY)
        if no_reply is not None:
            self._later(now_s + no_reply.seconds, call, self._forward_unanswered)
        self.taker.call_changed(call, now_s)
        return call

    def far_hangs_up(self, call_id: int | None, now_s: float) -> Call:
        return self._tell(self._end(self._find(call_id, tuple(CallState)), "remote", now_s), now_s)

    def far_picks_up(self, call_id: int | None, now_s: float) -> Call:
        call = self._find(call_id, (CallState.DIALING, CallState.ALERTING))
        return self._answered(call, now_s)

    def far_refuses(self, call_id: int | None, now_s: float) -> Call:
        call = self._find(call_id, (CallState.DIALING, CallState.ALERTING))
        return self._tell(self._end(call, "busy", now_s), now_s)

    # what the module does

    def dial(self, number: str, now_s: float) -> Call:
        """The box calls out."""
        call = self._new(number, CallState.DIALING, now_s, outgoing=True)
        self._tell(call, now_s)
        self._later(now_s + self._switches.alert_delay_s, call, self._alert)
        self._later(now_s + self._switches.ring_timeout_s, call, self._nobody_answered)
        return call

    def answer(self, call: Call, now_s: float) -> None:
        self._answered(call, now_s)

    def hang_up(self, call: Call, now_s: float) -> None:
        """A caller who is refused while it rings finds the box busy, and may be forwarded for that (22.082 2.2)."""
        was_refused = call.state in (CallState.INCOMING, CallState.WAITING)
        self._tell(self._end(call, "local", now_s), now_s)
        rule = self.forwarding.active(BUSY)
        if was_refused and rule is not None:
            self._note_forwarding(call, BUSY, rule)

    def drop_all(self, now_s: float) -> None:
        """The radio is gone: every call ends, and nobody is left to be told."""
        for call in self.living():
            self._end(call, "lost", now_s)

    def living(self) -> list[Call]:
        return list(self._living)

    def standing(self, *states: CallState) -> Call | None:
        """The oldest living call in one of these states."""
        return next((call for call in self._living if call.state in states), None)

    # steps

    def _new(self, number: str, state: CallState, now_s: float, *, outgoing: bool) -> Call:
        taken = {call.index for call in self._living}
        index = next(place for place in range(1, len(taken) + 2) if place not in taken)
        call = Call(len(self.calls) + 1, number, outgoing, state, now_s, index)
        self.calls.append(call)
        self._living.append(call)
        return call

    def _find(self, call_id: int | None, states: tuple[CallState, ...]) -> Call:
        for call in reversed(self._living):
            if call.state in states and call_id in (None, call.id):
                return call
        raise NoSuchCall("no such call just now" if call_id is None else f"call {call_id} does not stand so")

    def _later(self, due_s: float, call: Call, step: Callable[[Call, float], None]) -> None:
        self._timers.at(due_s, lambda at_s: step(call, at_s))

    def _alert(self, call: Call, now_s: float) -> None:
        if call.state is not CallState.DIALING:
            return
        call.state = CallState.ALERTING
        self._tell(call, now_s)
        if self._switches.answer_after_s >= 0:
            self._later(now_s + self._switches.answer_after_s, call, self._picked_up_by_itself)

    def _picked_up_by_itself(self, call: Call, now_s: float) -> None:
        if call.state is CallState.ALERTING:
            self._answered(call, now_s)

    def _nobody_answered(self, call: Call, now_s: float) -> None:
        if call.lives and call.answered_at_s is None:
            self._tell(self._end(call, "no_answer", now_s), now_s)

    def _forward_unanswered(self, call: Call, now_s: float) -> None:
        if call.state in (CallState.INCOMING, CallState.WAITING) and self._forward(call, NO_REPLY, now_s):
            self._tell(call, now_s)

    def _forward(self, call: Call, reason: int, now_s: float) -> bool:
        """True: the network took it elsewhere."""
        rule = self.forwarding.active(reason)
        if rule is None:
            return False
        self._note_forwarding(self._end(call, "forwarded", now_s), reason, rule)
        return True

    def _note_forwarding(self, call: Call, reason: int, rule: Rule) -> None:
        call.why, call.forwarded_to, call.forwarded_for = "forwarded", rule.number, REASON_WORDS[reason]

    def _answered(self, call: Call, now_s: float) -> Call:
        call.state = CallState.ACTIVE
        call.answered_at_s = now_s
        return self._tell(call, now_s)

    def _end(self, call: Call, why: str, now_s: float) -> Call:
        call.state = CallState.ENDED
        call.why = why
        call.ended_at_s = now_s
        self._living.remove(call)
        return call

    def _tell(self, call: Call, now_s: float) -> Call:
        if self.taker is not None:
            self.taker.call_changed(call, now_s)
        return call
