"""People who called or wrote, found by a keyed digest of their number. The row can be erased; what was done stays."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass

from appliance.clock import Clock, utc_text
from appliance.errors import NotFound
from appliance.people.keys import BoxKey
from appliance.people.numbers import normalise
from db import people
from db.store import Reads, Store, Transaction

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Citizen:
    id: int
    phone: str  # normalised; '' when erased
    name: str
    language: str
    notes: str
    is_erased: bool


class Citizens:
    def __init__(self, store: Store, clock: Clock, key: BoxKey, region_code: str = "") -> None:
        self._store, self._clock, self._key, self._region_code = store, clock, key, region_code

    def find_or_add(self, tx: Transaction, number: str) -> int:
        """The id of whoever has this number. ValueError without a number: nobody is not one person."""
        phone = normalise(number, self._region_code)
        if not phone:
            raise ValueError("a citizen is known by a number")
        key = self._key.phone_key(phone)
        row = people.citizen_by_key(tx, key)
        if row is not None:
            return int(row["id"])
        return tx.insert(
            "citizen",
            phone_key=key,
            phone=phone,
            salt=secrets.token_bytes(SALT_BYTES),
            created_at=utc_text(self._clock.now()),
        )

    def by_number(self, number: str, reads: Reads | None = None) -> Citizen | None:
        phone = normalise(number, self._region_code)
        row = people.citizen_by_key(reads or self._store, self._key.phone_key(phone)) if phone else None
        return _citizen(row) if row else None

    def by_id(self, citizen_id: int, reads: Reads | None = None) -> Citizen:
        """Raises NotFound."""
        row = people.citizen(reads or self._store, citizen_id)
        if row is None:
            raise NotFound
        return _citizen(row)

    def learn_name(self, tx: Transaction, citizen_id: int, name: str) -> None:
        """Remember how this citizen is called, unless it is known already."""
        if name.strip() and not self.by_id(citizen_id, tx).name:
            people.name_citizen(tx, citizen_id, name.strip())


def _citizen(row: sqlite3.Row) -> Citizen:
    return Citizen(
        id=row["id"],
        phone=row["phone"] or "",
        name=row["name"],
        language=row["language"],
        notes=row["notes"],
        is_erased=row["erased_at"] is not None,
    )
