"""Rows of what the office takes in and hands on for citizens."""

from __future__ import annotations

import sqlite3

from db.store import Reads, Transaction

_ITEM = """
    SELECT i.*, w.name, w.phone, w.materials AS given, w.note, s.name_zh, s.name_en, s.materials AS wanted,
        s.department_id, s.limit_days, d.name_zh AS unit_zh, d.name_en AS unit_en
    FROM agency_item i JOIN agency_service s ON s.id = i.service_id JOIN department d ON d.id = s.department_id
        LEFT JOIN agency_words w ON w.item_id = i.id
"""


def services(reads: Reads) -> list[sqlite3.Row]:
    return reads.rows(
        "SELECT s.*, d.name_zh AS unit_zh, d.name_en AS unit_en FROM agency_service s"
        " JOIN department d ON d.id = s.department_id WHERE s.retired_at IS NULL ORDER BY s.id"
    )


def service(reads: Reads, service_id: int) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM agency_service WHERE id = ?", (service_id,))


def retire(tx: Transaction, service_id: int, at: str) -> bool:
    """False if that was done before."""
    cursor = tx.execute(
        "UPDATE agency_service SET retired_at = ? WHERE id = ? AND retired_at IS NULL", (at, service_id)
    )
    return cursor.rowcount == 1


def item(reads: Reads, no: int) -> sqlite3.Row | None:
    return reads.row(f"{_ITEM} WHERE i.no = ?", (no,))


def items(reads: Reads, *, is_open: bool, limit: int) -> list[sqlite3.Row]:
    """Open ones by what is due first, ended ones the newest first."""
    if is_open:
        return reads.rows(
            f"{_ITEM} WHERE i.ended_at IS NULL ORDER BY i.due_at IS NULL, i.due_at, i.id LIMIT ?", (limit,)
        )
    return reads.rows(f"{_ITEM} WHERE i.ended_at IS NOT NULL ORDER BY i.id DESC LIMIT ?", (limit,))


def change(tx: Transaction, item_id: int, version: int, **values: object) -> bool:
    """False if somebody else changed it meanwhile."""
    names = "".join(f"{name} = ?, " for name in values)
    cursor = tx.execute(
        f"UPDATE agency_item SET {names}version = version + 1 WHERE id = ? AND version = ?",  # noqa: S608
        (*values.values(), item_id, version),
    )
    return cursor.rowcount == 1


def set_given(tx: Transaction, item_id: int, given: str) -> None:
    tx.execute("UPDATE agency_words SET materials = ? WHERE item_id = ?", (given, item_id))


def add_move(tx: Transaction, item_id: int, text: str, **values: object) -> None:
    move_id = tx.insert("agency_move", item_id=item_id, **values)
    if text:
        tx.insert("agency_move_words", move_id=move_id, text=text)


def moves(reads: Reads, item_id: int) -> list[sqlite3.Row]:
    return reads.rows(
        "SELECT m.*, w.text, u.display_name AS who FROM agency_move m LEFT JOIN agency_move_words w ON w.move_id = m.id"
        " LEFT JOIN user u ON u.id = m.user_id WHERE m.item_id = ? ORDER BY m.id",
        (item_id,),
    )


def late(reads: Reads, now: str) -> list[sqlite3.Row]:
    """Open items past their time that were not raised for it yet."""
    return reads.rows(
        "SELECT i.id, i.no, i.due_at FROM agency_item i WHERE i.ended_at IS NULL AND i.due_at <= ?"
        " AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.mark = 'agency:' || i.id || ':' || i.due_at)",
        (now,),
    )


def without_time(reads: Reads) -> list[sqlite3.Row]:
    """Open items whose limit could not be worked out: the box did not know what time it was."""
    return reads.rows(
        "SELECT i.*, s.limit_days FROM agency_item i JOIN agency_service s ON s.id = i.service_id"
        " WHERE i.clock_ok = 0 AND i.ended_at IS NULL"
    )
