"""Recordings as the pages see them, and who may hear which."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, tzinfo

from appliance.clock import from_utc_text
from appliance.people import roles
from appliance.people.numbers import mask
from appliance.people.roles import Role
from appliance.people.user import User
from appliance.recordings.layout import Mark
from appliance.recordings.register import VOICEMAIL

HEARERS = frozenset(row.role for row in roles.ROLES if row.hears)
LISTERS = HEARERS | {Role.AUDITOR}


@dataclass(frozen=True, slots=True)
class RecordingView:
    id: int
    kind: str
    call_id: int
    ticket_no: int | None
    line: str
    number: str  # who called, masked for whoever may not hear it
    taken_by: str
    started_at: datetime
    seconds: float
    state: str  # "kept" | "erased" | "missing"
    ending: str
    is_held: bool
    may_hear: bool
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordingPage:
    rows: tuple[RecordingView, ...]
    next: int | None = None


def may_hear(row: sqlite3.Row, by: User, now: datetime, zone: tzinfo) -> bool:
    """Leads: all. Operators: their shift's, which is everything of today; and what is still their work: a voicemail
    until its ticket is closed, and the calls they took themselves while the ticket made of them is open.
    """
    if by.role is Role.LEAD:
        return True
    if by.role is not Role.OPERATOR:
        return False
    is_of_today = from_utc_text(row["started_at"]).astimezone(zone).date() == now.astimezone(zone).date()
    is_work = row["ticket_is_open"] == 1 or row["needs_ticket"] == 1
    return is_of_today or (is_work and (row["kind"] == VOICEMAIL or row["taken_by"] == by.id))


def view(row: sqlite3.Row, by: User, now: datetime, zone: tzinfo, marks: tuple[Mark, ...] = ()) -> RecordingView:
    number = row["citizen_phone"] or row["raw"] or ""
    return RecordingView(
        id=row["id"],
        kind=row["kind"],
        call_id=row["call_id"],
        ticket_no=row["ticket_no"],
        line=row["line"] or "",
        number=number if by.role in HEARERS else mask(number),
        taken_by=row["taken_by_name"] or "",
        started_at=from_utc_text(row["started_at"]),
        seconds=row["seconds"],
        state=row["state"],
        ending=row["ending"],
        is_held=row["held_at"] is not None,
        may_hear=row["state"] == "kept" and may_hear(row, by, now, zone),
        marks=marks,
    )
