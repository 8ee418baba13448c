"""Rows of decisions that a lead would have made, and whoever was alone made himself."""

from __future__ import annotations

import sqlite3

from db.store import Reads


def self_approved(reads: Reads, since: str, until: str, before_id: int, limit: int) -> list[sqlite3.Row]:
    """Of one stretch of time, the newest first."""
    return reads.rows(
        "SELECT m.id, m.at, m.move, m.from_status, m.to_status, t.id AS ticket_id, t.no, w.title,"
        " u.display_name AS who, n.text AS words"
        " FROM ticket_move m JOIN ticket t ON t.id = m.ticket_id"
        " LEFT JOIN ticket_words w ON w.ticket_id = t.id"
        " LEFT JOIN user u ON u.id = m.user_id LEFT JOIN note_words n ON n.note_id = m.note_id"
        " WHERE m.is_self_approved = 1 AND m.at >= ? AND m.at < ? AND m.id < ? ORDER BY m.at DESC, m.id DESC LIMIT ?",
        (since, until, before_id, limit),
    )


def counted(reads: Reads, since: str, until: str) -> list[sqlite3.Row]:
    """How often each move was decided so."""
    return reads.rows(
        "SELECT move, count(*) AS n FROM ticket_move WHERE is_self_approved = 1 AND at >= ? AND at < ?"
        " GROUP BY move ORDER BY n DESC, move",
        (since, until),
    )
