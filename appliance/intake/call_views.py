"""Calls as the pages see them: frozen pictures of one moment."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from appliance.casework.views import TicketRow
from appliance.clock import from_utc_text, moment_or_none
from appliance.intake.board import ENDED, BoardCall
from appliance.people.departments import Department
from appliance.people.numbers import normalise

WAITING_STEPS = frozenset({"waiting", "hold"})  # of appliance.callflow.steps: the caller holds the line for the desk


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
    by_box: bool = False  # the box speaks with the caller
    box_step: str = ""  # what it does, a key of web.telephone_words.BOX_STEPS
    box_step_at: datetime | None = None
    recording_since: datetime | None = None
    may_record: bool = False
    may_rate: bool = False  # the caller can be asked for 1-5, and is then let go
    is_on_telephone: bool = False  # the office's own telephone has it: only people know when it ends
    is_landline: bool = False
    dialled: str = ""  # how far a call of ours on a landline is: "dialling", "ring_back", "busy", "voice"
    typed: str = ""  # who it is, as somebody typed it
    lacks_number: bool = False  # the network told nobody, so the operator may
    level: str = ""  # of a nuisance caller: a key of web.telephone_words.HELD
    handler_name: str = ""  # the number is a department's handler's
    handler_department: Department | None = None
    handler_tickets: tuple[TicketRow, ...] = ()  # what that department has in hand

    @property
    def rings(self) -> bool:
        """Somebody waits for the desk: it rings, or the box has asked the caller to hold the line."""
        is_ringing = self.state == "ringing" and self.direction == "in"
        return is_ringing or (self.by_box and self.box_step in WAITING_STEPS)

    @property
    def box_since(self) -> datetime:
        """Since when the box does what it does: a message counts from its first word, waiting from the first ring."""
        if self.recording_since is not None:
            return self.recording_since
        return self.ringing_at if self.box_step in WAITING_STEPS else self.box_step_at or self.ringing_at


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
    by_box: bool = False
    after_hours: bool = False


@dataclass(frozen=True, slots=True)
class CallPage:
    rows: tuple[CallRow, ...]
    next: int | None = None


def call_of(row: sqlite3.Row, region_code: str) -> BoardCall:
    """A call that is no longer on the board."""
    known = normalise(row["raw"] or "", region_code) or ("" if row["is_withheld"] else None)
    number = known if row["typed"] else row["citizen_phone"] or known
    return BoardCall(
        call_id=row["id"],
        line=row["line"],
        direction=row["direction"],
        modem_call=None,
        number=number,
        raw_number=row["raw"] or "",
        ringing_at=from_utc_text(row["ringing_at"]),
        state=ENDED,
        answered_at=moment_or_none(row["answered_at"]),
        ended_at=moment_or_none(row["ended_at"]),
        taken_by_id=row["taken_by"],
        taken_by=row["taken_by_name"] or "",
        taken_at=moment_or_none(row["taken_at"]),
        outcome=row["outcome"],
        ticket_no=row["ticket_no"],
        by_box=bool(row["by_box"]),
        typed=row["typed"] or "",
    )


def row_of(row: sqlite3.Row) -> CallRow:
    number = row["citizen_phone"] or row["typed"] or row["raw"] or ""
    return CallRow(
        id=row["id"],
        line=row["line"],
        direction=row["direction"],
        number=number,
        shown=number,
        citizen_name=row["citizen_name"] or "",
        ringing_at=from_utc_text(row["ringing_at"]),
        answered_at=moment_or_none(row["answered_at"]),
        ended_at=moment_or_none(row["ended_at"]),
        outcome=row["outcome"],
        taken_by=row["taken_by_name"],
        ticket_no=row["ticket_no"],
        by_box=bool(row["by_box"]),
        after_hours=bool(row["after_hours"]),
    )
