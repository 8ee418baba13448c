"""A ticket's history in one order: moves, notes, messages and its call."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from appliance.casework.views import TicketRow, TimelineItem
from appliance.clock import from_utc_text, moment_or_none
from appliance.people.numbers import mask
from db import timeline as rows
from db.store import Reads

TRANSCRIPT = "transcript"  # kind of the note that holds what a machine took from a recording
TO_LEADERS = frozenset({"emergency", "alarm", "code", "supervision"})  # purposes of what no citizen ever gets


def of(reads: Reads, row: TicketRow, *, is_masked: bool, hears: bool) -> tuple[TimelineItem, ...]:
    """Everything that happened, the oldest first, but for what was said where nobody may hear it."""
    show = mask if is_masked else str
    items = [
        *_call(rows.call(reads, row.call_id), row, show_number=show(row.phone)),
        *(_move(found) for found in rows.moves(reads, row.id)),
        *(_note(found) for found in rows.notes(reads, row.id) if hears or found["kind"] != TRANSCRIPT),
        *(_message_in(found, show(found["sender"] or "")) for found in rows.messages_in(reads, row.id)),
        *(_message_out(found, show(found["number"] or "")) for found in rows.messages_out(reads, row.id)),
        *(_alarm_call(found, show(found["phone"] or "")) for found in rows.alarm_calls(reads, row.id)),
    ]
    return tuple(sorted(items, key=lambda item: item.at))


def proposals(row: TicketRow, items: tuple[TimelineItem, ...]) -> tuple[TimelineItem, ...]:
    """What waits for the desk's word: the reply in review, and what somebody asked for since the last move."""
    last_move_at = max((item.at for item in items if item.kind == "move"), default=row.created_at)
    asked = [item for item in items if item.key == "proposal" and item.at >= last_move_at]
    if row.stage.key == "review":
        replies = [item for item in items if item.kind == "move" and item.to_status == row.status]
        return (*replies[-1:], *asked)
    return tuple(asked)


def _move(row: sqlite3.Row) -> TimelineItem:
    return TimelineItem(
        at=from_utc_text(row["at"]),
        kind="move",
        key=row["move"],
        text=row["text"] or "",
        who=row["user_name"] or row["handler_name"] or "",
        actor=row["actor"],
        state=row["note_state"] or "",
        from_status=row["from_status"],
        to_status=row["to_status"],
        rating=row["rating"],
        ground=row["ground"],
        ref=row["id"],
        is_self_approved=bool(row["is_self_approved"]),
        for_unit=bool(row["for_unit"]),
        happened_at=moment_or_none(row["happened_at"]),
    )


def _note(row: sqlite3.Row) -> TimelineItem:
    return TimelineItem(
        at=from_utc_text(row["at"]),
        kind="note",
        key=row["kind"],
        text=row["text"] or "",
        who=row["user_name"] or row["handler_name"] or "",
        actor="handler" if row["handler_id"] else "",
        state=row["state"],
        ref=row["id"],
    )


def _message_in(row: sqlite3.Row, number: str) -> TimelineItem:
    return TimelineItem(
        at=from_utc_text(row["received_at"]),
        kind="sms_in",
        key=row["kind"],
        text=row["text"] or "",
        who=row["handler_name"] or "",
        actor="handler" if row["handler_id"] else "citizen",
        state=row["outcome"],
        number=number,
        ref=row["id"],
    )


def _told(row: sqlite3.Row) -> str:
    """To whom a message went, where no handler is named."""
    if row["handler_id"]:
        return "handler"
    return "leader" if row["leader_id"] or row["purpose"] in TO_LEADERS else "citizen"


def _message_out(row: sqlite3.Row, number: str) -> TimelineItem:
    return TimelineItem(
        at=from_utc_text(row["sent_at"] or row["created_at"]),
        kind="sms_out",
        key=row["purpose"],
        text=row["text"] or "",
        who=row["handler_name"] or "",
        actor=_told(row),
        state=row["state"],
        number=number,
        ref=row["id"],
    )


def _alarm_call(row: sqlite3.Row, number: str) -> TimelineItem:
    return TimelineItem(
        at=from_utc_text(row["dialled_at"]),
        kind="alarm_call",
        key=row["outcome"],
        who=row["name"] or "",
        number=number,
        ref=row["id"],
    )


def _call(call: sqlite3.Row | None, row: TicketRow, *, show_number: str) -> Iterator[TimelineItem]:
    if call is not None:
        yield TimelineItem(
            at=from_utc_text(call["ringing_at"]),
            kind="call",
            key=call["outcome"],
            who=call["user_name"] or "",
            actor=call["direction"],
            state="" if call["ended_at"] else "open",
            number=show_number,
            ref=call["id"],
        )
