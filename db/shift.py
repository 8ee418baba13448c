"""Rows of the roster, of handovers, and of the times when nobody was at the desk."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db.store import Reads, Transaction

# --- roster --------------------------------------------------------------------------------------------------------

_DUTY = "SELECT d.*, u.display_name AS user_name FROM duty d LEFT JOIN user u ON u.id = d.user_id"


def duties_between(reads: Reads, start: str, end: str) -> list[sqlite3.Row]:
    """Every duty that touches this time, by its beginning."""
    return reads.rows(
        f"{_DUTY} WHERE d.removed_at IS NULL AND d.ends_at > ? AND d.starts_at < ? ORDER BY d.starts_at, d.role, d.id",
        (start, end),
    )


def duty(reads: Reads, duty_id: int) -> sqlite3.Row | None:
    return reads.row(f"{_DUTY} WHERE d.id = ?", (duty_id,))


def remove_duty(tx: Transaction, duty_id: int, at: str) -> bool:
    """False if that was done before."""
    cursor = tx.execute("UPDATE duty SET removed_at = ? WHERE id = ? AND removed_at IS NULL", (at, duty_id))
    return cursor.rowcount == 1


# --- handovers -----------------------------------------------------------------------------------------------------

_HANDOVER = """
    SELECT h.*, w.sheet, w.note, f.display_name AS from_name, t.display_name AS to_name
    FROM handover h JOIN handover_words w ON w.handover_id = h.id JOIN user f ON f.id = h.from_user
        LEFT JOIN user t ON t.id = h.to_user
"""


def add_handover(tx: Transaction, at: str, from_user: int, sheet: str, note: str) -> int:
    handover_id = tx.insert("handover", made_at=at, from_user=from_user)
    tx.insert("handover_words", handover_id=handover_id, sheet=sheet, note=note)
    return handover_id


def take_handover(tx: Transaction, handover_id: int, at: str, user_id: int) -> bool:
    """False if somebody took it before."""
    cursor = tx.execute(
        "UPDATE handover SET taken_at = ?, to_user = ? WHERE id = ? AND taken_at IS NULL", (at, user_id, handover_id)
    )
    return cursor.rowcount == 1


def handover(reads: Reads, handover_id: int) -> sqlite3.Row | None:
    return reads.row(f"{_HANDOVER} WHERE h.id = ?", (handover_id,))


def handovers(reads: Reads, limit: int) -> list[sqlite3.Row]:
    """The newest first."""
    return reads.rows(f"{_HANDOVER} ORDER BY h.id DESC LIMIT ?", (limit,))


def tickets_in(reads: Reads, status: str, limit: int) -> list[int]:
    """Numbers of tickets in this status, the oldest first."""
    found = reads.rows("SELECT no FROM ticket WHERE status = ? ORDER BY id LIMIT ?", (status, limit))
    return [row["no"] for row in found]


def tickets_due_by(reads: Reads, statuses: Sequence[str], until: str, limit: int) -> list[int]:
    """Numbers of open tickets in these statuses that are due by then, the first due first."""
    gaps = ", ".join("?" * len(statuses))
    found = reads.rows(
        "SELECT no FROM ticket"  # noqa: S608
        f" WHERE is_open = 1 AND due_at IS NOT NULL AND due_at <= ? AND status IN ({gaps}) ORDER BY due_at, id LIMIT ?",
        (until, *statuses, limit),
    )
    return [row["no"] for row in found]


def unsent_count(reads: Reads) -> int:
    """Texts that failed or are unclear and nobody looked after."""
    found = reads.row("SELECT count(*) AS n FROM outbox WHERE state IN ('failed', 'unknown') AND settled_at IS NULL")
    return int(found["n"]) if found else 0


def waiting_count(reads: Reads) -> int:
    """Texts that are still to be sent."""
    found = reads.row("SELECT count(*) AS n FROM outbox WHERE state IN ('queued', 'sending')")
    return int(found["n"]) if found else 0


# --- an empty desk -------------------------------------------------------------------------------------------------


def last_human_act(reads: Reads) -> str:
    """When a person of the office last did something that a machine does not do by itself; '' if never."""
    found = reads.row("SELECT at FROM audit WHERE user_id IS NOT NULL ORDER BY seq DESC LIMIT 1")
    taken = reads.row("SELECT max(taken_at) AS at FROM (SELECT taken_at FROM call ORDER BY id DESC LIMIT 50)")
    acked = reads.row("SELECT max(acked_at) AS at FROM (SELECT acked_at FROM reminder WHERE acked_by IS NOT NULL"
                      " ORDER BY id DESC LIMIT 50)")  # fmt: skip
    return max((row["at"] or "" for row in (found, taken, acked) if row is not None), default="")


def waiting_since(reads: Reads, after: str) -> tuple[str, int]:
    """The first thing that arrived after this moment and that nobody has touched, and how many there are.

    A call that nobody took and a message that waits for the desk; what the box settled by itself does not count.
    """
    found = reads.row(
        "SELECT min(at) AS at, count(*) AS n FROM ("
        " SELECT ringing_at AS at FROM call WHERE ringing_at > :after AND direction = 'in' AND taken_at IS NULL"
        "  AND outcome IN ('missed', 'interrupted', 'unclear')"
        " UNION ALL SELECT received_at FROM sms_in"
        "  WHERE needs_desk = 1 AND handled_at IS NULL AND received_at > :after)",
        {"after": after},
    )
    return (found["at"] or "", int(found["n"])) if found else ("", 0)


def add_gap(tx: Transaction, since: str, at: str, waiting: int) -> int | None:
    """None if this gap is known."""
    cursor = tx.execute(
        "INSERT INTO desk_gap (since_at, noticed_at, waiting) VALUES (?, ?, ?) ON CONFLICT (since_at) DO NOTHING",
        (since, at, waiting),
    )
    return int(cursor.lastrowid or 0) if cursor.rowcount == 1 else None


def open_gap(reads: Reads) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM desk_gap WHERE ended_at IS NULL ORDER BY id DESC LIMIT 1")


def change_gap(tx: Transaction, gap_id: int, **values: object) -> None:
    names = ", ".join(f"{name} = ?" for name in values)
    tx.execute(f"UPDATE desk_gap SET {names} WHERE id = ?", (*values.values(), gap_id))  # noqa: S608


def gaps(reads: Reads, since: str, limit: int) -> list[sqlite3.Row]:
    return reads.rows("SELECT * FROM desk_gap WHERE since_at >= ? ORDER BY id DESC LIMIT ?", (since, limit))


def lines_down(reads: Reads) -> list[tuple[str, str]]:
    """Lines whose trouble was raised and not settled, and when it was raised."""
    found = reads.rows("SELECT line, raised_at FROM reminder WHERE kind = 'line_down' AND acked_at IS NULL ORDER BY id")
    return [(row["line"], row["raised_at"]) for row in found]


def is_queued(reads: Reads, idem_key: str) -> bool:
    return reads.row("SELECT 1 FROM outbox WHERE idem_key = ?", (idem_key,)) is not None
