"""Rows of what the office recorded for callers: drafts, those in use, and the ones before."""

from __future__ import annotations

import sqlite3
from typing import Any

from db.store import Reads, Transaction

_FACTS = (
    "p.id, p.key, p.line, p.state, p.source, p.program, p.words, p.sound IS NOT NULL AS has_sound, p.seconds,"
    " p.active_dbfs, p.peak_dbfs, p.room_dbfs, p.raised_db, p.made_at, p.used_at, p.ended_at,"
    " made.display_name AS made_by_name, used.display_name AS used_by_name"
)
_FROM = (
    " FROM prompt p LEFT JOIN user made ON made.id = p.made_by LEFT JOIN user used ON used.id = p.used_by"
)  # fmt: skip


def add_draft(tx: Transaction, **columns: Any) -> int:
    """A recording to be listened to, instead of the one that waited before."""
    drop_draft(tx, columns["key"], columns["line"])
    return tx.insert("prompt", state="draft", **columns)


def drop_draft(tx: Transaction, key: str, line: str) -> bool:
    return tx.execute("DELETE FROM prompt WHERE key = ? AND line = ? AND state = 'draft'", (key, line)).rowcount > 0


def end_used(tx: Transaction, key: str, line: str, *, at: str, by: int) -> int | None:
    """The one in use is so no longer; it keeps its sound, those before it don't. Its id, or None if there is none."""
    row = tx.row("SELECT id FROM prompt WHERE key = ? AND line = ? AND state = 'used'", (key, line))
    if row is None:
        return None
    tx.execute("UPDATE prompt SET sound = NULL WHERE key = ? AND line = ? AND state = 'former'", (key, line))
    tx.execute("UPDATE prompt SET state = 'former', ended_at = ?, ended_by = ? WHERE id = ?", (at, by, row["id"]))
    return int(row["id"])


def use_draft(tx: Transaction, key: str, line: str, *, at: str, by: int) -> int | None:
    """The draft becomes what callers hear; end the one in use first. Its id, or None if there is no draft."""
    row = tx.row("SELECT id FROM prompt WHERE key = ? AND line = ? AND state = 'draft'", (key, line))
    if row is None:
        return None
    tx.execute("UPDATE prompt SET state = 'used', used_at = ?, used_by = ? WHERE id = ?", (at, by, row["id"]))
    return int(row["id"])


def copy_of_former(tx: Transaction, key: str, line: str) -> dict[str, Any] | None:
    """The one before, as the columns of a new row; None if none has kept its sound."""
    row = tx.row(
        "SELECT key, line, source, program, words, sound, seconds, active_dbfs, peak_dbfs, room_dbfs, raised_db,"
        " made_at, made_by FROM prompt WHERE key = ? AND line = ? AND state = 'former' AND sound IS NOT NULL",
        (key, line),
    )
    return dict(row) if row else None


def add_used(tx: Transaction, *, at: str, by: int, **columns: Any) -> int:
    """A recording that is used at once; end the one in use first."""
    return tx.insert("prompt", state="used", used_at=at, used_by=by, **columns)


def of(source: Reads, key: str, line: str, *, most: int = 50) -> list[sqlite3.Row]:
    """Everything recorded for this prompt on this line, the newest first, without the sound."""
    return source.rows(
        f"SELECT {_FACTS}{_FROM} WHERE p.key = ? AND p.line = ? ORDER BY p.id DESC LIMIT ?",
        (key, line, most),
    )


def present(source: Reads) -> list[sqlite3.Row]:
    """Every draft and everything in use, without the sound."""
    return source.rows(f"SELECT {_FACTS}{_FROM} WHERE p.state IN ('draft', 'used') ORDER BY p.key, p.line")


def sound_of(source: Reads, key: str, line: str, state: str) -> bytes:
    """The sound of the draft, of the one in use or of the one before; b"" where there is none."""
    row = source.row(
        "SELECT sound FROM prompt WHERE key = ? AND line = ? AND state = ? AND sound IS NOT NULL", (key, line, state)
    )
    return bytes(row["sound"]) if row else b""


def sounds_in_use(source: Reads) -> list[sqlite3.Row]:
    """What callers hear now."""
    return source.rows("SELECT key, line, sound FROM prompt WHERE state = 'used'")
