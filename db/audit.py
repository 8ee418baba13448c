"""The audit's rows: added at the end, read from the beginning."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from db.store import Reads, Transaction

AT_ONCE = 2000


def last(reads: Reads) -> sqlite3.Row | None:
    return reads.row("SELECT * FROM audit ORDER BY seq DESC LIMIT 1")


def append(tx: Transaction, **values: object) -> None:
    tx.insert("audit", **values)


def all_rows(reads: Reads) -> Iterator[sqlite3.Row]:
    """Every row in order, read in pieces: no long snapshot holds the write-ahead log back."""
    after = 0
    while rows := reads.rows("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", (after, AT_ONCE)):
        yield from rows
        after = rows[-1]["seq"]
