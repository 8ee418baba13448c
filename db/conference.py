"""Rows of consultations, of the ledger of unclear duty, and of requests not to count a ticket."""

from __future__ import annotations

import sqlite3
from typing import Any

from db.store import Reads, Transaction

# --- consultations -------------------------------------------------------------------------------------------------

_CONFERENCES = """
    SELECT c.*, t.no, t.status, t.category, t.town, r.text AS reason, m.text AS minutes,
        o.display_name AS opened_by_name, e.display_name AS ended_by_name
    FROM conference c JOIN ticket t ON t.id = c.ticket_id
    LEFT JOIN note_words r ON r.note_id = c.reason_note_id LEFT JOIN note_words m ON m.note_id = c.minutes_note_id
    LEFT JOIN user o ON o.id = c.opened_by LEFT JOIN user e ON e.id = c.ended_by
"""


def open_of(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    return reads.row(f"{_CONFERENCES} WHERE c.ticket_id = ? AND c.state = 'open'", (ticket_id,))


def of_ticket(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    return reads.rows(f"{_CONFERENCES} WHERE c.ticket_id = ? ORDER BY c.id DESC", (ticket_id,))


def all_open(reads: Reads, limit: int) -> list[sqlite3.Row]:
    """The oldest first."""
    return reads.rows(
        f"{_CONFERENCES} WHERE c.state = 'open' ORDER BY +c.id LIMIT ?",  # +: by the index of those that are open
        (limit,),
    )


def latest(reads: Reads, before: int, limit: int) -> list[sqlite3.Row]:
    """Those that are over, the newest first."""
    return reads.rows(
        f"{_CONFERENCES} WHERE c.id < ? AND c.state <> 'open' ORDER BY c.id DESC LIMIT ?", (before, limit)
    )


def add(tx: Transaction, **values: Any) -> int:
    return tx.insert("conference", **values)


def change(tx: Transaction, conference_id: int, **values: Any) -> None:
    gaps = ", ".join(f"{name} = :{name}" for name in values)
    tx.execute(f"UPDATE conference SET {gaps} WHERE id = :_id", {**values, "_id": conference_id})  # noqa: S608


def units(reads: Reads, conference_id: int) -> list[sqlite3.Row]:
    return reads.rows(
        "SELECT u.*, w.text AS words, e.display_name AS entered_by_name, h.name AS handler_name"
        " FROM conference_unit u LEFT JOIN note_words w ON w.note_id = u.note_id"
        " LEFT JOIN user e ON e.id = u.entered_by LEFT JOIN handler h ON h.id = u.handler_id"
        " WHERE u.conference_id = ? ORDER BY u.asked_at, u.department_id",
        (conference_id,),
    )


_ASKED = """
    SELECT u.*, w.text AS words, t.no, t.id AS ticket_id, t.stage_due_at, t.category, t.town, t.is_confidential,
        tw.title, tw.content, tw.place, r.text AS reason
    FROM conference c JOIN conference_unit u ON u.conference_id = c.id JOIN ticket t ON t.id = c.ticket_id
    LEFT JOIN ticket_words tw ON tw.ticket_id = t.id LEFT JOIN note_words r ON r.note_id = c.reason_note_id
    LEFT JOIN note_words w ON w.note_id = u.note_id
    WHERE c.state = 'open'
"""


def asked(reads: Reads, department_id: int) -> list[sqlite3.Row]:
    """What is open of which this department was asked its opinion, the oldest first."""
    return reads.rows(f"{_ASKED} AND u.department_id = ? ORDER BY c.id", (department_id,))


def asked_in(reads: Reads, conference_id: int, department_id: int) -> sqlite3.Row | None:
    return reads.row(f"{_ASKED} AND c.id = ? AND u.department_id = ?", (conference_id, department_id))


def awaited(reads: Reads, now: str, until: str) -> list[sqlite3.Row]:
    """Who has not answered, and was not reminded yet, of what ends after `now` and by `until`."""
    return reads.rows(
        f"{_ASKED} AND u.opinion = '' AND u.reminded_at IS NULL AND t.stage_due_at > ? AND t.stage_due_at <= ?",
        (now, until),
    )


def latest_to_handler(reads: Reads, handler_id: int) -> sqlite3.Row | None:
    """The last message that asked something of this handler."""
    return reads.row(
        "SELECT purpose, ticket_id FROM outbox WHERE handler_id = ? AND purpose <> 'confirm'"
        " AND state NOT IN ('queued', 'failed') ORDER BY id DESC LIMIT 1",
        (handler_id,),
    )


def texted(tx: Transaction, conference_id: int, department_id: int, count: int) -> None:
    tx.execute(
        "UPDATE conference_unit SET texted = ? WHERE conference_id = ? AND department_id = ?",
        (count, conference_id, department_id),
    )


def reminded(tx: Transaction, conference_id: int, department_id: int, at: str) -> bool:
    """False if it was before, or it has answered meanwhile, or nobody waits for it any more."""
    done = tx.execute(
        "UPDATE conference_unit SET reminded_at = ? WHERE conference_id = ? AND department_id = ?"
        " AND reminded_at IS NULL AND opinion = ''"
        " AND EXISTS (SELECT 1 FROM conference c WHERE c.id = conference_id AND c.state = 'open')",
        (at, conference_id, department_id),
    )
    return done.rowcount == 1


def ask(tx: Transaction, conference_id: int, department_id: int, at: str, by: int | None) -> bool:
    """False if it was asked before."""
    done = tx.execute(
        "INSERT INTO conference_unit (conference_id, department_id, asked_at, asked_by) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (conference_id, department_id, at, by),
    )
    return done.rowcount == 1


def opine(tx: Transaction, conference_id: int, department_id: int, **values: Any) -> bool:
    """False if it was not asked."""
    gaps = ", ".join(f"{name} = :{name}" for name in values)
    done = tx.execute(
        f"UPDATE conference_unit SET {gaps} WHERE conference_id = :_conference AND department_id = :_department",  # noqa: S608
        {**values, "_conference": conference_id, "_department": department_id},
    )
    return done.rowcount == 1


def last_note(reads: Reads, ticket_id: int) -> int | None:
    """The note of the ticket's latest move."""
    found = reads.row("SELECT note_id FROM ticket_move WHERE ticket_id = ? ORDER BY id DESC LIMIT 1", (ticket_id,))
    return found["note_id"] if found else None


# --- the ledger of unclear duty ------------------------------------------------------------------------------------


def add_entry(tx: Transaction, **values: Any) -> int:
    return tx.insert("duty_entry", **values)


def settle(tx: Transaction, ticket_id: int, outcome: str, at: str, department_id: int | None) -> int:
    """Close what is still unclear about this ticket; returns how many entries that were."""
    done = tx.execute(
        "UPDATE duty_entry SET outcome = ?, settled_at = ?, settled_id = ? WHERE ticket_id = ? AND outcome = ''",
        (outcome, at, department_id, ticket_id),
    )
    return done.rowcount


def entries(reads: Reads, since: str, until: str, before: int, limit: int) -> list[sqlite3.Row]:
    """What was unclear between two moments, the newest first."""
    return reads.rows(
        "SELECT e.*, t.no, t.category, t.town, w.text AS reason FROM duty_entry e JOIN ticket t ON t.id = e.ticket_id"
        " LEFT JOIN note_words w ON w.note_id = e.note_id"
        " WHERE e.at >= ? AND e.at < ? AND e.id < ? ORDER BY e.at DESC, e.id DESC LIMIT ?",
        (since, until, before, limit),
    )


def summary(reads: Reads, since: str, until: str) -> sqlite3.Row:
    """Matters that were unclear between two moments, how many are settled, how many went to a consultation."""
    found = reads.row(
        "SELECT count(DISTINCT ticket_id) AS matters,"
        " count(DISTINCT CASE WHEN outcome = '' THEN ticket_id END) AS unclear,"
        " count(CASE WHEN kind = 'return' THEN 1 END) AS returns,"
        " count(CASE WHEN kind = 'confer' THEN 1 END) AS conferences,"
        " count(CASE WHEN outcome = 'refused' THEN 1 END) AS refused"
        " FROM duty_entry WHERE at >= ? AND at < ?",
        (since, until),
    )
    assert found is not None  # an aggregate has one row
    return found


def returns_by_unit(reads: Reads, since: str, until: str) -> list[sqlite3.Row]:
    """How often each department returned something, and how often it was its duty after all."""
    return reads.rows(
        "SELECT department_id, count(*) AS returns, count(CASE WHEN outcome = 'refused' THEN 1 END) AS refused"
        " FROM duty_entry WHERE at >= ? AND at < ? AND kind = 'return' GROUP BY department_id ORDER BY returns DESC",
        (since, until),
    )


# --- requests not to count a ticket --------------------------------------------------------------------------------


def exclusions(reads: Reads, limit: int) -> list[sqlite3.Row]:
    """Open ones first, then the newest."""
    return reads.rows(
        "SELECT r.*, t.no, t.department_id, w.text AS words, dw.text AS decision, u.display_name AS user_name,"
        " h.name AS handler_name, du.display_name AS decider_name FROM request r JOIN ticket t ON t.id = r.ticket_id"
        " LEFT JOIN note_words w ON w.note_id = r.note_id LEFT JOIN note_words dw ON dw.note_id = r.decision_note_id"
        " LEFT JOIN user u ON u.id = r.asked_by LEFT JOIN handler h ON h.id = r.handler_id"
        " LEFT JOIN user du ON du.id = r.decided_by WHERE r.kind = 'exclusion'"
        " ORDER BY r.state <> 'open', r.id DESC LIMIT ?",
        (limit,),
    )
