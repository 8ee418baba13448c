"""Steps of the schema: paper, its scans, and what goes to many at once. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0035_attachments(database: Database) -> None:
    """Photos and scans of tickets: the files lie sealed on the disk, and their keys here alone."""
    run(
        database,
        """
        -- department_id: the unit it came from; NULL: the office's own. sha256: of what was handed in, not of the file.
        CREATE TABLE attachment (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, ticket_id INTEGER NOT NULL REFERENCES ticket,
            assignment_id INTEGER REFERENCES assignment, department_id INTEGER REFERENCES department,
            kind TEXT NOT NULL, content_type TEXT NOT NULL, size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
            wrapped_key BLOB, added_at TEXT NOT NULL, added_by INTEGER REFERENCES user,
            erased_at TEXT, erased_by INTEGER REFERENCES user
        ) STRICT;
        CREATE INDEX attachment_ticket ON attachment (ticket_id, id);

        -- What its owner called the file may name people.
        CREATE TABLE attachment_words (
            attachment_id INTEGER PRIMARY KEY REFERENCES attachment, file_name TEXT NOT NULL
        ) STRICT;
        """,
    )


def m0036_unit_notices(database: Database) -> None:
    """Notices and tasks for many departments at once, and who has acknowledged them."""
    run(
        database,
        """
        -- kind: notice (to be read) or task (to be done until due_at).
        CREATE TABLE unit_notice (
            id INTEGER PRIMARY KEY, kind TEXT NOT NULL, created_at TEXT NOT NULL, created_by INTEGER REFERENCES user,
            due_at TEXT, closed_at TEXT, closed_by INTEGER REFERENCES user
        ) STRICT;
        CREATE INDEX unit_notice_due ON unit_notice (due_at) WHERE closed_at IS NULL AND due_at IS NOT NULL;
        CREATE TABLE unit_notice_words (
            notice_id INTEGER PRIMARY KEY REFERENCES unit_notice, title TEXT NOT NULL, text TEXT NOT NULL
        ) STRICT;

        -- One row per department. channel: how it acknowledged: web, sms, paper, phone. done_at: a task was done.
        CREATE TABLE unit_notice_to (
            id INTEGER PRIMARY KEY, notice_id INTEGER NOT NULL REFERENCES unit_notice,
            department_id INTEGER NOT NULL REFERENCES department, texted INTEGER NOT NULL DEFAULT 0,
            acked_at TEXT, channel TEXT NOT NULL DEFAULT '', acked_by INTEGER REFERENCES user,
            handler_id INTEGER REFERENCES handler, sms_id INTEGER REFERENCES sms_in, done_at TEXT, reminded_at TEXT,
            UNIQUE (notice_id, department_id)
        ) STRICT;
        CREATE INDEX unit_notice_to_department ON unit_notice_to (department_id, id);
        CREATE TABLE unit_notice_answer (
            to_id INTEGER PRIMARY KEY REFERENCES unit_notice_to, text TEXT NOT NULL
        ) STRICT;
        """,
    )


def m0037_citizen_notices(database: Database) -> None:
    """Notices to the citizens of a place or a class: to whom, and by which message."""
    run(
        database,
        """
        CREATE TABLE citizen_notice (
            id INTEGER PRIMARY KEY, created_at TEXT NOT NULL, created_by INTEGER REFERENCES user,
            town TEXT NOT NULL DEFAULT '', category TEXT NOT NULL DEFAULT '', since_on TEXT NOT NULL,
            parts INTEGER NOT NULL, cancelled_at TEXT, cancelled_by INTEGER REFERENCES user
        ) STRICT;
        CREATE TABLE citizen_notice_words (
            notice_id INTEGER PRIMARY KEY REFERENCES citizen_notice, text TEXT NOT NULL
        ) STRICT;
        CREATE TABLE citizen_notice_to (
            notice_id INTEGER NOT NULL REFERENCES citizen_notice, citizen_id INTEGER NOT NULL REFERENCES citizen,
            outbox_id INTEGER NOT NULL REFERENCES outbox, PRIMARY KEY (notice_id, citizen_id)
        ) STRICT;
        CREATE INDEX citizen_notice_to_citizen ON citizen_notice_to (citizen_id);
        """,
    )


STEPS = (m0035_attachments, m0036_unit_notices, m0037_citizen_notices)
