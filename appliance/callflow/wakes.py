"""What a script still waits for: each Wake with its purpose, and the sound it watches. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from modem.commands import Wake


class Wakes:
    """One call's. `refs` is shared with the sounds, so that no two answers can be taken for each other."""

    def __init__(self, refs: Iterator[int]) -> None:
        self._refs = refs
        self._purposes: dict[int, tuple[str, int]] = {}

    def set(self, purpose: str, after_s: float, sound: int = 0) -> Wake:
        """The command for it; `sound` is the ref of what it watches, 0 = it holds in any case."""
        ref = next(self._refs)
        self._purposes[ref] = (purpose, sound)
        return Wake(ref, after_s)

    def take(self, ref: int, sound: int) -> str:
        """What the time is up for; "" where it is nobody's, or the sound it watched is not the one of now."""
        purpose, watched = self._purposes.pop(ref, ("", 0))
        return purpose if watched in (0, sound) else ""
