"""The units that handle tickets: what they are called, what is their duty, when they are open, how they are reached."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass, replace

from appliance.bilingual import said_in
from appliance.clock import utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.people.handlers import POWERS, Duties, Handler, Handlers, pattern
from appliance.people.lists import SHELL, read_lines
from appliance.people.user import User
from db import people
from db.store import Reads, Transaction

# What a list of departments has in its columns, one row per handler. Those of MORE may be left out or left empty.
COLUMNS = ("code", "name_zh", "name_en", "kind", "handler", "phone")
MORE = ("duties", "hours", "slip", "may", "leader", "rank", "handler_hours")
KINDS = ("bureau", "township", "utility")
LONGEST = {"code": 12, "name_zh": 40, "name_en": 60, "duties": 500}
YES_NO = {"": None, "yes": True, "1": True, "no": False, "0": False}

__all__ = ["Department", "Departments", "Handler"]


@dataclass(frozen=True, slots=True)
class Department:
    id: int
    code: str
    name_zh: str
    name_en: str
    kind: str
    duties: str = ""  # in the office's own words
    hours: str = ""  # opening hours as config.ini writes them; '' = the office's own
    wants_slip: bool = False  # works on paper: dispatch prints a slip

    @property
    def words(self) -> tuple[str, str, str, str]:
        return self.code, self.name_zh, self.name_en, self.kind

    def name(self, language: str) -> str:
        return said_in(language, self.name_zh, self.name_en)


HoursListener = Callable[[Transaction, Department, str, User | None], None]


class Departments(Handlers):
    _told_of_hours: tuple[HoursListener, ...] = ()

    def tell_of_hours(self, listener: HoursListener) -> None:
        """`listener` hears of changed opening hours, and what they were, in the transaction that changes them."""
        self._told_of_hours = (*self._told_of_hours, listener)

    def all(self, reads: Reads | None = None) -> tuple[Department, ...]:
        return tuple(_department(row) for row in people.departments(reads or self._store))

    def get(self, department_id: int) -> Department:
        """Whoever is or was one. Raises NotFound."""
        return _department_of(people.department(self._store, department_id))

    def by_code(self, code: str, reads: Reads | None = None) -> Department | None:
        """The department in use with this code."""
        row = people.department_by_code(reads or self._store, code)
        return _department(row) if row is not None and row["disabled_at"] is None else None

    def add(self, code: str, name_zh: str, name_en: str, kind: str) -> Department:
        """Add a unit, or mend the names of the one with this code. Raises FieldWrong."""
        with self._store.transaction() as tx:
            known = self.by_code(code.strip(), tx) or Department(0, "", "", "", "")
            return self._put(tx, replace(known, code=code, name_zh=name_zh, name_en=name_en, kind=kind), None)

    def put(self, unit: Department, by: User | None) -> Department:
        """Add a unit, or mend the one with its code. `by` is None on the box's own command line. Raises FieldWrong."""
        with self._store.transaction() as tx:
            return self._put(tx, unit, by)

    def _put(self, tx: Transaction, unit: Department, by: User | None) -> Department:
        unit = _checked(unit)
        known = people.department_by_code(tx, unit.code)
        if known is not None and known["disabled_at"] is None:
            unit = replace(unit, id=known["id"])
            if _department(known) == unit:
                return unit
        people.put_department(tx, **dict(zip(people.DEPARTMENT_COLUMNS, astuple(unit)[1:], strict=True)))
        made = _department_of(people.department_by_code(tx, unit.code))
        action = "department_changed" if known else "department_added"
        self._audit.write(tx, action, "department", made.id, by, role="" if by else SHELL, words=made.words)
        if known is not None and known["hours"] != made.hours:
            for listener in self._told_of_hours:
                listener(tx, made, known["hours"], by)
        return made

    def disable(self, department_id: int, by: User) -> None:
        """No new ticket goes there, its people's numbers are strangers'. Raises FieldWrong while it has open ones."""
        with self._store.transaction() as tx:
            unit = _department_of(people.department(tx, department_id))
            at = utc_text(self._clock.now())
            if people.has_open_tickets(tx, department_id):
                raise FieldWrong("department_id", "This department still has open tickets. Give them to others first.")
            if people.disable_department(tx, department_id, at):
                for person in people.handlers(tx, department_id):
                    people.disable_handler(tx, person["id"], at)
                self._audit.write(tx, "department_disabled", "department", unit.id, by, words=unit.words)

    # --- lists ---

    def import_rows(self, rows: Iterable[Mapping[str, str | None]], by: User | None = None) -> int:
        """Read units and handlers; all rows or none. Returns the number of rows. Raises FieldWrong with the line."""
        with self._store.transaction() as tx:
            return read_lines(rows, (*COLUMNS, *MORE), lambda line: self._take_line(tx, line, by))

    def _take_line(self, tx: Transaction, line: dict[str, str], by: User | None) -> None:
        """What a line leaves empty stays as it is known."""
        known = self.by_code(line["code"], tx) or Department(0, "", "", "", "")
        slip = _yes_no("slip", line["slip"])
        unit = Department(
            known.id,
            line["code"],
            line["name_zh"],
            line["name_en"],
            line["kind"],
            line["duties"] or known.duties,
            line["hours"] or known.hours,
            known.wants_slip if slip is None else slip,
        )
        unit = self._put(tx, unit, by)
        if line["phone"]:
            person = self._add_handler(tx, unit.id, line["handler"], line["phone"], by)
            self._set_duties(tx, person.id, _duties(person, line), by)


def _checked(unit: Department) -> Department:
    """The unit cleaned, one name standing for both where the other lacks. Raises FieldWrong."""
    code, name_zh, name_en, kind = (value.strip() for value in unit.words)
    duties = " ".join(unit.duties.split())
    if not code:
        raise FieldWrong("code", "A department needs a code.")
    if not name_zh and not name_en:
        raise FieldWrong("name_zh", "A department needs a name.")
    for name, value in (("code", code), ("name_zh", name_zh), ("name_en", name_en), ("duties", duties)):
        if len(value) > LONGEST[name]:
            raise FieldWrong(name, "At most %(longest)d characters.", longest=LONGEST[name])
    if kind not in KINDS:
        raise FieldWrong("kind", "Unknown kind. Use one of %(kinds)s.", kinds=", ".join(KINDS))
    return replace(
        unit,
        code=code,
        name_zh=name_zh or name_en,
        name_en=name_en or name_zh,
        kind=kind,
        duties=duties,
        hours=pattern("hours", unit.hours),
    )


def _duties(person: Handler, line: Mapping[str, str]) -> Duties:
    """`may` names the rights, "none" none. Raises FieldWrong."""
    may = frozenset() if line["may"] == "none" else frozenset(line["may"].split())
    if not may <= set(POWERS):
        raise FieldWrong("may", "Unknown right. Use any of %(known)s.", known=", ".join((*POWERS, "none")))
    if line["rank"] and not (line["rank"].isascii() and line["rank"].isdecimal()):
        raise FieldWrong("rank", "The order is a number from 0 to 99.")
    leader = _yes_no("leader", line["leader"])
    return Duties(
        may if line["may"] else person.may,
        person.is_leader if leader is None else leader,
        int(line["rank"]) if line["rank"] else person.rank,
        person.backup_id,
        line["handler_hours"] or person.hours,
    )


def _yes_no(field: str, text: str) -> bool | None:
    """None where nothing is said. Raises FieldWrong."""
    if text.casefold() not in YES_NO:
        raise FieldWrong(field, "Write yes or no.")
    return YES_NO[text.casefold()]


def _department_of(row: sqlite3.Row | None) -> Department:
    if row is None:
        raise NotFound
    return _department(row)


def _department(row: sqlite3.Row) -> Department:
    words = row["code"], row["name_zh"], row["name_en"], row["kind"]
    return Department(row["id"], *words, row["duties"], row["hours"], bool(row["wants_slip"]))
