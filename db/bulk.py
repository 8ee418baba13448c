"""Many rows at once, for sample data: the same tables and the same index entries as one by one, without their rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db import search, tickets
from db.store import Reads, Transaction


def insert_all(tx: Transaction, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows that all have the same columns."""
    if not rows:
        return
    names = ", ".join(rows[0])
    gaps = ", ".join("?" * len(rows[0]))
    sql = f"INSERT INTO {table} ({names}) VALUES ({gaps})"  # noqa: S608 - the program's own words
    for row in rows:
        tx.execute(sql, tuple(row.values()))


def index_all(tx: Transaction, found: Sequence[tuple[int, int, dict[str, str]]]) -> None:
    """The search entries of tickets whose words were inserted: id, number, words."""
    for ticket_id, no, words in found:
        search.put_in(tx, ticket_id, search.text_of(no, words))


def last_ids(reads: Reads) -> dict[str, int]:
    """The highest id of each table that sample data writes, and the last ticket number."""
    tables = ("ticket", "ticket_note", "assignment", "citizen", "ticket_move")
    found = {table: reads.row(f"SELECT coalesce(max(id), 0) AS n FROM {table}") for table in tables}  # noqa: S608
    return {name: int(row["n"]) if row else 0 for name, row in found.items()} | {"no": tickets.last_no(reads)}


def last_boot(reads: Reads) -> int:
    """The id of the box's newest start, 0 before the first."""
    found = reads.row("SELECT coalesce(max(id), 0) AS id FROM boot")
    return int(found["id"]) if found else 0


def has_tickets_of_people(reads: Reads) -> bool:
    """Whether somebody's own tickets are in the file: sample data must not stand between them."""
    marked = reads.row("SELECT 1 FROM meta WHERE key = 'sample'")
    return marked is None and reads.row("SELECT 1 FROM ticket LIMIT 1") is not None


def mark_as_sample(tx: Transaction) -> None:
    tx.execute("INSERT INTO meta (key, value) VALUES ('sample', '1') ON CONFLICT (key) DO NOTHING")


def gather_figures(tx: Transaction) -> None:
    """What the query planner goes by."""
    tx.execute("ANALYZE")
