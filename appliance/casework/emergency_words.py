"""Words that may mean danger to life, read from emergency_words.toml. Pure: text in, suspicion out.

Only a suspicion: a person decides whether it is one. Who is blocked or limited passes with such a word all the same.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from appliance.bilingual import said_in

SERVICES = ("110", "119", "120", "122")
OTHER = "other"
_LATIN = re.compile(r"[ -~]+")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of danger: its names, the service to be called, and what the citizen is told."""

    key: str
    zh: str
    en: str
    service: str
    script_zh: str
    script_en: str
    words: tuple[str, ...]

    def name(self, language: str) -> str:
        return said_in(language, self.zh, self.en)

    def script(self, language: str) -> str:
        return said_in(language, self.script_zh, self.script_en)


@dataclass(frozen=True, slots=True)
class _Table:
    kinds: tuple[Kind, ...]
    unless: tuple[str, ...]
    acks: frozenset[str]


@cache
def _table() -> _Table:
    read = tomllib.loads(files("appliance.casework").joinpath("emergency_words.toml").read_text("utf-8"))
    rows = tuple(Kind(**{**row, "words": tuple(row["words"])}) for row in read["kinds"])
    return _Table(rows, tuple(read["unless"]), frozenset(read["acks"]))


def kinds() -> tuple[Kind, ...]:
    return _table().kinds


def kind(key: str) -> Kind | None:
    """The row of this key; None if the table has none."""
    return next((row for row in kinds() if row.key == key), None)


def find(text: str) -> Kind | None:
    """The first kind of danger that a text speaks of."""
    plain = _plain(text)
    for phrase in _table().unless:
        plain = plain.replace(phrase, "|")
    return next((row for row in kinds() if any(_has(plain, word) for word in row.words)), None)


def is_ack(text: str) -> bool:
    """Whether the first word of a text says that it was received; a ticket number may follow."""
    words = re.split(r"[\s,.!:;\u3002\u3001]+", _plain(text).strip(), maxsplit=1)
    first, rest = words[0], words[1] if len(words) > 1 else ""
    run_on = re.fullmatch(r"(\D+)(\d{4,})", first)
    if run_on is not None:
        first, rest = run_on[1], f"{run_on[2]} {rest}"
    return first in _table().acks and (not rest.strip() or number_in(rest) is not None)


def number_in(text: str) -> int | None:
    """A ticket number of the length the office prints, or longer."""
    found = re.search(r"(?<!\d)\d{4,10}(?!\d)", _plain(text))
    return int(found[0]) if found else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _has(plain: str, word: str) -> bool:
    if _LATIN.fullmatch(word):
        return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", plain) is not None
    return word in plain
