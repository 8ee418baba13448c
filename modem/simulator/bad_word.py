"""Reading the fields of a control message, and what is said when one is wrong."""

from __future__ import annotations

from typing import Any


class BadWord(ValueError):
    """The message lacks something or says something impossible."""


def text_of(message: dict[str, Any], name: str, default: str | None = None) -> str:
    value = message.get(name, default)
    if not isinstance(value, str):
        raise BadWord(f"{name}: a string is wanted")
    return value


def number_of(message: dict[str, Any], name: str, default: float | None = None, *, least: float, most: float) -> float:
    value = message.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise BadWord(f"{name}: a number from {least:g} to {most:g} is wanted")
    return float(value)
