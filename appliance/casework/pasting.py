"""A ticket of another office, pasted as text: labels known from pasting.toml, in any order. Pure but for its table.

Nothing is guessed: a line without a known label goes on with the field before it, and what stands before the first
label is the matter itself. The operator sees every field before anything is saved.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

from appliance.casework import categories, forms
from appliance.casework.views import Arrival, TicketForm

LONGEST = 20_000
_LABELLED = re.compile(r"^[\s\u3010\[*·-]*([^:\uff1a\t\u3011\]]{1,14}?)\s*[\u3011\]]?\s*[:\uff1a\t]\s*(.*)$")
_DAY = re.compile(r"(\d{4})\s*[-/.\u5e74]\s*(\d{1,2})\s*[-/.\u6708]\s*(\d{1,2})")
_CLOCK = re.compile(r"(\d{1,2})\s*[:\uff1a\u65f6]\s*(\d{2})")


def read(text: str) -> tuple[TicketForm, Arrival]:
    """What the text says, field by field; what it does not say stays empty. It comes from the office above."""
    found: dict[str, list[str]] = {}
    name = "content"
    for line in forms.clean(text[:LONGEST].replace("\t", "\uff1a")).splitlines():
        labelled = _LABELLED.match(line)
        field = _fields().get(labelled[1].strip().casefold()) if labelled is not None else None
        rest = line
        if labelled is not None and field is not None:
            name, rest = field, labelled[2]
        if rest.strip():
            found.setdefault(name, []).append(rest.strip())
    said = {field: "\n".join(lines) for field, lines in found.items()}
    form = TicketForm(**{row.name: said[row.name] for row in fields(TicketForm) if row.name in said})
    return _sorted(form), Arrival(
        "upper", upper_no=said.get("upper_no", ""), upper_due_on=_day(said.get("upper_due_on", ""))
    )


def _sorted(form: TicketForm) -> TicketForm:
    """Types and categories by their names; a name we do not know is left to the operator."""
    types = {name.casefold(): row.key for row in categories.types() for name in (row.key, row.zh, row.en)}
    day, clock = _day(form.occurred_at), _CLOCK.search(_DAY.sub("", form.occurred_at))
    at = f"{day}T{int(clock[1]):02}:{clock[2]}" if day and clock else f"{day}T00:00" if day else ""
    return replace(
        form,
        type=types.get(form.type.strip().casefold(), ""),
        category=categories.keys_typed().get(form.category.strip().casefold(), ""),
        occurred_at=at,
    )


def _day(text: str) -> str:
    found = _DAY.search(text)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else ""


@cache
def _fields() -> dict[str, str]:
    """Label -> field."""
    table = tomllib.loads(Path(__file__).with_name("pasting.toml").read_text(encoding="utf-8"))
    return {label.casefold(): field for field, labels in table.items() for label in labels}
