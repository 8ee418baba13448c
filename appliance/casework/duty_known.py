"""Whether the routing table says whose duty a ticket is: a consultation settles what nobody wrote down."""

from __future__ import annotations

import sqlite3

from appliance.casework import categories
from appliance.casework.routing_rules import Matter, fitting
from appliance.casework.routing_table import rule_of
from db import people
from db import routing as rules
from db import tickets as rows
from db.store import Reads


def unit_by_table(reads: Reads, ticket: sqlite3.Row, today: str) -> sqlite3.Row | None:
    """The department in use that the table names for it; `today` '' = the box does not know the day."""
    kept = rows.words(reads, ticket["id"])
    text = f"{kept['title']} {kept['content']}" if kept is not None else ""
    category, town = ticket["category"], ticket["town"]
    matter = Matter(category, categories.group_of(category) if category else "", town, text)
    for rule in fitting((rule_of(row) for row in rules.rules(reads, "valid")), matter, today):
        if rule.lead_id is not None:
            unit = people.department(reads, rule.lead_id)
        else:
            unit = people.department_by_code(reads, town)
        if unit is not None and unit["disabled_at"] is None:
            return unit
    return None
