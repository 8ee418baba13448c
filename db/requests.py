"""Rows of what somebody asked a lead to decide. Its words are notes; `given` holds ids and numbers as JSON."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from db.store import Reads, Transaction

COLUMNS = """
    r.*, t.no, t.status AS ticket_status, w.text AS words, dw.text AS decision_words,
    u.display_name AS user_name, h.name AS handler_name, du.display_name AS decider_name
"""
JOINS = """
    FROM request r JOIN ticket t ON t.id = r.ticket_id
    LEFT JOIN note_words w ON w.note_id = r.note_id
    LEFT JOIN note_words dw ON dw.note_id = r.decision_note_id
    LEFT JOIN user u ON u.id = r.asked_by
    LEFT JOIN handler h ON h.id = r.handler_id
    LEFT JOIN user du ON du.id = r.decided_by
"""
SHOWN = f"SELECT {COLUMNS} {JOINS}"


def get(reads: Reads, request_id: int) -> sqlite3.Row | None:
    return reads.row(f"{SHOWN} WHERE r.id = ?", (request_id,))


def of_ticket(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    return reads.rows(f"{SHOWN} WHERE r.ticket_id = ? ORDER BY r.id", (ticket_id,))


def all_open(reads: Reads, limit: int) -> list[sqlite3.Row]:
    """What waits for a decision, the oldest first."""
    return reads.rows(f"{SHOWN} WHERE r.state = 'open' ORDER BY r.asked_at, r.id LIMIT ?", (limit,))


def open_of(reads: Reads, ticket_id: int, kinds: Sequence[str] | None = None) -> list[sqlite3.Row]:
    """Open requests of a ticket, of these kinds or all."""
    narrowed = "" if kinds is None else f" AND kind IN ({', '.join('?' * len(kinds))})"
    return reads.rows(
        f"SELECT * FROM request WHERE ticket_id = ? AND state = 'open'{narrowed} ORDER BY id",  # noqa: S608
        (ticket_id, *(kinds or ())),
    )


def add(tx: Transaction, **values: Any) -> int:
    return tx.insert("request", **values)


def decide(
    tx: Transaction, request_id: int, state: str, *, at: str, by: int | None, note_id: int | None = None
) -> bool:
    """False: somebody was first."""
    done = tx.execute(
        "UPDATE request SET state = ?, decided_at = ?, decided_by = ?, decision_note_id = ?"
        " WHERE id = ? AND state = 'open'",
        (state, at, by, note_id, request_id),
    )
    return done.rowcount == 1
