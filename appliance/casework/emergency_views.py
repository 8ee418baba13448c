"""The page of dangers: what runs, who was told and who has confirmed, and the log of a day."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from appliance.casework import emergency_words as words
from appliance.casework.emergency_words import Kind
from appliance.casework.tickets import Tickets
from appliance.casework.views import TicketRow
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.limits.hours import OfficeHours
from appliance.people.user import User
from db import emergency as rows
from db import tickets as ticket_rows
from db.store import Reads, Store

MOST_LOGGED = 200


@dataclass(frozen=True, slots=True)
class Rung:
    """The box rang him. `outcome`: a key of callflow.alarm_call.OUTCOMES; '' = it goes on."""

    at: datetime
    ended_at: datetime | None
    line: str
    speaks: bool  # False: the line carries no sound, it only rang
    outcome: str


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who was told. `sms_state`: '' where a call is the only way."""

    id: int
    role: str
    name: str
    phone: str
    told_at: datetime
    sms_state: str
    acked_at: datetime | None
    via: str
    rung: tuple[Rung, ...] = ()


@dataclass(frozen=True, slots=True)
class EmergencyView:
    id: int
    ticket: TicketRow
    kind: Kind
    source: str  # word or button
    state: str
    opened_at: datetime
    started_at: datetime | None
    next_at: datetime | None
    service: str
    passed_at: datetime | None
    receipt: str
    taken_at: datetime | None
    report_due_at: datetime | None
    is_report_late: bool
    reported_at: datetime | None
    report: str
    ended_at: datetime | None
    ending: str
    told: tuple[Told, ...]

    @property
    def is_untold(self) -> bool:
        """The chain runs, and nobody was there to tell: the list of dangers says so."""
        return self.state == "running" and not self.told

    @property
    def is_silent(self) -> bool:
        """Somebody was told, and nobody has confirmed."""
        return self.state == "running"


class EmergencyViews:
    """Any page's thread may call these; nothing is changed."""

    def __init__(self, store: Store, clock: Clock, hours: OfficeHours, tickets: Tickets) -> None:
        self._store, self._clock, self._hours, self._tickets = store, clock, hours, tickets

    def open(self, by: User) -> tuple[EmergencyView, ...]:
        """Every danger that has no end yet, the newest first. Raises NotAllowed."""
        return tuple(self._view(row, by) for row in reversed(rows.all_open(self._store)))

    def of_ticket(self, no: int, by: User) -> EmergencyView | None:
        """The ticket's last danger, whatever became of it. Raises NotFound, NotAllowed."""
        row = rows.last_of(self._store, self._tickets.row(no, by).id)
        return self._view(row, by) if row is not None else None

    def day(self, day: date, by: User) -> tuple[EmergencyView, ...]:
        """The log of a day: what began on it and is over, the newest first."""
        start = datetime.combine(day, time(), self._hours.zone)
        found = rows.ended_between(self._store, utc_text(start), utc_text(start + timedelta(days=1)), MOST_LOGGED)
        return tuple(self._view(row, by) for row in found)

    def today(self) -> date:
        return self._hours.local_date(self._clock.now())

    def unconfirmed(self) -> tuple[tuple[int, bool], ...]:
        """Tickets whose danger nobody has confirmed yet, and whether the chain runs: for the bar above every page."""
        found = (row for row in rows.all_open(self._store) if row["state"] in {"suspected", "running"})
        return tuple((row["no"], row["state"] == "running") for row in found)

    def _view(self, row: sqlite3.Row, by: User) -> EmergencyView:
        reads: Reads = self._store
        now = self._clock.now()
        kind = words.kind(row["kind"]) or words.kinds()[-1]
        report_due_at = moment_or_none(row["report_due_at"])
        rung = rows.calls_of(reads, row["id"])
        return EmergencyView(
            id=row["id"],
            ticket=self._tickets.row(row["no"], by),
            kind=kind,
            source=row["source"],
            state=row["state"],
            opened_at=from_utc_text(row["opened_at"]),
            started_at=moment_or_none(row["started_at"]),
            next_at=moment_or_none(row["next_at"]),
            service=row["service"],
            passed_at=moment_or_none(row["passed_at"]),
            receipt=ticket_rows.note_text(reads, row["receipt_note_id"]),
            taken_at=moment_or_none(row["taken_at"]),
            report_due_at=report_due_at,
            is_report_late=row["state"] == "taken" and report_due_at is not None and report_due_at <= now,
            reported_at=moment_or_none(row["reported_at"]),
            report=ticket_rows.note_text(reads, row["report_note_id"]),
            ended_at=moment_or_none(row["ended_at"]),
            ending=ticket_rows.note_text(reads, row["end_note_id"]),
            told=tuple(_told(each, rung) for each in rows.steps_of(reads, row["id"])),
        )


def _told(row: sqlite3.Row, rung: list[sqlite3.Row]) -> Told:
    return Told(
        id=row["id"],
        role=row["role"],
        name=row["name"] or "",
        phone=row["phone"] or "",
        told_at=from_utc_text(row["told_at"]),
        sms_state=row["sms_state"] or "",
        acked_at=moment_or_none(row["acked_at"]),
        via=row["via"],
        rung=tuple(_rung(each) for each in rung if each["step_id"] == row["id"]),
    )


def _rung(row: sqlite3.Row) -> Rung:
    return Rung(
        from_utc_text(row["dialled_at"]),
        moment_or_none(row["ended_at"]),
        row["line"],
        bool(row["speaks"]),
        row["outcome"],
    )
