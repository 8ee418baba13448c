"""How the box's texts are shown to people: by occasion, with names, their gaps explained and filled. Pure: a table."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Said:
    """Words in both languages of the pages."""

    zh: str
    en: str

    def name(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Gap:
    """What the box fills in, and what usually stands there."""

    name: str
    meaning: Said
    sample: Said


@dataclass(frozen=True, slots=True)
class TextGroup:
    heading: Said
    names: Mapping[str, Said]  # by the key of texts.toml


@dataclass(frozen=True, slots=True)
class _Table:
    groups: tuple[TextGroup, ...]
    gaps: Mapping[str, Gap]


@cache
def _table() -> _Table:
    read = tomllib.loads(files("appliance.outreach").joinpath("text_groups.toml").read_text("utf-8"))
    return _Table(
        tuple(
            TextGroup(Said(row["zh"], row["en"]), {text["key"]: Said(text["zh"], text["en"]) for text in row["texts"]})
            for row in read["groups"]
        ),
        {
            name: Gap(name, Said(row["zh"], row["en"]), Said(row["zh_sample"], row["en_sample"]))
            for name, row in read["gaps"].items()
        },
    )


def groups() -> tuple[TextGroup, ...]:
    return _table().groups


def gap(name: str) -> Gap:
    """KeyError where the table lacks it; a test holds it to the texts."""
    return _table().gaps[name]


def samples(language: str) -> dict[str, str]:
    """What usually fills each gap, in the language of a text: what is not English is filled as in Chinese."""
    return {name: row.sample.name(language) for name, row in _table().gaps.items()}
