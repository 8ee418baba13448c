"""Steps of the schema: dispatch. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0025_places(database: Database) -> None:
    """Towns and their villages: what `ticket.town` names, and what a place typed in words is recognised by."""
    run(
        database,
        """
        -- code: of a town what ticket.town holds; parent: the code of a village's town, '' for a town.
        -- initials: first letters of the Chinese syllables, typed to find it.
        CREATE TABLE place (
            code TEXT PRIMARY KEY, parent TEXT NOT NULL DEFAULT '', name_zh TEXT NOT NULL, name_en TEXT NOT NULL,
            initials TEXT NOT NULL DEFAULT '', disabled_at TEXT
        ) STRICT;
        CREATE INDEX place_parent ON place (parent, code);
        """,
    )


STEPS = (m0025_places,)
