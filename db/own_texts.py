"""Rows of the office's own wording of the texts the box sends."""

from __future__ import annotations

import sqlite3

from db.store import Reads, Transaction


def value(reads: Reads, key: str, language: str) -> str | None:
    row = reads.row("SELECT text FROM own_text WHERE key = ? AND language = ?", (key, language))
    return str(row["text"]) if row else None


def listed(reads: Reads) -> list[sqlite3.Row]:
    return reads.rows("SELECT * FROM own_text ORDER BY key, language")


def put(tx: Transaction, key: str, language: str, text: str, *, at: str, by: int | None) -> None:
    tx.execute(
        "INSERT INTO own_text (key, language, text, changed_at, changed_by) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (key, language) DO UPDATE SET text = excluded.text, changed_at = excluded.changed_at,"
        " changed_by = excluded.changed_by",
        (key, language, text, at, by),
    )


def remove(tx: Transaction, key: str, language: str) -> bool:
    """False if there was none."""
    return tx.execute("DELETE FROM own_text WHERE key = ? AND language = ?", (key, language)).rowcount == 1
