"""Rows of questions that a citizen answers by yes or no."""

from __future__ import annotations

import sqlite3

from db.store import Reads, Transaction


def open_of(reads: Reads, citizen_id: int, since: str) -> sqlite3.Row | None:
    """The question this citizen was asked since then and has not answered."""
    return reads.row(
        "SELECT q.*, t.no FROM sms_question q JOIN ticket t ON t.id = q.ticket_id"
        " WHERE q.citizen_id = ? AND q.asked_at >= ? AND q.answered_at IS NULL"
        " ORDER BY q.asked_at DESC, q.id DESC LIMIT 1",
        (citizen_id, since),
    )


def of_ticket(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    return reads.rows("SELECT * FROM sms_question WHERE ticket_id = ? ORDER BY id", (ticket_id,))


def add(tx: Transaction, *, ticket_id: int, citizen_id: int, kind: str, asked_at: str, outbox_id: int) -> int:
    return tx.insert(
        "sms_question", ticket_id=ticket_id, citizen_id=citizen_id, kind=kind, asked_at=asked_at, outbox_id=outbox_id
    )


def answer(tx: Transaction, question_id: int, *, answer: str, at: str, sms_id: int) -> bool:
    """False if it was answered before."""
    done = tx.execute(
        "UPDATE sms_question SET answer = ?, answered_at = ?, sms_id = ? WHERE id = ? AND answered_at IS NULL",
        (answer, at, sms_id, question_id),
    )
    return done.rowcount == 1
