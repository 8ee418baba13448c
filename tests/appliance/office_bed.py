"""A small office on a real database, with a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from appliance.casework import lifecycle
from appliance.casework.approvals import Approvals
from appliance.casework.lifecycle import Actor
from appliance.casework.tickets import MoveMade, TicketForm, TicketRow, Tickets
from appliance.clock import FastClock, utc_text
from appliance.dispatch_desk import DispatchDesk
from appliance.limits.hours import OfficeHours
from appliance.limits.published import published_days
from appliance.limits.workdays import WorkCalendar
from appliance.people.citizens import Citizens
from appliance.people.departments import Department, Departments, Handler
from appliance.people.keys import BoxKey
from appliance.people.places import Places
from appliance.people.roles import Role
from appliance.people.user import User
from appliance.people.users import Users
from appliance.upkeep.audit import Audit
from db import settings
from db.store import Store, Transaction
from tests import empty_store

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)
HOURS = OfficeHours.parse("mon-fri 08:30-12:00 14:00-17:30").at(WorkCalendar(published_days()), SHANGHAI)
ZHANG = "13800000001"


def local(*when: int) -> datetime:
    """A moment by the office's wall clock."""
    return datetime(*when, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]


@dataclass
class Bed:
    """`office = Bed(tmp_path)`; services by their names, people by what they do."""

    folder: Path
    clock: FastClock = field(default_factory=lambda: FastClock(MONDAY_MORNING))
    is_clock_ok: bool = True
    told: list[MoveMade] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(empty_store.put(self.folder / "hotline.db"))
        self.key = BoxKey.load(self.folder)
        self.audit = Audit(self.store, self.clock, self.key)
        self.users = Users(self.store, self.clock, self.key, self.audit, lambda: self.is_clock_ok)
        self.departments = Departments(self.store, self.clock, self.key, self.audit, "0571")
        self.places = Places(self.store, self.clock, self.audit)
        self.citizens = Citizens(self.store, self.clock, self.key, "0571")
        self.boot_id = self.boot()
        self.tickets = self.new_tickets()
        self.approvals = Approvals(self.store, self.clock, self.audit, SHANGHAI)
        self.dispatch = DispatchDesk(
            self.store,
            self.clock,
            self.audit,
            departments=self.departments,
            places=self.places,
            tickets=self.tickets,
            zone=SHANGHAI,
            clock_ok=lambda: self.is_clock_ok,
        )
        self.routing = self.dispatch.routing
        self._made: dict[str, User] = {}

    def boot(self) -> int:
        with self.store.transaction() as tx:
            return tx.insert("boot", started_at=utc_text(self.clock.now()), version="0", clock_ok=int(self.is_clock_ok))

    def new_tickets(self, on_move: Callable[[Transaction, MoveMade], None] | None = None) -> Tickets:
        return Tickets(
            self.store,
            self.clock,
            self.audit,
            self.citizens,
            hours=HOURS,
            boot_id=self.boot_id,
            clock_ok=lambda: self.is_clock_ok,
            on_move=on_move or (lambda tx, made: self.told.append(made)),
            region_code="0571",
        )

    def user(self, name: str, role: Role = Role.OPERATOR, department: Department | None = None) -> User:
        """Somebody who works here; without a real password, for hashing one takes long."""
        if name not in self._made:
            with self.store.transaction() as tx:
                user_id = tx.insert(
                    "user",
                    name=name,
                    display_name=name.title(),
                    role=str(role),
                    password_hash="!",
                    department_id=department.id if department else None,
                    created_at=utc_text(self.clock.now()),
                )
            self._made[name] = self.users.by_id(user_id)
        return self._made[name]

    @property
    def li(self) -> User:
        return self.user("li")

    @property
    def wang(self) -> User:
        return self.user("wang", Role.LEAD)

    @property
    def city(self) -> Department:
        return self.departments.add("CG", "城管局", "City management", "bureau")

    @property
    def water(self) -> Department:
        return self.departments.add("SW", "自来水公司", "Water", "utility")

    @property
    def chen(self) -> Handler:
        """The handler of the city department."""
        return self.departments.add_handler(self.city.id, "陈", "13900000002")

    @property
    def he(self) -> Handler:
        """The handler of the water company, which helps as a co-department."""
        return self.departments.add_handler(self.water.id, "何", "13900000003")

    def staff(self) -> None:
        """Everybody who is looked up later is there: their rows are no change."""
        _ = (self.li, self.wang, self.chen, self.he)

    def set_mode(self, mode: str) -> None:
        """Simple (who is there decides) or full (a lead decides)."""
        with self.store.transaction() as tx:
            settings.set_value(tx, "office_mode", mode, at=utc_text(self.clock.now()), by=None)

    def form(self, **values: str) -> TicketForm:
        given = {
            "title": "东街路灯不亮",
            "content": "东街路灯不亮，已经三天了。",
            "place": "城关镇东街",
            "contact_name": "张三",
            "contact_phone": ZHANG,
            "type": "complaint",
            "category": "lamp",
        }
        return TicketForm(**{**given, **values})

    def ticket(self, status: str = "accepted", *, with_co: bool = False, **values: str) -> TicketRow:
        """A ticket that came to this status by the moves of the table; `with_co`: the water company helps with it."""
        if status == "draft":
            return self.tickets.row(self.tickets.create(self.form(**values), self.li, accept=False))
        no = self.tickets.create(self.form(**values), self.li, accept=False)
        for move in PATHS[status]:
            self.make(no, move, **(self.with_water(move) if with_co else {}))
        if status == "archived":
            with self.store.transaction() as tx:
                long_ago = utc_text(self.clock.now() - timedelta(days=31))
                tx.execute("UPDATE ticket SET closed_at = ? WHERE no = ?", (long_ago, no))
            self.make(no, "archive", Actor.SYSTEM)
        return self.tickets.row(no)

    def with_water(self, move: str) -> dict[str, Any]:
        """What these moves are given where the water company helps."""
        given: dict[str, dict[str, Any]] = {
            "dispatch": {"co_department_ids": (self.water.id,)},
            "reply": {"override": True},
        }
        return given.get(move, {})

    def make(self, no: int, move: str, actor: Actor = Actor.OPERATOR, **values: object) -> TicketRow:
        """One move with what it needs."""
        row = next((row for row in lifecycle.MOVES if row.key == move), None)
        samples: dict[str, tuple[str, object]] = {
            "text": ("text", "已修复。"),
            "reason": ("reason", "有原因"),
            "rating": ("rating", 5),
            "department": ("department_id", self.city.id),
            "days": ("days", 1),
            "where": ("where", "110指挥中心 王警官"),
            "ground": ("ground", "court"),
        }
        if row and "ticket" in row.needs and "other_no" not in values:
            values["other_no"] = self.other_open(no)
        given = dict(samples[need] for need in (row.needs if row else ()) if need in samples)
        who: dict[Actor, dict[str, object]] = {
            Actor.OPERATOR: {"actor_id": self.li.id},
            Actor.LEAD: {"actor_id": self.wang.id},
            Actor.UNIT: {"handler_id": self.he.id if move in lifecycle.CO_MOVES.values() else self.chen.id},
        }
        if move in lifecycle.CO_MOVES.values():
            values = {"department_id": self.water.id, **values}
        return self.tickets.make_move(no, move, actor=actor, **{**given, **who.get(actor, {}), **values})  # type: ignore[arg-type]

    def other_open(self, no: int) -> int:
        """Another open ticket: one that is there, else a new one."""
        found = self.store.row(
            "SELECT no FROM ticket WHERE is_open = 1 AND parent_id IS NULL AND no <> ? ORDER BY no LIMIT 1", (no,)
        )
        return int(found["no"]) if found is not None else self.ticket("accepted").no

    def pass_time(self, **time: float) -> None:
        self.clock.advance(timedelta(**time).total_seconds())

    def rows(self, table: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in self.store.rows(f"SELECT * FROM {table}")]

    def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table: to see that nothing at all was changed."""
        names = self.store.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
        return {row["name"]: self.rows(row["name"]) for row in names}


PATHS = {
    "draft": (),
    "accepted": ("accept",),
    "dispatched": ("accept", "dispatch"),
    "in_progress": ("accept", "dispatch", "sign"),
    "review": ("accept", "dispatch", "sign", "reply"),
    "survey": ("accept", "dispatch", "sign", "reply", "approve"),
    "closed": ("accept", "dispatch", "sign", "reply", "approve", "rate"),
    "void": ("void",),
    "rejected": ("reject",),
    "withdrawn": ("withdraw",),
    "consult": ("accept", "confer"),
    "return_review": ("accept", "dispatch", "return"),
    "paused": ("accept", "dispatch", "sign", "pause"),
    "merged": ("accept", "merge"),
    "transferred": ("accept", "transfer"),
    "archived": ("accept", "dispatch", "sign", "reply", "approve", "rate"),
}
