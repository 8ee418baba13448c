"""Whether one text tells the same matter as another: the share of the shorter one's pairs of characters that the other
has as well. Pure.

Somebody who has typed three words so far must find the long ticket that holds them. How alike two finished tickets are
as wholes, one being no part of the other, is another question: `routing_rules.likeness`.
"""

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
