"""Calls as the pages see them: frozen pictures of one moment."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from appliance.casework.views import TicketRow
from appliance.clock import from_utc_text
from appliance.intake.board import ENDED, BoardCall
from appliance.people.numbers import normalise


@dataclass(frozen=True, slots=True)
class RingCard:
    """What the screen pop shows."""

    call_id: int
    line: str
    line_name: str
    direction: str  # "in" | "out"
    number: str | None  # normalised; "" withheld; None not known yet
    shown_number: str
    state: str  # "ringing" | "talking" | "ended"
    ringing_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    taken_by: str | None
    citizen_name: str
    earlier: tuple[TicketRow, ...]
    open_ticket: TicketRow | None
    ticket_no: int | None
    can_answer: bool  # the software may pick up
    talk_path: str
    outcome: str = ""
    times: int = 1  # how often this caller rang lately
    needs_test: bool = False  # it could, once its talk path is proven
    keys: str = ""  # what the far side pressed
    trouble: str = ""  # why the line did not do what was asked last, in plain English
    is_free: bool = True  # nobody took or dialled it: it is everybody's
    is_mine: bool = False  # whoever looks took or dialled it
    may_take: bool = True  # somebody can have picked it up, or the software can


@dataclass(frozen=True, slots=True)
class CallRow:
    id: int
    line: str
    direction: str
    number: str
    shown: str
    citizen_name: str
    ringing_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str
    taken_by: str | None
    ticket_no: int | None


@dataclass(frozen=True, slots=True)
class CallPage:
    rows: tuple[CallRow, ...]
    next: int | None = None


def call_of(row: sqlite3.Row, region_code: str) -> BoardCall:
    """A call that is no longer on the board."""
    number = row["citizen_phone"] or normalise(row["raw"] or "", region_code) or ("" if row["is_withheld"] else None)
    return BoardCall(
        call_id=row["id"],
        line=row["line"],
        direction=row["direction"],
        modem_call=None,
        number=number,
        raw_number=row["raw"] or "",
        ringing_at=from_utc_text(row["ringing_at"]),
        state=ENDED,
        answered_at=_moment(row["answered_at"]),
        ended_at=_moment(row["ended_at"]),
        taken_by_id=row["taken_by"],
        taken_by=row["taken_by_name"] or "",
        taken_at=_moment(row["taken_at"]),
        outcome=row["outcome"],
        ticket_no=row["ticket_no"],
    )


def row_of(row: sqlite3.Row) -> CallRow:
    number = row["citizen_phone"] or row["raw"] or ""
    return CallRow(
        id=row["id"],
        line=row["line"],
        direction=row["direction"],
        number=number,
        shown=number,
        citizen_name=row["citizen_name"] or "",
        ringing_at=from_utc_text(row["ringing_at"]),
        answered_at=_moment(row["answered_at"]),
        ended_at=_moment(row["ended_at"]),
        outcome=row["outcome"],
        taken_by=row["taken_by_name"],
        ticket_no=row["ticket_no"],
    )


def _moment(text: str | None) -> datetime | None:
    return from_utc_text(text) if text else None
