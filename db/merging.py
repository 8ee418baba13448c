"""Rows of tickets that were joined with another one."""

from __future__ import annotations

import sqlite3
from typing import Any

from db.store import Reads, Transaction


def join(tx: Transaction, child_id: int, parent_id: int, **others: Any) -> None:
    """`others`: status_before, at, user_id."""
    tx.insert("ticket_merge", child_id=child_id, parent_id=parent_id, **others)


def joined(reads: Reads, child_id: int) -> sqlite3.Row | None:
    """How this ticket came to be joined, while it is."""
    return reads.row(
        "SELECT * FROM ticket_merge WHERE child_id = ? AND undone_at IS NULL ORDER BY id DESC LIMIT 1", (child_id,)
    )


def part(tx: Transaction, merge_id: int, at: str, user_id: int | None) -> None:
    tx.execute("UPDATE ticket_merge SET undone_at = ?, undone_by = ? WHERE id = ?", (at, user_id, merge_id))


def children(reads: Reads, parent_id: int) -> list[sqlite3.Row]:
    """Tickets joined with this one, the oldest first."""
    return reads.rows("SELECT * FROM ticket WHERE parent_id = ? ORDER BY id", (parent_id,))


def carry_on(tx: Transaction, child_id: int, merge_id: int, parent_id: int) -> None:
    """What was joined with a ticket that is itself joined goes along with it."""
    tx.execute("UPDATE ticket_merge SET parent_id = ? WHERE id = ?", (parent_id, merge_id))
    tx.execute("UPDATE ticket SET parent_id = ? WHERE id = ?", (parent_id, child_id))
