"""The call flow as data that the office edits: per line, for office hours and for after hours. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

FEWEST_RINGS, MOST_RINGS = 2, 12  # the caller's number comes between ring 1 and 2 (YD/T 1277): never answer before
SHORTEST_MESSAGE_S, LONGEST_MESSAGE_S = 10, 120
SHORTEST_WAIT_S, LONGEST_WAIT_S = 15, 300
MENU_KEYS = ("1", "2", "3", "0")  # leave a message, hear the announcement, progress of a ticket, urgent
LONGEST_BRAND = 24
HELD_OFF = frozenset({"block", "over"})  # levels of nuisance callers with whom the box deals otherwise


@dataclass(frozen=True, slots=True)
class HoursPlan:
    """What the box does with a call, in office hours or after them."""

    acts: bool = False  # off: it rings until somebody picks up
    rings: int = 6
    waits: bool = False  # answers, asks to hold, and goes on only when nobody takes the call
    wait_s: int = 60
    menu: tuple[str, ...] = ()  # of MENU_KEYS; empty: no menu, as GB/T 33358 wants it
    takes_messages: bool = True
    message_s: int = LONGEST_MESSAGE_S
    asks_number: bool = False  # of a caller whose number did not come along


@dataclass(frozen=True, slots=True)
class Plan:
    """One line."""

    line: str
    in_hours: HoursPlan = field(default_factory=HoursPlan)
    after_hours: HoursPlan = field(default_factory=HoursPlan)
    brand: str = ""  # what this line is called, where it is another office's
    duty_phone: str = ""  # told to who presses 0
    records_talks: bool = False  # every answered call, by itself
    plays_notice: bool = True  # "this call is recorded", before a recording begins
    rates_talks: bool = False  # 1-5 by keypad at the end of an answered call

    def at(self, *, is_open: bool) -> HoursPlan:
        return self.in_hours if is_open else self.after_hours

    def for_caller(self, level: str, *, is_open: bool) -> HoursPlan:
        """The same for a nuisance caller of this level: nothing for the blocked; who has had the day's number of calls
        goes straight to the voicemail, where the line has one at any hour, and rings like anybody where it has none.
        """
        now = self.at(is_open=is_open)
        if level == "block":
            return replace(now, acts=False)
        if level != "over":
            return now
        spoken = next((hours for hours in (now, self.after_hours) if hours.acts and hours.takes_messages), None)
        if spoken is None:
            return now
        return replace(spoken, rings=FEWEST_RINGS, waits=False, menu=(), asks_number=False)

    def as_json(self) -> str:
        return json.dumps({name: value for name, value in asdict(self).items() if name != "line"}, sort_keys=True)

    @classmethod
    def from_json(cls, line: str, text: str) -> Plan:
        """The plan that was saved for this line. What a later version added is left out."""
        raw = _known(cls, json.loads(text))
        for hours in ("in_hours", "after_hours"):
            if hours in raw:
                said = _known(HoursPlan, raw[hours])
                raw[hours] = HoursPlan(**{**said, "menu": tuple(said.get("menu", ()))})
        return cls(**{**raw, "line": line})


def default_plan(line: str, *, is_landline: bool) -> Plan:
    """What a line does before anybody edited it: a landline takes messages, a GSM line just rings."""
    return Plan(
        line,
        in_hours=HoursPlan(acts=is_landline, rings=6),
        after_hours=HoursPlan(acts=is_landline, rings=FEWEST_RINGS, asks_number=True),
    )


def _known(kind: type[Plan | HoursPlan], raw: dict[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in raw.items() if name in names}
