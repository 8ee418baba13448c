"""Rows of what came in by SMS: raw PDUs, and the messages joined from them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Any

from db.store import Reads, Transaction

MOST_COUNTED = 1000  # of a sender's latest messages: more in a day is a flood whatever they say

_MESSAGE = """
    SELECT s.*, w.sender, w.text, t.no AS ticket_no, c.name AS citizen_name,
        coalesce(h.name, l.name) AS handler_name,
        (SELECT count(*) FROM pdu_in p WHERE p.sms_id = s.id) AS parts_here
    FROM sms_in s LEFT JOIN sms_words w ON w.sms_id = s.id LEFT JOIN ticket t ON t.id = s.ticket_id
        LEFT JOIN citizen c ON c.id = s.citizen_id LEFT JOIN handler h ON h.id = s.handler_id
        LEFT JOIN leader l ON l.id = s.leader_id
"""


def pdu_with_key(tx: Transaction, pdu_key: str) -> sqlite3.Row | None:
    return tx.row("SELECT id, kind, sms_id FROM pdu_in WHERE pdu_key = ?", (pdu_key,))


def add_pdu(tx: Transaction, **columns: Any) -> int:
    """Keep one raw PDU. Its key must be new: ask `pdu_with_key` first, in the same transaction."""
    return tx.insert("pdu_in", **columns)


def add_sms(tx: Transaction, *, sender: str, text: str, **columns: Any) -> int:
    sms_id = tx.insert("sms_in", **columns)
    tx.insert("sms_words", sms_id=sms_id, sender=sender, text=text)
    return sms_id


def change_sms(tx: Transaction, sms_id: int, **columns: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in columns)
    tx.execute(f"UPDATE sms_in SET {names} WHERE id = ?", (*columns.values(), sms_id))  # noqa: S608


def set_text(tx: Transaction, sms_id: int, text: str) -> None:
    tx.execute("UPDATE sms_words SET text = ? WHERE sms_id = ?", (text, sms_id))


def handle(tx: Transaction, sms_id: int, at: str, user_id: int | None) -> bool:
    """Tick one message off the desk; False if it was ticked off before."""
    cursor = tx.execute(
        "UPDATE sms_in SET handled_at = ?, handled_by = ? WHERE id = ? AND handled_at IS NULL", (at, user_id, sms_id)
    )
    return cursor.rowcount == 1


def parts_like(
    tx: Transaction, *, identity: str, sender: str, reference: int, total: int, since: str, also: Collection[int] = ()
) -> list[sqlite3.Row]:
    """Every part kept of long messages that look like one: same SIM, sender, reference and number of parts.

    Received since then, or parts of the messages `also`, whatever the clock said when they came.
    """
    gaps = ", ".join("?" * len(also))
    return tx.rows(
        "SELECT p.id, p.sms_id, p.part, p.sent_at, p.body, p.alphabet, s.complete_at FROM pdu_in p"  # noqa: S608 - gaps
        " JOIN sms_in s ON s.id = p.sms_id WHERE p.sender = ? AND p.reference = ? AND p.total = ?"
        f" AND p.total > 1 AND (p.received_at >= ? OR p.sms_id IN ({gaps})) AND p.identity = ?"
        " ORDER BY p.sms_id DESC, p.part",
        (sender, reference, total, since, *also, identity),
    )


def parts_of(source: Reads, sms_id: int) -> list[sqlite3.Row]:
    return source.rows("SELECT * FROM pdu_in WHERE sms_id = ? ORDER BY part, id", (sms_id,))


def waiting_since(store: Reads, before: str) -> list[int]:
    """Incomplete messages that wait longer than that and aren't on the desk yet."""
    rows = store.rows(
        "SELECT id FROM sms_in WHERE complete_at IS NULL AND received_at <= ? AND needs_desk = 0"
        " AND handled_at IS NULL AND kind <> 'advert'",
        (before,),
    )
    return [int(row["id"]) for row in rows]


def get(source: Reads, sms_id: int) -> sqlite3.Row | None:
    return source.row(_MESSAGE + " WHERE s.id = ?", (sms_id,))


_BOXES = {
    "in": "s.kind <> 'advert'",
    "adverts": "s.kind = 'advert'",
    "trouble": "s.kind IN ('undecodable', 'trouble')",
}


def waiting(source: Reads) -> list[sqlite3.Row]:
    """Everything that waits on the desk, newest first: its id and who wrote it, as a word to compare."""
    return source.rows(
        "SELECT id, coalesce('citizen ' || citizen_id, 'handler ' || handler_id, 'leader ' || leader_id,"
        " 'message ' || id) AS who"
        " FROM sms_in WHERE needs_desk = 1 AND handled_at IS NULL ORDER BY id DESC"
    )


def some(source: Reads, ids: Collection[int]) -> list[sqlite3.Row]:
    """These messages, newest first."""
    gaps = ", ".join("?" * len(ids))
    return source.rows(_MESSAGE + f" WHERE s.id IN ({gaps}) ORDER BY s.id DESC", tuple(ids))


def incoming(store: Reads, box: str, before: int | None, limit: int) -> list[sqlite3.Row]:
    """Messages of one box, newest first."""
    return store.rows(
        _MESSAGE + f" WHERE {_BOXES[box]} AND s.id < ? ORDER BY s.id DESC LIMIT ?",  # the box is a word of ours
        (before if before is not None else 1 << 62, limit),
    )


def incoming_of(
    store: Reads, *, citizen_id: int | None, handler_id: int | None, leader_id: int | None = None, limit: int
) -> list[sqlite3.Row]:
    return store.rows(
        _MESSAGE + " WHERE s.citizen_id = ? OR s.handler_id = ? OR s.leader_id = ? ORDER BY s.id DESC LIMIT ?",
        (citizen_id, handler_id, leader_id, limit),
    )


_OUT = """
    SELECT o.*, w.number, w.text, t.no AS ticket_no, c.name AS citizen_name,
        coalesce(h.name, l.name) AS handler_name
    FROM outbox o LEFT JOIN outbox_words w ON w.outbox_id = o.id LEFT JOIN ticket t ON t.id = o.ticket_id
        LEFT JOIN citizen c ON c.id = o.citizen_id LEFT JOIN handler h ON h.id = o.handler_id
        LEFT JOIN leader l ON l.id = o.leader_id
"""


def outgoing(store: Reads, before: int | None, limit: int, *, only_trouble: bool = False) -> list[sqlite3.Row]:
    """Messages of the outbox, newest first; `only_trouble` are those that wait for somebody's decision."""
    which = "o.state IN ('failed', 'unknown') AND o.settled_at IS NULL AND " if only_trouble else ""
    return store.rows(
        _OUT + f" WHERE {which}o.id < ? ORDER BY o.id DESC LIMIT ?",
        (before if before is not None else 1 << 62, limit),
    )


def outgoing_of(
    store: Reads, *, citizen_id: int | None, handler_id: int | None, leader_id: int | None = None, limit: int
) -> list[sqlite3.Row]:
    return store.rows(
        _OUT + " WHERE o.citizen_id = ? OR o.handler_id = ? OR o.leader_id = ? ORDER BY o.id DESC LIMIT ?",
        (citizen_id, handler_id, leader_id, limit),
    )


def texts_stopped(source: Reads, citizen_id: int) -> bool:
    """Whether this citizen wants no surveys and notices."""
    row = source.row("SELECT texts_stopped_at FROM citizen WHERE id = ?", (citizen_id,))
    return row is not None and row["texts_stopped_at"] is not None


def stop_texts(tx: Transaction, citizen_id: int, at: str | None) -> bool:
    """Since when he wants none, None: he wants them again. False if nothing changes by it."""
    done = tx.execute(
        "UPDATE citizen SET texts_stopped_at = ? WHERE id = ? AND (texts_stopped_at IS NULL) = (? IS NOT NULL)",
        (at, citizen_id, at),
    )
    return done.rowcount == 1


def set_code(tx: Transaction, handler_id: int, code_key: str) -> None:
    tx.execute("UPDATE handler SET code_key = ? WHERE id = ?", (code_key, handler_id))


def handlers_with_code(source: Reads) -> frozenset[int]:
    return frozenset(row["id"] for row in source.rows("SELECT id FROM handler WHERE code_key <> ''"))


def count_of_handler(source: Reads, handler_id: int, outcomes: Collection[str], since: str) -> int:
    """How many of this handler's messages since then came to one of these: an index walk over his own."""
    gaps = ", ".join("?" * len(outcomes))
    row = source.row(
        f"SELECT count(*) AS n FROM (SELECT outcome, received_at FROM sms_in WHERE handler_id = ?"  # noqa: S608
        f" ORDER BY id DESC LIMIT {MOST_COUNTED}) WHERE received_at >= ? AND outcome IN ({gaps})",
        (handler_id, since, *outcomes),
    )
    return int(row["n"]) if row else 0


def open_ticket_touched_since(tx: Transaction, citizen_id: int, since: str) -> sqlite3.Row | None:
    """The citizen's open ticket that last had a move or a note, if that is not longer ago than `since`."""
    return tx.row(
        """
        SELECT id, no, status, touched_at FROM (
            SELECT t.id, t.no, t.status, max(
                t.created_at,
                coalesce((SELECT max(at) FROM ticket_move m WHERE m.ticket_id = t.id), ''),
                coalesce((SELECT max(at) FROM ticket_note n WHERE n.ticket_id = t.id), '')
            ) AS touched_at
            FROM ticket t WHERE t.citizen_id = ? AND t.is_open = 1
        ) WHERE touched_at >= ? ORDER BY touched_at DESC, id DESC LIMIT 1
        """,
        (citizen_id, since),
    )
