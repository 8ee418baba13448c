"""What runs against a clock: open tickets and the tasks that departments have of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db.store import Reads


def tasks_of(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    """What departments still have in hand of this ticket, the first one sent first."""
    return reads.rows("SELECT * FROM assignment WHERE ticket_id = ? AND ended_at IS NULL ORDER BY id", (ticket_id,))


def tasks_of_unit(reads: Reads, department_id: int, after_id: int, limit: int) -> list[sqlite3.Row]:
    """What this department still has in hand, leading or helping, by the task's id."""
    return reads.rows(
        "SELECT * FROM assignment WHERE department_id = ? AND ended_at IS NULL AND id > ? ORDER BY id LIMIT ?",
        (department_id, after_id, limit),
    )


def open_with_time(reads: Reads, after_id: int, limit: int) -> list[sqlite3.Row]:
    """Open tickets by id that have a due time, or a clock of the office running."""
    return reads.rows(
        "SELECT * FROM ticket WHERE is_open = 1 AND id > ? AND (due_at IS NOT NULL OR stage_due_at IS NOT NULL)"
        " ORDER BY id LIMIT ?",
        (after_id, limit),
    )


def came_into_status_at(reads: Reads, ticket_id: int) -> str | None:
    """When it came to where it is: a flag that was set meanwhile changes nothing."""
    found = reads.row(
        "SELECT at FROM ticket_move WHERE ticket_id = ? AND from_status <> to_status ORDER BY id DESC LIMIT 1",
        (ticket_id,),
    )
    return found["at"] if found else None


def late_since(reads: Reads, until: str, statuses: Sequence[str], limit: int) -> list[sqlite3.Row]:
    """Open tickets in these statuses that were due then or before, the latest first."""
    gaps = ", ".join("?" * len(statuses))
    return reads.rows(
        "SELECT no, department_id, due_at FROM ticket"  # noqa: S608
        f" WHERE is_open = 1 AND due_at IS NOT NULL AND due_at <= ? AND status IN ({gaps}) ORDER BY due_at, id LIMIT ?",
        (until, *statuses, limit),
    )
