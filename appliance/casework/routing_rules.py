"""Which row of the routing table fits a matter, and which of several goes first. Pure.

A row names a leaf of the category tree, or a class, or neither; perhaps a town; perhaps a word that the text must
have. What is said more closely goes first: leaf before class before any, then town, then word. Between equals the
newer row goes first, for whoever wrote it knew the older.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PAIR = 2


@dataclass(frozen=True, slots=True)
class Rule:
    id: int
    category: str  # a leaf; '' = not by leaf
    class_key: str  # a class; '' = not by class
    town: str  # '' = anywhere
    keyword: str  # '' = whatever the text says
    lead_id: int | None  # None: the township government of the ticket's town
    co_ids: tuple[int, ...]
    basis: str
    source: str  # 'table' or 'conference'
    valid_from_on: str  # local date, ISO 8601

    @property
    def matters(self) -> tuple[str, ...]:
        """What it speaks of: of rows alike in this the newer one counts."""
        return self.category, self.class_key, self.town, self.keyword.casefold()


@dataclass(frozen=True, slots=True)
class Matter:
    """What is known of a ticket when somebody asks whose duty it is."""

    category: str
    class_key: str
    town: str
    text: str


def fits(rule: Rule, matter: Matter, today: str) -> bool:
    """Whether the row speaks of this matter on this day. `today` '' = the box does not know: every day fits."""
    if today and rule.valid_from_on > today:
        return False
    if rule.category and rule.category != matter.category:
        return False
    if rule.class_key and rule.class_key != matter.class_key:
        return False
    if rule.lead_id is None and not matter.town:
        return False  # whose township it is cannot be said
    return rule.town in {"", matter.town} and rule.keyword.casefold() in matter.text.casefold()


def closeness(rule: Rule) -> tuple[int, int, int, str, int]:
    """Sorts rows: the higher, the sooner."""
    sorting = 2 if rule.category else 1 if rule.class_key else 0
    return sorting, bool(rule.town), bool(rule.keyword), rule.valid_from_on, rule.id


def fitting(rules: Iterable[Rule], matter: Matter, today: str) -> tuple[Rule, ...]:
    """The rows that speak of this matter, the closest first; of those that speak of the same matters the newest."""
    ranked = sorted((rule for rule in rules if fits(rule, matter, today)), key=closeness, reverse=True)
    newest: dict[tuple[str, ...], Rule] = {}
    for rule in ranked:
        newest.setdefault(rule.matters, rule)
    return tuple(newest.values())


def likeness(one: str, other: str) -> float:
    """How alike two texts are as wholes, from 0 to 1: pairs of characters they share (Dice), for Chinese has no blanks.

    An example for a suggestion: a long ticket that merely holds a short text's words is none, so the longer weighs too.
    Whether one text is within the other is asked of `appliance.casework.likeness`.
    """
    mine, theirs = _pairs(one), _pairs(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def _pairs(text: str) -> frozenset[str]:
    run = "".join(text.casefold().split())
    return frozenset(run[at : at + PAIR] for at in range(len(run) - 1))
