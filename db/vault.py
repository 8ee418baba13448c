"""Rows of the identity vault, and every other row in which a protected person's number or words stand.

`REPOINTED` and `TEXTS` are the lists that a new table joins when it refers to citizens, or holds words about a ticket.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from db.store import Reads, Transaction

LOOKED_BACK = 5000  # raw PDUs that nobody could read, among the last so many, are looked through for a number

# What belongs to one ticket and names its citizen: (table, which rows).
REPOINTED = (
    ("call", "id = (SELECT call_id FROM ticket WHERE id = :ticket)"),
    ("sms_in", "ticket_id = :ticket"),
    ("outbox", "ticket_id = :ticket"),
    ("callback", "ticket_id = :ticket"),
    ("sms_question", "ticket_id = :ticket"),
)

_OF_CALLS = "SELECT id FROM call WHERE citizen_id = :citizen UNION SELECT call_id FROM ticket WHERE id = :ticket"
_OF_EITHER = "SELECT id FROM {0} WHERE citizen_id = :citizen UNION SELECT id FROM {0} WHERE ticket_id = :ticket"
_OF_TICKET = "SELECT id FROM {0} WHERE ticket_id = :ticket"
# Words that may hold a name or a number: (table, key, column, which keys).
TEXTS = (
    ("note_words", "note_id", "text", _OF_TICKET.format("ticket_note")),
    ("sms_words", "sms_id", "text", _OF_EITHER.format("sms_in")),
    ("outbox_words", "outbox_id", "text", _OF_EITHER.format("outbox")),
    ("attachment_words", "attachment_id", "file_name", _OF_TICKET.format("attachment")),
    ("article_gap_words", "gap_id", "question", _OF_TICKET.format("article_gap")),
    ("article_gap_words", "gap_id", "answer", _OF_TICKET.format("article_gap")),
    ("recording_mark", "recording_id", "note",
     f"{_OF_TICKET.format('recording')} UNION SELECT id FROM recording WHERE call_id IN ({_OF_CALLS})"),  # noqa: S608
)  # fmt: skip


# --- the vault -----------------------------------------------------------------------------------------------------


def of_citizen(reads: Reads, citizen_id: int | None) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM identity_vault WHERE citizen_id = ?", (citizen_id,))


def of_ticket(reads: Reads, ticket_id: int) -> sqlite3.Row | None:
    return reads.row(
        "SELECT v.*, t.no FROM ticket t JOIN identity_vault v ON v.citizen_id = t.citizen_id WHERE t.id = ?",
        (ticket_id,),
    )


def by_reference(reads: Reads, reference: str) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM identity_vault WHERE reference = ?", (reference,))


def with_number(reads: Reads, number_key: str) -> list[sqlite3.Row]:
    """Pseudonyms of whoever has this number: those with an open ticket first, then whom we wrote to last."""
    return reads.rows(
        """
        SELECT v.*, EXISTS (SELECT 1 FROM ticket t WHERE t.citizen_id = v.citizen_id AND t.is_open = 1) AS has_open,
            coalesce((SELECT max(id) FROM outbox o WHERE o.citizen_id = v.citizen_id), 0) AS last_text
        FROM identity_number n JOIN identity_vault v ON v.citizen_id = n.citizen_id WHERE n.number_key = ?
        ORDER BY has_open DESC, last_text DESC, v.citizen_id DESC
        """,
        (number_key,),
    )


def put(tx: Transaction, citizen_id: int, number_keys: Sequence[str], **columns: Any) -> None:
    """Keep an identity, or what it has become."""
    names = ("citizen_id", *columns)
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "made_at")
    tx.execute(
        f"INSERT INTO identity_vault ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
        f" ON CONFLICT (citizen_id) DO UPDATE SET {updates}",
        (citizen_id, *columns.values()),
    )
    tx.execute("DELETE FROM identity_number WHERE citizen_id = ?", (citizen_id,))
    for key in dict.fromkeys(number_keys):
        tx.execute("INSERT INTO identity_number (number_key, citizen_id) VALUES (?, ?)", (key, citizen_id))


# --- everywhere else -----------------------------------------------------------------------------------------------


def has_other_tickets(reads: Reads, citizen_id: int, ticket_id: int) -> bool:
    sql = "SELECT 1 FROM ticket WHERE citizen_id = ? AND id <> ? LIMIT 1"
    return reads.row(sql, (citizen_id, ticket_id)) is not None


def numbers_in_rows(reads: Reads, citizen_id: int | None, ticket_id: int) -> list[str]:
    """The number in every form in which it was brought or typed."""
    values = {"citizen": citizen_id, "ticket": ticket_id}
    found = reads.rows(
        f"SELECT raw AS number FROM call_number WHERE call_id IN ({_OF_CALLS})"  # noqa: S608 - our own words
        f" UNION SELECT typed FROM call_number WHERE call_id IN ({_OF_CALLS})"
        " UNION SELECT w.sender FROM sms_words w JOIN sms_in s ON s.id = w.sms_id WHERE s.citizen_id = :citizen"
        " UNION SELECT w.sender FROM sms_words w JOIN sms_in s ON s.id = w.sms_id"
        " WHERE s.ticket_id = :ticket AND s.handler_id IS NULL AND s.kind = 'citizen'",
        values,
    )
    return [row["number"] for row in found if row["number"]]


def repoint(tx: Transaction, ticket_id: int, from_citizen: int, to_citizen: int) -> None:
    """What belongs to this ticket belongs to the pseudonym from now on."""
    values = {"ticket": ticket_id, "from": from_citizen, "to": to_citizen}
    for table, which in REPOINTED:
        tx.execute(f"UPDATE {table} SET citizen_id = :to WHERE citizen_id = :from AND {which}", values)  # noqa: S608


def add_pseudonym(tx: Transaction, at: str) -> int:
    """A citizen of whom nothing is known."""
    return tx.insert("citizen", created_at=at)


def become_pseudonym(
    tx: Transaction, citizen_id: int, *, phone: str | None, phone_key: str | None, name: str, salt: bytes
) -> None:
    """The citizen's row forgets number, name and salt, and the notes about him with them."""
    tx.execute(
        "UPDATE citizen SET phone = ?, phone_key = ?, name = ?, notes = '', salt = ? WHERE id = ?",
        (phone, phone_key, name, salt, citizen_id),
    )


def new_salt(tx: Transaction, citizen_id: int, salt: bytes) -> None:
    tx.execute("UPDATE citizen SET salt = ? WHERE id = ?", (salt, citizen_id))


def new_words_salt(tx: Transaction, ticket_id: int, salt: bytes) -> None:
    tx.execute("UPDATE ticket_words SET salt = ? WHERE ticket_id = ?", (salt, ticket_id))


_MESSAGES = "SELECT id FROM sms_in WHERE citizen_id = :citizen"
_SENT = "SELECT id FROM outbox WHERE citizen_id = :citizen"
# Wherever a row of the pseudonym's holds a number: (table, what becomes of it, which rows).
_NUMBERS = (
    ("sms_words", "sender = :reference", f"sms_id IN ({_MESSAGES})"),
    ("pdu_in", "pdu = NULL, sender = :reference", f"sms_id IN ({_MESSAGES})"),
    ("pdu_in", "body = NULL", f"sms_id IN ({_MESSAGES} AND complete_at IS NOT NULL)"),
    ("pdu_in", "pdu = NULL", f"outbox_id IN ({_SENT})"),
    ("outbox_words", "number = :reference", f"outbox_id IN ({_SENT})"),
)


def strip_numbers(tx: Transaction, citizen_id: int, ticket_id: int, reference: str) -> None:
    """Wherever a row of the pseudonym's holds a number, the reference stands there, or nothing."""
    values = {"citizen": citizen_id, "ticket": ticket_id, "reference": reference}
    tx.execute(f"DELETE FROM call_number WHERE call_id IN ({_OF_CALLS})", values)  # noqa: S608 - our own words
    for table, becomes, which in _NUMBERS:
        tx.execute(f"UPDATE {table} SET {becomes} WHERE {which}", values)  # noqa: S608


def strip_unread(tx: Transaction, senders: Sequence[str], in_pdus: Sequence[str]) -> None:
    """Raw PDUs that belong to no message of his and hold his number all the same."""
    gaps = ", ".join("?" * len(senders))
    tx.execute(
        f"UPDATE pdu_in SET pdu = NULL, sender = '', body = NULL WHERE sender IN ({gaps}) AND total > 1"  # noqa: S608
        " AND kind = 'repeated'",
        tuple(senders),
    )
    unread = tx.rows(
        "SELECT id, sms_id, pdu FROM pdu_in WHERE id > (SELECT coalesce(max(id), 0) FROM pdu_in) - ?"
        " AND kind IN ('undecodable', 'trouble', 'report', 'report_unread') AND outbox_id IS NULL AND pdu IS NOT NULL",
        (LOOKED_BACK,),
    )
    for row in unread:
        if any(digits in row["pdu"].upper() for digits in in_pdus):
            tx.execute("UPDATE pdu_in SET pdu = NULL WHERE id = ?", (row["id"],))
            tx.execute("UPDATE sms_words SET text = '' WHERE sms_id = ? AND sender = ''", (row["sms_id"],))


def scrub_texts(tx: Transaction, citizen_id: int | None, ticket_id: int, scrub: Callable[[str], str]) -> int:
    """Pass every word of the ticket, and of its citizen, through `scrub`. Returns how many were changed."""
    values, count = {"citizen": citizen_id, "ticket": ticket_id}, 0
    for table, key, column, which in TEXTS:
        sql = f"SELECT rowid AS id, {column} AS text FROM {table} WHERE {key} IN ({which})"  # noqa: S608 - our own words
        for row in tx.rows(sql, values):
            clean = scrub(row["text"])
            if clean != row["text"]:
                tx.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (clean, row["id"]))  # noqa: S608
                count += 1
    return count


def forget_body(tx: Transaction, sms_id: int) -> None:
    """The parts of a protected person's message, once its text is there."""
    tx.execute("UPDATE pdu_in SET body = NULL, pdu = NULL WHERE sms_id = ?", (sms_id,))


# --- their end -----------------------------------------------------------------------------------------------------


def too_old(reads: Reads, before: str, limit: int) -> list[int]:
    """Pseudonyms that can still be opened, all of whose tickets were closed before; one without any by its own age."""
    found = reads.rows(
        "SELECT v.citizen_id FROM identity_vault v WHERE v.wrapped_key IS NOT NULL AND v.changed_at < :before"
        " AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.citizen_id = v.citizen_id"
        "  AND (t.is_open = 1 OR t.closed_at IS NULL OR t.closed_at >= :before)) ORDER BY v.citizen_id LIMIT :limit",
        {"before": before, "limit": limit},
    )
    return [int(row["citizen_id"]) for row in found]


def forget(tx: Transaction, citizen_id: int, at: str) -> None:
    """Nobody opens the row any more, and no number leads to it."""
    tx.execute("UPDATE identity_vault SET wrapped_key = NULL, changed_at = ? WHERE citizen_id = ?", (at, citizen_id))
    tx.execute("DELETE FROM identity_number WHERE citizen_id = ?", (citizen_id,))
