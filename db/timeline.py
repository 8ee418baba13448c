"""Everything that happened to one ticket, from the tables it stands in. The caller puts it in order."""

from __future__ import annotations

import sqlite3

from db.store import Reads


def moves(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    return reads.rows(
        "SELECT m.*, n.kind AS note_kind, n.state AS note_state, w.text, u.display_name AS user_name,"
        " h.name AS handler_name"
        " FROM ticket_move m"
        " LEFT JOIN ticket_note n ON n.id = m.note_id LEFT JOIN note_words w ON w.note_id = m.note_id"
        " LEFT JOIN user u ON u.id = m.user_id LEFT JOIN handler h ON h.id = m.handler_id"
        " WHERE m.ticket_id = ? ORDER BY m.id",
        (ticket_id,),
    )


def notes(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    """Notes that belong to no move."""
    return reads.rows(
        "SELECT n.*, w.text, u.display_name AS user_name, h.name AS handler_name FROM ticket_note n"
        " LEFT JOIN note_words w ON w.note_id = n.id LEFT JOIN user u ON u.id = n.user_id"
        " LEFT JOIN handler h ON h.id = n.handler_id"
        " WHERE n.ticket_id = ? AND n.id NOT IN"
        " (SELECT note_id FROM ticket_move WHERE ticket_id = ? AND note_id IS NOT NULL) ORDER BY n.id",
        (ticket_id, ticket_id),
    )


def messages_in(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    return reads.rows(
        "SELECT s.*, w.text, w.sender, h.name AS handler_name FROM sms_in s LEFT JOIN sms_words w ON w.sms_id = s.id"
        " LEFT JOIN handler h ON h.id = s.handler_id WHERE s.ticket_id = ? ORDER BY s.id",
        (ticket_id,),
    )


def messages_out(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    return reads.rows(
        "SELECT o.*, w.text, w.number, h.name AS handler_name FROM outbox o"
        " LEFT JOIN outbox_words w ON w.outbox_id = o.id LEFT JOIN handler h ON h.id = o.handler_id"
        " WHERE o.ticket_id = ? ORDER BY o.id",
        (ticket_id,),
    )


def alarm_calls(reads: Reads, ticket_id: int) -> list[sqlite3.Row]:
    """Each time the box rang somebody about a danger of this ticket."""
    return reads.rows(
        "SELECT c.*, w.name, w.phone FROM emergency e JOIN emergency_step s ON s.emergency_id = e.id"
        " JOIN emergency_call c ON c.step_id = s.id LEFT JOIN emergency_step_words w ON w.step_id = s.id"
        " WHERE e.ticket_id = ? ORDER BY c.id",
        (ticket_id,),
    )


def call(reads: Reads, call_id: int | None) -> sqlite3.Row | None:
    return reads.row(
        "SELECT c.*, u.display_name AS user_name FROM call c LEFT JOIN user u ON u.id = c.taken_by WHERE c.id = ?",
        (call_id,),
    )
