"""Rows of what was raised, and the questions that find what is due. Every mark can be raised once."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from db.store import Reads, Transaction


def add(
    tx: Transaction,
    mark: str,
    kind: str,
    *,
    due_at: str,
    raised_at: str,
    ticket_id: int | None = None,
    callback_id: int | None = None,
    sms_id: int | None = None,
    outbox_id: int | None = None,
    line: str = "",
) -> int | None:
    """Raise a mark and return its id, or None if it was raised before."""
    cursor = tx.execute(
        "INSERT INTO reminder (mark, kind, ticket_id, callback_id, sms_id, outbox_id, line, due_at, raised_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (mark) DO NOTHING",
        (mark, kind, ticket_id, callback_id, sms_id, outbox_id, line, due_at, raised_at),
    )
    return int(cursor.lastrowid or 0) if cursor.rowcount == 1 else None


def is_raised(source: Reads, mark: str) -> bool:
    return source.row("SELECT 1 FROM reminder WHERE mark = ?", (mark,)) is not None


def exists(source: Reads, reminder_id: int) -> bool:
    return source.row("SELECT 1 FROM reminder WHERE id = ?", (reminder_id,)) is not None


def ack(tx: Transaction, reminder_id: int, at: str, user_id: int) -> bool:
    cursor = tx.execute(
        "UPDATE reminder SET acked_at = ?, acked_by = ? WHERE id = ? AND acked_at IS NULL", (at, user_id, reminder_id)
    )
    return cursor.rowcount == 1


def is_open(source: Reads, kind: str, line: str) -> bool:
    """Whether one of this kind, about this line, waits for somebody."""
    return (
        source.row("SELECT 1 FROM reminder WHERE kind = ? AND line = ? AND acked_at IS NULL LIMIT 1", (kind, line))
        is not None
    )


def settle_outbox(tx: Transaction, outbox_id: int, at: str, user_id: int | None = None) -> None:
    """The trouble with this message is over, by itself or because somebody decided what to do about it."""
    tx.execute(
        "UPDATE reminder SET acked_at = ?, acked_by = ? WHERE outbox_id = ? AND acked_at IS NULL",
        (at, user_id, outbox_id),
    )


def settle_line(tx: Transaction, line: str, at: str) -> bool:
    """The line works again."""
    cursor = tx.execute(
        "UPDATE reminder SET acked_at = ? WHERE kind = 'line_down' AND line = ? AND acked_at IS NULL", (at, line)
    )
    return cursor.rowcount > 0


def settle_ticket(tx: Transaction, ticket_id: int, kinds: Sequence[str], at: str) -> None:
    """Something graver was raised about this ticket."""
    gaps = ", ".join("?" * len(kinds))
    tx.execute(
        f"UPDATE reminder SET acked_at = ? WHERE ticket_id = ? AND kind IN ({gaps}) AND acked_at IS NULL",  # noqa: S608
        (at, ticket_id, *kinds),
    )


def settle_calendar(tx: Transaction, years: Sequence[int], at: str) -> None:
    """These years have been entered."""
    for year in years:
        tx.execute(
            "UPDATE reminder SET acked_at = ? WHERE kind = 'calendar_missing' AND line = ? AND acked_at IS NULL",
            (at, str(year)),
        )


# Callers without a number leave one reminder per line: since the call it names, so many went the same way.
_TIMES = """
    CASE WHEN r.kind IN ('withheld_missed', 'withheld_unclear') THEN (
        SELECT count(*) FROM call c WHERE c.id >= CAST(substr(r.mark, instr(r.mark, ':') + 1) AS INTEGER)
            AND c.line = r.line AND c.citizen_id IS NULL AND c.direction = 'in'
            AND iif(r.kind = 'withheld_missed', c.outcome IN ('missed', 'interrupted'), c.outcome = 'unclear')
    ) ELSE 1 END AS times
"""

# What is still true: a reminder of a moment that was moved, or of something finished meanwhile, isn't shown.
_STILL_TRUE = """
    (r.ticket_id IS NULL OR r.kind NOT IN ('draft_late', 'dispatch_late', 'review_late', 'return_late', 'confer_late',
        'due_soon', 'overdue', 'overdue_listed')
        OR (t.is_open = 1 AND r.due_at IN (t.due_at, t.stage_due_at)))
    AND (r.kind <> 'unsigned' OR EXISTS (SELECT 1 FROM assignment a WHERE a.ticket_id = r.ticket_id
        AND a.sign_due_at = r.due_at AND a.signed_at IS NULL AND a.ended_at IS NULL))
    AND (r.callback_id IS NULL OR b.closed_at IS NULL)
    AND (r.kind <> 'withheld_unclear' OR times > 0)
"""


def all_open(source: Reads, limit: int) -> list[sqlite3.Row]:
    return source.rows(
        f"SELECT r.*, t.no AS ticket_no, {_TIMES} FROM reminder r LEFT JOIN ticket t ON t.id = r.ticket_id"  # noqa: S608
        " LEFT JOIN callback b ON b.id = r.callback_id"
        f" WHERE r.acked_at IS NULL AND {_STILL_TRUE} ORDER BY r.due_at, r.id LIMIT ?",
        (limit,),
    )


def stages_past(source: Reads, now: str) -> list[sqlite3.Row]:
    """Open tickets whose own clock of the office has run out, and that weren't raised for it yet."""
    return source.rows(
        "SELECT t.id, t.no, t.status, t.stage_due_at FROM ticket t"
        " WHERE t.is_open = 1 AND t.stage_due_at IS NOT NULL AND t.stage_due_at <= ?"
        " AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.mark = 'stage:' || t.id || ':' || t.stage_due_at)"
        " ORDER BY t.stage_due_at, t.id",
        (now,),
    )


def tickets_due_before(
    source: Reads,
    moment: str,
    statuses: Sequence[str],
    cuts: Mapping[str, str],
    departments: Sequence[int] = (),
    *,
    but: bool = True,
) -> list[sqlite3.Row]:
    """Open tickets in these statuses that fall due before `moment` and weren't raised for the rung they stand on.

    `cuts`: what was due up to these moments is overdue, on the list of the late. Those of all departments `but`
    these, or of these alone: each lot has its own moments.
    """
    gaps, those = ", ".join("?" * len(statuses)), ", ".join("?" * len(departments))
    whose = f" AND ifnull(t.department_id, 0) {'NOT IN' if but else 'IN'} ({those})"
    return source.rows(
        "SELECT t.id, t.no, t.status, t.urgency, t.department_id, t.due_at, t.dispatched_at, t.created_at"  # noqa: S608
        " FROM ticket t"
        f" WHERE t.is_open = 1 AND t.due_at IS NOT NULL AND t.due_at <= ? AND t.status IN ({gaps}){whose}"
        " AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.mark = CASE WHEN t.due_at <= ? THEN 'overdue_listed:'"
        " WHEN t.due_at <= ? THEN 'overdue:' ELSE 'due_soon:' END || t.id || ':' || t.due_at)"
        " ORDER BY t.due_at, t.id",
        (moment, *statuses, *departments, cuts["overdue_listed"], cuts["overdue"]),
    )


def unsigned_past(source: Reads, now: str, statuses: Sequence[str]) -> list[sqlite3.Row]:
    """Tasks of open tickets in these statuses that nobody signed for in time, though their own time isn't over."""
    gaps = ", ".join("?" * len(statuses))
    return source.rows(
        "SELECT a.id, a.ticket_id, a.department_id, a.due_at, a.sign_due_at, t.no"  # noqa: S608
        " FROM assignment a JOIN ticket t ON t.id = a.ticket_id"
        " WHERE a.sign_due_at IS NOT NULL AND a.sign_due_at <= ? AND a.signed_at IS NULL AND a.ended_at IS NULL"
        f" AND a.due_at > ? AND t.is_open = 1 AND t.status IN ({gaps})"
        " AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.mark = 'unsigned:' || a.id || ':' || a.sign_due_at)"
        " ORDER BY a.sign_due_at, a.id",
        (now, now, *statuses),
    )


def tasks_to_remind(source: Reads, ticket_id: int) -> list[sqlite3.Row]:
    """What departments still owe of this ticket."""
    return source.rows(
        "SELECT * FROM assignment WHERE ticket_id = ? AND ended_at IS NULL AND replied_at IS NULL"
        " AND due_at IS NOT NULL ORDER BY id",
        (ticket_id,),
    )


def people_to_tell(source: Reads, department_id: int, *, with_leader: bool) -> list[sqlite3.Row]:
    """Its handlers, and on request its leader; the leader also where there is nobody else."""
    people = source.rows(
        "SELECT id, name, phone, is_leader FROM handler WHERE department_id = ? AND disabled_at IS NULL"
        " ORDER BY rank, id",
        (department_id,),
    )
    handlers = [row for row in people if not row["is_leader"]]
    return people if with_leader or not handlers else handlers


def callbacks_past(source: Reads, now: str) -> list[sqlite3.Row]:
    return source.rows(
        "SELECT b.id, b.due_at, b.ticket_id FROM callback b WHERE b.closed_at IS NULL AND b.due_at <= ?"
        " AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.mark = 'callback:' || b.id || ':' || b.due_at)"
        " ORDER BY b.due_at, b.id",
        (now,),
    )


def lines_marked_down(source: Reads) -> set[str]:
    """Lines whose trouble nobody ticked off yet."""
    return {
        str(row["line"])
        for row in source.rows("SELECT line FROM reminder WHERE kind = 'line_down' AND acked_at IS NULL")
    }
