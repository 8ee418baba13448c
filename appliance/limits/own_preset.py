"""The limits that an office writes itself: the fields of its form, and how they are kept. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from appliance.errors import FieldWrong
from appliance.limits.presets import CUSTOM, DEFAULT, TYPES, Preset, preset

NOT_A_NUMBER = "Please write a whole number from %(least)d to %(most)d."
NEXT_DAY = "counts_from_next_day"


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the form: its name, what it limits, and between which values it makes sense."""

    name: str
    label: str  # message id
    least: int
    most: int


LABELS = {
    "sign_hours": "Sign for it within (office hours)",
    "return_days": "Give it back within (working days)",
    "extension_days": "One extension at most (working days; 0: as long as the limit itself)",
    "extension_count": "Extensions of one ticket",
    "pause_days": "One pause at most (working days)",
    "yellow_days": "Reminded before the end (working days)",
    "supervise_days": "Supervised after it (working days)",
    "listed_days": "On the list of the late after it (working days)",
}
SINGLE = (
    Number("sign_hours", LABELS["sign_hours"], 1, 40),
    Number("return_days", LABELS["return_days"], 1, 10),
    Number("extension_days", LABELS["extension_days"], 0, 60),
    Number("extension_count", LABELS["extension_count"], 0, 5),
    Number("pause_days", LABELS["pause_days"], 1, 30),
    Number("yellow_days", LABELS["yellow_days"], 1, 5),
    Number("supervise_days", LABELS["supervise_days"], 1, 30),
    Number("listed_days", LABELS["listed_days"], 1, 60),
)
MOST_WORKDAYS = 60
MOST_CLOCK_HOURS = 168


def from_form(typed: Mapping[str, str]) -> Preset:
    """The office's own limits as they were typed. Raises FieldWrong."""
    workdays = {type_: _number(typed, f"days_{type_}", 1, MOST_WORKDAYS) for type_ in TYPES}
    clock_hours = {key: _number(typed, f"hours_{key}", 1, MOST_CLOCK_HOURS) for key in DEFAULT.clock_hours}
    single = {row.name: _number(typed, row.name, row.least, row.most) for row in SINGLE}
    return Preset(CUSTOM, workdays, clock_hours, counts_from_next_day=typed.get(NEXT_DAY) == "on", **single)


def as_form(row: Preset) -> dict[str, str]:
    """What the form shows for these limits."""
    shown = {f"days_{type_}": row.workdays_of(type_) for type_ in TYPES}
    shown |= {f"hours_{key}": row.clock_hours[key] for key in DEFAULT.clock_hours}
    shown |= {number.name: getattr(row, number.name) for number in SINGLE}
    return {name: str(value) for name, value in shown.items()} | ({NEXT_DAY: "on"} if row.counts_from_next_day else {})


def kept(row: Preset) -> str:
    """As it is kept: a preset by its name, the office's own limits with all their numbers."""
    return json.dumps({"preset": row.key} | (as_form(row) if row.key == CUSTOM else {}), separators=(",", ":"))


def read(text: str) -> Preset:
    """What was kept. Raises FieldWrong, KeyError or ValueError if that is not a preset of this version."""
    values = json.loads(text)
    return from_form(values) if values["preset"] == CUSTOM else preset(values["preset"])


def _number(typed: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = typed.get(name, "").strip()
    value = int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else -1
    if not least <= value <= most:
        raise FieldWrong(name, NOT_A_NUMBER, least=least, most=most)
    return value
