"""Rows of surveys, of every rating ever given, and of the board of the unsatisfied."""

from __future__ import annotations

import sqlite3
from typing import Any

from db.store import Reads, Transaction

# --- surveys -------------------------------------------------------------------------------------------------------

_OPEN = """
    SELECT s.*, t.no, t.status, t.citizen_id, o.state AS sms_state FROM survey s JOIN ticket t ON t.id = s.ticket_id
        LEFT JOIN outbox o ON o.id = s.outbox_id
"""


def open_of(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    return reads.row(f"{_OPEN} WHERE s.ticket_id = ? AND s.ended_at IS NULL", (ticket_id,))


def open_of_no(reads: Reads, no: int) -> sqlite3.Row | None:
    return reads.row(f"{_OPEN} WHERE t.no = ? AND s.ended_at IS NULL", (no,))


def change(tx: Transaction, survey_id: int, **columns: Any) -> bool:
    """Change a survey that is still open; False if it ended meanwhile."""
    return _change(tx, survey_id, "", columns)


def leave(tx: Transaction, survey_id: int, left: str, **columns: Any) -> bool:
    """Change an open survey that is still in the state `left`; False if something else was faster."""
    return _change(tx, survey_id, left, columns)


def _change(tx: Transaction, survey_id: int, state: str, columns: dict[str, Any]) -> bool:
    names = ", ".join(f"{name} = :{name}" for name in columns)
    cursor = tx.execute(
        f"UPDATE survey SET {names} WHERE id = :_id AND ended_at IS NULL"  # noqa: S608
        " AND (:_state = '' OR state = :_state)",
        {**columns, "_id": survey_id, "_state": state},
    )
    return cursor.rowcount == 1


def missing(reads: Reads, status: str, limit: int) -> list[sqlite3.Row]:
    """Tickets that wait for their citizen's word and have no open survey: from before there were any."""
    return reads.rows(
        "SELECT t.id, t.no, t.round FROM ticket t WHERE t.status = ? AND NOT EXISTS"
        " (SELECT 1 FROM survey s WHERE s.ticket_id = t.id AND s.ended_at IS NULL) ORDER BY t.id LIMIT ?",
        (status, limit),
    )


def moving(reads: Reads, now: str, absurd: str, states: tuple[str, str], limit: int) -> list[sqlite3.Row]:
    """Open surveys in these two states whose wait is over, or was worked out by a wrong clock, or whose text failed.

    A wait beyond `absurd` was written by a clock that has been set back since.
    """
    return reads.rows(
        f"{_OPEN} WHERE s.ended_at IS NULL AND s.state IN (?, ?)"
        " AND (s.next_at <= ? OR s.next_at > ? OR s.clock_ok = 0 OR o.state = 'failed') ORDER BY s.id LIMIT ?",
        (*states, now, absurd, limit),
    )


def in_state(reads: Reads, state: str, limit: int) -> list[sqlite3.Row]:
    """Open surveys of one state: who can be tried today first, the longest waiting first."""
    return reads.rows(
        f"{_OPEN} WHERE s.ended_at IS NULL AND s.state = ? ORDER BY s.try_on, s.id LIMIT ?", (state, limit)
    )


def count_open(reads: Reads) -> dict[str, int]:
    found = reads.rows("SELECT state, count(*) AS n FROM survey WHERE ended_at IS NULL GROUP BY state")
    return {row["state"]: row["n"] for row in found}


def outcomes_since(reads: Reads, since: str) -> dict[str, int]:
    found = reads.rows(
        "SELECT outcome, count(*) AS n FROM survey WHERE ended_at IS NOT NULL AND ended_at >= ? GROUP BY outcome",
        (since,),
    )
    return {row["outcome"]: row["n"] for row in found}


def result_text(reads: Reads, ticket_id: int, since: str) -> int | None:
    """The text that told the citizen the result and asked for a rating, since this moment."""
    row = reads.row(
        "SELECT id FROM outbox WHERE ticket_id = ? AND purpose = 'result' AND created_at >= ? AND state <> 'failed'"
        " ORDER BY id DESC LIMIT 1",
        (ticket_id, since),
    )
    return int(row["id"]) if row else None


def surveyed_of_citizen(reads: Reads, citizen_id: int, since: str) -> sqlite3.Row | None:
    """The ticket of this citizen of which a rating was asked last, open or ended since this moment."""
    return reads.row(
        "SELECT t.id, t.no, t.status, t.rating, s.id AS survey_id, s.ended_at, s.outcome FROM ticket t"
        " JOIN survey s ON s.ticket_id = t.id WHERE t.citizen_id = ? AND (s.ended_at IS NULL OR s.ended_at >= ?)"
        " ORDER BY s.id DESC LIMIT 1",
        (citizen_id, since),
    )


# --- ratings -------------------------------------------------------------------------------------------------------


def ratings_of(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    """Every rating of this ticket, as they came."""
    return reads.rows("SELECT * FROM survey_rating WHERE ticket_id = ? ORDER BY id", (ticket_id,))


def told(reads: Reads, ticket_id: int) -> str:
    """The answer that the citizen was given last, in the office's wording or the department's."""
    row = reads.row(
        "SELECT w.text FROM ticket_note n JOIN note_words w ON w.note_id = n.id"
        " WHERE n.ticket_id = ? AND n.kind IN ('answer', 'reply') ORDER BY n.id DESC LIMIT 1",
        (ticket_id,),
    )
    return str(row["text"]) if row else ""


def words_of_move(reads: Reads, ticket_id: int, move: str) -> str:
    """What was said with the last move of this kind."""
    row = reads.row(
        "SELECT w.text FROM ticket_move m JOIN note_words w ON w.note_id = m.note_id"
        " WHERE m.ticket_id = ? AND m.move = ? ORDER BY m.id DESC LIMIT 1",
        (ticket_id, move),
    )
    return str(row["text"]) if row else ""


def sms_of_last_move(reads: Reads, ticket_id: int) -> int | None:
    row = reads.row("SELECT sms_id FROM ticket_move WHERE ticket_id = ? ORDER BY id DESC LIMIT 1", (ticket_id,))
    return row["sms_id"] if row else None


# --- the unsatisfied -----------------------------------------------------------------------------------------------


def rating_of(reads: Reads, ticket_id: int) -> int | None:
    """What the citizen said in the present round; None until then."""
    row = reads.row("SELECT rating FROM ticket WHERE id = ?", (ticket_id,))
    return row["rating"] if row else None


def unsatisfied_of(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM unsatisfied WHERE ticket_id = ? AND ended_at IS NULL", (ticket_id,))


def change_unsatisfied(tx: Transaction, entry_id: int, **columns: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in columns)
    tx.execute(
        f"UPDATE unsatisfied SET {names} WHERE id = ? AND ended_at IS NULL",  # noqa: S608
        (*columns.values(), entry_id),
    )


def board(reads: Reads, limit: int) -> list[sqlite3.Row]:
    """Who is still unsatisfied, the longest first."""
    return reads.rows(
        "SELECT u.*, t.no, t.status FROM unsatisfied u JOIN ticket t ON t.id = u.ticket_id"
        " WHERE u.ended_at IS NULL ORDER BY u.opened_at, u.id LIMIT ?",
        (limit,),
    )


def count_unsatisfied(reads: Reads) -> int:
    row = reads.row("SELECT count(*) AS n FROM unsatisfied WHERE ended_at IS NULL")
    return int(row["n"]) if row else 0


def zeroed_since(reads: Reads, since: str) -> dict[str, int]:
    """How those ended that were taken from the board since."""
    found = reads.rows(
        "SELECT how, count(*) AS n FROM unsatisfied WHERE ended_at IS NOT NULL AND ended_at >= ? GROUP BY how", (since,)
    )
    return {row["how"]: row["n"] for row in found}


# --- what was said by text -----------------------------------------------------------------------------------------

_YES_OR_NO = {"yes": 1, "no": 0}


def answers_by_text(reads: Reads, ticket_id: int, since: str) -> dict[str, int]:
    """The citizen's answers to questions of yes or no about this ticket, by kind, since the survey began."""
    found = reads.rows(
        "SELECT kind, answer FROM sms_question WHERE ticket_id = ? AND answered_at >= ? ORDER BY id", (ticket_id, since)
    )
    return {row["kind"]: _YES_OR_NO[row["answer"]] for row in found if row["answer"] in _YES_OR_NO}
