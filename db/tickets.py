"""Rows of tickets, their moves, notes and assignments. Status names arrive as parameters; nothing is decided here."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from db.store import Reads, Transaction

COUNTER = "ticket_no"
NO_CURSOR = 2**62  # higher than any id: a list begins with the newest

LIST_COLUMNS = """
    ticket.*, w.title, w.place, w.contact_name, w.contact_phone,
    d.code AS department_code, d.name_zh AS department_zh, d.name_en AS department_en, d.kind AS department_kind,
    c.phone AS citizen_phone, c.name AS citizen_name, p.no AS parent_no,
    (SELECT ',' || group_concat(department_id) || ',' FROM assignment
        WHERE ticket_id = ticket.id AND role = 'co' AND ended_at IS NULL) AS co_departments,
    EXISTS (SELECT 1 FROM request WHERE ticket_id = ticket.id AND state = 'open') AS has_request
"""
LIST_JOINS = """
    LEFT JOIN ticket_words w ON w.ticket_id = ticket.id
    LEFT JOIN department d ON d.id = ticket.department_id
    LEFT JOIN citizen c ON c.id = ticket.citizen_id
    LEFT JOIN ticket p ON p.id = ticket.parent_id
"""
LIST = f"SELECT {LIST_COLUMNS} FROM ticket {LIST_JOINS}"  # noqa: S608 - our own words


def marks(values: Sequence[object]) -> str:
    """As many gaps as there are values."""
    return ", ".join("?" * len(values))


# --- one ticket ----------------------------------------------------------------------------------------------------


def next_no(tx: Transaction) -> int:
    """The next number of the office's sequence. Never given out again, unless this transaction is rolled back."""
    tx.execute("INSERT INTO meta (key, value) VALUES (?, '0') ON CONFLICT (key) DO NOTHING", (COUNTER,))
    found = tx.row("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = ? RETURNING value", (COUNTER,))
    return int(found["value"]) if found else 1


def numbers_taken(tx: Transaction, last: int) -> None:
    """Numbers up to this one were given out otherwise (sample data, a restored box)."""
    next_no(tx)
    tx.execute("UPDATE meta SET value = max(CAST(value AS INTEGER), ?) WHERE key = ?", (last, COUNTER))


def last_no(reads: Reads) -> int:
    """The last number that was given out."""
    found = reads.row("SELECT value FROM meta WHERE key = ?", (COUNTER,))
    return int(found["value"]) if found else 0


def ticket(reads: Reads, no: int) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM ticket WHERE no = ?", (no,))


def by_id(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM ticket WHERE id = ?", (ticket_id,))


def listed(reads: Reads, no: int) -> sqlite3.Row | None:
    return reads.row(f"{LIST} WHERE ticket.no = ?", (no,))


def of_call(reads: Reads, call_id: int) -> sqlite3.Row | None:
    """The newest ticket made from this call."""
    return reads.row("SELECT * FROM ticket WHERE call_id = ? ORDER BY id DESC LIMIT 1", (call_id,))


def words(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM ticket_words WHERE ticket_id = ?", (ticket_id,))


def change(tx: Transaction, ticket_id: int, version: int, **values: Any) -> bool:
    """Write `values` if the ticket still has this version, and count the version up. False: somebody was first."""
    gaps = ", ".join(f"{name} = :{name}" for name in values)
    done = tx.execute(
        f"UPDATE ticket SET {gaps}, version = version + 1 WHERE id = :_id AND version = :_version",  # noqa: S608
        {**values, "_id": ticket_id, "_version": version},
    )
    return done.rowcount == 1


def mend(tx: Transaction, ticket_id: int, **values: Any) -> None:
    """Write what the program itself worked out; nobody who is editing the ticket is disturbed by it."""
    gaps = ", ".join(f"{name} = :{name}" for name in values)
    tx.execute(f"UPDATE ticket SET {gaps} WHERE id = :_id", {**values, "_id": ticket_id})  # noqa: S608


def changed_by(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    """Who saved it last: a user's or handler's name, else as what ("citizen", "system") they moved it."""
    return reads.row(
        "SELECT ticket.changed_at, coalesce(user.display_name, handler.name, m.actor) AS who FROM ticket"
        " LEFT JOIN user ON user.id = ticket.changed_by"
        " LEFT JOIN ticket_move m ON m.id = (SELECT max(id) FROM ticket_move WHERE ticket_id = ticket.id)"
        " LEFT JOIN handler ON handler.id = m.handler_id"
        " WHERE ticket.id = ?",
        (ticket_id,),
    )


# --- lists ---------------------------------------------------------------------------------------------------------


def ids(reads: Reads, before: int | None, limit: int) -> list[int]:
    """The newest tickets."""
    found = reads.rows("SELECT id FROM ticket WHERE id < ? ORDER BY id DESC LIMIT ?", (_below(before), limit))
    return [row["id"] for row in found]


def ids_by_status(
    reads: Reads, statuses: Sequence[str], department_id: int | None, before: int | None, limit: int
) -> list[int]:
    """The newest tickets in any of these statuses: one short walk down an index for each status."""
    condition = "department_id = ? AND status = ?" if department_id is not None else "status = ?"
    one = f"SELECT * FROM (SELECT id FROM ticket WHERE {condition} AND id < ? ORDER BY id DESC LIMIT ?)"  # noqa: S608
    values: list[object] = []
    for status in statuses:
        values += [] if department_id is None else [department_id]
        values += [status, _below(before), limit]
    sql = " UNION ALL ".join([one] * len(statuses)) + " ORDER BY 1 DESC LIMIT ?"
    return [row["id"] for row in reads.rows(sql, (*values, limit))]


def ids_where(reads: Reads, where: str, values: Sequence[object], before: int | None, limit: int) -> list[int]:
    """The newest tickets that fit `where` (the program's own words), for filters no index knows together."""
    found = reads.rows(
        f"SELECT id FROM ticket WHERE {where} AND id < ? ORDER BY id DESC LIMIT ?",  # noqa: S608
        (*values, _below(before), limit),
    )
    return [row["id"] for row in found]


# Few tickets each: every one has an index of its own (db/steps_entry.py), which no planner would choose by itself.
FLAGS = {
    "supervised": "ticket INDEXED BY ticket_supervised WHERE supervised_level > 0 AND is_open = 1",
    "paused": "ticket INDEXED BY ticket_now_paused WHERE paused_at IS NOT NULL AND is_open = 1",
    "returned": "ticket INDEXED BY ticket_returned WHERE returns > 0 AND is_open = 1",
    "repeats": "ticket INDEXED BY ticket_repeat WHERE is_repeat = 1 AND is_open = 1",
}


def flagged(reads: Reads, flag: str, limit: int) -> list[int]:
    """The newest open tickets with this flag; "requests": those about which somebody waits for a decision."""
    if flag == "requests":
        found = reads.rows(
            "SELECT DISTINCT ticket_id AS id FROM request INDEXED BY request_open WHERE state = 'open' LIMIT ?",
            (limit,),
        )
    else:
        found = reads.rows(f"SELECT id FROM {FLAGS[flag]} ORDER BY id DESC LIMIT ?", (limit,))  # noqa: S608
    return [row["id"] for row in found]


def _below(before: int | None) -> int:
    return NO_CURSOR if before is None else before


def listed_by_ids(reads: Reads, ticket_ids: Sequence[int]) -> list[sqlite3.Row]:
    """List rows of these tickets, in the order given."""
    found = {
        row["id"]: row for row in reads.rows(f"{LIST} WHERE ticket.id IN ({marks(ticket_ids)})", tuple(ticket_ids))
    }
    return [found[ticket_id] for ticket_id in ticket_ids if ticket_id in found]


def near(reads: Reads, until: str, department_id: int | None) -> list[sqlite3.Row]:
    """What decides whether an open ticket is late, for all that have something due by `until`."""
    columns = "id, status, urgency, due_at, stage_due_at"
    narrowed = "" if department_id is None else " AND department_id = :department_id"
    return reads.rows(
        f"SELECT {columns} FROM ticket WHERE is_open = 1 AND due_at <= :until{narrowed} UNION"  # noqa: S608
        f" SELECT {columns} FROM ticket WHERE is_open = 1 AND stage_due_at IS NOT NULL"
        f" AND stage_due_at <= :until{narrowed}",
        {"until": until, "department_id": department_id},
    )


def surveyed(reads: Reads, status: str, asked_before: str, unhappy: Sequence[int], limit: int) -> list[int]:
    """Tickets whose citizen was asked before this moment, or gave one of the unhappy ratings."""
    found = reads.rows(
        f"SELECT id FROM ticket WHERE status = ? AND (rating IN ({marks(unhappy)}) OR rating_asked_at <= ?)"  # noqa: S608
        " ORDER BY id LIMIT ?",
        (status, *unhappy, asked_before, limit),
    )
    return [row["id"] for row in found]


def of_citizen(reads: Reads, citizen_id: int, limit: int) -> list[int]:
    """This citizen's tickets, the newest first."""
    found = reads.rows("SELECT id FROM ticket WHERE citizen_id = ? ORDER BY id DESC LIMIT ?", (citizen_id, limit))
    return [row["id"] for row in found]


def rating_asked(reads: Reads, citizen_id: int, status: str, since: str) -> int | None:
    """The number of the ticket of which this citizen was asked last."""
    found = reads.row(
        "SELECT no FROM ticket WHERE citizen_id = ? AND status = ? AND rating_asked_at >= ?"
        " ORDER BY rating_asked_at DESC, id DESC LIMIT 1",
        (citizen_id, status, since),
    )
    return int(found["no"]) if found else None


def counts(reads: Reads, statuses: Sequence[str], department_id: int | None = None) -> dict[str, int]:
    """How many tickets are in each of these statuses; none of the finished ones need be looked at."""
    condition, values = ("", ()) if department_id is None else ("department_id = ? AND ", (department_id,))
    found = reads.rows(
        f"SELECT status, count(*) AS n FROM ticket WHERE {condition}status IN ({marks(statuses)}) GROUP BY status",  # noqa: S608
        (*values, *statuses),
    )
    return {row["status"]: row["n"] for row in found}


def count_up_to(reads: Reads, statuses: Sequence[str], most: int) -> int:
    """How many tickets are in these statuses, counting no further than `most`."""
    found = reads.row(
        f"SELECT count(*) AS n FROM (SELECT 1 FROM ticket WHERE status IN ({marks(statuses)}) LIMIT ?)",  # noqa: S608
        (*statuses, most),
    )
    return int(found["n"]) if found else 0


def without_time(reads: Reads, limit: int) -> list[sqlite3.Row]:
    """Open tickets whose clocks were started while the box did not know what time it is."""
    return reads.rows("SELECT * FROM ticket WHERE clock_ok = 0 AND is_open = 1 ORDER BY id LIMIT ?", (limit,))


def open_of_boot(reads: Reads, boot_id: int, after_id: int, limit: int) -> list[sqlite3.Row]:
    """Open tickets that came into their status during this run of the program, by id."""
    return reads.rows(
        "SELECT * FROM ticket WHERE boot_id = ? AND is_open = 1 AND id > ? ORDER BY id LIMIT ?",
        (boot_id, after_id, limit),
    )


# --- notes, assignments, history -----------------------------------------------------------------------------------


def add_note(tx: Transaction, ticket_id: int, at: str, kind: str, text: str, **others: Any) -> int:
    note_id = tx.insert("ticket_note", ticket_id=ticket_id, at=at, kind=kind, **others)
    tx.insert("note_words", note_id=note_id, text=tx.guarded(ticket_id, text))
    return note_id


def note_text(reads: Reads, note_id: int | None) -> str:
    found = reads.row("SELECT text FROM note_words WHERE note_id = ?", (note_id,))
    return found["text"] if found else ""


def assignment(reads: Reads, assignment_id: int | None) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM assignment WHERE id = ?", (assignment_id,))


def change_assignment(tx: Transaction, assignment_id: int, **values: Any) -> None:
    gaps = ", ".join(f"{name} = :{name}" for name in values)
    tx.execute(f"UPDATE assignment SET {gaps} WHERE id = :_id", {**values, "_id": assignment_id})  # noqa: S608


def add_move(tx: Transaction, **values: Any) -> int:
    return tx.insert("ticket_move", **values)


def last_assignment(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    return reads.row(
        "SELECT a.*, d.code, d.name_zh, d.name_en, d.kind FROM assignment a JOIN department d ON d.id = a.department_id"
        " WHERE a.ticket_id = ? AND a.role = 'lead' ORDER BY a.id DESC LIMIT 1",
        (ticket_id,),
    )


def co_of(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    """Tasks of co-departments, by round and department."""
    return reads.rows(
        "SELECT a.*, d.code, d.name_zh, d.name_en, d.kind FROM assignment a JOIN department d ON d.id = a.department_id"
        " WHERE a.ticket_id = ? AND a.role = 'co' ORDER BY a.id",
        (ticket_id,),
    )


def children(reads: Reads, ticket_id: int, limit: int) -> list[int]:
    """Tickets joined with this one, the newest first."""
    found = reads.rows("SELECT id FROM ticket WHERE parent_id = ? ORDER BY id DESC LIMIT ?", (ticket_id, limit))
    return [row["id"] for row in found]


def ended_by_ground(reads: Reads, since: str, until: str) -> dict[str, int]:
    """How many were closed in this time with each ground; an index of those that have one."""
    found = reads.rows(
        "SELECT close_ground, count(*) AS n FROM ticket"
        " WHERE close_ground <> '' AND closed_at >= ? AND closed_at < ? GROUP BY close_ground",
        (since, until),
    )
    return {row["close_ground"]: row["n"] for row in found}
