"""The small tables a ticket is sorted by: types, urgencies, categories. Read from categories.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    zh: str
    en: str

    def name(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Category(Choice):
    """A leaf of the tree; `group` is the class it belongs to."""

    group: Choice


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
def categories() -> tuple[Category, ...]:
    """Every leaf, those of one class together."""
    groups = ((Choice(key, *table["name"]), table["leaves"]) for key, table in _tables()["groups"].items())
    return tuple(Category(key, zh, en, group) for group, leaves in groups for key, zh, en in leaves)


@cache
def keys_of(table: str) -> frozenset[str]:
    """The keys of 'type', 'urgency' or 'category'."""
    rows: dict[str, tuple[Choice, ...]] = {"type": types(), "urgency": urgencies(), "category": categories()}
    return frozenset(row.key for row in rows[table])
