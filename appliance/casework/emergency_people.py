"""Whom the box tells of dangers: who is on duty by the roster, else whoever the office named for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from appliance.casework import forms, sight
from appliance.casework.emergency_chain import Person
from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.people.numbers import may_dial, normalise
from appliance.people.roster import Duty
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import emergency as rows
from db import supervision
from db.store import Reads, Store, Transaction

ROLES = ("leader", "backup")
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Contact:
    id: int
    role: str
    name: str
    phone: str


class EmergencyPeople:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        *,
        on_duty: Callable[[str], Duty | None],
        region_code: str,
    ) -> None:
        self._store, self._clock, self._audit = store, clock, audit
        self._on_duty, self._region_code = on_duty, region_code

    def leaders(self, reads: Reads) -> tuple[Person, ...]:
        """Who is told of everything grave."""
        return self._of_role(reads, "leader")

    def of_department(self, reads: Reads, department_id: int | None) -> tuple[Person, ...]:
        """The whole chain for a danger that this department has in hand, or nobody yet."""
        people = supervision.people_of(reads, department_id) if department_id is not None else []
        unit = tuple(Person("unit", row["name"], row["phone"], row["id"]) for row in people)
        return (*self.leaders(reads), *unit, *self._of_role(reads, "backup"))

    def contacts(self) -> tuple[Contact, ...]:
        """Whom the office named, for when the roster names nobody."""
        return tuple(_contact(row) for row in rows.contacts(self._store))

    def add(self, role: str, name: str, phone: str, by: User) -> int:
        """Name somebody. Raises FieldWrong, NotAllowed: the lead does this."""
        sight.must_be_lead(by)
        if role not in ROLES:
            raise FieldWrong("role", "Choose what the duty is.")
        number, shown = normalise(phone, self._region_code), forms.clean(name)
        if not shown or len(shown) > LONGEST_NAME:
            raise FieldWrong("name", "Write who it is, at most %(longest)d characters.", longest=LONGEST_NAME)
        if not may_dial(number):
            raise FieldWrong("phone", "This is not a telephone number.")
        with self._store.transaction() as tx:
            known = next((row for row in rows.contacts(tx) if (row["role"], row["phone"]) == (role, number)), None)
            if known is not None:
                return int(known["id"])
            now = utc_text(self._clock.now())
            contact_id = tx.insert("emergency_contact", role=role, name=shown, phone=number, added_at=now)
            self._audit.write(tx, "emergency_contact_added", "emergency_contact", contact_id, by, words=(role,))
            return contact_id

    def remove(self, contact_id: int, by: User) -> None:
        """Twice is once. Raises NotFound, NotAllowed."""
        sight.must_be_lead(by)
        with self._store.transaction() as tx:
            if not any(row["id"] == contact_id for row in rows.contacts(tx)):
                raise NotFound
            rows.disable_contact(tx, contact_id, utc_text(self._clock.now()))
            self._audit.write(tx, "emergency_contact_removed", "emergency_contact", contact_id, by)

    def _of_role(self, reads: Reads | Transaction, role: str) -> tuple[Person, ...]:
        duty = self._on_duty(role)
        by_roster = (Person(role, duty.name, duty.phone),) if duty is not None and duty.phone else ()
        named = tuple(Person(role, row["name"], row["phone"]) for row in rows.contacts(reads) if row["role"] == role)
        return by_roster + named


def _contact(row: sqlite3.Row) -> Contact:
    return Contact(row["id"], row["role"], row["name"], row["phone"])
