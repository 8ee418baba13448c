"""Rows of users, departments with their handlers, and citizens."""

from __future__ import annotations

import sqlite3
from typing import Any

from db.store import Reads, Transaction

DEPARTMENT_COLUMNS = ("code", "name_zh", "name_en", "kind", "duties", "hours", "wants_slip")

# --- users ---------------------------------------------------------------------------------------------------------


def user_by_name(reads: Reads, name: str) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM user WHERE name = ?", (name,))


def user_by_id(reads: Reads, user_id: int) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM user WHERE id = ?", (user_id,))


def users(reads: Reads) -> list[sqlite3.Row]:
    return reads.rows("SELECT * FROM user ORDER BY disabled_at IS NOT NULL, name COLLATE NOCASE")


def user_count(reads: Reads) -> int:
    found = reads.row("SELECT count(*) AS n FROM user")
    return int(found["n"]) if found else 0


def set_user_password(tx: Transaction, user_id: int, password_hash: str, *, must_change: bool) -> None:
    tx.execute(
        "UPDATE user SET password_hash = ?, must_change = ? WHERE id = ?", (password_hash, int(must_change), user_id)
    )


def set_user_disabled(tx: Transaction, user_id: int, at: str) -> None:
    tx.execute("UPDATE user SET disabled_at = ? WHERE id = ? AND disabled_at IS NULL", (at, user_id))


def set_user_leaves(tx: Transaction, user_id: int, at: str) -> None:
    tx.execute("UPDATE user SET leaves_at = ? WHERE id = ?", (at, user_id))


def users_leaving_after(reads: Reads, at: str) -> list[sqlite3.Row]:
    """Seats for a time that is not over yet."""
    return reads.rows("SELECT * FROM user WHERE leaves_at > ? AND disabled_at IS NULL ORDER BY leaves_at", (at,))


def set_user_language(tx: Transaction, user_id: int, language: str) -> None:
    tx.execute("UPDATE user SET language = ? WHERE id = ?", (language, user_id))


# --- departments and handlers --------------------------------------------------------------------------------------


def departments(reads: Reads) -> list[sqlite3.Row]:
    return reads.rows("SELECT * FROM department WHERE disabled_at IS NULL ORDER BY kind, code")


def departments_with_hours(reads: Reads) -> list[sqlite3.Row]:
    """Those that write opening hours of their own, in use or not: what they have in hand ends by them."""
    return reads.rows("SELECT id, hours FROM department WHERE hours <> '' ORDER BY id")


def department(reads: Reads, department_id: int) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM department WHERE id = ?", (department_id,))


def department_by_code(reads: Reads, code: str) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM department WHERE code = ?", (code,))


def put_department(tx: Transaction, **values: Any) -> None:
    """Add it, or give the one with this code these values; one that was disabled is there again."""
    gaps = ", ".join(f":{name}" for name in DEPARTMENT_COLUMNS)
    kept = ", ".join(f"{name} = excluded.{name}" for name in DEPARTMENT_COLUMNS)
    tx.execute(
        f"INSERT INTO department ({', '.join(DEPARTMENT_COLUMNS)}) VALUES ({gaps})"  # noqa: S608 - our own words
        f" ON CONFLICT (code) DO UPDATE SET {kept}, disabled_at = NULL",
        values,
    )


def has_open_tickets(reads: Reads, department_id: int) -> bool:
    """Whether it has a task that has not ended, as the one in charge or as a helper."""
    sql = "SELECT 1 FROM assignment WHERE department_id = ? AND ended_at IS NULL LIMIT 1"
    return reads.row(sql, (department_id,)) is not None


def disable_department(tx: Transaction, department_id: int, at: str) -> bool:
    """False if that was done before."""
    done = tx.execute("UPDATE department SET disabled_at = ? WHERE id = ? AND disabled_at IS NULL", (at, department_id))
    return done.rowcount == 1


def handlers(reads: Reads, department_id: int) -> list[sqlite3.Row]:
    return reads.rows(
        "SELECT * FROM handler WHERE department_id = ? AND disabled_at IS NULL ORDER BY rank, id", (department_id,)
    )


def handler(reads: Reads, handler_id: int) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM handler WHERE id = ?", (handler_id,))


def handler_by_key(reads: Reads, phone_key: str) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM handler WHERE phone_key = ? AND disabled_at IS NULL", (phone_key,))


def add_handler(tx: Transaction, department_id: int, name: str, phone: str, phone_key: str) -> int:
    return tx.insert("handler", department_id=department_id, name=name, phone=phone, phone_key=phone_key)


def name_handler(tx: Transaction, handler_id: int, name: str) -> None:
    tx.execute("UPDATE handler SET name = ? WHERE id = ?", (name, handler_id))


def set_duties(tx: Transaction, handler_id: int, **values: Any) -> None:
    gaps = ", ".join(f"{name} = :{name}" for name in values)
    tx.execute(f"UPDATE handler SET {gaps} WHERE id = :_id", {**values, "_id": handler_id})  # noqa: S608 - our own words


def disable_handler(tx: Transaction, handler_id: int, at: str) -> bool:
    """False if that was done before."""
    cursor = tx.execute("UPDATE handler SET disabled_at = ? WHERE id = ? AND disabled_at IS NULL", (at, handler_id))
    return cursor.rowcount == 1


# --- citizens ------------------------------------------------------------------------------------------------------


def citizen(reads: Reads, citizen_id: int) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM citizen WHERE id = ?", (citizen_id,))


def citizen_by_key(reads: Reads, phone_key: str) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM citizen WHERE phone_key = ?", (phone_key,))


def citizen_salt(reads: Reads, citizen_id: int) -> bytes | None:
    found = reads.row("SELECT salt FROM citizen WHERE id = ?", (citizen_id,))
    return found["salt"] if found else None


def name_citizen(tx: Transaction, citizen_id: int, name: str) -> None:
    tx.execute("UPDATE citizen SET name = ? WHERE id = ?", (name, citizen_id))
