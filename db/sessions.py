"""Rows of sign-in attempts and sessions. Names, addresses and tokens arrive here as digests."""

from __future__ import annotations

import sqlite3

from db.store import Reads, Transaction

# Bounded by number, not by age: the clock may be wrong.
KEPT_ATTEMPTS = 10_000
KEPT_SESSIONS = 10_000


def wrong_since_success(reads: Reads, name_key: str, address_key: str, *, since: str, now: str, most: int) -> list[str]:
    """When this name failed from this address, the newest first, back to its last success or to `since`."""
    found = reads.rows(
        "SELECT at, succeeded FROM sign_in_attempt WHERE name_key = ? AND address_key = ? AND at > ? AND at <= ?"
        " ORDER BY at DESC, id DESC LIMIT ?",
        (name_key, address_key, since, now, most),
    )
    wrong = []
    for row in found:
        if row["succeeded"]:
            break
        wrong.append(row["at"])
    return wrong


def note_attempt(tx: Transaction, name_key: str, address_key: str, at: str, *, succeeded: bool) -> None:
    attempt = tx.insert("sign_in_attempt", name_key=name_key, address_key=address_key, at=at, succeeded=int(succeeded))
    tx.execute("DELETE FROM sign_in_attempt WHERE id <= ?", (attempt - KEPT_ATTEMPTS,))


def open_session(tx: Transaction, token_digest: str, user_id: int, at: str, expires_at: str) -> int:
    session = tx.insert(
        "session", token_digest=token_digest, user_id=user_id, created_at=at, seen_at=at, expires_at=expires_at
    )
    tx.execute("DELETE FROM session WHERE id <= ?", (session - KEPT_SESSIONS,))
    return session


def session_with_user(reads: Reads, token_digest: str) -> sqlite3.Row | None:
    return reads.row(
        "SELECT session.id AS session_id, session.seen_at, session.expires_at, user.* FROM session"
        " JOIN user ON user.id = session.user_id"
        " WHERE session.token_digest = ? AND session.ended_at IS NULL AND user.disabled_at IS NULL",
        (token_digest,),
    )


def newest_id(reads: Reads) -> int:
    found = reads.row("SELECT coalesce(max(id), 0) AS id FROM session")
    return int(found["id"]) if found else 0


def open_after(reads: Reads, session_id: int) -> list[sqlite3.Row]:
    """Sessions opened after that one and not ended, by a deed or by another's."""
    return reads.rows("SELECT * FROM session WHERE id > ? AND ended_at IS NULL ORDER BY id", (session_id,))


def set_times(tx: Transaction, session_id: int, *, created_at: str, seen_at: str, expires_at: str) -> None:
    tx.execute(
        "UPDATE session SET created_at = ?, seen_at = ?, expires_at = ? WHERE id = ?",
        (created_at, seen_at, expires_at, session_id),
    )


def touch(tx: Transaction, session_id: int, at: str) -> None:
    tx.execute("UPDATE session SET seen_at = ? WHERE id = ?", (at, session_id))


def end(tx: Transaction, token_digest: str, at: str) -> None:
    tx.execute("UPDATE session SET ended_at = ? WHERE token_digest = ? AND ended_at IS NULL", (at, token_digest))


def end_all_of(tx: Transaction, user_id: int, at: str, *, except_digest: str = "") -> None:
    tx.execute(
        "UPDATE session SET ended_at = ? WHERE user_id = ? AND ended_at IS NULL AND token_digest <> ?",
        (at, user_id, except_digest),
    )
