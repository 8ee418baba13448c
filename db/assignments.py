"""Rows of departments' tasks beyond a ticket's leading one: co-departments, whoever replied, who had it last."""

from __future__ import annotations

import sqlite3

from db.store import Reads, Transaction


def co_running(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    """Tasks of co-departments that have not ended."""
    return reads.rows(
        "SELECT a.*, d.code, d.name_zh, d.name_en FROM assignment a JOIN department d ON d.id = a.department_id"
        " WHERE a.ticket_id = ? AND a.role = 'co' AND a.ended_at IS NULL ORDER BY a.id",
        (ticket_id,),
    )


def running(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    """Every task of the ticket that has not ended, the leading one's too."""
    return reads.rows("SELECT * FROM assignment WHERE ticket_id = ? AND ended_at IS NULL ORDER BY id", (ticket_id,))


def end_co(tx: Transaction, ticket_id: int, state: str, at: str) -> None:
    """The co-departments' tasks end together with the leading one's."""
    tx.execute(
        "UPDATE assignment SET state = ?, ended_at = ? WHERE ticket_id = ? AND role = 'co' AND ended_at IS NULL",
        (state, at, ticket_id),
    )


def last_leading(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    """Who had it in hand last, while that department works still."""
    return reads.row(
        "SELECT a.* FROM assignment a JOIN department d ON d.id = a.department_id"
        " WHERE a.ticket_id = ? AND a.role = 'lead' AND d.disabled_at IS NULL ORDER BY a.id DESC LIMIT 1",
        (ticket_id,),
    )


def replied_by(reads: Reads, ticket_id: int, move: str) -> int | None:
    """The user who wrote the reply that waits for review; None where a handler did."""
    found = reads.row(
        "SELECT user_id FROM ticket_move WHERE ticket_id = ? AND move = ? ORDER BY id DESC LIMIT 1", (ticket_id, move)
    )
    return int(found["user_id"]) if found is not None and found["user_id"] is not None else None


def co_tickets(reads: Reads, department_id: int) -> list[int]:
    """Tickets with which this department helps, the newest first."""
    found = reads.rows(
        "SELECT ticket_id FROM assignment WHERE department_id = ? AND ended_at IS NULL AND role = 'co'"
        " ORDER BY id DESC",
        (department_id,),
    )
    return [int(row["ticket_id"]) for row in found]


def other_open_of(reads: Reads, citizen_id: int, ticket_id: int) -> int:
    """How many other tickets of this citizen are open."""
    found = reads.row(
        "SELECT count(*) AS n FROM ticket WHERE citizen_id = ? AND is_open = 1 AND id <> ?", (citizen_id, ticket_id)
    )
    return int(found["n"]) if found else 0
