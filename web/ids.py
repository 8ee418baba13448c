"""Whole numbers in addresses and forms. The database's are 64 bits wide: a longer one names nothing that is here."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**63 - 1  # SQLite, "Datatypes": an INTEGER has at most 8 bytes
_MOST_DIGITS = len(str(LARGEST_ID))


class IdConverter(IntegerConverter):
    """`<int:...>` in an address; beyond the database's reach it is no page (404)."""

    regex = rf"[0-9]{{1,{_MOST_DIGITS}}}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


def whole(typed: str) -> int:
    """What `type=` of a query or a form takes. Raises ValueError, which counts there as "not given"."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_DIGITS):
        raise ValueError(typed)
    found = int(typed)
    if found > LARGEST_ID:
        raise ValueError(typed)
    return found


def install(app: Flask) -> None:
    """Before the pages: a rule looks its converter up when it is added."""
    app.url_map.converters["int"] = IdConverter
