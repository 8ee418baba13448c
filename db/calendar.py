"""Days that the office itself entered, or that were imported after this version was made."""

from __future__ import annotations

import sqlite3

from db.store import Reads


def days(reads: Reads) -> list[sqlite3.Row]:
    return reads.rows("SELECT * FROM calendar_day ORDER BY day_on")
