"""Reads a department's opinion out of its text; the words are the table opinion_words.toml. Pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SAID = "said"  # an opinion that stands in its words alone: a person reads it
_PRINTED = re.compile(r"(?<!\d)\d{6,10}(?!\d)")
_BEFORE = re.compile(r"^(?:[\W_]|(?<!\d)\d{6,10}(?!\d))+")


@dataclass(frozen=True, slots=True)
class Table:
    """opinion_words.toml."""

    questions: tuple[str, ...]
    opinions: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One opinion and how it is written."""

    opinion: str
    begins: tuple[str, ...]
    holds: tuple[str, ...]


@cache
def table() -> Table:
    """The words as they were shipped."""
    read = tomllib.loads(files("appliance.intake").joinpath("opinion_words.toml").read_text("utf-8"))
    rows = (Spoken(row["opinion"], tuple(row["begins"]), tuple(row["holds"])) for row in read["opinions"])
    return Table(tuple(read["questions"]), tuple(rows))


def opinion_in(text: str) -> str:
    """What the text says: a key of the table, SAID where only a person can tell."""
    plain = _BEFORE.sub("", _plain(text))
    if plain.startswith(table().questions):
        return SAID
    begins = max(_beginnings(plain), default=(0, ""))
    if begins[0]:
        return begins[1]
    return next((row.opinion for row in table().opinions if any(word in plain for word in row.holds)), SAID)


def numbers_in(text: str) -> tuple[int, ...]:
    """What may be the ticket it names, written as the office prints numbers: telephones and days look alike."""
    return tuple(int(found) for found in _PRINTED.findall(_plain(text)))


def _beginnings(plain: str) -> Iterator[tuple[int, str]]:
    for row in table().opinions:
        for word in row.begins:
            if plain.startswith(word) and not _runs_on(plain, word):
                yield len(word), row.opinion


def _runs_on(plain: str, word: str) -> bool:
    """Whether a Latin word goes on behind it: "no" is none in "north"."""
    following = plain[len(word) :]
    return word[-1].isascii() and following[:1].isascii() and following[:1].isalpha()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
