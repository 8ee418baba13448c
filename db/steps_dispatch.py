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


def m0026_duties(database: Database) -> None:
    """What departments and their people are there for, when, and how they are reached."""
    run(
        database,
        """
        -- hours: opening hours as config.ini writes them, '' = the office's; of a handler '' = the department's.
        ALTER TABLE department ADD COLUMN duties TEXT NOT NULL DEFAULT '';
        ALTER TABLE department ADD COLUMN hours TEXT NOT NULL DEFAULT '';
        ALTER TABLE department ADD COLUMN wants_slip INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE handler ADD COLUMN can_sign INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE handler ADD COLUMN can_reply INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE handler ADD COLUMN can_return INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE handler ADD COLUMN is_leader INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE handler ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE handler ADD COLUMN backup_id INTEGER REFERENCES handler;
        ALTER TABLE handler ADD COLUMN hours TEXT NOT NULL DEFAULT '';
        """,
    )


STEPS = (m0025_places, m0026_duties)
