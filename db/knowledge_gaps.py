"""Rows of questions that no article answers yet."""

from __future__ import annotations

import sqlite3

from db.store import Reads, Transaction

_GAP = """
    SELECT g.*, w.question, w.answer, d.name_zh AS unit_zh, d.name_en AS unit_en, u.display_name AS who,
        t.no AS ticket_no, a.code AS article_code
    FROM article_gap g LEFT JOIN article_gap_words w ON w.gap_id = g.id
        LEFT JOIN department d ON d.id = g.department_id LEFT JOIN user u ON u.id = g.asked_by
        LEFT JOIN ticket t ON t.id = g.ticket_id LEFT JOIN article a ON a.id = g.article_id
"""


def gap(reads: Reads, gap_id: int) -> sqlite3.Row | None:
    return reads.row(f"{_GAP} WHERE g.id = ?", (gap_id,))


def gaps(reads: Reads, *, is_open: bool, department_id: int | None, limit: int) -> list[sqlite3.Row]:
    """Open ones by what is due first, ended ones the newest first. `department_id` None: everybody's."""
    whose, values = ("1", ()) if department_id is None else ("g.department_id = ?", (department_id,))
    if is_open:
        order = "g.closed_at IS NULL ORDER BY g.due_on IS NULL, g.due_on, g.id"
    else:
        order = "g.closed_at IS NOT NULL ORDER BY g.closed_at DESC, g.id DESC"
    return reads.rows(f"{_GAP} WHERE {whose} AND {order} LIMIT ?", (*values, limit))


def add(tx: Transaction, question: str, **values: object) -> int:
    gap_id = tx.insert("article_gap", state="open", **values)
    tx.insert("article_gap_words", gap_id=gap_id, question=question, answer="")
    return gap_id


def answer(tx: Transaction, gap_id: int, text: str, *, at: str, by: int | None) -> bool:
    """What the department says. False, and nothing is written: it is closed, or that was said before."""
    done = tx.execute(
        "UPDATE article_gap SET state = 'answered', answered_at = ?, answered_by = ? WHERE id = ? AND closed_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM article_gap_words w WHERE w.gap_id = article_gap.id AND w.answer = ?)",
        (at, by, gap_id, text),
    )
    if done.rowcount == 1:
        tx.execute("UPDATE article_gap_words SET answer = ? WHERE gap_id = ?", (text, gap_id))
    return done.rowcount == 1


def close(tx: Transaction, gap_id: int, state: str, *, article_id: int | None, at: str, by: int | None) -> bool:
    """False if that was done before."""
    done = tx.execute(
        "UPDATE article_gap SET state = ?, article_id = ?, closed_at = ?, closed_by = ?"
        " WHERE id = ? AND closed_at IS NULL",
        (state, article_id, at, by, gap_id),
    )
    return done.rowcount == 1
