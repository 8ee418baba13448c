"""The units that handle tickets, and their people who may answer by SMS."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.people.keys import BoxKey
from appliance.people.numbers import kind_of, normalise
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import people
from db.store import Store, Transaction

COLUMNS = ("code", "name_zh", "name_en", "kind", "handler", "phone")
KINDS = ("bureau", "township", "utility")
SHELL = "shell"  # whoever works on the box's own command line


@dataclass(frozen=True, slots=True)
class Department:
    id: int
    code: str
    name_zh: str
    name_en: str
    kind: str

    @property
    def words(self) -> tuple[str, str, str, str]:
        return self.code, self.name_zh, self.name_en, self.kind

    def name(self, language: str) -> str:
        return self.name_en if language.startswith("en") else self.name_zh


@dataclass(frozen=True, slots=True)
class Handler:
    id: int
    department_id: int
    name: str
    phone: str


class Departments:
    def __init__(self, store: Store, clock: Clock, key: BoxKey, audit: Audit, region_code: str = "") -> None:
        self._store, self._clock, self._key, self._audit = store, clock, key, audit
        self._region_code = region_code

    def all(self) -> tuple[Department, ...]:
        return tuple(_department(row) for row in people.departments(self._store))

    def get(self, department_id: int) -> Department:
        """Raises NotFound."""
        return _department_of(people.department(self._store, department_id))

    def handlers(self, department_id: int) -> tuple[Handler, ...]:
        """Who may answer for this department now."""
        return tuple(_handler(row) for row in people.handlers(self._store, department_id))

    def handler(self, handler_id: int) -> Handler:
        """Whoever is or was one: what they did keeps their name. Raises NotFound."""
        row = people.handler(self._store, handler_id)
        if row is None:
            raise NotFound
        return _handler(row)

    def handler_by_number(self, number: str) -> Handler | None:
        """Whose registered number this is. A number is a hint who it may be, never a proof."""
        row = people.handler_by_key(self._store, self._key.phone_key(normalise(number, self._region_code)))
        return _handler(row) if row else None

    def add(self, code: str, name_zh: str, name_en: str, kind: str) -> Department:
        """Add a unit, or mend the names of the one with this code. Raises FieldWrong."""
        with self._store.transaction() as tx:
            return self._add(tx, code.strip(), name_zh.strip(), name_en.strip(), kind.strip())

    def _add(self, tx: Transaction, code: str, name_zh: str, name_en: str, kind: str) -> Department:
        if not code:
            raise FieldWrong("code", "A department needs a code.")
        if not name_zh and not name_en:
            raise FieldWrong("name_zh", "A department needs a name.")
        if kind not in KINDS:
            raise FieldWrong("kind", "Unknown kind. Use one of %(kinds)s.", kinds=", ".join(KINDS))
        names = (name_zh or name_en, name_en or name_zh)
        known = people.department_by_code(tx, code)
        if known is not None and known["disabled_at"] is None and _department(known).words == (code, *names, kind):
            return _department(known)
        people.put_department(tx, code, *names, kind)
        unit = _department_of(people.department_by_code(tx, code))
        action = "department_changed" if known else "department_added"
        self._audit.write(tx, action, "department", unit.id, role=SHELL, words=unit.words)
        return unit

    def add_handler(self, department_id: int, name: str, phone: str) -> Handler:
        """Register a handler. One number belongs to one handler. Raises FieldWrong, NotFound."""
        with self._store.transaction() as tx:
            return self._add_handler(tx, department_id, name.strip(), phone)

    def _add_handler(self, tx: Transaction, department_id: int, name: str, phone: str) -> Handler:
        number = normalise(phone, self._region_code)
        if kind_of(number) not in {"mobile", "landline", "international"}:
            raise FieldWrong("phone", "This is not a telephone number.")
        _department_of(people.department(tx, department_id))
        key = self._key.phone_key(number)
        known = people.handler_by_key(tx, key)
        if known is not None and known["department_id"] != department_id:
            raise FieldWrong("phone", "This number belongs to a handler of another department.")
        if known is not None:
            if known["name"] != name:
                people.name_handler(tx, known["id"], name)
                self._audit.write(tx, "handler_renamed", "handler", known["id"], role=SHELL)
            return Handler(known["id"], department_id, name, number)
        handler_id = people.add_handler(tx, department_id, name, number, key)
        # No words: a handler is a person who may be erased, and has no salt of their own.
        self._audit.write(tx, "handler_added", "handler", handler_id, role=SHELL)
        return Handler(handler_id, department_id, name, number)

    def disable_handler(self, handler_id: int, by: User | None) -> None:
        """From now on this number is a stranger's. `by` is None on the box's own command line. Raises NotFound."""
        with self._store.transaction() as tx:
            if people.handler(tx, handler_id) is None:
                raise NotFound
            if people.disable_handler(tx, handler_id, utc_text(self._clock.now())):
                self._audit.write(tx, "handler_disabled", "handler", handler_id, by, role="" if by else SHELL)

    def import_csv(self, path: Path) -> int:
        """Read units and handlers; all rows or none. Returns the number of rows. Raises FieldWrong with the line."""
        with path.open(encoding="utf-8-sig", newline="") as file:
            return self.import_rows(csv.DictReader(file))

    def import_rows(self, rows: Iterable[Mapping[str, str | None]]) -> int:
        count = 0
        with self._store.transaction() as tx:
            for line, row in enumerate(rows, start=2):
                values = {name: (row.get(name) or "").strip() for name in COLUMNS}
                try:
                    unit = self._add(tx, values["code"], values["name_zh"], values["name_en"], values["kind"])
                    if values["phone"]:
                        self._add_handler(tx, unit.id, values["handler"], values["phone"])
                except FieldWrong as wrong:
                    raise FieldWrong(
                        wrong.field,
                        "Line %(line)d, %(column)s: %(wrong)s",
                        line=line,
                        column=wrong.field,
                        wrong=str(wrong),
                    ) from wrong
                count += 1
        return count


def _department_of(row: sqlite3.Row | None) -> Department:
    if row is None:
        raise NotFound
    return _department(row)


def _department(row: sqlite3.Row) -> Department:
    return Department(row["id"], row["code"], row["name_zh"], row["name_en"], row["kind"])


def _handler(row: sqlite3.Row) -> Handler:
    return Handler(row["id"], row["department_id"], row["name"], row["phone"])
