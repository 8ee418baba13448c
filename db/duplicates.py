"""Rows for finding the same matter twice: short walks down two indexes, whatever the number of tickets."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db.store import Reads, Transaction
from db.tickets import marks

_HINT = """
    SELECT t.id, t.no, t.status, t.category, t.town, t.created_at, t.is_open, t.is_confidential, t.parent_id,
        w.title, w.content, w.place
    FROM ticket t LEFT JOIN ticket_words w ON w.ticket_id = t.id
"""


def of_citizen(reads: Reads, citizen_id: int, limit: int) -> list[sqlite3.Row]:
    """This citizen's tickets, the newest first."""
    return reads.rows(_HINT + " WHERE t.citizen_id = ? ORDER BY t.id DESC LIMIT ?", (citizen_id, limit))


def of_place(reads: Reads, category: str, town: str, since: str, limit: int) -> list[sqlite3.Row]:
    """Tickets of one class and town since then, the newest first."""
    return reads.rows(
        _HINT + " WHERE t.category = ? AND t.town = ? AND t.created_at >= ? ORDER BY t.created_at DESC LIMIT ?",
        (category, town, since, limit),
    )


def one(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    return reads.row(_HINT + " WHERE t.id = ?", (ticket_id,))


def unsorted_since(reads: Reads, statuses: Sequence[str], since: str, limit: int) -> list[sqlite3.Row]:
    """Tickets in these statuses that came since then, the newest first."""
    return reads.rows(
        _HINT + f" WHERE t.status IN ({marks(statuses)}) AND t.created_at >= ? AND t.parent_id IS NULL"
        " ORDER BY t.id DESC LIMIT ?",
        (*statuses, since, limit),
    )


def earlier_of_class(reads: Reads, citizen_id: int, category: str, before_id: int, since: str) -> sqlite3.Row | None:
    """An earlier ticket of this citizen and class that was a true one."""
    return reads.row(
        "SELECT id, no FROM ticket WHERE citizen_id = ? AND id < ? AND category = ? AND created_at >= ?"
        " AND status NOT IN ('void', 'rejected') ORDER BY id DESC LIMIT 1",
        (citizen_id, before_id, category, since),
    )


def mark_repeat(tx: Transaction, ticket_id: int) -> None:
    tx.execute("UPDATE ticket SET is_repeat = 1 WHERE id = ? AND is_repeat = 0", (ticket_id,))


def counts(reads: Reads, since: str, until: str) -> tuple[int, int]:
    """How many appeals came between two moments, and how many matters they were: joined ones are one matter."""
    found = reads.row(
        "SELECT count(*) AS appeals, count(*) FILTER (WHERE parent_id IS NULL) AS events FROM ticket"
        " WHERE created_at >= ? AND created_at < ? AND status NOT IN ('draft', 'void')",
        (since, until),
    )
    return (int(found["appeals"]), int(found["events"])) if found else (0, 0)
