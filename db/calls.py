"""Rows of telephone calls. Ids are given out in memory before the row is written, so inserts name their id."""

from __future__ import annotations

import sqlite3
from typing import Any

from db.store import Reads, Transaction


def last_id(source: Reads) -> int:
    row = source.row("SELECT coalesce(max(id), 0) AS last FROM call")
    return int(row["last"]) if row else 0


def add(tx: Transaction, *, raw_number: str, **columns: Any) -> None:
    tx.insert("call", **columns)
    set_raw_number(tx, columns["id"], raw_number)


def set_raw_number(tx: Transaction, call_id: int, raw_number: str) -> None:
    """The number as the network gave it. Nothing is kept for a caller who withholds it."""
    if raw_number:
        tx.execute(
            "INSERT INTO call_number (call_id, raw) VALUES (?, ?)"
            " ON CONFLICT (call_id) DO UPDATE SET raw = excluded.raw",
            (call_id, raw_number),
        )


def set_typed_number(tx: Transaction, call_id: int, number: str) -> None:
    """Who it is as somebody typed it, where the network told nobody."""
    if number:
        tx.execute(
            "INSERT INTO call_number (call_id, raw, typed) VALUES (?, '', ?)"
            " ON CONFLICT (call_id) DO UPDATE SET typed = excluded.typed",
            (call_id, number),
        )


def change(tx: Transaction, call_id: int, **columns: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in columns)
    tx.execute(f"UPDATE call SET {names} WHERE id = ?", (*columns.values(), call_id))  # noqa: S608


def was_served(tx: Transaction, call_id: int) -> None:
    """Somebody says now that this caller, of whom nobody knew, was spoken with."""
    tx.execute("UPDATE call SET outcome = 'answered' WHERE id = ? AND outcome = 'unclear'", (call_id,))


def called_on(source: Reads, citizen_id: int) -> str:
    """The line on which this citizen called last; "" if he never did."""
    row = source.row(
        "SELECT line FROM call WHERE citizen_id = ? AND direction = 'in' ORDER BY id DESC LIMIT 1", (citizen_id,)
    )
    return str(row["line"]) if row else ""


def is_written(source: Reads, call_id: int) -> bool:
    return source.row("SELECT 1 FROM call WHERE id = ?", (call_id,)) is not None


def undecided(source: Reads) -> list[sqlite3.Row]:
    """Calls of which nobody said what they were: those that go on, and after a crash what it left."""
    return source.rows("SELECT * FROM call WHERE outcome = '' ORDER BY id")


def ticket_of(source: Reads, call_id: int) -> int | None:
    row = source.row("SELECT no FROM ticket WHERE call_id = ? ORDER BY id DESC LIMIT 1", (call_id,))
    return int(row["no"]) if row else None


_ROW = """
    SELECT c.*, n.raw, n.typed, z.name AS citizen_name, z.phone AS citizen_phone, u.display_name AS taken_by_name,
        (SELECT no FROM ticket t WHERE t.call_id = c.id ORDER BY t.id DESC LIMIT 1) AS ticket_no
    FROM call c LEFT JOIN call_number n ON n.call_id = c.id LEFT JOIN citizen z ON z.id = c.citizen_id
        LEFT JOIN user u ON u.id = c.taken_by
"""


def get(source: Reads, call_id: int) -> sqlite3.Row | None:
    return source.row(_ROW + " WHERE c.id = ?", (call_id,))


_WHICH = {
    "": "1",
    "after_hours": "c.after_hours = 1",
}


def rows(source: Reads, before: int | None, limit: int, outcome: str) -> list[sqlite3.Row]:
    """Newest first; `outcome` '' means all, "after_hours" those that rang then."""
    which = _WHICH.get(outcome, "c.outcome = :outcome")
    return source.rows(
        _ROW + f" WHERE c.id < :before AND {which} ORDER BY c.id DESC LIMIT :limit",  # a word of ours
        {"before": before if before is not None else 1 << 62, "outcome": outcome, "limit": limit},
    )
