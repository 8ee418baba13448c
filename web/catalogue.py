"""Reads a gettext .po file at start. There is no compiled .mo beside it that could be older than the words.

Knows what our catalogues use: msgid, msgid_plural, msgstr, msgstr[n], comments, the `fuzzy` mark (such an entry
does not count) and lines of former entries (`#~`).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


class CatalogueError(ValueError):
    """A line of a .po file that cannot be read; the sentence names file and line."""


@dataclass(frozen=True)
class Catalogue:
    """The words of one language. A message without an entry is shown as it is written in the code: in English."""

    messages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    form_of: Callable[[int], int] = lambda count: int(count != 1)

    def gettext(self, message: str) -> str:
        found = self.messages.get(message)
        return found[0] if found else message

    def ngettext(self, one: str, many: str, count: int) -> str:
        found = self.messages.get(one)
        if found:
            return found[min(self.form_of(count), len(found) - 1)]
        return one if count == 1 else many


def read(path: Path, form_of: Callable[[int], int]) -> Catalogue:
    """The catalogue in `path`. Raises CatalogueError."""
    messages: dict[str, tuple[str, ...]] = {}
    for entry in _entries(path):
        forms = tuple(text for key, text in sorted(entry.items()) if key.startswith("msgstr"))
        if entry.get("msgid") and any(forms) and "fuzzy" not in entry:
            messages[entry["msgid"]] = forms
    return Catalogue(messages, form_of)


def _entries(path: Path) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = []
    entry: dict[str, str] = {}
    key = ""
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line:
            entries.append(entry)
            entry, key = {}, ""
        elif line.startswith("#,") and "fuzzy" in line:
            entry["fuzzy"] = ""
        elif line.startswith("#"):
            continue
        elif line.startswith('"') and key:
            entry[key] += _text(line, path, number)
        elif line.startswith("msg"):
            key, _, text = line.partition(" ")
            entry[key] = _text(text, path, number)
        else:
            raise CatalogueError(f"{path} line {number}: cannot be read")
    return [*entries, entry]


def _text(quoted: str, path: Path, number: int) -> str:
    try:
        return str(ast.literal_eval(quoted))
    except (SyntaxError, ValueError) as wrong:
        raise CatalogueError(f"{path} line {number}: not a quoted text") from wrong
