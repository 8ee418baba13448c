"""The departments' people: who may sign, answer and return, who stands in for whom, and who leads them.

A handler is known by a telephone number, which is a hint who it may be, never a proof. One number belongs to one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.limits.hours import HoursWrong, OfficeHours
from appliance.people.keys import BoxKey
from appliance.people.lists import SHELL
from appliance.people.numbers import kind_of, normalise
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import people
from db.store import Store, Transaction

POWERS = ("sign", "reply", "return")  # keys of moves, and of the columns can_*
LONGEST_NAME = 30
BACKUPS_IN_A_ROW = 5


@dataclass(frozen=True, slots=True)
class Handler:
    id: int
    department_id: int
    name: str
    phone: str
    may: frozenset[str] = frozenset(POWERS)  # the moves this person may make for the department; none: only told
    is_leader: bool = False
    rank: int = 0  # who is told first
    backup_id: int | None = None
    hours: str = ""  # on duty; '' = whenever the department is


@dataclass(frozen=True, slots=True)
class Duties:
    """What is set about a handler beside name and number."""

    may: Collection[str] = POWERS
    is_leader: bool = False
    rank: int = 0
    backup_id: int | None = None
    hours: str = ""


class Handlers:
    def __init__(self, store: Store, clock: Clock, key: BoxKey, audit: Audit, region_code: str = "") -> None:
        self._store, self._clock, self._key, self._audit = store, clock, key, audit
        self._region_code = region_code

    def handlers(self, department_id: int) -> tuple[Handler, ...]:
        """Who may answer for this department now, those to be told first in front."""
        return tuple(person for person in self.people(department_id) if person.may)

    def people(self, department_id: int) -> tuple[Handler, ...]:
        """Everybody registered of this department, leaders who handle nothing too."""
        return tuple(_handler(row) for row in people.handlers(self._store, department_id))

    def leader(self, department_id: int) -> Handler | None:
        """Who answers for the department to the county: told when its tickets are late."""
        return next((person for person in self.people(department_id) if person.is_leader), None)

    def on_duty(self, department_id: int, now: datetime, hours: OfficeHours) -> tuple[Handler, ...]:
        """Who is to be reached at this moment: each person, or whoever stands in while that person is off duty.

        `hours` are the department's. Whoever nobody stands in for stays in the list: a text read late beats none.
        """
        known = {person.id: person for person in self.handlers(department_id)}
        reached = [_stand_in(person, known, now, hours) for person in known.values()]
        return tuple(dict.fromkeys(reached))

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

    def add_handler(self, department_id: int, name: str, phone: str, by: User | None = None) -> Handler:
        """Register a handler, or rename the one with this number. Raises FieldWrong, NotFound."""
        with self._store.transaction() as tx:
            return self._add_handler(tx, department_id, name, phone, by)

    def _add_handler(self, tx: Transaction, department_id: int, name: str, phone: str, by: User | None) -> Handler:
        name, number, role = name.strip(), normalise(phone, self._region_code), "" if by else SHELL
        if len(name) > LONGEST_NAME:
            raise FieldWrong("handler", "At most %(longest)d characters.", longest=LONGEST_NAME)
        if kind_of(number) not in {"mobile", "landline", "international"}:
            raise FieldWrong("phone", "This is not a telephone number.")
        if people.department(tx, department_id) is None:
            raise NotFound
        key = self._key.phone_key(number)
        known = people.handler_by_key(tx, key)
        if known is not None and known["department_id"] != department_id:
            raise FieldWrong("phone", "This number belongs to a handler of another department.")
        if known is None:
            handler_id = people.add_handler(tx, department_id, name, number, key)
            # No words: a handler is a person who may be erased, and has no salt of their own.
            self._audit.write(tx, "handler_added", "handler", handler_id, by, role=role)
            return self.handler(handler_id)
        if known["name"] != name:
            people.name_handler(tx, known["id"], name)
            self._audit.write(tx, "handler_renamed", "handler", known["id"], by, role=role)
        return self.handler(known["id"])

    def set_duties(self, handler_id: int, duties: Duties, by: User | None = None) -> Handler:
        """Say what a handler may do, in which order and when they are told. Raises FieldWrong, NotFound."""
        with self._store.transaction() as tx:
            return self._set_duties(tx, handler_id, duties, by)

    def _set_duties(self, tx: Transaction, handler_id: int, duties: Duties, by: User | None) -> Handler:
        before = self.handler(handler_id)
        wanted = Handler(
            before.id, before.department_id, before.name, before.phone, frozenset(duties.may), duties.is_leader,
            duties.rank, duties.backup_id, pattern("handler_hours", duties.hours),
        )  # fmt: skip
        if not wanted.may <= set(POWERS):
            raise FieldWrong("may", "Unknown right. Use any of %(known)s.", known=", ".join(POWERS))
        if not 0 <= wanted.rank <= 99:
            raise FieldWrong("rank", "The order is a number from 0 to 99.")
        if wanted.backup_id is not None:
            stand_in = people.handler(tx, wanted.backup_id)
            if stand_in is None or stand_in["department_id"] != before.department_id or stand_in["id"] == before.id:
                raise FieldWrong("backup_id", "Somebody else of the same department stands in.")
        if wanted != before:
            people.set_duties(
                tx,
                handler_id,
                is_leader=int(wanted.is_leader),
                rank=wanted.rank,
                backup_id=wanted.backup_id,
                hours=wanted.hours,
                **{f"can_{power}": int(power in wanted.may) for power in POWERS},
            )
            self._audit.write(tx, "handler_duties", "handler", handler_id, by, role="" if by else SHELL)
        return wanted

    def disable_handler(self, handler_id: int, by: User | None) -> None:
        """From now on this number is a stranger's. `by` is None on the box's own command line. Raises NotFound."""
        with self._store.transaction() as tx:
            if people.handler(tx, handler_id) is None:
                raise NotFound
            if people.disable_handler(tx, handler_id, utc_text(self._clock.now())):
                self._audit.write(tx, "handler_disabled", "handler", handler_id, by, role="" if by else SHELL)


def pattern(field: str, hours: str) -> str:
    """A line of opening hours that can be read, or ''. Raises FieldWrong."""
    try:
        if hours.strip():
            OfficeHours.parse(hours)
    except HoursWrong as wrong:
        said = FieldWrong(field, wrong.reason, word=wrong.word)
        raise FieldWrong(field, "%(wrong)s Write for example: mon-fri 08:30-12:00 14:00-17:30", wrong=said) from wrong
    return hours.strip()


def _stand_in(person: Handler, known: dict[int, Handler], now: datetime, hours: OfficeHours) -> Handler:
    """The first on duty of the person and those who stand in, one for the other."""
    candidate: Handler | None = person
    for _ in range(BACKUPS_IN_A_ROW):
        if candidate is None:
            break
        if not candidate.hours or hours.of_unit(candidate.hours).is_open(now):
            return candidate
        candidate = known.get(candidate.backup_id or 0)
    return person


def _handler(row: sqlite3.Row) -> Handler:
    return Handler(
        row["id"],
        row["department_id"],
        row["name"],
        row["phone"],
        frozenset(power for power in POWERS if row[f"can_{power}"]),
        bool(row["is_leader"]),
        row["rank"],
        row["backup_id"],
        row["hours"],
    )
