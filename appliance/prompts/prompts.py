"""The prompts as the call flow takes them: from memory, at once, on any line's own thread.

Sound is loaded at the start and replaced whole when somebody saves, so that nobody ever waits for disk or lock here.
"""

from __future__ import annotations

from collections.abc import Mapping

from appliance.prompts import numbers, shipped
from appliance.prompts.table import DIGITS

EVERY_LINE = ""
Own = Mapping[tuple[str, str], bytes]  # key and line ("" = every line) -> G.711 u-law, 8000 samples a second


class Prompts:
    """Which sound stands for which prompt now. Safe to ask from any thread."""

    def __init__(self, language: str, own: Own | None = None) -> None:
        """`language` is "zh_CN" or "en"; `own` is what the office recorded itself."""
        self._shipped = shipped.load(language)
        self._own: Own = dict(own or {})

    def clip(self, key: str, line: str = EVERY_LINE) -> bytes:
        """The sound of `key` on this line: the line's own, else the office's, else the shipped one.

        b"" where there is none (an announcement nobody has recorded): the caller hears nothing, the call goes on.
        """
        own = self._own
        return own.get((key, line)) or own.get((key, EVERY_LINE)) or self._shipped.get(key, b"")

    def number(self, text: str, line: str = EVERY_LINE) -> tuple[bytes, ...]:
        """A number read out digit by digit, with a short break where people break it; other signs only break."""
        return tuple(
            self.clip(f"digit:{sign}", line) if sign in DIGITS else numbers.BREAK for sign in numbers.spoken(text)
        )

    def replace(self, own: Own) -> None:
        """From now on these are the office's own. Whoever is in the midst of a call hears the rest as it was."""
        self._own = dict(own)

    def is_own(self, key: str, line: str = EVERY_LINE) -> bool:
        """Whether exactly this one was recorded by the office."""
        return (key, line) in self._own

    def shipped(self, key: str) -> bytes:
        return self._shipped.get(key, b"")
