"""What the doctor reads: the file itself, and what lies in it unsettled. On a connection that cannot write."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def connect(path: Path) -> sqlite3.Connection:
    """Raises sqlite3.Error."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def damage(connection: sqlite3.Connection) -> str:
    """The first sign of damage; "" if there is none."""
    found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    return "" if found == "ok" else found


def unsettled(connection: sqlite3.Connection) -> dict[str, int]:
    """How many messages of each state nobody has decided about: "failed", "unknown"."""
    found = connection.execute(
        "SELECT state, count(*) AS number FROM outbox WHERE state IN ('failed', 'unknown') AND settled_at IS NULL"
        " GROUP BY state"
    )
    return {row["state"]: row["number"] for row in found}


def landlines(connection: sqlite3.Connection) -> dict[str, sqlite3.Row]:
    """What each landline's modem does, the newest of each line, and `id`, what came with its newest test call."""
    found = connection.execute(
        "SELECT p.line, p.identity, p.profile, p.stopped, t.id FROM voice_profile p"
        " LEFT JOIN caller_id_test t ON t.line = p.line ORDER BY p.changed_at"
    )
    return {row["line"]: row for row in found}


def last_seen(connection: sqlite3.Connection) -> str | None:
    """The latest moment the office is known to have lived through."""
    found = connection.execute("SELECT value FROM meta WHERE key = 'last_seen_at'").fetchone()
    return None if found is None else str(found["value"])
