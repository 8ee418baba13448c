"""Who is told of a danger, in which order, by when the next one is, and when the box rings. Pure.

The duty leader, the department in the order of its people, whoever stands in; then from the beginning again, ten
minutes apart, until somebody says that it was received. A telephone stands in the chain once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

STEP = timedelta(minutes=10)
CALL_AFTER = timedelta(minutes=5)  # a text nobody confirmed: somebody calls
LOOK_WITHIN = timedelta(minutes=10)  # a suspicion that nobody looked at is told as if it were one
REPORT_WITHIN = timedelta(hours=2)
RING_AFTER = timedelta(minutes=2)  # so long a text may be answered before the box rings
RING_AGAIN_AFTER = timedelta(minutes=3)
TRY_AGAIN_AFTER = timedelta(minutes=1)  # it did not ring: the line was needed, or failed; or his was busy
MOST_RINGS, MOST_TRIES = 3, 8  # in one step
NEVER_RANG = frozenset({"gave_way", "failed", "busy", "cut"})
SPOKEN_WITH = frozenset({"person", "needless", "confirmed"})  # a person has it in hand, or it is done
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


@dataclass(frozen=True, slots=True)
class Rung:
    """One time that the box rang somebody. `outcome`: a key of callflow.alarm_call.OUTCOMES."""

    at: datetime
    outcome: str


def rings_at(told_at: datetime, rung: Sequence[Rung], *, has_text: bool) -> datetime | None:
    """When the box rings whoever was told then; None: no more in this step. Without a text at once."""
    if len(rung) >= MOST_TRIES or any(each.outcome in SPOKEN_WITH for each in rung):
        return None
    if sum(each.outcome not in NEVER_RANG for each in rung) >= MOST_RINGS:
        return None
    if not rung:
        return told_at + RING_AFTER if has_text else told_at
    return rung[-1].at + (TRY_AGAIN_AFTER if rung[-1].outcome in NEVER_RANG else RING_AGAIN_AFTER)


def at_step(people: tuple[Person, ...], step: int) -> Person | None:
    """Whose turn the `step`-th telling is, counted from 0; None when the chain is empty or has been long enough."""
    if not people or step >= MOST_STEPS:
        return None
    return people[step % len(people)]
