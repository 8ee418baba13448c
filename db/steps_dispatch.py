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


def m0027_routing(database: Database) -> None:
    """The table of who handles what where, and the walks that find how such matters ended before."""
    run(
        database,
        """
        -- One of category (a leaf) and class is given, or neither: any matter. town, keyword: '' = any.
        -- lead_id NULL: the township government of the ticket's town. source: table (written by the office), or
        -- conference (taught by a consultation). state: proposed, valid, refused or ended.
        CREATE TABLE routing_rule (
            id INTEGER PRIMARY KEY, category TEXT NOT NULL DEFAULT '', class TEXT NOT NULL DEFAULT '',
            town TEXT NOT NULL DEFAULT '', keyword TEXT NOT NULL DEFAULT '',
            lead_id INTEGER REFERENCES department, basis TEXT NOT NULL DEFAULT '', source TEXT NOT NULL,
            conference_id INTEGER, valid_from_on TEXT NOT NULL, state TEXT NOT NULL,
            made_at TEXT NOT NULL, made_by INTEGER REFERENCES user, ended_at TEXT, ended_by INTEGER REFERENCES user
        ) STRICT;
        CREATE INDEX routing_rule_state ON routing_rule (state, category);
        CREATE TABLE routing_co (
            rule_id INTEGER NOT NULL REFERENCES routing_rule, department_id INTEGER NOT NULL REFERENCES department,
            PRIMARY KEY (rule_id, department_id)
        ) STRICT;

        -- How matters of a kind ended lately, here and anywhere: each a short walk backwards.
        CREATE INDEX ticket_settled_there ON ticket (category, town, closed_at, department_id)
            WHERE is_open = 0 AND department_id IS NOT NULL;
        CREATE INDEX ticket_settled ON ticket (category, closed_at, department_id)
            WHERE is_open = 0 AND department_id IS NOT NULL;
        """,
    )


def m0028_unclear_duty(database: Database) -> None:
    """Consultations on whose duty a matter is, and the ledger of everything that was nobody's at first."""
    run(
        database,
        """
        -- state: open, decided, dropped (the ticket went another way). The minutes are a note.
        CREATE TABLE conference (
            id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket, state TEXT NOT NULL,
            opened_at TEXT NOT NULL, opened_by INTEGER REFERENCES user, reason_note_id INTEGER REFERENCES ticket_note,
            ended_at TEXT, ended_by INTEGER REFERENCES user, lead_id INTEGER REFERENCES department,
            minutes_note_id INTEGER REFERENCES ticket_note, rule_id INTEGER REFERENCES routing_rule
        ) STRICT;
        CREATE UNIQUE INDEX conference_open ON conference (ticket_id) WHERE state = 'open';
        CREATE INDEX conference_ticket ON conference (ticket_id, id);

        -- opinion: '' while awaited, else ours, shared or not_ours. Its words are a note.
        CREATE TABLE conference_unit (
            conference_id INTEGER NOT NULL REFERENCES conference, department_id INTEGER NOT NULL REFERENCES department,
            asked_at TEXT NOT NULL, asked_by INTEGER REFERENCES user, opinion TEXT NOT NULL DEFAULT '',
            note_id INTEGER REFERENCES ticket_note, opined_at TEXT, entered_by INTEGER REFERENCES user,
            PRIMARY KEY (conference_id, department_id)
        ) STRICT;

        -- kind: return, confer. outcome: '' while unclear, then refused (it is its duty), dispatched, decided, ended.
        CREATE TABLE duty_entry (
            id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket, at TEXT NOT NULL, kind TEXT NOT NULL,
            department_id INTEGER REFERENCES department, note_id INTEGER REFERENCES ticket_note,
            conference_id INTEGER REFERENCES conference, outcome TEXT NOT NULL DEFAULT '', settled_at TEXT,
            settled_id INTEGER REFERENCES department
        ) STRICT;
        CREATE INDEX duty_entry_at ON duty_entry (at, ticket_id, department_id, outcome);
        CREATE INDEX duty_entry_open ON duty_entry (ticket_id) WHERE outcome = '';

        CREATE INDEX request_exclusion ON request (id) WHERE kind = 'exclusion';
        """,
    )


STEPS = (m0025_places, m0026_duties, m0027_routing, m0028_unclear_duty)
