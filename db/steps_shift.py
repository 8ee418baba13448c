"""Who is on duty, who handed over to whom, and when nobody was there. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0050_shifts(database: Database) -> None:
    """Roster, handover sheets, gaps at the desk, seats for a day."""
    run(
        database,
        """
        -- role: operator (somebody answers), leader (is told of trouble), backup (when the leader does not answer).
        CREATE TABLE duty (
            id INTEGER PRIMARY KEY, role TEXT NOT NULL, user_id INTEGER REFERENCES user,
            name TEXT NOT NULL, phone TEXT NOT NULL DEFAULT '', starts_at TEXT NOT NULL, ends_at TEXT NOT NULL,
            made_at TEXT NOT NULL, made_by INTEGER REFERENCES user, removed_at TEXT
        ) STRICT;
        CREATE INDEX duty_ends ON duty (ends_at) WHERE removed_at IS NULL;

        -- Signed by who leaves when it is made, by who comes when it is taken over.
        CREATE TABLE handover (
            id INTEGER PRIMARY KEY, made_at TEXT NOT NULL, from_user INTEGER NOT NULL REFERENCES user,
            to_user INTEGER REFERENCES user, taken_at TEXT
        ) STRICT;
        -- sheet: JSON of ticket numbers, counts and states as the box saw them then.
        CREATE TABLE handover_words (
            handover_id INTEGER PRIMARY KEY REFERENCES handover, sheet TEXT NOT NULL, note TEXT NOT NULL
        ) STRICT;

        -- Nobody did anything although something waited. told_at: when the leader's text was queued.
        CREATE TABLE desk_gap (
            id INTEGER PRIMARY KEY, since_at TEXT NOT NULL UNIQUE, noticed_at TEXT NOT NULL,
            waiting INTEGER NOT NULL, told_at TEXT, ended_at TEXT
        ) STRICT;
        CREATE INDEX desk_gap_open ON desk_gap (id) WHERE ended_at IS NULL;

        -- A seat for an hour or a day: nobody signs in with it afterwards.
        ALTER TABLE user ADD COLUMN leaves_at TEXT;
        """,
    )


def m0051_agency(database: Database) -> None:
    """What the office takes in, checks and hands on for a citizen: services with their papers, and the items."""
    run(
        database,
        """
        -- materials: one paper a line. limit_days: working days from when all of it was received.
        CREATE TABLE agency_service (
            id INTEGER PRIMARY KEY, name_zh TEXT NOT NULL, name_en TEXT NOT NULL,
            department_id INTEGER NOT NULL REFERENCES department, limit_days INTEGER NOT NULL,
            materials TEXT NOT NULL, added_at TEXT NOT NULL, added_by INTEGER REFERENCES user, retired_at TEXT
        ) STRICT;

        -- no is of the tickets' own sequence: one number means one matter, on every paper.
        CREATE TABLE agency_item (
            id INTEGER PRIMARY KEY, no INTEGER NOT NULL UNIQUE, service_id INTEGER NOT NULL REFERENCES agency_service,
            citizen_id INTEGER REFERENCES citizen, state TEXT NOT NULL, received_at TEXT NOT NULL,
            received_by INTEGER REFERENCES user, due_at TEXT, ended_at TEXT, version INTEGER NOT NULL DEFAULT 1,
            boot_id INTEGER NOT NULL REFERENCES boot, clock_ok INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX agency_item_open ON agency_item (due_at) WHERE ended_at IS NULL;
        -- materials: which papers are there, by their line, as JSON.
        CREATE TABLE agency_words (
            item_id INTEGER PRIMARY KEY REFERENCES agency_item, name TEXT NOT NULL, phone TEXT NOT NULL,
            materials TEXT NOT NULL, note TEXT NOT NULL
        ) STRICT;
        CREATE TABLE agency_move (
            id INTEGER PRIMARY KEY, item_id INTEGER NOT NULL REFERENCES agency_item, at TEXT NOT NULL,
            move TEXT NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL, user_id INTEGER REFERENCES user
        ) STRICT;
        CREATE INDEX agency_move_item ON agency_move (item_id, id);
        CREATE TABLE agency_move_words (
            move_id INTEGER PRIMARY KEY REFERENCES agency_move, text TEXT NOT NULL
        ) STRICT;
        """,
    )


STEPS = (m0050_shifts, m0051_agency)
