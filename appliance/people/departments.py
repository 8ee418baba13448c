"""The units that handle tickets, and their people who may answer by SMS."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import FieldWrong, NotFound
from appliance.people.keys import BoxKey
from appliance.people.numbers import kind_of, normalise
from db import people
from db.store import Store, Transaction

COLUMNS = ("code", "name_zh", "name_en", "kind", "handler", "phone")
KINDS = ("bureau", "township", "utility")


@dataclass(frozen=True, slots=True)
class Department:
    id: int
    code: str
    name_zh: str
    name_en: str
    kind: str

    def name(self, language: str) -> str:
        return self.name_en if language.startswith("en") else self.name_zh


@dataclass(frozen=True, slots=True)
class Handler:
    id: int
    department_id: int
    name: str
    phone: str


class Departments:
    def __init__(self, store: Store, key: BoxKey, region_code: str = "") -> None:
        self._store, self._key, self._region_code = store, key, region_code

    def all(self) -> tuple[Department, ...]:
        return tuple(_department(row) for row in people.departments(self._store))

    def get(self, department_id: int) -> Department:
        """Raises NotFound."""
        return _department_of(people.department(self._store, department_id))

    def handlers(self, department_id: int) -> tuple[Handler, ...]:
        return tuple(_handler(row) for row in people.handlers(self._store, department_id))

    def handler(self, handler_id: int) -> Handler:
        """Raises NotFound."""
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
        tx.execute(
            "INSERT INTO department (code, name_zh, name_en, kind) VALUES (?, ?, ?, ?) ON CONFLICT (code) DO UPDATE"
            " SET name_zh = excluded.name_zh, name_en = excluded.name_en, kind = excluded.kind, disabled_at = NULL",
            (code, name_zh or name_en, name_en or name_zh, kind),
        )
        return _department_of(people.department_by_code(tx, code))

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
            tx.execute("UPDATE handler SET name = ? WHERE id = ?", (name, known["id"]))
            return Handler(known["id"], department_id, name, number)
        handler_id = tx.insert("handler", department_id=department_id, name=name, phone=number, phone_key=key)
        return Handler(handler_id, department_id, name, number)

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
