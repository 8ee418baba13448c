"""Rows of emergencies, of whom they were told to, and of many tickets alike within an hour."""

from __future__ import annotations

import sqlite3
from typing import Any

from db.store import Reads, Transaction

_EMERGENCY = "SELECT e.*, t.no FROM emergency e JOIN ticket t ON t.id = e.ticket_id"
_STEP = """
    SELECT s.*, w.name, w.phone, o.state AS sms_state FROM emergency_step s
        LEFT JOIN emergency_step_words w ON w.step_id = s.id LEFT JOIN outbox o ON o.id = s.outbox_id
"""

# --- emergencies ---------------------------------------------------------------------------------------------------


def get(reads: Reads, emergency_id: int) -> sqlite3.Row | None:
    return reads.row(f"{_EMERGENCY} WHERE e.id = ?", (emergency_id,))


def open_of(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    return reads.row(f"{_EMERGENCY} WHERE e.ticket_id = ? AND e.ended_at IS NULL", (ticket_id,))


def last_of(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    return reads.row(f"{_EMERGENCY} WHERE e.ticket_id = ? ORDER BY e.id DESC LIMIT 1", (ticket_id,))


def all_open(reads: Reads) -> list[sqlite3.Row]:
    """Few: every danger that has no end yet."""
    return reads.rows(
        "SELECT e.*, t.no FROM emergency e INDEXED BY emergency_open JOIN ticket t ON t.id = e.ticket_id"
        " WHERE e.ended_at IS NULL ORDER BY e.id"
    )


def ended_between(reads: Reads, start: str, end: str, limit: int) -> list[sqlite3.Row]:
    """The log: what began in this time and is over, the newest first."""
    return reads.rows(
        f"{_EMERGENCY} WHERE e.opened_at >= ? AND e.opened_at < ? AND e.ended_at IS NOT NULL"
        " ORDER BY e.id DESC LIMIT ?",
        (start, end, limit),
    )


def change(tx: Transaction, emergency_id: int, **columns: Any) -> bool:
    """Change one that is still open; False if it ended meanwhile."""
    names = ", ".join(f"{name} = ?" for name in columns)
    cursor = tx.execute(
        f"UPDATE emergency SET {names} WHERE id = ? AND ended_at IS NULL",  # noqa: S608
        (*columns.values(), emergency_id),
    )
    return cursor.rowcount == 1


def claim(tx: Transaction, emergency_id: int, steps: int) -> bool:
    """Take the next step of the chain; False if somebody took it, or somebody said OK."""
    cursor = tx.execute(
        "UPDATE emergency SET steps = steps + 1 WHERE id = ? AND steps = ? AND state = 'running' AND ended_at IS NULL",
        (emergency_id, steps),
    )
    return cursor.rowcount == 1


# --- who was told --------------------------------------------------------------------------------------------------


def add_step(tx: Transaction, *, name: str, phone: str, **columns: Any) -> int:
    step_id = tx.insert("emergency_step", **columns)
    tx.insert("emergency_step_words", step_id=step_id, name=name, phone=phone)
    return step_id


def steps_of(reads: Reads, emergency_id: int) -> list[sqlite3.Row]:
    return reads.rows(f"{_STEP} WHERE s.emergency_id = ? ORDER BY s.position", (emergency_id,))


def step(reads: Reads, step_id: int) -> sqlite3.Row | None:
    return reads.row(f"{_STEP} WHERE s.id = ?", (step_id,))


def told_to(reads: Reads, phone_key: str) -> list[sqlite3.Row]:
    """Open emergencies that this telephone was told of, the latest telling first."""
    return reads.rows(
        "SELECT s.id AS step_id, s.acked_at, e.id, e.state, e.ticket_id, t.no FROM emergency_step s"
        " JOIN emergency e ON e.id = s.emergency_id JOIN ticket t ON t.id = e.ticket_id"
        " WHERE s.phone_key = ? AND e.ended_at IS NULL ORDER BY s.id DESC LIMIT 50",
        (phone_key,),
    )


def ack(tx: Transaction, step_id: int, at: str, via: str, *, sms_id: int | None, user_id: int | None) -> bool:
    cursor = tx.execute(
        "UPDATE emergency_step SET acked_at = ?, via = ?, sms_id = ?, acked_by = ? WHERE id = ? AND acked_at IS NULL",
        (at, via, sms_id, user_id, step_id),
    )
    return cursor.rowcount == 1


def uncalled(reads: Reads, before: str) -> list[sqlite3.Row]:
    """Who was told by text before this moment, has said nothing, and whom nobody was asked to call yet."""
    return reads.rows(
        "SELECT s.id, e.ticket_id, e.id AS emergency_id FROM emergency e INDEXED BY emergency_open"
        " CROSS JOIN emergency_step s ON s.emergency_id = e.id"
        " WHERE e.ended_at IS NULL AND e.state = 'running' AND s.acked_at IS NULL AND s.call_mark_at IS NULL"
        " AND s.told_at <= ? ORDER BY s.id",
        (before,),
    )


def called(tx: Transaction, step_id: int, at: str) -> bool:
    cursor = tx.execute(
        "UPDATE emergency_step SET call_mark_at = ? WHERE id = ? AND call_mark_at IS NULL", (at, step_id)
    )
    return cursor.rowcount == 1


# --- whom the box rang ----------------------------------------------------------------------------------------------


def running_steps(reads: Reads) -> list[sqlite3.Row]:
    """The present step of every chain that runs and was not confirmed, the longest told first."""
    return reads.rows(
        "SELECT s.id, s.emergency_id, s.told_at, s.outbox_id, w.phone, e.clock_ok, t.no"
        " FROM emergency e INDEXED BY emergency_open"
        " CROSS JOIN emergency_step s ON s.emergency_id = e.id AND s.position = e.steps - 1"
        " JOIN emergency_step_words w ON w.step_id = s.id JOIN ticket t ON t.id = e.ticket_id"
        " WHERE e.ended_at IS NULL AND e.state = 'running' AND s.acked_at IS NULL ORDER BY s.told_at, s.id"
    )


def calls_of_step(reads: Reads, step_id: int) -> list[sqlite3.Row]:
    return reads.rows("SELECT * FROM emergency_call WHERE step_id = ? ORDER BY id", (step_id,))


def calls_of(reads: Reads, emergency_id: int) -> list[sqlite3.Row]:
    return reads.rows(
        "SELECT c.* FROM emergency_step s JOIN emergency_call c ON c.step_id = s.id WHERE s.emergency_id = ?"
        " ORDER BY c.id",
        (emergency_id,),
    )


def end_call(tx: Transaction, emergency_call_id: int, at: str, outcome: str) -> bool:
    """How it ended, once."""
    cursor = tx.execute(
        "UPDATE emergency_call SET ended_at = ?, outcome = ? WHERE id = ? AND outcome = ''",
        (at, outcome, emergency_call_id),
    )
    return cursor.rowcount == 1


def open_calls(reads: Reads) -> list[int]:
    """Those that go on, or that the end of the program cut off."""
    return [row["id"] for row in reads.rows("SELECT id FROM emergency_call WHERE outcome = ''")]


def settle_reminders(tx: Transaction, ticket_id: int, kinds: tuple[str, ...], at: str, user_id: int | None) -> None:
    """What the desk was asked to do about this danger is done."""
    gaps = ", ".join("?" * len(kinds))
    tx.execute(
        f"UPDATE reminder SET acked_at = ?, acked_by = ? WHERE ticket_id = ? AND acked_at IS NULL AND kind IN ({gaps})",  # noqa: S608
        (at, user_id, ticket_id, *kinds),
    )


# --- whom to tell --------------------------------------------------------------------------------------------------


def contacts(reads: Reads) -> list[sqlite3.Row]:
    return reads.rows("SELECT * FROM emergency_contact WHERE disabled_at IS NULL ORDER BY role DESC, id")


def disable_contact(tx: Transaction, contact_id: int, at: str) -> bool:
    cursor = tx.execute(
        "UPDATE emergency_contact SET disabled_at = ? WHERE id = ? AND disabled_at IS NULL", (at, contact_id)
    )
    return cursor.rowcount == 1


def ticket_words(reads: Reads, ticket_id: int) -> str:
    """What a ticket says, for reading it for danger."""
    row = reads.row("SELECT title, content FROM ticket_words WHERE ticket_id = ?", (ticket_id,))
    return f"{row['title']}\n{row['content']}" if row else ""


# --- many alike ----------------------------------------------------------------------------------------------------


def tickets_since(reads: Reads, since: str) -> list[sqlite3.Row]:
    """Tickets of the last hour that have a class and a town."""
    return reads.rows(
        "SELECT id, no, category, town, created_at FROM ticket WHERE created_at >= ? AND town <> '' AND category <> ''"
        " AND status <> 'void' ORDER BY created_at, id",
        (since,),
    )


def open_events(reads: Reads) -> list[sqlite3.Row]:
    return reads.rows("SELECT * FROM group_event INDEXED BY group_event_open WHERE ended_at IS NULL ORDER BY id DESC")


def event(reads: Reads, event_id: int) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM group_event WHERE id = ?", (event_id,))


def change_event(tx: Transaction, event_id: int, **columns: Any) -> bool:
    names = ", ".join(f"{name} = ?" for name in columns)
    cursor = tx.execute(
        f"UPDATE group_event SET {names} WHERE id = ? AND ended_at IS NULL",  # noqa: S608
        (*columns.values(), event_id),
    )
    return cursor.rowcount == 1


def members(reads: Reads, leaves: tuple[str, ...], town: str, since: str, until: str) -> list[sqlite3.Row]:
    """Tickets of these leaves from this town in this time, as they came."""
    gaps = ", ".join("?" * len(leaves))
    return reads.rows(
        f"SELECT id, no, created_at FROM ticket WHERE category IN ({gaps}) AND town = ? AND created_at >= ?"  # noqa: S608
        " AND created_at <= ? AND status <> 'void' ORDER BY id",
        (*leaves, town, since, until),
    )


def town_name(reads: Reads, code: str) -> sqlite3.Row | None:
    return reads.row("SELECT name_zh, name_en FROM place WHERE code = ?", (code,))


def last_event(reads: Reads, class_key: str, town: str) -> sqlite3.Row | None:
    return reads.row(
        "SELECT * FROM group_event WHERE class = ? AND town = ? ORDER BY id DESC LIMIT 1", (class_key, town)
    )
