"""The small tables a ticket is sorted by: types, urgencies, categories. Read from categories.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from appliance.bilingual import said_in

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    zh: str
    en: str

    def name(self, language: str) -> str:
        return said_in(language, self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Group(Choice):
    """A class of categories: the first level of the tree."""

    initials: str


@dataclass(frozen=True, slots=True)
class Category(Choice):
    """A leaf of the tree; `group` is the class it belongs to, `initials` what is typed to find it."""

    group: Group
    initials: str


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("categories.toml").read_text(encoding="utf-8"))


@cache
def types() -> tuple[Choice, ...]:
    return tuple(Choice(*row) for row in _tables()["types"])


@cache
def urgencies() -> tuple[Choice, ...]:
    return tuple(Choice(*row) for row in _tables()["urgencies"])


@cache
def groups() -> tuple[Group, ...]:
    """The classes, in the order of the office's reports."""
    return tuple(Group(key, *table["name"]) for key, table in _tables()["groups"].items())


@cache
def categories() -> tuple[Category, ...]:
    """Every leaf, those of one class together."""
    leaves = ((group, row) for group in groups() for row in _tables()["groups"][group.key]["leaves"])
    return tuple(Category(key, zh, en, group, initials) for group, (key, zh, en, initials) in leaves)


@cache
def keys_of(table: str) -> frozenset[str]:
    """The keys of 'type', 'urgency' or 'category'."""
    rows: dict[str, tuple[Choice, ...]] = {"type": types(), "urgency": urgencies(), "category": categories()}
    return frozenset(row.key for row in rows[table])


def group_of(key: str) -> str:
    """The class of a leaf; '' for a key that nobody knows (any more). Tickets of one class are one family."""
    return _groups_by_leaf().get(key, "")


def keys_typed() -> dict[str, str]:
    """What may be typed for a leaf -> its key: key, either name, and its initials where only one leaf has them."""
    return dict(_keys_typed())


def advice(key: str, language: str) -> str:
    """What the operator is told beside this leaf: where such matters truly belong. Mostly ''."""
    zh, en = _tables()["advice"].get(key, ("", ""))
    return said_in(language, zh, en)


@cache
def _groups_by_leaf() -> dict[str, str]:
    return {row.key: row.group.key for row in categories()}


@cache
def _keys_typed() -> dict[str, str]:
    initials = [row.initials for row in categories()]
    found = {row.initials: row.key for row in categories() if initials.count(row.initials) == 1}
    for row in categories():  # a whole name goes before anybody's initials
        found |= dict.fromkeys((row.zh.casefold(), row.en.casefold()), row.key)
    return found | {row.key: row.key for row in categories()}
