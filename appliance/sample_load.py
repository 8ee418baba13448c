"""`hotline sample-data --tickets N`: years of invented casework at once, to see how the box does under its load.

Shares of classes, types and ends are those of real counties (a county's month, a city quarter's types); every
person and number is made up from a seed, so that two boxes with the same seed hold the same tickets. Rows are written
straight into the tables: the office's rules are not asked, and nobody is texted.
"""

from __future__ import annotations

import csv
import random
import secrets
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from types import MappingProxyType
from typing import Any

from appliance.casework import categories
from appliance.casework.guards import ARCHIVED_AFTER
from appliance.clock import Clock, utc_text
from appliance.errors import OfficeError
from appliance.office import Office
from appliance.people.keys import BoxKey
from db import bulk, tickets
from db.store import Store

AT_ONCE = 2000
TICKETS_A_YEAR = 45_000  # the busiest office that was found (one of two seats and an overflow)
OPEN_SHARE = 0.004
NEWEST_OPEN = 20  # those of the last hours are all still open
TICKETS_A_CITIZEN = 5
SALT_BYTES = 16

# Class -> its share of all tickets in per cent (a county's month of 1,628).
CLASSES: Mapping[str, float] = MappingProxyType({
    "market": 12.4, "farming": 10.8, "utilities": 9.9, "traffic": 9.6, "environment": 9.0, "housing": 8.8,
    "city": 7.8, "school": 7.7, "labour": 7.7, "health": 4.4, "order": 4.4, "opinion": 3.9, "welfare": 3.0,
})  # fmt: skip
TYPES: Mapping[str, float] = MappingProxyType(
    {"enquiry": 45, "help": 25, "complaint": 20, "report": 5, "suggestion": 4, "praise": 1}
)
ENDS: Mapping[str, float] = MappingProxyType({"answered": 56, "handled": 38, "void": 3, "rejected": 2, "withdrawn": 1})
OPEN_IN: Mapping[str, float] = MappingProxyType(
    {"draft": 10, "accepted": 10, "dispatched": 20, "in_progress": 40, "review": 10, "survey": 10}
)
RATINGS: Mapping[str, float] = MappingProxyType({"5": 40, "4": 25, "3": 19, "2": 9, "1": 7})


class NotForSamples(OfficeError):
    """People's own tickets are in this database."""

    message = "This database holds tickets of people. Sample data goes into an empty one: give it another directory."


@dataclass(frozen=True, slots=True)
class _Life:
    """One ticket's way: where it is, how it ended ('' while open), and its moments."""

    id: int
    status: str
    end: str
    at: datetime
    closed_at: datetime | None
    due_at: datetime | None = None

    @property
    def last_at(self) -> datetime:
        return self.closed_at or self.at


@dataclass(slots=True)
class _Batch:
    citizens: list[dict[str, Any]] = field(default_factory=list)
    tickets: list[dict[str, Any]] = field(default_factory=list)
    words: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    note_words: list[dict[str, Any]] = field(default_factory=list)
    assignments: list[dict[str, Any]] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)
    index: list[tuple[int, int, dict[str, str]]] = field(default_factory=list)


class Loader:
    def __init__(
        self, store: Store, clock: Clock, key: BoxKey, *, departments: Sequence[int], towns: Sequence[str], seed: int
    ) -> None:
        """`departments` are ids, `towns` codes of places; at least one department."""
        self._store, self._now, self._key = store, clock.now(), key
        self._chance = random.Random(seed)  # noqa: S311 - invented people, no secret
        self._departments, self._towns = list(departments), list(towns) or [""]
        leaves: dict[str, list[categories.Category]] = {}
        for leaf in categories.categories():
            leaves.setdefault(leaf.group.key, []).append(leaf)
        self._leaves = {name: found for name, found in leaves.items() if name in CLASSES}
        self._boot_id, self._has_open, self._tickets_a_citizen = 0, True, float(TICKETS_A_CITIZEN)
        self._said: dict[str, Any] = tomllib.loads(
            resources.files("appliance").joinpath("sample_load.toml").read_text("utf-8")
        )

    def load(
        self,
        count: int,
        tell: Callable[[int], None] = lambda done: None,
        *,
        days: float | None = None,
        until: timedelta = timedelta(0),
        has_open: bool = True,
        tickets_a_citizen: float = TICKETS_A_CITIZEN,
    ) -> int:
        """Write `count` tickets, the oldest first, the newest `until` ago. Raises NotForSamples.

        They are spread over `days`; without it over as long as the busiest office takes. Without `has_open` all ended.
        """
        if bulk.has_tickets_of_people(self._store):
            raise NotForSamples
        ids = bulk.last_ids(self._store)
        with self._store.transaction() as tx:
            bulk.mark_as_sample(tx)
            self._boot_id = bulk.last_boot(tx)
        span = timedelta(days=365 * count / TICKETS_A_YEAR if days is None else days)
        self._has_open, self._tickets_a_citizen = has_open, tickets_a_citizen
        done = 0
        while done < count:
            size = min(AT_ONCE, count - done)
            moments = [self._now - until - span * (1 - (done + place) / count) for place in range(size)]
            self._write(self._batch(ids, moments, count - done))
            done += size
            tell(done)
        with self._store.transaction() as tx:
            tickets.numbers_taken(tx, ids["no"])
            bulk.gather_figures(tx)
        return done

    def _write(self, batch: _Batch) -> None:
        with self._store.transaction() as tx:
            bulk.insert_all(tx, "citizen", batch.citizens)
            bulk.insert_all(tx, "ticket", batch.tickets)
            bulk.insert_all(tx, "ticket_words", batch.words)
            bulk.insert_all(tx, "ticket_note", batch.notes)
            bulk.insert_all(tx, "note_words", batch.note_words)
            bulk.insert_all(tx, "assignment", batch.assignments)
            bulk.insert_all(tx, "ticket_move", batch.moves)
            bulk.index_all(tx, batch.index)

    def _batch(self, ids: dict[str, int], moments: Sequence[datetime], left: int) -> _Batch:
        batch = _Batch()
        for place, at in enumerate(moments):
            is_newest = left - place <= NEWEST_OPEN
            is_open = self._has_open and (is_newest or self._chance.random() < OPEN_SHARE)
            self._ticket(batch, ids, at, is_open=is_open)
        return batch

    def _ticket(self, batch: _Batch, ids: dict[str, int], at: datetime, *, is_open: bool) -> None:
        chance, now = self._chance, self._now
        ids["ticket"] += 1
        ids["no"] += 1
        ticket_id, no = ids["ticket"], ids["no"]
        leaf = chance.choice(self._leaves[_pick(chance, CLASSES)])
        type_, town = _pick(chance, TYPES), chance.choice(self._towns)
        end = "" if is_open else _pick(chance, ENDS)
        status = _pick(chance, OPEN_IN) if is_open else _STATUS[end]
        citizen_id, name, phone = self._citizen(batch, ids, at)
        department = chance.choice(self._departments) if end == "handled" or status in _WITH_UNIT else None
        closed_at = None if is_open else min(now, at + timedelta(hours=chance.uniform(0.1, 150)))
        if status == "closed" and closed_at is not None and now - closed_at > ARCHIVED_AFTER:
            status = "archived"
        due_at = at + timedelta(days=chance.uniform(2, 14)) if department else None
        if is_open and due_at is not None and due_at < now and chance.random() < 0.9:
            due_at = now + timedelta(days=chance.uniform(0.1, 9))
        assignment_id = None
        if department is not None:
            ids["assignment"] += 1
            assignment_id = ids["assignment"]
            life = _Life(ticket_id, status, end, at, closed_at, due_at)
            batch.assignments.append(self._assignment(assignment_id, department, life))
        rating = int(_pick(chance, RATINGS)) if end == "handled" else None
        batch.tickets.append(
            {
                "id": ticket_id, "no": no, "source": chance.choice(("call", "call", "call", "sms", "visit")),
                "status": status, "type": "" if status == "draft" else type_,
                "category": "" if status == "draft" else leaf.key, "urgency": "normal", "citizen_id": citizen_id,
                "town": town, "department_id": department, "assignment_id": assignment_id,
                "created_at": utc_text(at), "accepted_at": None if status in {"draft", "void"} else utc_text(at),
                "dispatched_at": utc_text(at) if department else None,
                "archived_at": utc_text(closed_at + ARCHIVED_AFTER) if status == "archived" and closed_at else None,
                "closed_at": utc_text(closed_at) if closed_at else None, "close_reason": _MOVE.get(end, ""),
                "rating": rating, "due_at": utc_text(due_at) if due_at else None,
                "due_basis": '{"rule":"sample"}' if due_at else "",
                "stage_due_at": utc_text(now + timedelta(hours=chance.uniform(0.2, 8))) if status in _OURS else None,
                "rating_asked_at": utc_text(at) if status == "survey" else None,
                "boot_id": self._boot_id, "clock_ok": 1, "is_open": int(is_open),
                "changed_at": utc_text(closed_at or at),
            }
        )  # fmt: skip
        words = self._words(leaf, name, phone)
        batch.words.append({"ticket_id": ticket_id, **words, "salt": secrets.token_bytes(SALT_BYTES)})
        batch.index.append((ticket_id, no, words))
        self._history(batch, ids, _Life(ticket_id, status, end, at, closed_at))

    def _assignment(self, assignment_id: int, unit: int, life: _Life) -> dict[str, Any]:
        state = {"dispatched": "sent", "in_progress": "signed", "review": "replied"}.get(life.status, "approved")
        is_over = state == "approved"
        return {
            "id": assignment_id, "ticket_id": life.id, "department_id": unit, "round": 1, "state": state,
            "sent_at": utc_text(life.at), "signed_at": None if state == "sent" else utc_text(life.at),
            "replied_at": utc_text(life.last_at) if state in {"replied", "approved"} else None,
            "ended_at": utc_text(life.last_at) if is_over else None,
            "due_at": utc_text(life.due_at) if life.due_at else None,
            "due_basis": '{"rule":"sample"}', "boot_id": self._boot_id, "clock_ok": 1,
        }  # fmt: skip

    def _citizen(self, batch: _Batch, ids: dict[str, int], at: datetime) -> tuple[int, str, str]:
        """One who came before, or a new one; the number is made from the id and the seed."""
        if ids["citizen"] > 0 and self._chance.random() > 1 / self._tickets_a_citizen:
            citizen_id = self._chance.randint(max(1, ids["citizen"] - 20_000), ids["citizen"])
        else:
            ids["citizen"] += 1
            citizen_id = ids["citizen"]
            phone = _phone(citizen_id)
            batch.citizens.append(
                {
                    "id": citizen_id, "phone_key": self._key.phone_key(phone), "phone": phone,
                    "name": self._name(citizen_id), "salt": secrets.token_bytes(SALT_BYTES), "created_at": utc_text(at),
                }
            )  # fmt: skip
        return citizen_id, self._name(citizen_id), _phone(citizen_id)

    def _name(self, citizen_id: int) -> str:
        surnames, forms = self._said["surnames"], self._said["forms"]
        return str(surnames[citizen_id % len(surnames)] + forms[citizen_id // len(surnames) % len(forms)])

    def _words(self, leaf: categories.Category, name: str, phone: str) -> dict[str, str]:
        chance, said = self._chance, self._said
        place = chance.choice(said["streets"]) + chance.choice(said["landmarks"])
        plaints = said["between"].join(chance.sample(said["plaints"], 3))
        title = said["title"].format(place=place, leaf=leaf.zh)
        content = said["content"].format(place=place, leaf=leaf.zh, said=plaints)
        return {
            "title": title, "content": content, "place": place,
            "contact_name": name, "contact_phone": phone, "wish": "",
        }  # fmt: skip

    def _history(self, batch: _Batch, ids: dict[str, int], life: _Life) -> None:
        steps = list(_steps(life.status, life.end))
        for place, (move, before, after) in enumerate(steps):
            moment = life.at + (life.last_at - life.at) * (place / max(1, len(steps)))
            note_id = None
            if move in {"reply", "answer"}:
                ids["ticket_note"] += 1
                note_id = ids["ticket_note"]
                batch.notes.append({"id": note_id, "ticket_id": life.id, "at": utc_text(moment), "kind": move})
                batch.note_words.append({"note_id": note_id, "text": self._said["reply"]})
            batch.moves.append(
                {
                    "ticket_id": life.id, "at": utc_text(moment), "move": move, "from_status": before,
                    "to_status": after, "actor": "system" if move in {"open", "archive"} else "operator",
                    "note_id": note_id,
                }
            )  # fmt: skip


def furnish(office: Office) -> tuple[list[int], list[str]]:
    """Departments and towns of the file, those of the sample county where it has none: ids and codes."""
    if not office.departments.all():
        office.departments.import_rows(_table("sample_departments.csv"))
    if not office.places.towns():
        office.places.import_rows(_table("sample_places.csv"))
    if not office.routing.rules():
        _routes(office)
    return [unit.id for unit in office.departments.all()], [town.code for town in office.places.towns()]


def _routes(office: Office) -> None:
    """The sample county's routing table, as far as the office has its departments and towns."""
    units = {unit.code for unit in office.departments.all()} | {"township"}
    towns = {town.code for town in office.places.towns()} | {""}
    rows = _table("sample_routing.csv")
    fitting = [
        row for row in rows if {row["lead"], *(row["co"] or "").split()} - {""} <= units and row["town"] in towns
    ]
    office.routing.import_rows(fitting)


def _table(name: str) -> list[dict[str, str | None]]:
    text = resources.files("appliance").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


_STATUS = {
    "answered": "closed", "handled": "closed", "void": "void", "rejected": "rejected", "withdrawn": "withdrawn",
}  # fmt: skip
_MOVE = {"answered": "answer", "handled": "rate", "void": "void", "rejected": "reject", "withdrawn": "withdraw"}
_WITH_UNIT = frozenset({"dispatched", "in_progress", "review", "survey"})
_OURS = frozenset({"draft", "accepted", "review"})
_WAY = (
    ("open", "", "draft"),
    ("accept", "draft", "accepted"),
    ("dispatch", "accepted", "dispatched"),
    ("sign", "dispatched", "in_progress"),
    ("reply", "in_progress", "review"),
    ("approve", "review", "survey"),
    ("rate", "survey", "closed"),
)
_SHORT = {
    "answered": (*_WAY[:2], ("answer", "accepted", "closed")),
    "void": (_WAY[0], ("void", "draft", "void")),
    "rejected": (*_WAY[:2], ("reject", "accepted", "rejected")),
    "withdrawn": (*_WAY[:2], ("withdraw", "accepted", "withdrawn")),
}


def _steps(status: str, end: str) -> Iterator[tuple[str, str, str]]:
    """How a ticket came to this status."""
    reached = "closed" if status == "archived" else status
    for step in _SHORT.get(end, _WAY):
        yield step
        if step[2] == reached:
            break
    if status == "archived":
        yield "archive", "closed", "archived"


def _pick(chance: random.Random, shares: Mapping[str, float]) -> str:
    return chance.choices(tuple(shares), tuple(shares.values()))[0]


def _phone(citizen_id: int) -> str:
    """An invented mobile number: 170 0 is given to nobody who could answer here."""
    return f"1700{citizen_id * 7_919 % 10_000_000:07d}"
