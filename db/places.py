"""Rows of towns and villages."""

from __future__ import annotations

import sqlite3

from db.store import Reads, Transaction


def all_places(reads: Reads) -> list[sqlite3.Row]:
    """Towns and villages in use, by code."""
    return reads.rows("SELECT * FROM place WHERE disabled_at IS NULL ORDER BY parent, code")


def get(reads: Reads, code: str) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM place WHERE code = ?", (code,))


def put(tx: Transaction, **values: str) -> None:
    """Add it, or give the one with this code these names; one that was disabled is there again."""
    tx.execute(
        "INSERT INTO place (code, parent, name_zh, name_en, initials)"
        " VALUES (:code, :parent, :name_zh, :name_en, :initials) ON CONFLICT (code) DO UPDATE"
        " SET parent = excluded.parent, name_zh = excluded.name_zh, name_en = excluded.name_en,"
        " initials = excluded.initials, disabled_at = NULL",
        values,
    )


def disable(tx: Transaction, code: str, at: str) -> bool:
    """Take the place and its villages out of use. False if there was nothing to take."""
    done = tx.execute(
        "UPDATE place SET disabled_at = ? WHERE disabled_at IS NULL AND (code = ? OR parent = ?)", (at, code, code)
    )
    return done.rowcount > 0
