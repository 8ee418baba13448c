"""Rows of attachments. What is in them lies in sealed files; without its wrapped key none can be opened."""

from __future__ import annotations

import sqlite3
from typing import Any

from db.store import Reads, Transaction

_ROW = """
    SELECT a.*, w.file_name, t.no AS ticket_no, t.is_confidential, t.status AS ticket_status,
        EXISTS (SELECT 1 FROM assignment s WHERE s.ticket_id = a.ticket_id AND s.department_id = a.department_id
            AND s.ended_at IS NULL) AS unit_has_it,
        u.display_name AS added_by_name, d.name_zh, d.name_en
    FROM attachment a JOIN ticket t ON t.id = a.ticket_id LEFT JOIN attachment_words w ON w.attachment_id = a.id
        LEFT JOIN user u ON u.id = a.added_by LEFT JOIN department d ON d.id = a.department_id
"""


def add(tx: Transaction, file_name: str, **columns: Any) -> int:
    attachment_id = tx.insert("attachment", **columns)
    tx.insert("attachment_words", attachment_id=attachment_id, file_name=file_name)
    return attachment_id


def get(reads: Reads, attachment_id: int) -> sqlite3.Row | None:
    return reads.row(_ROW + " WHERE a.id = ?", (attachment_id,))


def of_ticket(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    return reads.rows(_ROW + " WHERE a.ticket_id = ? ORDER BY a.id", (ticket_id,))


def erase(tx: Transaction, attachment_id: int, at: str, by: int) -> bool:
    """Drop its key, its digest and its name; the row says that there was one. False: it was erased before."""
    tx.execute("DELETE FROM attachment_words WHERE attachment_id = ?", (attachment_id,))
    cursor = tx.execute(
        "UPDATE attachment SET wrapped_key = NULL, sha256 = '', erased_at = ?, erased_by = ?"
        " WHERE id = ? AND erased_at IS NULL",
        (at, by, attachment_id),
    )
    return cursor.rowcount == 1


def is_kept(reads: Reads, name: str) -> bool:
    return reads.row("SELECT 1 FROM attachment WHERE name = ? AND erased_at IS NULL", (name,)) is not None
