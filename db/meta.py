"""Single values of the office's file, by name: what belongs to no table of its own."""

from __future__ import annotations

from db.store import Reads, Transaction


def value(reads: Reads, key: str) -> str | None:
    found = reads.row("SELECT value FROM meta WHERE key = ?", (key,))
    return str(found["value"]) if found else None


def set_value(tx: Transaction, key: str, text: str) -> None:
    tx.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, text),
    )
