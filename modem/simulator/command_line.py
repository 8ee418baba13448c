"""Reads one AT command line: V.250 5.2 to 5.4, basic and extended commands, several in one line. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_EXTENDED = re.compile(r"[+^*$%#_-][A-Z0-9!%\-./:_]*", re.IGNORECASE)
_BASIC = re.compile(r"(?:[&\\][A-Z]|[A-CE-RT-Z])\s*(\d*)", re.IGNORECASE)
_REGISTER = re.compile(r"S(\d+)\s*(=\s*(\d*)|\?)?", re.IGNORECASE)


class Kind(Enum):
    RUN = "run"
    SET = "set"
    READ = "read"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Request:
    """One command of a line. `text` is what follows "=", or the number of a basic command, or the dial string."""

    name: str
    kind: Kind
    text: str = ""

    def values(self) -> list[str | None]:
        """Comma separated parameters; quotes are taken off; None for an omitted one."""
        return split_values(self.text)

    def number(self, place: int) -> int | None:
        """Parameter `place` as a number, None if omitted; ValueError if it is something else."""
        value = self.string(place)
        return None if value is None else int(value)

    def number_or(self, place: int, default: int) -> int:
        number = self.number(place)
        return default if number is None else number

    def string(self, place: int) -> str | None:
        values = self.values()
        return values[place] if place < len(values) else None


class BadLine(ValueError):
    """The line cannot be read as commands."""


def split_values(text: str) -> list[str | None]:
    values: list[str | None] = []
    for piece in map(str.strip, _split(text, ",")):
        is_quoted = len(piece) >= 2 and piece[0] == piece[-1] == '"'
        values.append(piece[1:-1] if is_quoted else piece or None)
    return values


def parse(line: str) -> list[Request]:
    """Commands of the line that follows "AT". Raises BadLine."""
    requests: list[Request] = []
    rest = line.strip()
    while rest:
        if rest[0] in "; ":
            rest = rest[1:]
        elif rest[0] in "Dd":
            number, _, rest = rest[1:].partition(";")
            voice = ";" if line.rstrip().endswith(";") or rest else ""
            requests.append(Request("D", Kind.RUN, number.strip() + voice))
        elif match := _EXTENDED.match(rest):
            body, rest = _first(rest[match.end() :])
            requests.append(_extended(match.group().upper(), body.strip()))
        elif match := _REGISTER.match(rest):
            requests.append(_register(match))
            rest = rest[match.end() :]
        elif match := _BASIC.match(rest):
            name = match.group().upper().removesuffix(match.group(1)).strip()
            requests.append(Request(name, Kind.RUN, match.group(1)))
            rest = rest[match.end() :]
        else:
            raise BadLine(rest)
    return requests


def _extended(name: str, body: str) -> Request:
    if not body:
        return Request(name, Kind.RUN)
    if body == "?":
        return Request(name, Kind.READ)
    if body == "=?":
        return Request(name, Kind.TEST)
    if body.startswith("="):
        return Request(name, Kind.SET, body[1:])
    raise BadLine(name + body)


def _register(match: re.Match[str]) -> Request:
    name = f"S{int(match.group(1))}"
    if match.group(2) is None:
        return Request(name, Kind.RUN)
    if match.group(2) == "?":
        return Request(name, Kind.READ)
    return Request(name, Kind.SET, match.group(3))


def _first(text: str) -> tuple[str, str]:
    """(up to the first ";" outside quotes, what follows it)."""
    pieces = _split(text, ";", limit=1)
    return pieces[0], pieces[1] if len(pieces) > 1 else ""


def _split(text: str, separator: str, limit: int = -1) -> list[str]:
    if '"' not in text:
        return text.split(separator, limit)
    pieces: list[str] = []
    start, quoted = 0, False
    for place, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == separator and not quoted and len(pieces) != limit:
            pieces.append(text[start:place])
            start = place + 1
    pieces.append(text[start:])
    return pieces
