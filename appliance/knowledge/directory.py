"""Who is reached where: the units with their duty and hours, and who of them is on duty at this moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.limits.hours import OfficeHours
from appliance.people.departments import Department, Departments
from appliance.people.handlers import Handler
from db.search import fold, terms


@dataclass(frozen=True, slots=True)
class Reached:
    unit: Department
    is_open: bool | None  # None while the box does not know the time
    people: tuple[Handler, ...]  # those on duty first
    on_duty: frozenset[int]  # ids of people who are to be reached now


class Directory:
    """Any thread; reads only."""

    def __init__(
        self, departments: Departments, clock: Clock, hours: OfficeHours, *, clock_ok: Callable[[], bool]
    ) -> None:
        self._departments, self._clock, self._hours, self._clock_ok = departments, clock, hours, clock_ok

    def find(self, query: str = "") -> tuple[Reached, ...]:
        """Every unit, or those that have all the words in name, duty or people."""
        words = terms(query)
        found = (self._reached(unit) for unit in self._departments.all())
        return tuple(each for each in found if all(word in _searched(each) for word in words))

    def _reached(self, unit: Department) -> Reached:
        people = self._departments.people(unit.id)
        if not self._clock_ok():
            return Reached(unit, None, people, frozenset())
        now, hours = self._clock.now(), self._hours.of_unit(unit.hours)
        on_duty = frozenset(person.id for person in self._departments.on_duty(unit.id, now, hours))
        people = tuple(sorted(people, key=lambda person: person.id not in on_duty))
        return Reached(unit, hours.is_open(now), people, on_duty)


def _searched(reached: Reached) -> str:
    unit = reached.unit
    people = (f"{person.name} {person.phone}" for person in reached.people)
    return fold("\n".join((unit.code, unit.name_zh, unit.name_en, unit.duties, *people)))
