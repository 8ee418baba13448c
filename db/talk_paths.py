"""Rows of test calls: whether both sides heard each other on a line."""

from __future__ import annotations

import sqlite3
from typing import Any

from db.store import Reads, Transaction


def add(tx: Transaction, **columns: Any) -> int:
    return tx.insert("talk_path_test", **columns)


def latest(source: Reads) -> list[sqlite3.Row]:
    """The newest test of every line, with the name of who made it."""
    return source.rows(
        "SELECT t.*, u.display_name AS tested_by_name FROM talk_path_test t LEFT JOIN user u ON u.id = t.tested_by"
        " WHERE t.id IN (SELECT max(id) FROM talk_path_test GROUP BY line)"
    )
