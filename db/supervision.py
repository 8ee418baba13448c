"""Rows of papers of supervision, and the questions which tickets need one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from db.store import Reads, Transaction

_TICKET = "t.id, t.no, t.status, t.department_id, t.supervised_level"
_NEW = "NOT EXISTS (SELECT 1 FROM supervision n WHERE n.mark ="
_NO_OTHER = "NOT EXISTS (SELECT 1 FROM supervision n WHERE n.ticket_id = t.id AND n.ended_at IS NULL)"


# --- who needs one -------------------------------------------------------------------------------------------------


def overdue(reads: Reads, now: str, statuses: Sequence[str], limit: int) -> list[sqlite3.Row]:
    """Open tickets whose department's time is over, that have no open paper and were not supervised for that yet."""
    gaps = ", ".join("?" * len(statuses))
    return reads.rows(
        f"SELECT {_TICKET}, t.due_at FROM ticket t WHERE t.is_open = 1 AND t.due_at IS NOT NULL AND t.due_at <= ?"  # noqa: S608
        f" AND t.status IN ({gaps}) AND {_NO_OTHER} AND {_NEW} 'overdue:' || t.id || ':' || t.due_at)"
        " ORDER BY t.due_at, t.id LIMIT ?",
        (now, *statuses, limit),
    )


def unsatisfied_again(reads: Reads, times: int) -> list[sqlite3.Row]:
    """Open tickets whose citizen was not satisfied in so many rounds."""
    return reads.rows(
        f"SELECT {_TICKET}, u.times FROM unsatisfied u INDEXED BY unsatisfied_open JOIN ticket t ON t.id = u.ticket_id"  # noqa: S608
        f" WHERE u.ended_at IS NULL AND u.times >= ? AND {_NEW} 'unsatisfied:' || u.id || ':' || u.times)"
        " ORDER BY u.id",
        (times,),
    )


def unsatisfied_id(reads: Reads, ticket_id: int) -> int:
    row = reads.row("SELECT id FROM unsatisfied WHERE ticket_id = ? AND ended_at IS NULL", (ticket_id,))
    return int(row["id"]) if row else 0


def from_leaders(reads: Reads, limit: int) -> list[sqlite3.Row]:
    """Open tickets that a leader's instruction opened and a department has in hand."""
    return reads.rows(
        f"SELECT {_TICKET} FROM ticket t INDEXED BY ticket_from_leader"  # noqa: S608
        " WHERE t.source = 'leader' AND t.is_open = 1 AND t.department_id IS NOT NULL"
        f" AND {_NEW} 'leader:' || t.id) ORDER BY t.id LIMIT ?",
        (limit,),
    )


def instructed(reads: Reads, limit: int) -> list[sqlite3.Row]:
    """Open tickets with a department, of others than leaders, about which a leader has written; once for each note."""
    return reads.rows(
        f"SELECT {_TICKET}, i.id AS note_id FROM ticket_note i INDEXED BY ticket_note_instruction"  # noqa: S608
        " JOIN ticket t ON t.id = i.ticket_id WHERE i.kind = 'instruction' AND t.is_open = 1 AND t.source <> 'leader'"
        f" AND t.department_id IS NOT NULL AND {_NEW} 'instruction:' || i.id) ORDER BY i.id DESC LIMIT ?",
        (limit,),
    )


def repeated(reads: Reads, statuses: Sequence[str], times: int, since: str, limit: int) -> list[sqlite3.Row]:
    """Tickets in these statuses whose citizens brought the same matter so often since; of each matter the newest."""
    gaps = ", ".join("?" * len(statuses))
    return reads.rows(
        f"SELECT {_TICKET} FROM ticket t INDEXED BY ticket_status WHERE t.status IN ({gaps})"  # noqa: S608
        " AND t.citizen_id IS NOT NULL"
        " AND t.category <> '' AND (SELECT count(*) FROM ticket o WHERE o.citizen_id = t.citizen_id"
        "  AND o.category = t.category AND o.created_at >= ? AND o.status <> 'void') >= ?"
        " AND NOT EXISTS (SELECT 1 FROM ticket o WHERE o.citizen_id = t.citizen_id AND o.id > t.id"
        "  AND o.category = t.category)"
        f" AND {_NO_OTHER} AND {_NEW} 'repeat:' || t.id) ORDER BY t.id LIMIT ?",
        (*statuses, since, times, limit),
    )


def late(reads: Reads, now: str, limit: int) -> list[sqlite3.Row]:
    """Papers whose own time is over, and that nothing followed yet."""
    return reads.rows(
        "SELECT p.*, t.no AS ticket_no, t.status FROM supervision p JOIN ticket t ON t.id = p.ticket_id"  # noqa: S608
        f" WHERE p.ended_at IS NULL AND p.due_at <= ? AND {_NEW} 'late:' || p.id) ORDER BY p.due_at LIMIT ?",
        (now, limit),
    )


def without_time(reads: Reads, limit: int) -> list[sqlite3.Row]:
    """Open papers whose due time waits for the clock."""
    return reads.rows("SELECT * FROM supervision WHERE ended_at IS NULL AND clock_ok = 0 ORDER BY id LIMIT ?", (limit,))


# --- papers --------------------------------------------------------------------------------------------------------


def next_no(tx: Transaction, year: int) -> int:
    """Papers are numbered within their year."""
    row = tx.row("SELECT coalesce(max(no), 0) + 1 AS n FROM supervision WHERE year = ?", (year,))
    return int(row["n"]) if row else 1


def is_marked(reads: Reads, mark: str) -> bool:
    return reads.row("SELECT 1 FROM supervision WHERE mark = ?", (mark,)) is not None


def open_of(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM supervision WHERE ticket_id = ? AND ended_at IS NULL", (ticket_id,))


def open_of_unit(reads: Reads, department_id: int) -> list[sqlite3.Row]:
    """Open papers to this department, with their ticket's number."""
    return reads.rows(
        "SELECT p.*, t.no AS ticket_no FROM supervision p JOIN ticket t ON t.id = p.ticket_id"
        " WHERE p.ended_at IS NULL AND p.department_id = ? ORDER BY p.id",
        (department_id,),
    )


def change(tx: Transaction, paper_id: int, **columns: Any) -> bool:
    """Change a paper that is still open; False if it ended meanwhile."""
    names = ", ".join(f"{name} = ?" for name in columns)
    cursor = tx.execute(
        f"UPDATE supervision SET {names} WHERE id = ? AND ended_at IS NULL",  # noqa: S608
        (*columns.values(), paper_id),
    )
    return cursor.rowcount == 1


def all_open(reads: Reads, limit: int) -> list[sqlite3.Row]:
    return reads.rows(
        "SELECT s.*, t.no AS ticket_no FROM supervision s JOIN ticket t ON t.id = s.ticket_id"
        " WHERE s.ended_at IS NULL ORDER BY s.level DESC, s.due_at, s.id LIMIT ?",
        (limit,),
    )


def ended(reads: Reads, before: int | None, limit: int) -> list[sqlite3.Row]:
    """The newest papers that have an end."""
    return reads.rows(
        "SELECT s.*, t.no AS ticket_no FROM supervision s JOIN ticket t ON t.id = s.ticket_id"
        " WHERE s.id < ? AND s.ended_at IS NOT NULL ORDER BY s.id DESC LIMIT ?",
        (before if before is not None else 2**62, limit),
    )


def of_ticket(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    """Every paper of a ticket, as they were written."""
    return reads.rows("SELECT * FROM supervision WHERE ticket_id = ? ORDER BY id", (ticket_id,))


# --- who is told ---------------------------------------------------------------------------------------------------


def people_of(reads: Reads, department_id: int) -> list[sqlite3.Row]:
    """A department's handlers, its leader last."""
    return reads.rows(
        "SELECT id, name, phone, is_leader FROM handler WHERE department_id = ? AND disabled_at IS NULL"
        " ORDER BY is_leader, id",
        (department_id,),
    )


def leaders(reads: Reads) -> list[sqlite3.Row]:
    """The county's leaders whose telephones are registered."""
    return reads.rows("SELECT id, name, phone FROM leader WHERE disabled_at IS NULL ORDER BY id")


def paper(reads: Reads, paper_id: int) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM supervision WHERE id = ?", (paper_id,))


def note_of_last_move(reads: Reads, ticket_id: int) -> int | None:
    """The words of why: those of the "supervise" that was just made."""
    row = reads.row(
        "SELECT note_id FROM ticket_move WHERE ticket_id = ? AND move = 'supervise' ORDER BY id DESC LIMIT 1",
        (ticket_id,),
    )
    return row["note_id"] if row else None


def note_words(reads: Reads, note_id: int | None) -> str:
    row = reads.row("SELECT text FROM note_words WHERE note_id = ?", (note_id,))
    return str(row["text"]) if row else ""
