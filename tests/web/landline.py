"""The landline of an office with pages: its events reach the call flow as they do from a real line."""

from __future__ import annotations

import itertools
from typing import Any

from modem.events import CallEnded, CallRinging, EndReason, Event
from tests.appliance.box_on_line import BoxOnLine
from tests.web.house import CITIZEN, House


class Landline:
    """What tests.appliance.box_on_line.BoxOnLine wants of an office, and how somebody rings there."""

    def __init__(self, house: House) -> None:
        self.house, self.office, self.services, self.clock = house, house.office, house.services, house.clock
        self.commands = house.sent
        self._serial = itertools.count(1)

    def handle(self, event: Event) -> None:
        self.services.desk.at_once(event)
        self.services.desk.handle(event)

    def ring(self, *, from_: str | None = CITIZEN, line: str = "land") -> int:
        call = next(self._serial)
        self.handle(CallRinging(line, call, from_))
        return call

    def ends(self, call: int, reason: EndReason = EndReason.ELSEWHERE) -> None:
        self.handle(CallEnded("land", call, reason))

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.services.desk.tick()

    def box(self, *plan: Any, **more: Any) -> BoxOnLine:
        """The box of this line."""
        return BoxOnLine(self, *plan, **more)  # type: ignore[arg-type]
