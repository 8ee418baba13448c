"""Rows of promised calls: one open entry per citizen."""

from __future__ import annotations

import sqlite3
from typing import Any

from db.store import Reads, Transaction


def open_of(source: Reads, citizen_id: int) -> sqlite3.Row | None:
    return source.row("SELECT * FROM callback WHERE citizen_id = ? AND closed_at IS NULL", (citizen_id,))


def add(tx: Transaction, **columns: Any) -> int:
    return tx.insert("callback", **columns)


def change(tx: Transaction, callback_id: int, **columns: Any) -> bool:
    """Change an entry that is still open; False if it was closed before."""
    names = ", ".join(f"{name} = ?" for name in columns)
    cursor = tx.execute(
        f"UPDATE callback SET {names} WHERE id = ? AND closed_at IS NULL",  # noqa: S608
        (*columns.values(), callback_id),
    )
    return cursor.rowcount == 1


_ROW = """
    SELECT b.*, z.phone, z.name, t.no AS ticket_no
    FROM callback b JOIN citizen z ON z.id = b.citizen_id LEFT JOIN ticket t ON t.id = b.ticket_id
"""


def get(source: Reads, callback_id: int) -> sqlite3.Row | None:
    return source.row(_ROW + " WHERE b.id = ?", (callback_id,))


def all_open(source: Reads) -> list[sqlite3.Row]:
    return source.rows(_ROW + " WHERE b.closed_at IS NULL ORDER BY b.due_at, b.id")


def without_time(source: Reads) -> list[sqlite3.Row]:
    """Open entries whose due time was worked out by a clock that couldn't be trusted."""
    return source.rows("SELECT * FROM callback WHERE closed_at IS NULL AND clock_ok = 0 ORDER BY id")


def open_of_boot(source: Reads, boot_id: int) -> list[sqlite3.Row]:
    """Open entries of this run of the program."""
    return source.rows("SELECT * FROM callback WHERE closed_at IS NULL AND due_at > '' AND boot_id = ?", (boot_id,))


def add_citizen_note(tx: Transaction, citizen_id: int, note: str) -> None:
    tx.execute("UPDATE citizen SET notes = trim(notes || char(10) || ?, char(10)) WHERE id = ?", (note, citizen_id))
