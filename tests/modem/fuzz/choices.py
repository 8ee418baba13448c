"""A case's bytes read as decisions: what to do next, which of these, how many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


class Choices:
    """Behind the last byte every decision is 0 and every piece empty."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def are_over(self) -> bool:
        return self._at >= len(self._data)

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def one_of(self, things: Sequence[Thing]) -> Thing:
        return things[self.byte() % len(things)]

    def piece(self, most: int = 255) -> bytes:
        """So many of the next bytes as the first of them says."""
        return self.take(self.byte() % (most + 1))

    def take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        self._at += count
        return taken

    def rest(self) -> bytes:
        return self.take(len(self._data) - self._at) if not self.are_over else b""
