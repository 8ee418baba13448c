"""Rows of the call flow: each line's plan, the announcements and when they were on, what callers did with the box."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from db.store import Reads, Transaction

# --- plans ---


def plans(source: Reads) -> list[sqlite3.Row]:
    """Every plan that somebody saved, with who did."""
    return source.rows(
        "SELECT f.*, u.display_name AS changed_by_name FROM call_flow f LEFT JOIN user u ON u.id = f.changed_by"
    )


def save_plan(tx: Transaction, line: str, plan: str, *, at: str, by: int) -> bool:
    """False, and nothing is written: it said so before."""
    done = tx.execute(
        "INSERT INTO call_flow (line, plan, changed_at, changed_by) VALUES (?, ?, ?, ?) ON CONFLICT (line)"
        " DO UPDATE SET plan = excluded.plan, changed_at = excluded.changed_at, changed_by = excluded.changed_by"
        " WHERE plan <> excluded.plan",
        (line, plan, at, by),
    )
    return done.rowcount == 1


# --- announcements ---

_PERIOD = (
    "SELECT p.*, a.title, on_user.display_name AS on_by_name, off_user.display_name AS off_by_name"
    " FROM announcement_period p JOIN announcement a ON a.id = p.announcement_id"
    " LEFT JOIN user on_user ON on_user.id = p.on_by LEFT JOIN user off_user ON off_user.id = p.off_by"
)


def add_announcement(tx: Transaction, **columns: Any) -> int:
    return tx.insert("announcement", **columns)


def change_announcement(tx: Transaction, announcement_id: int, *, title: str, words: str) -> bool:
    """False: it said so before."""
    done = tx.execute(
        "UPDATE announcement SET title = ?, words = ? WHERE id = ? AND (title <> ? OR words <> ?)",
        (title, words, announcement_id, title, words),
    )
    return done.rowcount == 1


def retire_announcement(tx: Transaction, announcement_id: int, at: str) -> None:
    tx.execute("UPDATE announcement SET retired_at = ? WHERE id = ? AND retired_at IS NULL", (at, announcement_id))


def announcements(source: Reads) -> list[sqlite3.Row]:
    """Those that may be switched on, the newest first."""
    return source.rows("SELECT * FROM announcement WHERE retired_at IS NULL ORDER BY id DESC")


def announcement(source: Reads, announcement_id: int) -> sqlite3.Row | None:
    return source.row("SELECT * FROM announcement WHERE id = ? AND retired_at IS NULL", (announcement_id,))


def switched_on(source: Reads) -> list[sqlite3.Row]:
    """What is on now; line '' is every line that has none of its own."""
    return source.rows(_PERIOD + " WHERE p.off_at IS NULL ORDER BY p.line")


def lately(source: Reads, most: int) -> list[sqlite3.Row]:
    """The latest times that an announcement was on, the newest first."""
    return source.rows(_PERIOD + " ORDER BY p.id DESC LIMIT ?", (most,))


def switch_on(tx: Transaction, **columns: Any) -> int:
    return tx.insert("announcement_period", **columns)


def switch_off(tx: Transaction, line: str, *, at: str, by: int) -> int | None:
    """Id of the period that ended so; None if nothing was on there."""
    row = tx.row("SELECT id FROM announcement_period WHERE line = ? AND off_at IS NULL", (line,))
    if row is None:
        return None
    tx.execute("UPDATE announcement_period SET off_at = ?, off_by = ? WHERE id = ?", (at, by, row["id"]))
    return int(row["id"])


_REPEATS = """
    SELECT count(*) AS calls, coalesce(sum(EXISTS (
        SELECT 1 FROM call b WHERE b.citizen_id = c.citizen_id AND b.direction = 'in' AND b.id < c.id
            AND b.ringing_at >= strftime('%Y-%m-%dT%H:%M:%fZ', c.ringing_at, '-1 day') AND b.ringing_at < c.ringing_at
    )), 0) AS repeats
    FROM call c WHERE c.direction = 'in' AND c.citizen_id IS NOT NULL AND c.ringing_at >= ? AND c.ringing_at < ?
        AND (? = '' OR c.line = ?)
"""


def calls_and_repeats(source: Reads, start: str, end: str, line: str) -> tuple[int, int]:
    """Calls that came in between these moments with a number, and those of a number that had called within 24 h.

    `line` '' = on every line.
    """
    row = source.row(_REPEATS, (start, end, line, line))
    return (int(row["calls"]), int(row["repeats"])) if row else (0, 0)


# --- what callers did ---


def add_steps(tx: Transaction, call_id: int, steps: Sequence[tuple[str, str]], at: str) -> None:
    for step, detail in steps:
        tx.insert("call_flow_step", call_id=call_id, step=step, detail=detail, at=at)


def steps_of(source: Reads, call_id: int) -> list[sqlite3.Row]:
    """In the order they happened."""
    return source.rows("SELECT * FROM call_flow_step WHERE call_id = ? ORDER BY id", (call_id,))


# --- replies that are spoken ---


def to_be_spoken(source: Reads, status: str, most: int) -> list[sqlite3.Row]:
    """Replies of tickets of this status that nobody has had spoken yet, with the citizen's number."""
    return source.rows(
        "SELECT a.reply_note_id AS note_id, w.text, t.no, t.is_confidential, z.phone FROM ticket t"
        " JOIN citizen z ON z.id = t.citizen_id JOIN assignment a ON a.id = t.assignment_id"
        " JOIN note_words w ON w.note_id = a.reply_note_id"
        " WHERE t.status = ? AND NOT EXISTS (SELECT 1 FROM spoken_reply s WHERE s.note_id = a.reply_note_id)"
        " ORDER BY t.id DESC LIMIT ?",
        (status, most),
    )


def keep_spoken(tx: Transaction, note_id: int, sound: bytes, at: str) -> None:
    tx.execute("INSERT OR IGNORE INTO spoken_reply (note_id, sound, made_at) VALUES (?, ?, ?)", (note_id, sound, at))


def spoken(source: Reads, ticket_id: int) -> bytes:
    """The reply to this ticket, spoken; empty where it isn't, or was made confidential since."""
    row = source.row(
        "SELECT s.sound FROM ticket t JOIN assignment a ON a.id = t.assignment_id"
        " JOIN spoken_reply s ON s.note_id = a.reply_note_id WHERE t.id = ? AND t.is_confidential = 0",
        (ticket_id,),
    )
    return bytes(row["sound"]) if row else b""
