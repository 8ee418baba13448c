"""Rows of callers who keep the line busy for nothing."""

from __future__ import annotations

import sqlite3
from typing import Any

from db.store import Reads, Transaction


def on(reads: Reads, citizen_id: int, now: str) -> sqlite3.Row | None:
    """What holds for this citizen now."""
    return reads.row(
        "SELECT * FROM nuisance WHERE citizen_id = ? AND ended_at IS NULL AND state = 'on'"
        " AND (until_at IS NULL OR until_at > ?)",
        (citizen_id, now),
    )


def get(reads: Reads, nuisance_id: int) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM nuisance WHERE id = ?", (nuisance_id,))


def add(tx: Transaction, *, reason: str, **columns: Any) -> int:
    nuisance_id = tx.insert("nuisance", **columns)
    tx.insert("nuisance_words", nuisance_id=nuisance_id, reason=reason)
    return nuisance_id


def change(tx: Transaction, nuisance_id: int, **columns: Any) -> bool:
    """False if it has ended."""
    names = ", ".join(f"{name} = ?" for name in columns)
    cursor = tx.execute(
        f"UPDATE nuisance SET {names} WHERE id = ? AND ended_at IS NULL",  # noqa: S608
        (*columns.values(), nuisance_id),
    )
    return cursor.rowcount == 1


def end_others(tx: Transaction, citizen_id: int, but: int, at: str) -> None:
    """A new level takes the place of the one before."""
    tx.execute(
        "UPDATE nuisance SET ended_at = ? WHERE citizen_id = ? AND id <> ? AND ended_at IS NULL AND state = 'on'",
        (at, citizen_id, but),
    )


def over(reads: Reads, now: str) -> list[int]:
    """Those whose time has passed; an index of the few that hold."""
    found = reads.rows("SELECT id FROM nuisance WHERE ended_at IS NULL AND until_at <= ?", (now,))
    return [int(row["id"]) for row in found]


def listed(reads: Reads, since: str) -> list[sqlite3.Row]:
    """What holds or is asked for, and what ended since then; for the screen and for the month's paper."""
    return reads.rows(
        "SELECT n.*, w.reason, z.phone, z.name, u.display_name AS asked_name, d.display_name AS decided_name,"
        " (SELECT count(*) FROM call c WHERE c.citizen_id = n.citizen_id AND c.outcome = 'blocked'"
        "  AND c.ringing_at >= n.asked_at AND (n.ended_at IS NULL OR c.ringing_at <= n.ended_at)) AS kept_off"
        " FROM nuisance n LEFT JOIN nuisance_words w ON w.nuisance_id = n.id"
        " LEFT JOIN citizen z ON z.id = n.citizen_id LEFT JOIN user u ON u.id = n.asked_by"
        " LEFT JOIN user d ON d.id = n.decided_by"
        " WHERE n.ended_at IS NULL OR n.ended_at >= ? ORDER BY n.ended_at IS NOT NULL, n.id DESC LIMIT 500",
        (since,),
    )


def holding(reads: Reads, now: str) -> list[sqlite3.Row]:
    """Whatever holds for anybody, with the citizen's number; an index of the few."""
    return reads.rows(
        "SELECT n.citizen_id, n.level, n.per_day, n.until_at, z.phone FROM nuisance n"
        " JOIN citizen z ON z.id = n.citizen_id"
        " WHERE n.ended_at IS NULL AND n.state = 'on' AND (n.until_at IS NULL OR n.until_at > ?)",
        (now,),
    )


def call_ids_since(reads: Reads, citizen_id: int, since: str) -> frozenset[int]:
    found = reads.rows(
        "SELECT id FROM call WHERE citizen_id = ? AND direction = 'in' AND ringing_at >= ?", (citizen_id, since)
    )
    return frozenset(int(row["id"]) for row in found)


def texts_since(reads: Reads, citizen_id: int, since: str) -> int:
    found = reads.row("SELECT count(*) AS n FROM sms_in WHERE citizen_id = ? AND received_at >= ?", (citizen_id, since))
    return int(found["n"]) if found else 0


def calls_since(reads: Reads, citizen_id: int, since: str) -> int:
    found = reads.row(
        "SELECT (SELECT count(*) FROM call WHERE citizen_id = :who AND direction = 'in' AND ringing_at >= :since)"
        " + (SELECT count(*) FROM sms_in WHERE citizen_id = :who AND received_at >= :since) AS n",
        {"who": citizen_id, "since": since},
    )
    return int(found["n"]) if found else 0
