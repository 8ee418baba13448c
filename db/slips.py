"""What a printed slip needs to know of a ticket, read in one moment; and that it was handed over."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db.store import Reads, Transaction

_FACTS = """
    SELECT t.*, w.title, w.content, w.place, w.wish, w.contact_name, w.contact_phone,
        z.phone AS citizen_phone, z.name AS citizen_name, p.name_zh AS town_zh, p.name_en AS town_en
    FROM ticket t LEFT JOIN ticket_words w ON w.ticket_id = t.id LEFT JOIN citizen z ON z.id = t.citizen_id
        LEFT JOIN place p ON p.code = t.town
    WHERE t.no = ?
"""
_TASKS = """
    SELECT a.*, d.code, d.name_zh, d.name_en, d.kind FROM assignment a JOIN department d ON d.id = a.department_id
    WHERE a.ticket_id = ? ORDER BY a.id
"""


def facts(reads: Reads, no: int) -> sqlite3.Row | None:
    return reads.row(_FACTS, (no,))


def tasks(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    """Every task that departments had of it, the oldest first."""
    return reads.rows(_TASKS, (ticket_id,))


def said_before(reads: Reads, ticket_id: int, moves: Sequence[str], since: str) -> list[sqlite3.Row]:
    """What these moves said, from a moment on, the oldest first."""
    gaps = ", ".join("?" * len(moves))
    return reads.rows(
        "SELECT m.move, coalesce(m.happened_at, m.at) AS at, w.text FROM ticket_move m"  # noqa: S608
        " JOIN note_words w ON w.note_id = m.note_id"
        f" WHERE m.ticket_id = ? AND m.at >= ? AND m.move IN ({gaps}) ORDER BY m.id",
        (ticket_id, since, *moves),
    )


def supervision(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    """The newest paper of supervision, with its words."""
    return reads.row(
        "SELECT s.*, w.text FROM supervision s LEFT JOIN note_words w ON w.note_id = s.note_id"
        " WHERE s.ticket_id = ? ORDER BY s.id DESC LIMIT 1",
        (ticket_id,),
    )


def reminded(reads: Reads, ticket_id: int, purposes: Sequence[str]) -> list[str]:
    """When its department was reminded by text, once per moment, the oldest first."""
    gaps = ", ".join("?" * len(purposes))
    found = reads.rows(
        f"SELECT DISTINCT created_at FROM outbox WHERE ticket_id = ? AND purpose IN ({gaps}) ORDER BY created_at",  # noqa: S608
        (ticket_id, *purposes),
    )
    return [row["created_at"] for row in found]


def goes_by_paper(tx: Transaction, assignment_id: int) -> None:
    tx.execute("UPDATE assignment SET channel = 'paper' WHERE id = ?", (assignment_id,))


def told_by_hand(tx: Transaction, ticket_id: int, at: str, by: int) -> list[int]:
    """Tick off the marks that somebody has to tell the department; their ids."""
    found = tx.rows(
        "UPDATE reminder SET acked_at = ?, acked_by = ? WHERE ticket_id = ? AND kind = 'tell_unit'"
        " AND acked_at IS NULL RETURNING id",
        (at, by, ticket_id),
    )
    return [row["id"] for row in found]
