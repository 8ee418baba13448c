"""Runs the statements of one step of the schema."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database


def run(database: Database, script: str) -> None:
    """Run several statements inside the migration's own transaction (executescript would commit it)."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if _is_complete(statement):
            database.execute(statement)
            statement = ""


def _is_complete(statement: str) -> bool:
    return bool(statement.strip()) and sqlite3.complete_statement(statement)
