"""What the office keeps in both of its languages, and which of the two is read. Pure."""

from __future__ import annotations


def said_in(language: str, zh: str, en: str) -> str:
    """The English wording for an English tag ("en", "en_GB"), the Chinese one for any other."""
    return en if language.startswith("en") else zh
