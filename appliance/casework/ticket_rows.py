"""From rows of the database to what is shown of a ticket."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, tzinfo

from appliance.casework import entry, lifecycle
from appliance.casework.views import (
    ANONYMOUS,
    CONFIDENTIAL,
    CONFIDENTIAL_TYPES,
    OPEN_NAME,
    AssignmentView,
    TicketForm,
    TicketRow,
)
from appliance.clock import from_utc_text, moment_or_none
from appliance.limits.due import Horizon
from appliance.people.departments import Department
from appliance.people.numbers import mask


@dataclass(frozen=True, slots=True)
class Running:
    """The clocks of a ticket that run in its present status."""

    unit: datetime | None
    own: datetime | None
    own_clock: str
    urgency: str

    @property
    def next_due_at(self) -> datetime | None:
        """Whichever ends first; None while no clock runs."""
        return min((moment for moment in (self.unit, self.own) if moment is not None), default=None)

    def lateness(self, horizon: Horizon) -> str:
        """The worse of both clocks as seen from `horizon`: "late", "soon" or "none"."""
        words = {horizon.of_due(self.unit, self.urgency), horizon.of_stage(self.own, self.own_clock)}
        return next((word for word in ("late", "soon") if word in words), "none")


def running(row: sqlite3.Row) -> Running:
    """`row` is one of `ticket`, or of a list of them."""
    status = lifecycle.status(row["status"])
    return Running(
        unit=moment_or_none(row["due_at"]) if status.unit_clock_runs else None,
        own=moment_or_none(row["stage_due_at"]) if status.own_clock else None,
        own_clock=status.own_clock or "",
        urgency=row["urgency"],
    )


def ticket_row(row: sqlite3.Row, horizon: Horizon, *, is_masked: bool) -> TicketRow:
    """`row` comes from db.tickets.LIST."""
    clocks = running(row)
    name = row["contact_name"] or row["citizen_name"] or ""
    phone = row["contact_phone"] or row["citizen_phone"] or ""
    return TicketRow(
        id=row["id"],
        no=row["no"],
        title=row["title"] or "",
        status=row["status"],
        stage=lifecycle.stage_of(row["status"]),
        type=row["type"],
        category=row["category"],
        urgency=row["urgency"],
        place=row["place"] or "",
        contact_name=mask_name(name) if is_masked else name,
        phone=mask(phone) if is_masked else phone,
        department=_department(row),
        created_at=from_utc_text(row["created_at"]),
        due_at=moment_or_none(row["due_at"]),
        stage_due_at=clocks.own,
        lateness=clocks.lateness(horizon),
        version=row["version"],
        source=row["source"],
        is_open=bool(row["is_open"]),
        round=row["round"],
        rating=row["rating"],
        citizen_id=row["citizen_id"],
        call_id=row["call_id"],
        line=row["line"],
        next_due_at=clocks.next_due_at,
        is_own_clock=clocks.own is not None and clocks.next_due_at == clocks.own,
        town=row["town"],
        is_confidential=bool(row["is_confidential"]),
        is_anonymous=bool(row["is_anonymous"]),
        is_repeat=bool(row["is_repeat"]),
        has_request=bool(row["has_request"]),
        parent_no=row["parent_no"],
        supervised_level=row["supervised_level"],
        returns=row["returns"],
        redos=row["redos"],
        extensions=row["extensions"],
        paused_at=moment_or_none(row["paused_at"]),
        resume_at=moment_or_none(row["resume_at"]),
        occurred_at=moment_or_none(row["occurred_at"]),
        entered_at=moment_or_none(row["entered_at"]),
        upper_no=row["upper_no"],
        upper_due_at=moment_or_none(row["upper_due_at"]),
    )


def ticket_form(row: TicketRow, words: sqlite3.Row | None, zone: tzinfo, *, is_masked: bool) -> TicketForm:
    """The words as they stand; empty once they were erased."""
    if words is None:
        return TicketForm(type=row.type, category=row.category, urgency=row.urgency, town=row.town)
    return TicketForm(
        title=words["title"],
        content=words["content"],
        place=words["place"],
        contact_name=mask_name(words["contact_name"]) if is_masked else words["contact_name"],
        contact_phone=mask(words["contact_phone"]) if is_masked else words["contact_phone"],
        wish=words["wish"],
        type=row.type,
        category=row.category,
        urgency=row.urgency,
        town=row.town,
        privacy=_privacy(row),
        occurred_at=entry.as_typed(row.occurred_at, zone),
    )


def _privacy(row: TicketRow) -> str:
    """Said openly only where the type would have meant something else: a form that was left alone stays so."""
    if row.is_anonymous:
        return ANONYMOUS
    if row.is_confidential:
        return CONFIDENTIAL
    return OPEN_NAME if row.type in CONFIDENTIAL_TYPES else ""


def assignment_view(row: sqlite3.Row, reply: str) -> AssignmentView:
    return AssignmentView(
        id=row["id"],
        department=Department(row["department_id"], row["code"], row["name_zh"], row["name_en"], row["kind"]),
        round=row["round"],
        state=row["state"],
        sent_at=from_utc_text(row["sent_at"]),
        signed_at=moment_or_none(row["signed_at"]),
        replied_at=moment_or_none(row["replied_at"]),
        ended_at=moment_or_none(row["ended_at"]),
        due_at=moment_or_none(row["due_at"]),
        reply=reply,
        role=row["role"],
        channel=row["channel"],
        result=row["result"],
        contacted=None if row["contacted"] is None else bool(row["contacted"]),
        late_minutes=row["late_minutes"],
        sign_due_at=moment_or_none(row["sign_due_at"]),
    )


def mask_name(name: str) -> str:
    """The first character, and that there are more."""
    return name[:1] + "**" if name else ""


def _department(row: sqlite3.Row) -> Department | None:
    if row["department_id"] is None or row["department_code"] is None:
        return None
    return Department(
        row["department_id"], row["department_code"], row["department_zh"], row["department_en"], row["department_kind"]
    )
