"""The SIM's PIN and its one try. A wrong PIN costs one of the card's three tries; the last but one is a person's."""

from __future__ import annotations

from typing import Protocol

LEAST_PIN_TRIES = 3  # with fewer left a person decides, not we


class PinTries(Protocol):
    """Who remembers that a PIN was tried. `holder` is whose try it was: "iccid:...", "imei:..." or "line:NAME"."""

    def was_tried(self, holder: str, pin: str) -> bool:
        """Whether the try is spent, and the card didn't say that the PIN was right."""
        ...

    def may_try(self, line: str, holder: str, pin: str) -> bool:
        """Spend the try, for good; False if it was spent before, or can't be recorded."""
        ...

    def was_right(self, holder: str, pin: str) -> None:
        """The card took it: its tries are three again, so that the same PIN may open it after the next power cut."""
        ...


class OnceInAProcess:
    """Remembers nothing over restarts: for lines without an office behind them."""

    def __init__(self) -> None:
        self._spent: set[tuple[str, str]] = set()

    def was_tried(self, holder: str, pin: str) -> bool:
        return (holder, pin) in self._spent

    def may_try(self, line: str, holder: str, pin: str) -> bool:
        is_free = not self.was_tried(holder, pin)
        self._spent.add((holder, pin))
        return is_free

    def was_right(self, holder: str, pin: str) -> None:
        self._spent.discard((holder, pin))


class SimPin:
    """The configured PIN of one line. What was tried is remembered by `tries` alone, by card and not by line."""

    def __init__(self, line: str, digits: str | None, tries: PinTries | None = None) -> None:
        self._line = line
        self.digits = digits or ""
        self._tries = tries or OnceInAProcess()

    def was_tried(self, holder: str) -> bool:
        return self._tries.was_tried(holder, self.digits)

    def spend(self, holder: str) -> bool:
        """Whether the PIN may go out now. After True it must go out: the try is on record."""
        return self._tries.may_try(self._line, holder, self.digits)

    def was_taken(self, holder: str) -> None:
        """The card said OK to our PIN and is ready."""
        self._tries.was_right(holder, self.digits)
