"""Whose name and number nobody is told, who looked, and who keeps the line busy. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0045_identity_vault(database: Database) -> None:
    """The only place where the name and number of a protected person stand, sealed one by one."""
    run(
        database,
        """
        -- citizen_id: the pseudonym; its row holds a reference instead of a number. sealed: JSON of name and numbers
        -- under a key of its own; wrapped_key: that key under the box key. Without it nothing opens the row.
        CREATE TABLE identity_vault (
            citizen_id INTEGER PRIMARY KEY REFERENCES citizen, reference TEXT NOT NULL UNIQUE,
            wrapped_key BLOB, sealed BLOB NOT NULL, made_at TEXT NOT NULL, changed_at TEXT NOT NULL
        ) STRICT;
        -- number_key: keyed HMAC. One person may have several pseudonyms, and several numbers.
        CREATE TABLE identity_number (
            number_key TEXT NOT NULL, citizen_id INTEGER NOT NULL REFERENCES identity_vault,
            PRIMARY KEY (number_key, citizen_id)
        ) WITHOUT ROWID, STRICT;
        CREATE INDEX identity_number_citizen ON identity_number (citizen_id);
        CREATE INDEX pdu_in_outbox ON pdu_in (outbox_id) WHERE outbox_id IS NOT NULL;
        """,
    )


def m0046_identity_access(database: Database) -> None:
    """Everybody who asked to see a protected identity, whether or not they were let."""
    run(
        database,
        """
        -- method: password (of second_by) or code (texted to the duty leader). seen_at: NULL, nothing was shown.
        CREATE TABLE identity_access (
            id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket, citizen_id INTEGER NOT NULL,
            asked_at TEXT NOT NULL, asked_by INTEGER NOT NULL REFERENCES user, method TEXT NOT NULL,
            second_by INTEGER REFERENCES user, seen_at TEXT
        ) STRICT;
        CREATE INDEX identity_access_ticket ON identity_access (ticket_id, id);
        CREATE TABLE identity_access_words (
            access_id INTEGER PRIMARY KEY REFERENCES identity_access, reason TEXT NOT NULL
        ) STRICT;
        """,
    )


def m0047_nuisance(database: Database) -> None:
    """Callers who keep the line busy for nothing: watched, warned, limited, blocked, always with an end."""
    run(
        database,
        """
        -- level: watch, warn, limit, block. per_day: calls a day while limited. state: asked (a lead decides), on.
        CREATE TABLE nuisance (
            id INTEGER PRIMARY KEY, citizen_id INTEGER NOT NULL REFERENCES citizen, level TEXT NOT NULL,
            state TEXT NOT NULL, per_day INTEGER, asked_at TEXT NOT NULL, asked_by INTEGER REFERENCES user,
            decided_at TEXT, decided_by INTEGER REFERENCES user, until_at TEXT, ended_at TEXT,
            ended_by INTEGER REFERENCES user
        ) STRICT;
        CREATE UNIQUE INDEX nuisance_on ON nuisance (citizen_id) WHERE ended_at IS NULL AND state = 'on';
        CREATE INDEX nuisance_open ON nuisance (id) WHERE ended_at IS NULL;
        CREATE TABLE nuisance_words (
            nuisance_id INTEGER PRIMARY KEY REFERENCES nuisance, reason TEXT NOT NULL
        ) STRICT;
        """,
    )


def m0048_reports_of_before(database: Database) -> None:
    """What was called a report before tickets could be confidential was promised to be one."""
    run(database, "UPDATE ticket SET is_confidential = 1 WHERE type = 'report';")


STEPS = (m0045_identity_vault, m0046_identity_access, m0047_nuisance, m0048_reports_of_before)
