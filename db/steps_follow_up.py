"""What follows a reply or a danger: surveys, the unsatisfied, supervision, emergencies. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0040_surveys(database: Database) -> None:
    """Asking citizens how it was handled, what they said each time, and who is not satisfied yet."""
    run(
        database,
        """
        -- One per round whose reply was accepted. state: texted (asked by SMS), calling (on the call list), last_text
        -- (not reached, asked once more by SMS), done. next_at: when it moves on by itself; try_on: the first day on
        -- which it makes sense to call again. outcome: satisfied, unsatisfied, unreachable, left (the ticket went
        -- another way). method: how it was answered: sms, call, check (nobody can be asked: the office looked itself).
        CREATE TABLE survey (
            id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket, round INTEGER NOT NULL,
            state TEXT NOT NULL, opened_at TEXT NOT NULL, outbox_id INTEGER REFERENCES outbox, next_at TEXT,
            tries INTEGER NOT NULL DEFAULT 0, days INTEGER NOT NULL DEFAULT 0, try_on TEXT, tried_at TEXT,
            outcome TEXT NOT NULL DEFAULT '', method TEXT NOT NULL DEFAULT '',
            contacted INTEGER, solved INTEGER, attitude INTEGER, rating INTEGER,
            ended_at TEXT, ended_by INTEGER REFERENCES user, note_id INTEGER REFERENCES ticket_note,
            boot_id INTEGER NOT NULL REFERENCES boot, clock_ok INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX survey_open ON survey (ticket_id) WHERE ended_at IS NULL;
        CREATE INDEX survey_next ON survey (state, next_at) WHERE ended_at IS NULL;
        CREATE INDEX survey_ticket ON survey (ticket_id, id);
        CREATE INDEX survey_ended ON survey (ended_at) WHERE ended_at IS NOT NULL;

        -- Every rating that was ever given; none is overwritten. counts: 0 for one that came late or again.
        CREATE TABLE survey_rating (
            id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket,
            survey_id INTEGER REFERENCES survey, at TEXT NOT NULL, rating INTEGER NOT NULL, actor TEXT NOT NULL,
            counts INTEGER NOT NULL, sms_id INTEGER REFERENCES sms_in, user_id INTEGER REFERENCES user
        ) STRICT;
        CREATE INDEX survey_rating_ticket ON survey_rating (ticket_id, id);
        CREATE TRIGGER survey_rating_is_append_only_u BEFORE UPDATE ON survey_rating
            BEGIN SELECT RAISE(ABORT, 'ratings are append-only'); END;
        CREATE TRIGGER survey_rating_is_append_only_d BEFORE DELETE ON survey_rating
            BEGIN SELECT RAISE(ABORT, 'ratings are append-only'); END;
        CREATE TRIGGER survey_rating_is_append_only_r BEFORE INSERT ON survey_rating
            WHEN EXISTS (SELECT 1 FROM survey_rating WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, 'ratings are append-only'); END;

        -- The board that is counted to zero: one entry per ticket and spell. times: in how many rounds he said so.
        -- how: satisfied, explained, withdrawn, unreachable, other.
        CREATE TABLE unsatisfied (
            id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket, opened_at TEXT NOT NULL,
            times INTEGER NOT NULL DEFAULT 1, last_round INTEGER NOT NULL, ended_at TEXT, how TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE UNIQUE INDEX unsatisfied_open ON unsatisfied (ticket_id) WHERE ended_at IS NULL;
        CREATE INDEX unsatisfied_ended ON unsatisfied (ended_at, how) WHERE ended_at IS NOT NULL;
        """,
    )


def m0041_supervision(database: Database) -> None:
    """Papers of supervision: numbered, levelled, with a due time of their own."""
    run(
        database,
        """
        -- mark: what it was opened for, once each. reason: overdue, unsatisfied, leader, repeat, late, hand.
        -- state: open, answered, raised (a higher one took its place), left.
        CREATE TABLE supervision (
            id INTEGER PRIMARY KEY, mark TEXT NOT NULL UNIQUE, year INTEGER NOT NULL, no INTEGER NOT NULL,
            ticket_id INTEGER NOT NULL REFERENCES ticket, department_id INTEGER REFERENCES department,
            level INTEGER NOT NULL, reason TEXT NOT NULL, note_id INTEGER REFERENCES ticket_note,
            state TEXT NOT NULL DEFAULT 'open', opened_at TEXT NOT NULL, opened_by INTEGER REFERENCES user,
            due_at TEXT, ended_at TEXT, is_late INTEGER NOT NULL DEFAULT 0,
            boot_id INTEGER NOT NULL REFERENCES boot, clock_ok INTEGER NOT NULL, UNIQUE (year, no)
        ) STRICT;
        CREATE UNIQUE INDEX supervision_open ON supervision (ticket_id) WHERE ended_at IS NULL;
        CREATE INDEX supervision_due ON supervision (due_at) WHERE ended_at IS NULL;
        CREATE INDEX supervision_ticket ON supervision (ticket_id, id);
        CREATE INDEX supervision_clock ON supervision (id) WHERE ended_at IS NULL AND clock_ok = 0;
        CREATE INDEX ticket_note_instruction ON ticket_note (id) WHERE kind = 'instruction';
        CREATE INDEX ticket_from_leader ON ticket (id) WHERE source = 'leader' AND is_open = 1;
        """,
    )


def m0042_emergencies(database: Database) -> None:
    """Dangers: whom the box tells one after the other until somebody says OK; and many alike within an hour."""
    run(
        database,
        """
        -- state: suspected (a word was read; the desk decides), running (the chain is told), taken (somebody said OK),
        -- reported, closed, dismissed. source: word, button. service: 110, 119, 120, 122. The receipt's name, reports
        -- and reasons are notes. next_at: when the chain goes on by itself.
        CREATE TABLE emergency (
            id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket, kind TEXT NOT NULL,
            source TEXT NOT NULL, state TEXT NOT NULL, opened_at TEXT NOT NULL, opened_by INTEGER REFERENCES user,
            service TEXT NOT NULL DEFAULT '', passed_at TEXT, receipt_note_id INTEGER REFERENCES ticket_note,
            started_at TEXT, next_at TEXT, steps INTEGER NOT NULL DEFAULT 0, taken_at TEXT, report_due_at TEXT,
            reported_at TEXT, report_note_id INTEGER REFERENCES ticket_note, ended_at TEXT,
            ended_by INTEGER REFERENCES user, end_note_id INTEGER REFERENCES ticket_note,
            boot_id INTEGER NOT NULL REFERENCES boot, clock_ok INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX emergency_open ON emergency (ticket_id) WHERE ended_at IS NULL;
        CREATE INDEX emergency_opened ON emergency (opened_at);
        CREATE INDEX emergency_ticket ON emergency (ticket_id, id);

        -- One telephone told once. phone_key: keyed HMAC, so that an OK from it is known. via: sms, desk.
        CREATE TABLE emergency_step (
            id INTEGER PRIMARY KEY, emergency_id INTEGER NOT NULL REFERENCES emergency, position INTEGER NOT NULL,
            role TEXT NOT NULL, phone_key TEXT NOT NULL, told_at TEXT NOT NULL, outbox_id INTEGER REFERENCES outbox,
            call_mark_at TEXT, acked_at TEXT, via TEXT NOT NULL DEFAULT '', sms_id INTEGER REFERENCES sms_in,
            acked_by INTEGER REFERENCES user, UNIQUE (emergency_id, position)
        ) STRICT;
        CREATE INDEX emergency_step_phone ON emergency_step (phone_key, id);
        CREATE TABLE emergency_step_words (
            step_id INTEGER PRIMARY KEY REFERENCES emergency_step, name TEXT NOT NULL, phone TEXT NOT NULL
        ) STRICT;

        -- Who is told where the roster names nobody. role: leader, backup.
        CREATE TABLE emergency_contact (
            id INTEGER PRIMARY KEY, role TEXT NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL,
            added_at TEXT NOT NULL, disabled_at TEXT
        ) STRICT;

        -- So many tickets of one class and town within an hour. mark: once for each spell.
        CREATE TABLE group_event (
            id INTEGER PRIMARY KEY, mark TEXT NOT NULL UNIQUE, class TEXT NOT NULL, town TEXT NOT NULL,
            first_at TEXT NOT NULL, last_at TEXT NOT NULL, count INTEGER NOT NULL, noticed_at TEXT NOT NULL,
            ended_at TEXT, ended_by INTEGER REFERENCES user
        ) STRICT;
        CREATE UNIQUE INDEX group_event_open ON group_event (class, town) WHERE ended_at IS NULL;
        """,
    )


def m0043_same_matter(database: Database) -> None:
    """How often a citizen brought the same matter: over a million tickets 11 ms instead of 37."""
    run(
        database,
        """
        CREATE INDEX ticket_same_matter ON ticket (citizen_id, category, created_at, status);
        """,
    )


STEPS = (m0040_surveys, m0041_supervision, m0042_emergencies, m0043_same_matter)
