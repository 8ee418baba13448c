"""Rows of who asked to see a protected identity. Nothing of it is ever changed but `seen_at`, once."""

from __future__ import annotations

import sqlite3

from db.store import Reads, Transaction


def add(
    tx: Transaction,
    *,
    ticket_id: int,
    citizen_id: int,
    at: str,
    by: int,
    method: str,
    reason: str,
    second_by: int | None,
) -> int:
    access_id = tx.insert(
        "identity_access",
        ticket_id=ticket_id,
        citizen_id=citizen_id,
        asked_at=at,
        asked_by=by,
        method=method,
        second_by=second_by,
    )
    tx.insert("identity_access_words", access_id=access_id, reason=tx.guarded(ticket_id, reason))
    return access_id


def seen(tx: Transaction, access_id: int, at: str) -> None:
    tx.execute("UPDATE identity_access SET seen_at = ? WHERE id = ? AND seen_at IS NULL", (at, access_id))


def of_ticket(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    """Newest first."""
    return reads.rows(
        "SELECT a.*, w.reason, u.display_name AS asked_name, s.display_name AS second_name FROM identity_access a"
        " LEFT JOIN identity_access_words w ON w.access_id = a.id LEFT JOIN user u ON u.id = a.asked_by"
        " LEFT JOIN user s ON s.id = a.second_by WHERE a.ticket_id = ? ORDER BY a.id DESC",
        (ticket_id,),
    )
