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


STEPS = (m0050_shifts,)
