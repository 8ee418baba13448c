"""The rows of the messages page: one message as it is listed, whether it came or went, and a piece of a list."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.clock import from_utc_text
from appliance.outreach.purposes import purpose


@dataclass(frozen=True, slots=True)
class MessageRow:
    id: int
    direction: str  # "in" | "out"
    number: str
    who: str
    kind: str  # "citizen" | "handler" | "leader" | "advert" | "undecodable" | "trouble" | "out"
    text: str
    at: datetime
    line: str
    state: str  # in: "new", "handled", "waiting 2/3"; out: the outbox's own words
    ticket_no: int | None
    purpose: str  # message id of an outgoing message's purpose
    error: str
    parts: int
    outcome: str = ""  # what an incoming message came to
    is_settled: bool = False  # out: somebody decided what to do about its trouble
    more: int = 0  # on the desk: so many older ones of this sender stand behind it


@dataclass(frozen=True, slots=True)
class MessagePage:
    rows: tuple[MessageRow, ...]
    next: int | None = None


def page_of(found: list[MessageRow], limit: int, key: Callable[[MessageRow], int] = lambda row: row.id) -> MessagePage:
    """Of one more than `limit`, as many as that; `key` says before which of them the next page goes on."""
    page = tuple(found[:limit])
    return MessagePage(page, key(page[-1]) if len(found) > limit else None)


def incoming(row: sqlite3.Row, more: int = 0) -> MessageRow:
    """`row` comes from db.messages; `more` older ones of this sender stand behind it."""
    if row["complete_at"] is None:
        state = f"waiting {row['parts_here']}/{row['total']}"
    else:
        state = "new" if row["needs_desk"] and row["handled_at"] is None else "handled"
    return MessageRow(
        id=row["id"],
        direction="in",
        number=row["sender"] or "",
        who=row["handler_name"] or row["citizen_name"] or "",
        kind=row["kind"],
        text=row["text"] or "",
        at=from_utc_text(row["received_at"]),
        line=row["line"],
        state=state,
        ticket_no=row["ticket_no"],
        purpose="",
        error="",
        parts=row["total"],
        outcome=row["outcome"],
        more=more,
    )


def outgoing(row: sqlite3.Row) -> MessageRow:
    """`row` comes from db.messages."""
    return MessageRow(
        id=row["id"],
        direction="out",
        number=row["number"] or "",
        who=row["handler_name"] or row["citizen_name"] or "",
        kind="out",
        text=row["text"] or "",
        at=from_utc_text(row["created_at"]),
        line=row["line"] or row["preferred_line"],
        state=row["state"],
        ticket_no=row["ticket_no"],
        purpose=purpose(row["purpose"]).label,
        error=row["error"],
        parts=row["parts"],
        is_settled=row["settled_at"] is not None,
    )
