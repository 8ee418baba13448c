"""The plan of a line as somebody typed it: read, checked, and every mistake named with its field and its cure. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.callflow.plan import (
    FEWEST_RINGS,
    LONGEST_BRAND,
    LONGEST_MESSAGE_S,
    LONGEST_WAIT_S,
    MENU_KEYS,
    MOST_RINGS,
    SHORTEST_MESSAGE_S,
    SHORTEST_WAIT_S,
    HoursPlan,
    Plan,
)
from appliance.errors import FieldWrong
from appliance.people.numbers import may_dial, normalise

HOURS_BOXES = ("acts", "waits", "takes_messages", "asks_number")
LINE_BOXES = ("records_talks", "plays_notice", "rates_talks")


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form: one value each, and the boxes that are ticked, several for a menu."""

    values: Mapping[str, str]
    ticked: Mapping[str, Sequence[str]]

    def number(self, name: str, lowest: int, highest: int) -> int | None:
        """None: it is none, or out of range."""
        text = self.values.get(name, "").strip()
        found = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
        return found if lowest <= found <= highest else None

    def is_on(self, name: str) -> bool:
        return bool(self.ticked.get(name))


def typed_of(plan: Plan) -> Typed:
    """The form that this plan was typed into."""
    values = {"brand": plan.brand, "duty_phone": plan.duty_phone}
    ticked: dict[str, Sequence[str]] = {}
    for prefix, hours in (("in", plan.in_hours), ("after", plan.after_hours)):
        values |= {f"{prefix}_{name}": str(getattr(hours, name)) for name in ("rings", "wait_s", "message_s")}
        ticked |= {f"{prefix}_{name}": _tick(getattr(hours, name)) for name in HOURS_BOXES}
        ticked |= {f"{prefix}_menu_on": _tick(bool(hours.menu)), f"{prefix}_menu": tuple(hours.menu or MENU_KEYS)}
    ticked |= {name: _tick(getattr(plan, name)) for name in LINE_BOXES}
    return Typed(values, ticked)


def _tick(is_on: bool) -> tuple[str, ...]:
    return ("on",) if is_on else ()


def read_plan(line: str, typed: Typed, *, has_sound: bool, region_code: str) -> Plan:
    """The plan, if all of it is possible. Raises FieldWrong with the first mistake.

    `has_sound`: the box can be heard on this line at all.
    """
    brand = typed.values.get("brand", "").strip()
    if len(brand) > LONGEST_BRAND:
        raise FieldWrong("brand", "This name is too long: %(most)d characters at most.", most=LONGEST_BRAND)
    plan = Plan(
        line,
        in_hours=_hours("in", typed, has_sound=has_sound),
        after_hours=_hours("after", typed, has_sound=has_sound),
        brand=brand,
        duty_phone=_duty_phone(typed.values.get("duty_phone", ""), region_code),
        records_talks=typed.is_on("records_talks"),
        plays_notice=typed.is_on("plays_notice"),
        rates_talks=typed.is_on("rates_talks"),
    )
    if plan.records_talks and not has_sound:
        raise FieldWrong("records_talks", NO_SOUND)
    return plan


def _hours(prefix: str, typed: Typed, *, has_sound: bool) -> HoursPlan:
    def field(name: str) -> str:
        return f"{prefix}_{name}"

    rings = typed.number(field("rings"), FEWEST_RINGS, MOST_RINGS)
    if rings is None:
        raise FieldWrong(
            field("rings"),
            "Write a number of rings from %(least)d to %(most)d. The caller's number comes between ring 1 and 2.",
            least=FEWEST_RINGS,
            most=MOST_RINGS,
        )
    wait_s = typed.number(field("wait_s"), SHORTEST_WAIT_S, LONGEST_WAIT_S)
    if wait_s is None:
        raise FieldWrong(
            field("wait_s"), "Write from %(least)d to %(most)d seconds.", least=SHORTEST_WAIT_S, most=LONGEST_WAIT_S
        )
    message_s = typed.number(field("message_s"), SHORTEST_MESSAGE_S, LONGEST_MESSAGE_S)
    if message_s is None:
        raise FieldWrong(
            field("message_s"),
            "Write from %(least)d to %(most)d seconds.",
            least=SHORTEST_MESSAGE_S,
            most=LONGEST_MESSAGE_S,
        )
    acts, takes_messages = typed.is_on(field("acts")), typed.is_on(field("takes_messages"))
    if acts and not has_sound:
        raise FieldWrong(field("acts"), NO_SOUND)
    return HoursPlan(
        acts=acts,
        rings=rings,
        waits=typed.is_on(field("waits")),
        wait_s=wait_s,
        menu=_menu(field("menu"), typed, takes_messages=takes_messages),
        takes_messages=takes_messages,
        message_s=message_s,
        asks_number=typed.is_on(field("asks_number")),
    )


def _menu(name: str, typed: Typed, *, takes_messages: bool) -> tuple[str, ...]:
    if not typed.is_on(f"{name}_on"):
        return ()
    menu = tuple(key for key in MENU_KEYS if key in typed.ticked.get(name, ()))
    if not menu:
        raise FieldWrong(name, "Choose what the menu offers, or switch it off.")
    if "1" in menu and not takes_messages:
        raise FieldWrong(name, "Key 1 leads to a message: take messages, or leave key 1 out of the menu.")
    return menu


def _duty_phone(text: str, region_code: str) -> str:
    if not text.strip():
        return ""
    number = normalise(text, region_code)
    if not may_dial(number) or number.startswith("+"):
        raise FieldWrong("duty_phone", "This is not a telephone number.")
    return number


NO_SOUND = "The box carries no sound on this line. Set audio_device in config.ini first."
