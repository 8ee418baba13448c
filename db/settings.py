"""What the office sets on its pages: one row per name, as text. What a value means is its service's business."""

from __future__ import annotations

from db.store import Reads, Transaction


def value(source: Reads, name: str) -> str | None:
    row = source.row("SELECT value FROM setting WHERE name = ?", (name,))
    return str(row["value"]) if row else None


def set_value(tx: Transaction, name: str, text: str, *, at: str, by: int | None) -> bool:
    """False, and nothing is written: it said so before."""
    done = tx.execute(
        "INSERT INTO setting (name, value, changed_at, changed_by) VALUES (?, ?, ?, ?) ON CONFLICT (name)"
        " DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at, changed_by = excluded.changed_by"
        " WHERE value <> excluded.value",
        (name, text, at, by),
    )
    return done.rowcount == 1
