"""Rows of notices and tasks for departments, and of who has acknowledged them."""

from __future__ import annotations

import sqlite3
from typing import Any

from db.store import Reads, Transaction

_LIST = """
    SELECT n.*, w.title, w.text, u.display_name AS created_by_name, count(t.id) AS sent,
        count(t.acked_at) AS acked, count(t.done_at) AS done
    FROM unit_notice n LEFT JOIN unit_notice_words w ON w.notice_id = n.id
        LEFT JOIN unit_notice_to t ON t.notice_id = n.id LEFT JOIN user u ON u.id = n.created_by
"""
_TO = """
    SELECT t.*, d.code, d.name_zh, d.name_en, d.kind AS department_kind, a.text AS answer,
        coalesce(u.display_name, h.name, '') AS acked_by_name, n.kind, n.due_at, n.closed_at, n.created_at,
        w.title, w.text
    FROM unit_notice_to t JOIN unit_notice n ON n.id = t.notice_id JOIN department d ON d.id = t.department_id
        LEFT JOIN unit_notice_words w ON w.notice_id = n.id LEFT JOIN unit_notice_answer a ON a.to_id = t.id
        LEFT JOIN user u ON u.id = t.acked_by LEFT JOIN handler h ON h.id = t.handler_id
"""


def add(tx: Transaction, title: str, text: str, **columns: Any) -> int:
    notice_id = tx.insert("unit_notice", **columns)
    tx.insert("unit_notice_words", notice_id=notice_id, title=title, text=text)
    return notice_id


def send_to(tx: Transaction, notice_id: int, department_id: int) -> int:
    return tx.insert("unit_notice_to", notice_id=notice_id, department_id=department_id)


def was_texted(tx: Transaction, to_id: int, count: int) -> None:
    tx.execute("UPDATE unit_notice_to SET texted = ? WHERE id = ?", (count, to_id))


def some(reads: Reads, before: int, limit: int) -> list[sqlite3.Row]:
    """Newest first."""
    return reads.rows(_LIST + " WHERE n.id < ? GROUP BY n.id ORDER BY n.id DESC LIMIT ?", (before, limit))


def get(reads: Reads, notice_id: int) -> sqlite3.Row | None:
    return reads.row(_LIST + " WHERE n.id = ? GROUP BY n.id", (notice_id,))


def table(reads: Reads, notice_id: int) -> list[sqlite3.Row]:
    """Its departments in the order of all lists of departments."""
    return reads.rows(_TO + " WHERE t.notice_id = ? ORDER BY d.kind, d.code", (notice_id,))


def one(reads: Reads, to_id: int) -> sqlite3.Row | None:
    return reads.row(_TO + " WHERE t.id = ?", (to_id,))


def open_of_department(reads: Reads, department_id: int) -> list[sqlite3.Row]:
    """What it has not acknowledged, or not done, of those that are not closed; the oldest first."""
    return reads.rows(
        _TO + " WHERE t.department_id = ? AND n.closed_at IS NULL AND (t.acked_at IS NULL OR"
        " (n.kind = 'task' AND t.done_at IS NULL)) ORDER BY t.id",
        (department_id,),
    )


def acknowledge(tx: Transaction, to_id: int, at: str, **who: Any) -> bool:
    """False: it was acknowledged before."""
    names = "".join(f", {name} = :{name}" for name in who)
    done = tx.execute(
        f"UPDATE unit_notice_to SET acked_at = :at{names} WHERE id = :id AND acked_at IS NULL",  # noqa: S608
        {**who, "at": at, "id": to_id},
    )
    return done.rowcount == 1


def finish(tx: Transaction, to_id: int, at: str) -> bool:
    done = tx.execute("UPDATE unit_notice_to SET done_at = ? WHERE id = ? AND done_at IS NULL", (at, to_id))
    return done.rowcount == 1


def answered(tx: Transaction, to_id: int, text: str) -> bool:
    """What it says, after what it said before; the same words again, as by a second press, change nothing: False."""
    done = tx.execute(
        "INSERT INTO unit_notice_answer (to_id, text) VALUES (?, ?) ON CONFLICT (to_id) DO UPDATE"
        " SET text = text || char(10) || excluded.text"
        " WHERE substr(char(10) || text, -length(excluded.text) - 1) <> char(10) || excluded.text",
        (to_id, text),
    )
    return done.rowcount == 1


def reminded(tx: Transaction, to_id: int, at: str) -> None:
    tx.execute("UPDATE unit_notice_to SET reminded_at = ? WHERE id = ?", (at, to_id))


def close(tx: Transaction, notice_id: int, at: str, by: int) -> bool:
    done = tx.execute(
        "UPDATE unit_notice SET closed_at = ?, closed_by = ? WHERE id = ? AND closed_at IS NULL", (at, by, notice_id)
    )
    return done.rowcount == 1


def due_before(reads: Reads, until: str) -> list[sqlite3.Row]:
    """Open ones whose time is over by then: one walk of the index of what is due."""
    return reads.rows("SELECT * FROM unit_notice WHERE closed_at IS NULL AND due_at <= ? ORDER BY due_at", (until,))


def latest_to_handler(reads: Reads, handler_id: int) -> sqlite3.Row | None:
    """The last message that asked something of this handler."""
    return reads.row(
        "SELECT purpose, created_at FROM outbox WHERE handler_id = ? AND purpose <> 'confirm'"
        " AND state NOT IN ('queued', 'failed') ORDER BY id DESC LIMIT 1",
        (handler_id,),
    )
