"""Who is told of a danger, in which order, and by when the next one is. Pure.

The duty leader, the department in the order of its people, whoever stands in; then from the beginning again, ten
minutes apart, until somebody says that it was received. A telephone stands in the chain once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

STEP = timedelta(minutes=10)
CALL_AFTER = timedelta(minutes=5)  # a text nobody confirmed: somebody calls
LOOK_WITHIN = timedelta(minutes=10)  # a suspicion that nobody looked at is told as if it were one
REPORT_WITHIN = timedelta(hours=2)
MOST_STEPS = 36  # six hours; then the desk's mark alone remains


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the chain. role: leader, unit or backup."""

    role: str
    name: str
    phone: str
    handler_id: int | None = None


def chain(people: Iterable[Person]) -> tuple[Person, ...]:
    """Each telephone once, where it stands first."""
    found: dict[str, Person] = {}
    for person in people:
        if person.phone:
            found.setdefault(person.phone, person)
    return tuple(found.values())


def at_step(people: tuple[Person, ...], step: int) -> Person | None:
    """Whose turn the `step`-th telling is, counted from 0; None when the chain is empty or has been long enough."""
    if not people or step >= MOST_STEPS:
        return None
    return people[step % len(people)]
