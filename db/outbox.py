"""Rows of what goes out: messages, their parts and reports. Every change of state names the states it may leave."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from db.store import Reads, Transaction

_COLUMNS = """
    o.id, o.idem_key, o.purpose, o.rank, o.citizen_id, o.handler_id, o.leader_id, o.ticket_id, o.callback_id, o.user_id,
    o.preferred_line, o.line, o.state, o.created_at, o.not_before_at, o.attempts, o.sending_at, o.sent_at, o.done_at,
    o.parts, o.error_code, o.error, o.resend_of, o.settled_at, w.number, w.text
"""
_FROM = "FROM outbox o LEFT JOIN outbox_words w ON w.outbox_id = o.id"


def add(tx: Transaction, *, number: str, text: str, **columns: Any) -> int:
    """Queue one message. Its idem_key must be new: ask `id_of_key` first."""
    outbox_id = tx.insert("outbox", state="queued", **columns)
    tx.insert("outbox_words", outbox_id=outbox_id, number=number, text=tx.guarded(columns.get("ticket_id"), text))
    return outbox_id


def id_of_key(tx: Transaction, idem_key: str) -> int | None:
    row = tx.row("SELECT id FROM outbox WHERE idem_key = ?", (idem_key,))
    return int(row["id"]) if row else None


def get(source: Reads, outbox_id: int) -> sqlite3.Row | None:
    return source.row(f"SELECT {_COLUMNS} {_FROM} WHERE o.id = ?", (outbox_id,))


def queued(
    source: Reads, now: str, absurd: str, limit: int, *, skip: Sequence[str] = (), not_for: Sequence[str] = ()
) -> list[sqlite3.Row]:
    """What may be sent now, first things first; `skip` are purposes that have to wait, `not_for` preferred lines.

    A wait that reaches beyond `absurd` was written by a clock that has been set back since: it counts as over.
    """
    gaps, lines = ", ".join("?" * len(skip)), ", ".join("?" * len(not_for))
    return source.rows(
        f"SELECT {_COLUMNS} {_FROM} WHERE o.state = 'queued' AND (o.not_before_at <= ? OR o.not_before_at > ?)"
        f" AND o.purpose NOT IN ({gaps}) AND o.preferred_line NOT IN ({lines}) ORDER BY o.rank, o.id LIMIT ?",
        (now, absurd, *skip, *not_for, limit),
    )


def change(tx: Transaction, outbox_id: int, *, leaves: Iterable[str], **columns: Any) -> bool:
    """Change one row if its state is still one of `leaves`; False when somebody or something else was first."""
    allowed = tuple(leaves)
    names = ", ".join(f"{name} = ?" for name in columns)
    gaps = ", ".join("?" * len(allowed))
    cursor = tx.execute(
        f"UPDATE outbox SET {names} WHERE id = ? AND state IN ({gaps})",  # noqa: S608
        (*columns.values(), outbox_id, *allowed),
    )
    return cursor.rowcount == 1


def newest_copy(source: Reads, outbox_id: int) -> int:
    """The last of the messages that repeat this one; itself if none does. A copy is younger than its original."""
    newest = outbox_id
    while row := source.row("SELECT id FROM outbox WHERE resend_of = ? AND id > ? LIMIT 1", (newest, newest)):
        newest = int(row["id"])
    return newest


def settle(tx: Transaction, outbox_id: int, at: str, user_id: int) -> bool:
    """A person decided what to do about its trouble; False if one did before."""
    cursor = tx.execute(
        "UPDATE outbox SET settled_at = ?, settled_by = ? WHERE id = ? AND settled_at IS NULL", (at, user_id, outbox_id)
    )
    return cursor.rowcount == 1


def sending(source: Reads) -> list[sqlite3.Row]:
    return source.rows(f"SELECT {_COLUMNS} {_FROM} WHERE o.state = 'sending' ORDER BY o.id")


def trouble_without_reminder(store: Reads) -> list[sqlite3.Row]:
    """Failed and unknown messages that nobody was told of yet, and about which nobody decided anything."""
    return store.rows(
        "SELECT o.id, o.state, o.ticket_id FROM outbox o WHERE o.state IN ('failed', 'unknown')"
        " AND o.settled_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.mark = 'sms_' || o.state || ':' || o.id) ORDER BY o.id"
    )


def add_part(tx: Transaction, outbox_id: int, part: int, *, total: int, reference: int, line: str, at: str) -> bool:
    """Note that the network took this part; False if that is known.

    A report that was taken for this part's before its reference was known, and turns out to be another's, goes.
    """
    cursor = tx.execute(
        "INSERT INTO outbox_part (outbox_id, part, total, reference, line, sent_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (outbox_id, part) DO UPDATE SET reference = excluded.reference, report = '',"
        " report_status = NULL, reported_at = NULL WHERE reference <> excluded.reference",
        (outbox_id, part, total, reference, line, at),
    )
    return cursor.rowcount == 1


def parts(source: Reads, outbox_id: int) -> list[sqlite3.Row]:
    return source.rows("SELECT * FROM outbox_part WHERE outbox_id = ? ORDER BY part", (outbox_id,))


def parts_with_reference(
    tx: Transaction, lines: Sequence[str], reference: int, number: str, since: str
) -> list[sqlite3.Row]:
    """Parts sent over these lines to this number under this reference, the latest first."""
    gaps = ", ".join("?" * len(lines))
    return tx.rows(
        "SELECT p.* FROM outbox_part p JOIN outbox_words w ON w.outbox_id = p.outbox_id"  # noqa: S608
        f" WHERE p.line IN ({gaps}) AND p.reference = ? AND p.sent_at >= ? AND w.number = ?"
        " ORDER BY p.sent_at DESC, p.outbox_id DESC",
        (*lines, reference, since, number),
    )


def unknown_to(tx: Transaction, number: str, since: str) -> list[sqlite3.Row]:
    """Messages to this number of which it isn't known whether they went, and how many of their parts are known."""
    return tx.rows(
        "SELECT o.id, o.line, o.parts, o.sending_at,"
        " (SELECT count(*) FROM outbox_part p WHERE p.outbox_id = o.id) AS known_parts"
        " FROM outbox o JOIN outbox_words w ON w.outbox_id = o.id"
        # The second condition says no more than the first; it lets the partial index outbox_trouble be used.
        " WHERE o.state = 'unknown' AND o.state IN ('failed', 'unknown') AND o.sending_at >= ? AND w.number = ?"
        " ORDER BY o.id",
        (since, number),
    )


def report_part(tx: Transaction, outbox_id: int, part: int, *, report: str, status: int, at: str) -> bool:
    """Note a status report. A delivered part stays delivered; a failed one can only become delivered."""
    cursor = tx.execute(
        "UPDATE outbox_part SET report = ?, report_status = ?, reported_at = ? WHERE outbox_id = ? AND part = ?"
        " AND (report IN ('', 'trying') OR (report = 'failed' AND ? = 'delivered'))",
        (report, status, at, outbox_id, part, report),
    )
    return cursor.rowcount == 1


def count_to_citizen(tx: Transaction, citizen_id: int, purposes: Sequence[str], since: str) -> int:
    gaps = ", ".join("?" * len(purposes))
    row = tx.row(
        f"SELECT count(*) AS n FROM outbox WHERE citizen_id = ? AND created_at >= ? AND purpose IN ({gaps})",  # noqa: S608
        (citizen_id, since, *purposes),
    )
    return int(row["n"]) if row else 0


def count_to_handler(tx: Transaction, handler_id: int, purposes: Sequence[str], since: str) -> int:
    gaps = ", ".join("?" * len(purposes))
    row = tx.row(
        f"SELECT count(*) AS n FROM outbox WHERE handler_id = ? AND created_at >= ? AND purpose IN ({gaps})",  # noqa: S608
        (handler_id, since, *purposes),
    )
    return int(row["n"]) if row else 0


def latest_about_ticket(tx: Transaction, handler_id: int) -> sqlite3.Row | None:
    """The ticket of the latest message that told this handler to do something. Confirmations ask nothing."""
    return tx.row(
        "SELECT ticket_id FROM outbox WHERE handler_id = ? AND ticket_id IS NOT NULL AND purpose <> 'confirm'"
        " AND state NOT IN ('queued', 'failed') ORDER BY id DESC LIMIT 1",
        (handler_id,),
    )


def dispatched_tickets(tx: Transaction, handler_id: int) -> list[int]:
    """Tickets that were sent to this handler by SMS, the latest first."""
    rows = tx.rows(
        "SELECT ticket_id, max(id) AS latest FROM outbox WHERE handler_id = ? AND purpose = 'dispatch'"
        " AND ticket_id IS NOT NULL GROUP BY ticket_id ORDER BY latest DESC LIMIT 50",
        (handler_id,),
    )
    return [int(row["ticket_id"]) for row in rows]


def sent_lately(store: Reads, since: str, most: int = 5000) -> list[sqlite3.Row]:
    """Line, parts and time of the last messages handed to a line. Bounded: the table has no index for it."""
    return store.rows(
        "SELECT line, parts, sending_at FROM outbox"
        " WHERE id > (SELECT coalesce(max(id), 0) FROM outbox) - ? AND sending_at >= ?",
        (most, since),
    )


def queue_lengths(store: Reads) -> dict[str, int]:
    """How many messages wait, by the line they would like to take."""
    rows = store.rows("SELECT preferred_line, count(*) AS n FROM outbox WHERE state = 'queued' GROUP BY preferred_line")
    return {str(row["preferred_line"]): int(row["n"]) for row in rows}


def settle_queue(tx: Transaction, at: str) -> None:
    """Take everything queued for delivered: the demo's history was sent long ago, by nobody."""
    tx.execute("UPDATE outbox SET state = 'delivered', sent_at = created_at, done_at = ? WHERE state = 'queued'", (at,))
