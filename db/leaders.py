"""Rows of the county's leaders, whose texts are instructions."""

from __future__ import annotations

import sqlite3

from db.store import Reads, Transaction


def listed(reads: Reads) -> list[sqlite3.Row]:
    return reads.rows("SELECT * FROM leader WHERE disabled_at IS NULL ORDER BY name, id")


def by_key(reads: Reads, phone_key: str) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM leader WHERE phone_key = ? AND disabled_at IS NULL", (phone_key,))


def add(tx: Transaction, name: str, phone: str, phone_key: str) -> int:
    return tx.insert("leader", name=name, phone=phone, phone_key=phone_key)


def disable(tx: Transaction, leader_id: int, at: str) -> bool:
    """False if there is no such leader, or not any more."""
    done = tx.execute("UPDATE leader SET disabled_at = ? WHERE id = ? AND disabled_at IS NULL", (at, leader_id))
    return done.rowcount == 1
