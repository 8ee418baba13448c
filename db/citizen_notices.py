"""Rows of notices to citizens: for whom they would be, to whom they went, what became of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from db.store import Reads, Transaction

_LIST = """
    SELECT n.*, w.text, u.display_name AS created_by_name, p.name_zh AS town_zh, p.name_en AS town_en,
        (SELECT count(*) FROM citizen_notice_to t WHERE t.notice_id = n.id) AS sent
    FROM citizen_notice n LEFT JOIN citizen_notice_words w ON w.notice_id = n.id
        LEFT JOIN user u ON u.id = n.created_by LEFT JOIN place p ON p.code = n.town
"""


def candidates(reads: Reads, since: str, town: str, categories: Sequence[str], limit: int) -> list[sqlite3.Row]:
    """Citizens who brought a matter of this town and class since then, each once; never by one kept confidential."""
    gaps = ", ".join("?" * len(categories))
    chosen = f" AND t.category IN ({gaps})" if categories else ""
    return reads.rows(
        "SELECT c.id, c.phone, c.texts_stopped_at FROM citizen c WHERE c.erased_at IS NULL AND c.id IN ("  # noqa: S608
        " SELECT t.citizen_id FROM ticket t WHERE t.created_at >= ? AND t.is_confidential = 0 AND t.is_anonymous = 0"
        f" AND t.citizen_id IS NOT NULL AND (? = '' OR t.town = ?){chosen}) ORDER BY c.id LIMIT ?",
        (since, town, town, *categories, limit),
    )


def add(tx: Transaction, text: str, **columns: Any) -> int:
    notice_id = tx.insert("citizen_notice", **columns)
    tx.insert("citizen_notice_words", notice_id=notice_id, text=text)
    return notice_id


def sent_to(tx: Transaction, notice_id: int, citizen_id: int, outbox_id: int) -> None:
    tx.insert("citizen_notice_to", notice_id=notice_id, citizen_id=citizen_id, outbox_id=outbox_id)


def some(reads: Reads, before: int, limit: int) -> list[sqlite3.Row]:
    """Newest first."""
    return reads.rows(_LIST + " WHERE n.id < ? ORDER BY n.id DESC LIMIT ?", (before, limit))


def get(reads: Reads, notice_id: int) -> sqlite3.Row | None:
    return reads.row(_LIST + " WHERE n.id = ?", (notice_id,))


def states(reads: Reads, notice_id: int) -> dict[str, int]:
    """How many of its messages are in which state."""
    found = reads.rows(
        "SELECT o.state, count(*) AS n FROM citizen_notice_to t JOIN outbox o ON o.id = t.outbox_id"
        " WHERE t.notice_id = ? GROUP BY o.state",
        (notice_id,),
    )
    return {row["state"]: row["n"] for row in found}


def replies(reads: Reads, notice_id: int, until: str) -> int:
    """How many of them wrote to the office after their message went and before `until`."""
    found = reads.row(
        "SELECT count(*) AS n FROM citizen_notice_to t JOIN outbox o ON o.id = t.outbox_id"
        " WHERE t.notice_id = ? AND o.sent_at IS NOT NULL AND EXISTS (SELECT 1 FROM sms_in s"
        " WHERE s.citizen_id = t.citizen_id AND s.received_at > o.sent_at AND s.received_at <= ?)",
        (notice_id, until),
    )
    return int(found["n"]) if found else 0


def stops(reads: Reads, notice_id: int, since: str) -> int:
    """How many of them want no more texts since then."""
    found = reads.row(
        "SELECT count(*) AS n FROM citizen_notice_to t JOIN citizen c ON c.id = t.citizen_id"
        " WHERE t.notice_id = ? AND c.texts_stopped_at >= ?",
        (notice_id, since),
    )
    return int(found["n"]) if found else 0


def cancel(tx: Transaction, notice_id: int, at: str, by: int) -> int:
    """What still waits is never sent; how many."""
    tx.execute(
        "UPDATE citizen_notice SET cancelled_at = ?, cancelled_by = ? WHERE id = ? AND cancelled_at IS NULL",
        (at, by, notice_id),
    )
    return tx.execute(
        "UPDATE outbox SET state = 'failed', done_at = ?, error = 'cancelled', settled_at = ?, settled_by = ?"
        " WHERE state = 'queued' AND id IN (SELECT outbox_id FROM citizen_notice_to WHERE notice_id = ?)",
        (at, at, by, notice_id),
    ).rowcount
