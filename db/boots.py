"""One row for each start of the program; rows that start a clock name it."""

from __future__ import annotations

from db.store import Transaction


def start(tx: Transaction, at: str, version: str, *, clock_ok: bool) -> int:
    return tx.insert("boot", started_at=at, version=version, clock_ok=int(clock_ok))
