"""A move as it was asked for, and what is known while it is made. Nothing is decided here."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

from appliance.casework.lifecycle import Actor
from appliance.clock import utc_text
from appliance.limits.hours import OfficeHours
from db import assignments as tasks
from db import tickets as rows
from db.store import Transaction

RESULTS = ("solved", "explained", "partly", "impossible")


class Given(TypedDict, total=False):
    """What a move may be given beside its name; which of it is needed stands in the table of moves."""

    department_id: int | None
    co_department_ids: tuple[int, ...]
    text: str
    reason: str
    where: str  # who took it over: a receipt number or a name
    ground: str  # why it ends without being handled here: a key of grounds.LABELS
    rating: int | None
    urgency: str | None
    days: int | None
    other_no: int | None  # the ticket to be joined with
    contacted: bool | None  # the department spoke with the citizen; None: it did not say
    result: str  # one of RESULTS, or '' where it was not said
    happened_at: datetime | None  # when it truly arrived, where it is entered later
    for_unit: bool  # the desk writes down what a department said
    override: bool  # the reply goes to review though co-departments still owe theirs
    level: int | None  # of supervision
    article_id: int | None  # of the knowledge base, that the answer was taken from
    texts_article: bool  # and is sent to the citizen in its short form


@dataclass(frozen=True, slots=True)
class Order:
    """A move as it was asked for."""

    move: str
    actor: Actor
    user_id: int | None = None
    handler_id: int | None = None
    sms_id: int | None = None
    department_id: int | None = None
    co_department_ids: tuple[int, ...] = ()
    text: str = ""
    reason: str = ""
    where: str = ""
    ground: str = ""
    rating: int | None = None
    urgency: str | None = None
    days: int | None = None
    other_no: int | None = None
    contacted: bool | None = None
    result: str = ""
    happened_at: datetime | None = None
    for_unit: bool = False
    override: bool = False
    level: int | None = None
    article_id: int | None = None
    texts_article: bool = False
    asked_at: datetime | None = None  # of the wish that this move grants: it was in time or not


@dataclass(frozen=True, slots=True)
class Timing:
    """The moment of a move, and whether the box knows it."""

    now: datetime
    is_known: bool
    boot_id: int
    hours: OfficeHours

    @property
    def at(self) -> str:
        return utc_text(self.now)


@dataclass(frozen=True, slots=True)
class Child:
    """A ticket joined with the one that moves, and how it follows."""

    no: int
    move: str
    given: Given


@dataclass(slots=True)
class Step:
    """One move while it is made."""

    tx: Transaction
    ticket: sqlite3.Row
    order: Order
    timing: Timing
    to_status: str
    changes: dict[str, Any] = field(default_factory=dict)
    note_id: int | None = None
    text: str = ""  # for whoever is told
    department_id: int | None = None  # the one concerned
    assignment_id: int | None = None
    needs_lead: bool = False  # in these circumstances a lead decides, though the table lets an operator
    needs_another: bool = False  # whoever asks may not decide it, whatever the role
    is_self_approved: bool = False
    children: list[Child] = field(default_factory=list)  # what follows in the same transaction

    @property
    def assignment(self) -> sqlite3.Row | None:
        """The leading department's present task, or its last."""
        return rows.assignment(self.tx, self.ticket["assignment_id"])

    @property
    def co_assignment(self) -> sqlite3.Row | None:
        """The task of the co-department that this move is about."""
        wanted = self.department_id
        found = tasks.co_running(self.tx, self.ticket["id"])
        return next((row for row in found if row["department_id"] == wanted), None)

    @property
    def happened_at(self) -> str:
        """When it truly was: what was taken down on paper is entered later."""
        return utc_text(self.order.happened_at) if self.order.happened_at is not None else self.timing.at
