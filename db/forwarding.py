"""Rows of what the network forwards, line by line, as it told last."""

from __future__ import annotations

import sqlite3

from db.store import Reads, Transaction


def tell(tx: Transaction, line: str, reason: str, *, is_active: bool, number: str, at: str) -> None:
    tx.execute(
        "INSERT INTO forwarding (line, reason, is_active, number, told_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (line, reason) DO UPDATE SET is_active = excluded.is_active, number = excluded.number,"
        " told_at = excluded.told_at",
        (line, reason, int(is_active), number, at),
    )


def rows(source: Reads) -> list[sqlite3.Row]:
    return source.rows("SELECT * FROM forwarding ORDER BY line, reason")
