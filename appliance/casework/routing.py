"""Whose duty a matter is: what the office's routing table and its experience suggest to whoever dispatches.

A suggestion decides nothing; it says why. Three sources, in this order: a row of the table (written by the office or
taught by a consultation), how like matters ended before, and for a ticket that comes back the department that
received it first, which leads until another is found (first receiver's duty).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from appliance.casework import categories
from appliance.casework.routing_rules import Matter, fitting, likeness
from appliance.casework.routing_table import RoutingTable, rule_of
from appliance.people.departments import Department
from db import routing as rows
from db import tickets as ticket_rows
from db.store import Reads

LATEST = 40  # so many settled tickets are looked at, here and anywhere
LIKE_FROM = 0.2  # texts less alike than this are no example
MOST_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a department is suggested. `kind`: table, conference, similar or first (a label in web/words.py)."""

    kind: str
    basis: str = ""
    rule_id: int | None = None
    is_close: bool = False  # the row names the very category
    count: int = 0  # of so many matters of this kind that it finished...
    of: int = 0  # ...out of so many looked at
    example_no: int | None = None  # the one most like this text


@dataclass(frozen=True, slots=True)
class Suggestion:
    department: Department
    co: tuple[Department, ...]
    reasons: tuple[Reason, ...]  # the strongest first

    @property
    def is_certain(self) -> bool:
        """The table names this category: whoever dispatches finds the department chosen already."""
        return self.reasons[0].is_close


class Routing(RoutingTable):
    """The table and its suggestions. Any thread."""

    def suggest(self, category: str, town: str = "", text: str = "", no: int | None = None) -> tuple[Suggestion, ...]:
        """Who should handle it, the best first, at most three. `no`: the ticket, if it has been somewhere before."""
        with self._store.snapshot() as reads:
            if not town:
                place = self._places.recognise(text, reads)
                town = place.town if place else ""
            matter = Matter(category, categories.group_of(category), town, text)
            units = {unit.id: unit for unit in self._departments.all(reads)}
            found = [
                *self._from_table(reads, matter, units),
                *self._from_experience(reads, matter, units),
                *self._from_first_receiver(reads, no, units),
            ]
        return _joined(found)[:MOST_SUGGESTED]

    def from_table(self, reads: Reads, category: str, town: str) -> tuple[Suggestion, ...]:
        """What the table alone says of such matters, whatever their text."""
        matter = Matter(category, categories.group_of(category), town, "")
        return tuple(self._from_table(reads, matter, {unit.id: unit for unit in self._departments.all(reads)}))

    def _from_table(self, reads: Reads, matter: Matter, units: dict[int, Department]) -> list[Suggestion]:
        rules = (rule_of(row) for row in rows.rules(reads, "valid"))
        towns = {unit.code: unit.id for unit in units.values()}
        found = []
        for rule in fitting(rules, matter, self.today()):
            lead = units.get(rule.lead_id if rule.lead_id is not None else towns.get(matter.town, 0))
            if lead is not None:
                co = tuple(units[each] for each in rule.co_ids if each in units and each != lead.id)
                found.append(Suggestion(lead, co, (Reason(rule.source, rule.basis, rule.id, bool(rule.category)),)))
        return found

    def _from_experience(self, reads: Reads, matter: Matter, units: dict[int, Department]) -> list[Suggestion]:
        """Who finished the latest matters of this kind: in this town if there were any, else anywhere."""
        if not matter.category or matter.category == categories.OTHER:
            return []
        latest = rows.settled(reads, matter.category, matter.town, LATEST) if matter.town else []
        latest = latest or rows.settled(reads, matter.category, "", LATEST)
        latest = [row for row in latest if row["department_id"] in units]
        counts = Counter(row["department_id"] for row in latest)
        examples: dict[int, tuple[float, int]] = {}
        for row in latest if matter.text else ():
            alike = likeness(matter.text, f"{row['title'] or ''} {row['content'] or ''}")
            best = examples.get(row["department_id"], (LIKE_FROM, 0))
            examples[row["department_id"]] = max(best, (alike, row["no"]))
        ranked = sorted(counts, key=lambda unit: examples.get(unit, (0.0, 0))[0] + counts[unit] / LATEST, reverse=True)
        return [
            Suggestion(
                units[unit],
                (),
                (
                    Reason(
                        "similar", count=counts[unit], of=len(latest), example_no=examples.get(unit, (0, 0))[1] or None
                    ),
                ),
            )
            for unit in ranked
        ]

    def _from_first_receiver(self, reads: Reads, no: int | None, units: dict[int, Department]) -> list[Suggestion]:
        ticket = ticket_rows.ticket(reads, no) if no is not None else None
        first = rows.first_receiver(reads, ticket["id"]) if ticket is not None else None
        return [Suggestion(units[first], (), (Reason("first"),))] if first in units else []


def _joined(found: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """Each department once, where it came first, with all that speaks for it."""
    joined: dict[int, Suggestion] = {}
    for each in found:
        known = joined.get(each.department.id)
        if known is None:
            joined[each.department.id] = each
        elif each.reasons[0].kind not in {reason.kind for reason in known.reasons}:
            joined[each.department.id] = replace(known, reasons=(*known.reasons, *each.reasons))
    return tuple(joined.values())
