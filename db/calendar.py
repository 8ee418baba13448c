"""Days that the office itself entered, or that were imported after this version was made; and what changed by them."""

from __future__ import annotations

import sqlite3

from db.store import Reads, Transaction


def days(reads: Reads) -> list[sqlite3.Row]:
    return reads.rows("SELECT * FROM calendar_day ORDER BY day_on, source")


def put_notice(tx: Transaction, year: int, rows: list[tuple[str, bool, str]]) -> None:
    """The whole notice of a year: what was entered for it before is gone."""
    tx.execute("DELETE FROM calendar_day WHERE source = 'official' AND notice_year = ?", (year,))
    for day_on, is_workday, name in rows:
        tx.execute(
            "INSERT INTO calendar_day (day_on, source, is_workday, name, notice_year) VALUES (?, 'official', ?, ?, ?)"
            " ON CONFLICT (day_on, source) DO UPDATE SET is_workday = excluded.is_workday, name = excluded.name,"
            " notice_year = excluded.notice_year",
            (day_on, int(is_workday), name, year),
        )


def put_local(tx: Transaction, day_on: str, *, is_workday: bool, name: str) -> None:
    tx.execute(
        "INSERT INTO calendar_day (day_on, source, is_workday, name) VALUES (?, 'local', ?, ?)"
        " ON CONFLICT (day_on, source) DO UPDATE SET is_workday = excluded.is_workday, name = excluded.name",
        (day_on, int(is_workday), name),
    )


def drop_local(tx: Transaction, day_on: str) -> bool:
    return tx.execute("DELETE FROM calendar_day WHERE source = 'local' AND day_on = ?", (day_on,)).rowcount == 1


# --- changes -------------------------------------------------------------------------------------------------------


_CHANGE = (
    "SELECT c.*, u.display_name AS who, (SELECT count(*) FROM due_change d WHERE d.change_id = c.id) AS moved"
    " FROM calendar_change c LEFT JOIN user u ON u.id = c.user_id"
)


def last_change(reads: Reads) -> int:
    """Of the calendar itself: the hours of a department are no part of it."""
    row = reads.row("SELECT max(id) AS id FROM calendar_change WHERE department_id IS NULL")
    return int(row["id"] or 0) if row else 0


def next_change(tx: Transaction) -> int:
    """The id of the change that is written next."""
    row = tx.row("SELECT max(id) AS id FROM calendar_change")
    return int(row["id"] or 0) + 1 if row else 1


def changes(reads: Reads, limit: int) -> list[sqlite3.Row]:
    """The newest first, each with how many due times it moved."""
    return reads.rows(f"{_CHANGE} WHERE c.department_id IS NULL ORDER BY c.id DESC LIMIT ?", (limit,))


def changes_of_unit(reads: Reads, department_id: int, limit: int) -> list[sqlite3.Row]:
    """When its hours were changed; the newest first, each with how many due times it moved."""
    return reads.rows(f"{_CHANGE} WHERE c.department_id = ? ORDER BY c.id DESC LIMIT ?", (department_id, limit))


def moved(reads: Reads, change_id: int) -> list[sqlite3.Row]:
    return reads.rows(
        "SELECT d.*, t.no FROM due_change d JOIN ticket t ON t.id = d.ticket_id WHERE d.change_id = ? ORDER BY d.id",
        (change_id,),
    )
