"""The calls there are on a line, and which of them is meant. Knows no command and tells nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modem.gsm_clcc import ListedCall, State

LATE_RING_S = 3.0  # a RING or +CLIP that was on its way when we answered
COMING_IN = (State.RINGING, State.WAITING)


@dataclass(slots=True)
class Call:
    serial: int
    state: State
    is_ours: bool
    number: str | None
    since_s: float
    rang_at_s: float
    module_id: int | None = None
    missing: int = 0  # answers of +CLCC in a row
    is_hanging_up: bool = False


class CallList:
    """In the order in which they came."""

    def __init__(self, first_serial: int) -> None:
        self.next_serial = first_serial
        self._calls: list[Call] = []

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._calls))  # calls may end on the way

    def add(self, state: State, number: str | None, now_s: float, *, is_ours: bool) -> Call:
        call = Call(self.next_serial, state, is_ours, number, now_s, now_s)
        self.next_serial += 1
        self._calls.append(call)
        return call

    def add_incoming(self, number: str | None, now_s: float) -> Call:
        return self.add(State.WAITING if self._calls else State.RINGING, number, now_s, is_ours=False)

    def remove(self, call: Call) -> None:
        self._calls.remove(call)
        if self._calls and not self.first(State.ACTIVE, State.DIALING):
            self._calls[0].state = State.RINGING  # who waited may be answered now

    def first(self, *states: State) -> Call | None:
        return next((call for call in self._calls if call.state in states), None)

    def with_serial(self, serial: int) -> Call | None:
        return next((call for call in self._calls if call.serial == serial), None)

    def just_answered(self, now_s: float) -> Call | None:
        """The call whose last RING and +CLIP may still be on their way."""
        call = self.first(State.ACTIVE)
        return call if call and not call.is_ours and now_s - call.since_s < LATE_RING_S else None

    def matching(self, entry: ListedCall) -> Call | None:
        """The call that a line of +CLCC speaks of."""
        same_side = [call for call in self._calls if call.is_ours == entry.is_ours]
        by_id = [call for call in same_side if call.module_id == entry.module_id]
        by_state = [call for call in same_side if call.module_id is None and call.state is entry.state]
        fresh = [call for call in same_side if call.module_id is None]
        return next(iter(by_id or by_state or fresh), None)
