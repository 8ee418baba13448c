"""Tickets whose time has come: paused for long enough, closed for long enough."""

from __future__ import annotations

from db.store import Reads


def to_resume(reads: Reads, now: str, limit: int) -> list[int]:
    """Numbers of tickets whose pause has ended."""
    found = reads.rows(
        "SELECT no FROM ticket WHERE resume_at IS NOT NULL AND resume_at <= ? ORDER BY resume_at LIMIT ?", (now, limit)
    )
    return [int(row["no"]) for row in found]


def to_archive(reads: Reads, status: str, closed_before: str, limit: int) -> list[int]:
    """Numbers of tickets in this status that were closed before, the oldest first, without an open request.

    `status` is the program's own word: written out, for the index is of this status alone (the planner would
    else rather walk all that are closed).
    """
    found = reads.rows(
        f"SELECT no FROM ticket INDEXED BY ticket_to_archive WHERE status = '{status}' AND closed_at <= ?"  # noqa: S608
        " AND NOT EXISTS (SELECT 1 FROM request WHERE ticket_id = ticket.id AND state = 'open')"
        " ORDER BY closed_at LIMIT ?",
        (closed_before, limit),
    )
    return [int(row["no"]) for row in found]
