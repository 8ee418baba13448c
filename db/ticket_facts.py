"""What a message about a ticket needs to know of it, read inside the transaction that sends it."""

from __future__ import annotations

import sqlite3

from db.store import Reads, Transaction

_FACTS = """
    SELECT t.id, t.no, t.status, t.type, t.urgency, t.source, t.line, t.citizen_id, t.department_id, t.assignment_id,
        t.due_at, t.is_open, t.rating_asked_at, t.rating, t.closed_at, t.is_confidential, t.is_anonymous, t.query_key,
        t.parent_id, t.supervised_level, w.title, w.content, w.place, w.contact_name, w.contact_phone,
        z.phone AS citizen_phone, z.name AS citizen_name, z.language AS citizen_language,
        d.name_zh, d.name_en
    FROM ticket t LEFT JOIN ticket_words w ON w.ticket_id = t.id LEFT JOIN citizen z ON z.id = t.citizen_id
        LEFT JOIN department d ON d.id = t.department_id
"""


def by_id(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    return reads.row(_FACTS + " WHERE t.id = ?", (ticket_id,))


def by_no(reads: Reads, no: int) -> sqlite3.Row | None:
    return reads.row(_FACTS + " WHERE t.no = ?", (no,))


def open_of_department(reads: Reads, department_id: int) -> list[sqlite3.Row]:
    """Oldest due first."""
    return reads.rows(
        _FACTS + " WHERE t.department_id = ? AND t.is_open = 1 ORDER BY t.due_at IS NULL, t.due_at, t.id",
        (department_id,),
    )


def co_of_department(reads: Reads, department_id: int) -> list[sqlite3.Row]:
    """Open tickets with which it helps another department, the oldest task first."""
    return reads.rows(
        _FACTS + " JOIN assignment a ON a.ticket_id = t.id AND a.role = 'co' AND a.ended_at IS NULL"
        " WHERE a.department_id = ? AND t.is_open = 1 ORDER BY a.id",
        (department_id,),
    )


def co_task(reads: Reads, ticket_id: int, department_id: int) -> sqlite3.Row | None:
    """What a department that helps with this ticket has of it."""
    return reads.row(
        "SELECT * FROM assignment WHERE ticket_id = ? AND department_id = ? AND role = 'co' AND ended_at IS NULL",
        (ticket_id, department_id),
    )


def latest_of_citizen(reads: Reads, citizen_id: int) -> sqlite3.Row | None:
    """The open one first, else the last."""
    return reads.row(_FACTS + " WHERE t.citizen_id = ? ORDER BY t.is_open DESC, t.id DESC LIMIT 1", (citizen_id,))


def moves_made(reads: Reads, ticket_id: int) -> int:
    """How often its status changed: names a message about one move."""
    row = reads.row("SELECT count(*) AS n FROM ticket_move WHERE ticket_id = ?", (ticket_id,))
    return int(row["n"]) if row else 0


def handlers_of(reads: Reads, department_id: int) -> list[sqlite3.Row]:
    """Who may act for this department, not a leader who only looks on; first told first."""
    return reads.rows(
        "SELECT id, name, phone FROM handler WHERE department_id = ? AND disabled_at IS NULL"
        " AND (can_sign OR can_reply OR can_return) ORDER BY rank, id",
        (department_id,),
    )


def replies(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    """What departments replied to this ticket, the latest first."""
    return reads.rows(
        "SELECT n.id, n.state, coalesce(w.text, '') AS text FROM ticket_note n"
        " LEFT JOIN note_words w ON w.note_id = n.id"
        " WHERE n.ticket_id = ? AND n.kind = 'reply' ORDER BY n.id DESC LIMIT 20",
        (ticket_id,),
    )


def mark_note(tx: Transaction, note_id: int, state: str) -> None:
    tx.execute("UPDATE ticket_note SET state = ? WHERE id = ?", (state, note_id))
