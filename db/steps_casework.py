"""The whole loop: what a ticket, its assignments and its history carry beyond the thin one. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0015_whole_loop(database: Database) -> None:
    """Pauses, returns, extensions, supervision, joining, co-handlers, acting for a department."""
    run(
        database,
        """
        -- town: code of the place table; query_key: keyed HMAC of the code an anonymous citizen asks with.
        ALTER TABLE ticket ADD COLUMN town TEXT NOT NULL DEFAULT '';
        ALTER TABLE ticket ADD COLUMN is_anonymous INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE ticket ADD COLUMN is_confidential INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE ticket ADD COLUMN query_key TEXT;
        ALTER TABLE ticket ADD COLUMN is_repeat INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE ticket ADD COLUMN parent_id INTEGER REFERENCES ticket;
        ALTER TABLE ticket ADD COLUMN occurred_at TEXT;
        ALTER TABLE ticket ADD COLUMN paused_at TEXT;
        ALTER TABLE ticket ADD COLUMN resume_at TEXT;
        ALTER TABLE ticket ADD COLUMN supervised_level INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE ticket ADD COLUMN returns INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE ticket ADD COLUMN redos INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE ticket ADD COLUMN extensions INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE ticket ADD COLUMN archived_at TEXT;
        CREATE INDEX ticket_parent ON ticket (parent_id) WHERE parent_id IS NOT NULL;
        CREATE INDEX ticket_query ON ticket (query_key) WHERE query_key IS NOT NULL;
        CREATE INDEX ticket_paused ON ticket (resume_at) WHERE resume_at IS NOT NULL;
        CREATE INDEX ticket_to_archive ON ticket (closed_at) WHERE status = 'closed';
        CREATE INDEX ticket_place ON ticket (category, town, created_at);

        -- role: lead or co. channel: how it went out: web, sms, paper, phone. result: solved, explained, partly,
        -- impossible. contacted: did the department speak with the citizen? NULL: it did not say.
        ALTER TABLE assignment ADD COLUMN role TEXT NOT NULL DEFAULT 'lead';
        ALTER TABLE assignment ADD COLUMN channel TEXT NOT NULL DEFAULT '';
        ALTER TABLE assignment ADD COLUMN sign_due_at TEXT;
        ALTER TABLE assignment ADD COLUMN result TEXT NOT NULL DEFAULT '';
        ALTER TABLE assignment ADD COLUMN contacted INTEGER;
        ALTER TABLE assignment ADD COLUMN late_minutes INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX assignment_sign_due ON assignment (sign_due_at)
            WHERE sign_due_at IS NOT NULL AND signed_at IS NULL AND ended_at IS NULL;

        -- is_self_approved: a decision of the lead's by an operator who is alone. for_unit: the desk acted for a
        -- department; happened_at: when it truly arrived, where that was earlier than it was entered.
        ALTER TABLE ticket_move ADD COLUMN is_self_approved INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE ticket_move ADD COLUMN for_unit INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE ticket_move ADD COLUMN happened_at TEXT;
        CREATE INDEX ticket_move_self_approved ON ticket_move (at) WHERE is_self_approved = 1;

        -- What somebody asked a lead to decide: extension, exclusion, or a move (its key) beyond an operator's powers.
        -- The words of why are notes. days: of an extension or pause.
        CREATE TABLE request (
            id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket,
            assignment_id INTEGER REFERENCES assignment, kind TEXT NOT NULL, days INTEGER,
            note_id INTEGER REFERENCES ticket_note, asked_at TEXT NOT NULL, asked_by INTEGER REFERENCES user,
            handler_id INTEGER REFERENCES handler, sms_id INTEGER REFERENCES sms_in,
            state TEXT NOT NULL DEFAULT 'open', decided_at TEXT, decided_by INTEGER REFERENCES user,
            decision_note_id INTEGER REFERENCES ticket_note
        ) STRICT;
        CREATE INDEX request_ticket ON request (ticket_id, id);
        CREATE INDEX request_open ON request (asked_at) WHERE state = 'open';

        -- Joined with another ticket; parted again within seven days.
        CREATE TABLE ticket_merge (
            id INTEGER PRIMARY KEY, child_id INTEGER NOT NULL REFERENCES ticket,
            parent_id INTEGER NOT NULL REFERENCES ticket, status_before TEXT NOT NULL,
            at TEXT NOT NULL, user_id INTEGER REFERENCES user, undone_at TEXT, undone_by INTEGER REFERENCES user
        ) STRICT;
        CREATE INDEX ticket_merge_child ON ticket_merge (child_id, id);
        """,
    )


def m0016_requests_that_can_be_granted(database: Database) -> None:
    """What a request would do once it is granted: ids and numbers as JSON, words as ids of notes."""
    run(
        database,
        """
        ALTER TABLE request ADD COLUMN given TEXT NOT NULL DEFAULT '{}';
        """,
    )


def m0017_grounds(database: Database) -> None:
    """Why a matter ended without being handled here, as a key that is counted."""
    run(
        database,
        """
        -- A key of appliance/casework/grounds.py; '' where it was handled.
        ALTER TABLE ticket ADD COLUMN close_ground TEXT NOT NULL DEFAULT '';
        ALTER TABLE ticket_move ADD COLUMN ground TEXT NOT NULL DEFAULT '';
        CREATE INDEX ticket_ground ON ticket (closed_at, close_ground) WHERE close_ground <> '';
        """,
    )


STEPS = (m0015_whole_loop, m0016_requests_that_can_be_granted, m0017_grounds)
