"""People who called or wrote, found by a keyed digest of their number. The row can be erased; what was done stays.

A protected person's row holds a reference instead of a number (appliance/people/vault.py): what comes from the number
finds its way to that row, and nothing but `address` leads back.
"""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass

from appliance.clock import Clock, utc_text
from appliance.errors import NotFound
from appliance.people.keys import BoxKey
from appliance.people.numbers import normalise
from appliance.people.vault import Vault
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
    def __init__(
        self, store: Store, clock: Clock, key: BoxKey, region_code: str = "", *, language: str = "zh_CN"
    ) -> None:
        self._store, self._clock, self._key, self._region_code = store, clock, key, region_code
        self.vault = Vault(store, clock, key, region_code, language)
        store.guard_words(self.vault.guard)

    def find_or_add(self, tx: Transaction, number: str) -> int:
        """The id of whoever has this number: of a protected person, the pseudonym's.

        ValueError without a number: nobody is not one person.
        """
        phone = normalise(number, self._region_code)
        if not phone:
            raise ValueError("a citizen is known by a number")
        phone = self.vault.reference_of(tx, phone) or phone
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
        """Who is known openly by this number, or by this reference: a number never leads to a pseudonym here."""
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

    def shown(self, reads: Reads, number: str) -> str:
        """A number as it may be written down: the reference of a protected person, else the number itself."""
        return self.vault.reference_of(reads, number) or number

    def is_protected(self, citizen_id: int | None, reads: Reads | None = None) -> bool:
        return self.vault.is_pseudonym(reads or self._store, citizen_id)


def _citizen(row: sqlite3.Row) -> Citizen:
    return Citizen(
        id=row["id"],
        phone=row["phone"] or "",
        name=row["name"],
        language=row["language"],
        notes=row["notes"],
        is_erased=row["erased_at"] is not None,
    )
