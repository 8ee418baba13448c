"""Rows of recordings and their marks. The sound itself lies in files; without its wrapped key none can be opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from db.store import Reads, Transaction

Marks = Iterable[tuple[float, str, str]]  # second, kind, note


def add(tx: Transaction, marks: Marks, **columns: Any) -> int | None:
    """A recording that lies whole on the disk; None if it has its row already."""
    if exists(tx, columns["name"]):
        return None
    recording_id = tx.insert("recording", **columns)
    for at_s, kind, note in marks:
        tx.insert("recording_mark", recording_id=recording_id, at_s=at_s, kind=kind, note=note)
    return recording_id


def exists(source: Reads, name: str) -> bool:
    return source.row("SELECT 1 FROM recording WHERE name = ?", (name,)) is not None


def by_name(source: Reads, name: str) -> sqlite3.Row | None:
    return source.row("SELECT * FROM recording WHERE name = ?", (name,))


_ROW = """
    SELECT r.*, t.no AS ticket_no, t.is_open AS ticket_is_open, c.taken_by, c.line, c.direction,
        u.display_name AS taken_by_name, z.phone AS citizen_phone, n.raw
    FROM recording r LEFT JOIN ticket t
            ON t.id = coalesce(r.ticket_id, (SELECT max(id) FROM ticket WHERE call_id = r.call_id))
        LEFT JOIN call c ON c.id = r.call_id LEFT JOIN user u ON u.id = c.taken_by
        LEFT JOIN citizen z ON z.id = c.citizen_id LEFT JOIN call_number n ON n.call_id = r.call_id
"""


_OF_TICKET = """
    WHERE r.id IN (SELECT id FROM recording WHERE ticket_id = ? UNION SELECT id FROM recording WHERE call_id = ?)
        AND r.kind <> 'prompt' ORDER BY r.id
"""


def get(source: Reads, recording_id: int) -> sqlite3.Row | None:
    return source.row(_ROW + " WHERE r.id = ?", (recording_id,))


def of_call(source: Reads, call_id: int) -> list[sqlite3.Row]:
    return source.rows(_ROW + " WHERE r.call_id = ? AND r.kind <> 'prompt' ORDER BY r.id", (call_id,))


def newest_of_calls(source: Reads, call_ids: Sequence[int]) -> list[sqlite3.Row]:
    """Call and id of the newest kept recording of each of these calls that has one."""
    gaps = ", ".join("?" * len(call_ids))
    return source.rows(
        f"SELECT call_id, max(id) AS id FROM recording WHERE call_id IN ({gaps})"  # noqa: S608
        " AND state = 'kept' AND kind <> 'prompt' GROUP BY call_id",
        tuple(call_ids),
    )


def of_ticket(source: Reads, ticket_id: int, call_id: int | None) -> list[sqlite3.Row]:
    """Those that were made a ticket of, and those of the call it was written in."""
    return source.rows(
        _ROW + _OF_TICKET,
        (ticket_id, call_id),
    )


def rows(source: Reads, before: int | None, limit: int) -> list[sqlite3.Row]:
    """Newest first."""
    return source.rows(
        _ROW + " WHERE r.id < ? AND r.kind <> 'prompt' ORDER BY r.id DESC LIMIT ?",
        (before if before is not None else 1 << 62, limit),
    )


def marks(source: Reads, recording_id: int) -> list[sqlite3.Row]:
    return source.rows("SELECT * FROM recording_mark WHERE recording_id = ? ORDER BY at_s, id", (recording_id,))


def new_voicemails(source: Reads, limit: int = 50) -> list[sqlite3.Row]:
    """Whole voicemails that nobody has made a ticket of, the oldest first."""
    return source.rows("SELECT * FROM recording WHERE needs_ticket = 1 ORDER BY id LIMIT ?", (limit,))


def not_written_down(source: Reads, since: str) -> sqlite3.Row | None:
    """The first voicemail of a ticket since then that lies as plain sound and that no program has had its turn at."""
    return source.row(
        "SELECT r.*, t.no AS ticket_no FROM recording r JOIN ticket t ON t.id = r.ticket_id"
        " WHERE r.kind = 'voicemail' AND r.state = 'kept' AND r.written_down = 0 AND r.started_at >= ?"
        " AND +r.format IN ('raw', 'pcm') ORDER BY r.started_at LIMIT 1",  # +: by the index of what is left to do
        (since,),
    )


def written_down(tx: Transaction, recording_id: int, only_in_format: str = "") -> None:
    """The program has had its turn at it, whatever came of that; if it still lies in this form, where one is given."""
    tx.execute(
        "UPDATE recording SET written_down = 1 WHERE id = ? AND (? = '' OR format = ?)",
        (recording_id, only_in_format, only_in_format),
    )


def has_voicemail(source: Reads, call_id: int) -> bool:
    """Whether a message of this call became a ticket, or may still become one."""
    row = source.row(
        "SELECT 1 FROM recording WHERE call_id = ? AND kind = 'voicemail'"
        " AND (needs_ticket = 1 OR ticket_id IS NOT NULL)",
        (call_id,),
    )
    return row is not None


def belongs_to(tx: Transaction, recording_id: int, ticket_id: int | None) -> bool:
    """It is this ticket's now; None: no ticket is to be made of it. False: somebody settled that before."""
    cursor = tx.execute(
        "UPDATE recording SET ticket_id = ?, needs_ticket = 0 WHERE id = ? AND needs_ticket = 1",
        (ticket_id, recording_id),
    )
    return cursor.rowcount == 1


def in_format(source: Reads, format_: str, most_tries: int, limit: int, *, kind: str = "") -> list[sqlite3.Row]:
    """Kept ones that lie in this form, of one kind or of all: not those tried too often, nor those the desk still
    listens to, to make a ticket of them.
    """
    return source.rows(
        "SELECT * FROM recording WHERE state = 'kept' AND format = ? AND tries < ? AND needs_ticket = 0"
        " AND (? = '' OR kind = ?) ORDER BY id LIMIT ?",
        (format_, most_tries, kind, kind, limit),
    )


def try_all_again(tx: Transaction) -> None:
    """What failed in an earlier run may work in this one."""
    tx.execute("UPDATE recording SET tries = 0 WHERE state = 'kept' AND format <> 'opus' AND tries > 0")


def tried(tx: Transaction, recording_id: int) -> None:
    tx.execute("UPDATE recording SET tries = tries + 1 WHERE id = ?", (recording_id,))


def replaced(tx: Transaction, recording_id: int, was_format: str, **columns: Any) -> bool:
    """The same sound lies in another form now. False: it was erased or changed meanwhile."""
    names = ", ".join(f"{name} = ?" for name in columns)
    cursor = tx.execute(
        f"UPDATE recording SET {names}, tries = 0 WHERE id = ? AND state = 'kept' AND format = ?",  # noqa: S608
        (*columns.values(), recording_id, was_format),
    )
    return cursor.rowcount == 1


def count_age_from(tx: Transaction, now: str) -> int:
    """What was recorded while the clock could not be believed begins to age now."""
    return tx.execute(
        "UPDATE recording SET counts_from_at = ? WHERE state = 'kept' AND counts_from_at IS NULL", (now,)
    ).rowcount


def undated(source: Reads) -> bool:
    return source.row("SELECT 1 FROM recording WHERE state = 'kept' AND counts_from_at IS NULL LIMIT 1") is not None


def too_old(source: Reads, before: str, limit: int) -> list[sqlite3.Row]:
    """Kept since before this moment, held by nobody, and of no ticket that is still open; the oldest first."""
    return source.rows(
        "SELECT r.* FROM recording r WHERE r.state = 'kept' AND r.counts_from_at < ? AND r.held_at IS NULL"
        " AND r.needs_ticket = 0"
        " AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.id = r.ticket_id AND t.is_open = 1)"
        " AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.call_id = r.call_id AND t.is_open = 1)"
        " ORDER BY r.counts_from_at, r.id LIMIT ?",
        (before, limit),
    )


def erase(tx: Transaction, recording_id: int, now: str) -> bool:
    """Drop the key and what was noted; the row says that there was one. False: it was erased before."""
    tx.execute("DELETE FROM recording_mark WHERE recording_id = ?", (recording_id,))
    cursor = tx.execute(
        "UPDATE recording SET state = 'erased', wrapped_key = NULL, erased_at = ?, needs_ticket = 0"
        " WHERE id = ? AND state <> 'erased'",
        (now, recording_id),
    )
    return cursor.rowcount == 1


def some(source: Reads, before: int | None, limit: int) -> list[sqlite3.Row]:
    """Those that were not erased, newest first: to compare them with their files."""
    return source.rows(
        "SELECT id, name, format, state FROM recording WHERE state <> 'erased' AND id < ? ORDER BY id DESC LIMIT ?",
        (before if before is not None else 1 << 62, limit),
    )


def set_state(tx: Transaction, recording_id: int, state: str) -> None:
    tx.execute("UPDATE recording SET state = ? WHERE id = ? AND state <> 'erased'", (state, recording_id))


def hold(tx: Transaction, recording_id: int, at: str | None, by: int | None) -> None:
    """Keep it whatever its age (`at`), or no longer (None)."""
    tx.execute("UPDATE recording SET held_at = ?, held_by = ? WHERE id = ?", (at, by, recording_id))
