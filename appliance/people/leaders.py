"""Leaders of the county by their registered telephones: what one of them texts is an instruction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.people.keys import BoxKey
from appliance.people.numbers import may_text, normalise
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import leaders as rows
from db import people
from db.store import Store


@dataclass(frozen=True, slots=True)
class Leader:
    id: int
    name: str
    phone: str


class Leaders:
    def __init__(self, store: Store, clock: Clock, key: BoxKey, audit: Audit, region_code: str = "") -> None:
        self._store, self._clock, self._key, self._audit = store, clock, key, audit
        self._region_code = region_code

    def all(self) -> tuple[Leader, ...]:
        return tuple(_leader(row) for row in rows.listed(self._store))

    def by_number(self, number: str) -> Leader | None:
        """Whose registered number this is. A hint who wrote, never a proof: nothing is closed or sent out by it."""
        row = rows.by_key(self._store, self._key.phone_key(normalise(number, self._region_code)))
        return _leader(row) if row else None

    def add(self, name: str, phone: str, by: User) -> Leader:
        """Register a leader. A handler's number stays the handler's. Raises FieldWrong."""
        number, name = normalise(phone, self._region_code), name.strip()
        if not name:
            raise FieldWrong("name", "Please fill in this field.")
        if not may_text(number):
            raise FieldWrong("phone", "This number can't be texted.")
        key = self._key.phone_key(number)
        with self._store.transaction() as tx:
            if rows.by_key(tx, key) is not None or people.handler_by_key(tx, key) is not None:
                raise FieldWrong("phone", "This number is registered already.")
            leader_id = rows.add(tx, name, number, key)
            self._audit.write(tx, "leader_added", "leader", leader_id, by)
        return Leader(leader_id, name, number)

    def remove(self, leader_id: int, by: User) -> None:
        """From now on this number is a stranger's. Raises NotFound."""
        with self._store.transaction() as tx:
            if not rows.disable(tx, leader_id, utc_text(self._clock.now())):
                raise NotFound
            self._audit.write(tx, "leader_removed", "leader", leader_id, by)


def _leader(row: sqlite3.Row) -> Leader:
    return Leader(row["id"], row["name"], row["phone"])
