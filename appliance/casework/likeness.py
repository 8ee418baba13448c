"""How alike two texts are: the share of the shorter one's pairs of characters that the other has as well. Pure."""

from __future__ import annotations

LONGEST = 600  # characters looked at: what it is about stands at the beginning
LEAST_PAIRS = 3  # of less than that nothing can be said


def pairs_of(text: str) -> frozenset[str]:
    letters = "".join(sign for sign in text[:LONGEST].casefold() if sign.isalnum())
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 (nothing in common) to 1 (the shorter is within the longer)."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter >= LEAST_PAIRS else 0.0
