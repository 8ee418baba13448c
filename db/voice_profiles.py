"""Rows of what landline modems were found to do, and of the test calls that show whether a number comes."""

from __future__ import annotations

import sqlite3

from db.store import Reads, Transaction


def keep(tx: Transaction, line: str, identity: str, profile: str, at: str) -> None:
    """What this modem does, as it is known now."""
    tx.execute(
        "INSERT INTO voice_profile (line, identity, profile, changed_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (line, identity) DO UPDATE SET profile = excluded.profile, changed_at = excluded.changed_at",
        (line, identity, profile, at),
    )


def measured(tx: Transaction, line: str, identity: str, *, evidence: str, stopped: str, at: str) -> None:
    """How that was found out, by a whole measurement."""
    tx.execute(
        "UPDATE voice_profile SET evidence = ?, stopped = ?, measured_at = ? WHERE line = ? AND identity = ?",
        (evidence, stopped, at, line, identity),
    )


def watched_telephone(tx: Transaction, line: str, identity: str, *, evidence: str, at: str) -> None:
    """How the telephone beside it was seen, or not."""
    tx.execute(
        "UPDATE voice_profile SET telephone_evidence = ?, telephone_at = ? WHERE line = ? AND identity = ?",
        (evidence, at, line, identity),
    )


def rows(source: Reads) -> list[sqlite3.Row]:
    """Every modem's, those that changed last at the end."""
    return source.rows("SELECT * FROM voice_profile ORDER BY changed_at, line, identity")


def tested(tx: Transaction, line: str, *, rings: int, caller_id: str, at: str, by: int | None) -> None:
    """What came with the newest test call."""
    tx.execute(
        "INSERT INTO caller_id_test (line, rings, id, tested_at, tested_by) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (line) DO UPDATE SET rings = excluded.rings, id = excluded.id, tested_at = excluded.tested_at,"
        " tested_by = excluded.tested_by",
        (line, rings, caller_id, at, by),
    )


def tests(source: Reads) -> list[sqlite3.Row]:
    return source.rows("SELECT * FROM caller_id_test ORDER BY line")
