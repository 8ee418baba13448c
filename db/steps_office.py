"""The schema as it was with the desk, its tickets and its text messages. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0001_office(database: Database) -> None:
    """Who works here, what is set, and what was done."""
    run(
        database,
        """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

        -- One row per start of the program. Rows that start a clock name it, so that time can be mended afterwards.
        CREATE TABLE boot (
            id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, version TEXT NOT NULL, clock_ok INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE setting (
            name TEXT PRIMARY KEY, value TEXT NOT NULL, changed_at TEXT NOT NULL, changed_by INTEGER REFERENCES user
        ) STRICT;

        CREATE TABLE department (
            id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL, name_en TEXT NOT NULL,
            kind TEXT NOT NULL, disabled_at TEXT
        ) STRICT;

        -- phone_key: keyed HMAC of the normalised number, so that it can be found without being readable.
        CREATE TABLE handler (
            id INTEGER PRIMARY KEY, department_id INTEGER NOT NULL REFERENCES department,
            name TEXT NOT NULL, phone TEXT NOT NULL, phone_key TEXT NOT NULL, disabled_at TEXT
        ) STRICT;
        CREATE UNIQUE INDEX handler_phone ON handler (phone_key) WHERE disabled_at IS NULL;
        CREATE INDEX handler_department ON handler (department_id);

        CREATE TABLE user (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, display_name TEXT NOT NULL,
            role TEXT NOT NULL, password_hash TEXT NOT NULL, language TEXT NOT NULL DEFAULT '',
            department_id INTEGER REFERENCES department, must_change INTEGER NOT NULL DEFAULT 0,
            created_at TEXT NOT NULL, disabled_at TEXT
        ) STRICT;

        CREATE TABLE session (
            id INTEGER PRIMARY KEY, token_digest TEXT NOT NULL UNIQUE, user_id INTEGER NOT NULL REFERENCES user,
            created_at TEXT NOT NULL, seen_at TEXT NOT NULL, expires_at TEXT NOT NULL, ended_at TEXT
        ) STRICT;

        -- Throttling of the sign-in; name and address only as keyed HMAC.
        CREATE TABLE sign_in_attempt (
            id INTEGER PRIMARY KEY, name_key TEXT NOT NULL, address_key TEXT NOT NULL, at TEXT NOT NULL,
            succeeded INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX sign_in_attempt_recent ON sign_in_attempt (name_key, at);

        -- A form that was sent twice has one effect: the second sender is shown what the first one made.
        CREATE TABLE form_token (
            token TEXT PRIMARY KEY, at TEXT NOT NULL, user_id INTEGER REFERENCES user, answer TEXT NOT NULL
        ) STRICT;

        CREATE TABLE calendar_day (
            day_on TEXT PRIMARY KEY, is_workday INTEGER NOT NULL, name TEXT NOT NULL, source TEXT NOT NULL
        ) STRICT;

        CREATE TABLE audit (
            seq INTEGER PRIMARY KEY, at TEXT NOT NULL, user_id INTEGER, role TEXT NOT NULL, action TEXT NOT NULL,
            entity TEXT NOT NULL, entity_id INTEGER, digest TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
        ) STRICT;
        CREATE TRIGGER audit_is_append_only_u BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
        CREATE TRIGGER audit_is_append_only_d BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
        -- INSERT OR REPLACE deletes without asking the trigger above.
        CREATE TRIGGER audit_is_append_only_r BEFORE INSERT ON audit
            WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
            BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
        """,
    )


def m0002_citizens_and_calls(database: Database) -> None:
    """Who called, when, and who owes a call back."""
    run(
        database,
        """
        -- salt: enters every audit digest about this person; dropping it makes the digests unguessable.
        CREATE TABLE citizen (
            id INTEGER PRIMARY KEY, phone_key TEXT UNIQUE, phone TEXT, name TEXT NOT NULL DEFAULT '',
            language TEXT NOT NULL DEFAULT '', notes TEXT NOT NULL DEFAULT '', salt BLOB,
            created_at TEXT NOT NULL, erased_at TEXT
        ) STRICT;

        -- id is given out in memory before the row is written: a slow card never delays the screen pop.
        CREATE TABLE call (
            id INTEGER PRIMARY KEY, line TEXT NOT NULL, direction TEXT NOT NULL,
            citizen_id INTEGER REFERENCES citizen, is_withheld INTEGER NOT NULL DEFAULT 0,
            ringing_at TEXT NOT NULL, answered_at TEXT, ended_at TEXT, taken_by INTEGER REFERENCES user, taken_at TEXT,
            outcome TEXT NOT NULL DEFAULT '', end_reason TEXT NOT NULL DEFAULT '',
            boot_id INTEGER NOT NULL REFERENCES boot, clock_ok INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX call_citizen ON call (citizen_id, id);
        CREATE INDEX call_ringing ON call (ringing_at);
        CREATE INDEX call_open ON call (id) WHERE ended_at IS NULL;

        -- The number as the network gave it, before normalisation.
        CREATE TABLE call_number (call_id INTEGER PRIMARY KEY REFERENCES call, raw TEXT NOT NULL) STRICT;

        -- One open entry per citizen: ten missed calls of one number are one call back.
        CREATE TABLE callback (
            id INTEGER PRIMARY KEY, citizen_id INTEGER NOT NULL REFERENCES citizen, reason TEXT NOT NULL,
            ticket_id INTEGER, opened_at TEXT NOT NULL, due_at TEXT NOT NULL, missed_calls INTEGER NOT NULL DEFAULT 0,
            last_call_id INTEGER REFERENCES call, tries INTEGER NOT NULL DEFAULT 0, tried_at TEXT,
            closed_at TEXT, closed_by INTEGER REFERENCES user, result TEXT NOT NULL DEFAULT '',
            boot_id INTEGER NOT NULL REFERENCES boot, clock_ok INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX callback_open ON callback (citizen_id) WHERE closed_at IS NULL;
        CREATE INDEX callback_due ON callback (due_at) WHERE closed_at IS NULL;
        """,
    )


def m0003_tickets(database: Database) -> None:
    """The loop: tickets, their moves, notes and assignments, and the search index."""
    run(
        database,
        """
        CREATE TABLE ticket (
            id INTEGER PRIMARY KEY, no INTEGER NOT NULL UNIQUE, source TEXT NOT NULL, status TEXT NOT NULL,
            type TEXT NOT NULL DEFAULT '', category TEXT NOT NULL DEFAULT '', urgency TEXT NOT NULL DEFAULT 'normal',
            citizen_id INTEGER REFERENCES citizen, call_id INTEGER REFERENCES call, line TEXT NOT NULL DEFAULT '',
            department_id INTEGER REFERENCES department, assignment_id INTEGER, round INTEGER NOT NULL DEFAULT 1,
            created_at TEXT NOT NULL, created_by INTEGER REFERENCES user, accepted_at TEXT, dispatched_at TEXT,
            closed_at TEXT, close_reason TEXT NOT NULL DEFAULT '', rating INTEGER, rating_asked_at TEXT,
            due_at TEXT, due_basis TEXT NOT NULL DEFAULT '', stage_due_at TEXT,
            boot_id INTEGER NOT NULL REFERENCES boot, clock_ok INTEGER NOT NULL,
            version INTEGER NOT NULL DEFAULT 1, is_open INTEGER NOT NULL DEFAULT 1,
            changed_at TEXT NOT NULL, changed_by INTEGER REFERENCES user
        ) STRICT;
        CREATE INDEX ticket_citizen ON ticket (citizen_id, id);
        CREATE INDEX ticket_open_due ON ticket (due_at, id, status) WHERE is_open = 1;
        CREATE INDEX ticket_open_stage ON ticket (stage_due_at, id) WHERE is_open = 1 AND stage_due_at IS NOT NULL;
        CREATE INDEX ticket_status ON ticket (status, id);
        CREATE INDEX ticket_department ON ticket (department_id, status, id);
        CREATE INDEX ticket_clock ON ticket (id) WHERE clock_ok = 0 AND is_open = 1;
        CREATE INDEX ticket_created ON ticket (created_at, category, department_id, closed_at, due_at, rating);
        CREATE INDEX ticket_call ON ticket (call_id) WHERE call_id IS NOT NULL;

        CREATE TABLE ticket_words (
            ticket_id INTEGER PRIMARY KEY REFERENCES ticket, title TEXT NOT NULL DEFAULT '',
            content TEXT NOT NULL DEFAULT '', place TEXT NOT NULL DEFAULT '', contact_name TEXT NOT NULL DEFAULT '',
            contact_phone TEXT NOT NULL DEFAULT '', wish TEXT NOT NULL DEFAULT '',
            salt BLOB NOT NULL  -- enters the audit digests of a ticket without a citizen; goes with the words
        ) STRICT;

        CREATE TABLE ticket_note (
            id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket, at TEXT NOT NULL, kind TEXT NOT NULL,
            user_id INTEGER REFERENCES user, handler_id INTEGER, sms_id INTEGER, state TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX ticket_note_ticket ON ticket_note (ticket_id, id);
        CREATE TABLE note_words (note_id INTEGER PRIMARY KEY REFERENCES ticket_note, text TEXT NOT NULL) STRICT;

        CREATE TABLE assignment (
            id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket,
            department_id INTEGER NOT NULL REFERENCES department, round INTEGER NOT NULL, state TEXT NOT NULL,
            sent_at TEXT NOT NULL, sent_by INTEGER REFERENCES user, signed_at TEXT, signed_by INTEGER,
            replied_at TEXT, reply_note_id INTEGER REFERENCES ticket_note, ended_at TEXT,
            due_at TEXT, due_basis TEXT NOT NULL, boot_id INTEGER NOT NULL REFERENCES boot,
            clock_ok INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX assignment_ticket ON assignment (ticket_id, id);
        CREATE INDEX assignment_department ON assignment (department_id, id) WHERE ended_at IS NULL;

        -- Every change of status: who, when, from, to, why. The words of "why" are a note.
        CREATE TABLE ticket_move (
            id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket, at TEXT NOT NULL,
            move TEXT NOT NULL, from_status TEXT NOT NULL, to_status TEXT NOT NULL,
            actor TEXT NOT NULL, user_id INTEGER REFERENCES user, handler_id INTEGER REFERENCES handler,
            sms_id INTEGER, note_id INTEGER REFERENCES ticket_note, rating INTEGER
        ) STRICT;
        CREATE INDEX ticket_move_ticket ON ticket_move (ticket_id, id);
        CREATE TRIGGER ticket_move_is_append_only_u BEFORE UPDATE ON ticket_move
            BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
        CREATE TRIGGER ticket_move_is_append_only_d BEFORE DELETE ON ticket_move
            BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
        CREATE TRIGGER ticket_move_is_append_only_r BEFORE INSERT ON ticket_move
            WHEN EXISTS (SELECT 1 FROM ticket_move WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;

        -- What was raised, once per thing and moment (`mark`), until somebody ticks it off.
        CREATE TABLE reminder (
            id INTEGER PRIMARY KEY, mark TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
            ticket_id INTEGER REFERENCES ticket, callback_id INTEGER REFERENCES callback, sms_id INTEGER,
            outbox_id INTEGER, line TEXT NOT NULL DEFAULT '', due_at TEXT NOT NULL, raised_at TEXT NOT NULL,
            acked_at TEXT, acked_by INTEGER REFERENCES user
        ) STRICT;
        CREATE INDEX reminder_open ON reminder (raised_at) WHERE acked_at IS NULL;

        -- Overlapping pairs of characters (db/search.py), written so that 'ascii' splits them at blanks only.
        CREATE VIRTUAL TABLE ticket_search USING fts5 (pairs, content = '', detail = none, tokenize = 'ascii');
        CREATE VIRTUAL TABLE ticket_search_terms USING fts5vocab (ticket_search, 'row');
        """,
    )


def m0004_messages(database: Database) -> None:
    """SMS in and out. A PDU is deleted from its SIM only when its row here is committed."""
    run(
        database,
        """
        -- One row per PDU ever seen; pdu_key (keyed HMAC over module identity and raw PDU) knows a repeated delivery.
        CREATE TABLE pdu_in (
            id INTEGER PRIMARY KEY, pdu_key TEXT NOT NULL UNIQUE, identity TEXT NOT NULL, line TEXT NOT NULL,
            received_at TEXT NOT NULL, kind TEXT NOT NULL, pdu TEXT, sender TEXT, sent_at TEXT, alphabet TEXT,
            body BLOB, reference INTEGER, total INTEGER NOT NULL DEFAULT 1, part INTEGER NOT NULL DEFAULT 1,
            reason TEXT NOT NULL DEFAULT '', sms_id INTEGER, outbox_id INTEGER,
            boot_id INTEGER NOT NULL REFERENCES boot, clock_ok INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX pdu_in_sms ON pdu_in (sms_id) WHERE sms_id IS NOT NULL;
        CREATE INDEX pdu_in_group ON pdu_in (sender, reference, total, received_at) WHERE total > 1;

        -- A whole message, or one whose other parts are awaited (complete_at IS NULL).
        CREATE TABLE sms_in (
            id INTEGER PRIMARY KEY, line TEXT NOT NULL, identity TEXT NOT NULL, kind TEXT NOT NULL,
            citizen_id INTEGER REFERENCES citizen, handler_id INTEGER REFERENCES handler,
            received_at TEXT NOT NULL, sent_at TEXT, reference INTEGER, total INTEGER NOT NULL DEFAULT 1,
            complete_at TEXT, ticket_id INTEGER REFERENCES ticket, word TEXT NOT NULL DEFAULT '',
            outcome TEXT NOT NULL DEFAULT '', needs_desk INTEGER NOT NULL DEFAULT 0,
            handled_at TEXT, handled_by INTEGER REFERENCES user
        ) STRICT;
        CREATE INDEX sms_in_citizen ON sms_in (citizen_id, id);
        CREATE INDEX sms_in_handler ON sms_in (handler_id, id) WHERE handler_id IS NOT NULL;
        CREATE INDEX sms_in_ticket ON sms_in (ticket_id, id);
        CREATE INDEX sms_in_desk ON sms_in (id) WHERE needs_desk = 1 AND handled_at IS NULL;
        CREATE INDEX sms_in_waiting ON sms_in (received_at) WHERE complete_at IS NULL;
        CREATE TABLE sms_words (
            sms_id INTEGER PRIMARY KEY REFERENCES sms_in, sender TEXT NOT NULL, text TEXT NOT NULL
        ) STRICT;

        -- queued -> sending -> sent -> delivered | failed | unknown. `sending` is committed before AT+CMGS;
        -- what a crash leaves there becomes `unknown` and is never sent again by itself. `settled_at`: a person decided
        -- what to do about one that failed or isn't known.
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY, idem_key TEXT NOT NULL UNIQUE, purpose TEXT NOT NULL, rank INTEGER NOT NULL,
            citizen_id INTEGER REFERENCES citizen, handler_id INTEGER REFERENCES handler,
            ticket_id INTEGER REFERENCES ticket, callback_id INTEGER REFERENCES callback,
            user_id INTEGER REFERENCES user, preferred_line TEXT NOT NULL DEFAULT '', line TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL, created_at TEXT NOT NULL, not_before_at TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            sending_at TEXT, sent_at TEXT, done_at TEXT, parts INTEGER NOT NULL DEFAULT 0,
            error_code INTEGER, error TEXT NOT NULL DEFAULT '', resend_of INTEGER REFERENCES outbox,
            settled_at TEXT, settled_by INTEGER REFERENCES user,
            boot_id INTEGER NOT NULL REFERENCES boot, clock_ok INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX outbox_queue ON outbox (rank, id) WHERE state = 'queued';
        CREATE INDEX outbox_sending ON outbox (id) WHERE state = 'sending';
        CREATE INDEX outbox_ticket ON outbox (ticket_id, id);
        CREATE INDEX outbox_citizen ON outbox (citizen_id, id);
        CREATE INDEX outbox_handler ON outbox (handler_id, id);
        CREATE INDEX outbox_trouble ON outbox (id) WHERE state IN ('failed', 'unknown');
        CREATE INDEX outbox_unsettled ON outbox (id) WHERE state IN ('failed', 'unknown') AND settled_at IS NULL;
        CREATE INDEX outbox_resent ON outbox (resend_of) WHERE resend_of IS NOT NULL;
        CREATE TABLE outbox_words (
            outbox_id INTEGER PRIMARY KEY REFERENCES outbox, number TEXT NOT NULL, text TEXT NOT NULL
        ) STRICT;
        CREATE TABLE outbox_part (
            outbox_id INTEGER NOT NULL REFERENCES outbox, part INTEGER NOT NULL, total INTEGER NOT NULL,
            reference INTEGER NOT NULL, line TEXT NOT NULL, sent_at TEXT NOT NULL, report TEXT NOT NULL DEFAULT '',
            report_status INTEGER, reported_at TEXT, PRIMARY KEY (outbox_id, part)
        ) STRICT;
        CREATE INDEX outbox_part_reference ON outbox_part (line, reference, sent_at);
        """,
    )


def m0005_pin_tries(database: Database) -> None:
    """Which PIN was given to which module: a wrong one is never given twice, whatever was started anew."""
    run(
        database,
        """
        -- digest: keyed, of module and PIN. right_at: when the card last took it; only then may it be given again.
        CREATE TABLE pin_try (digest TEXT PRIMARY KEY, tried_at TEXT NOT NULL, right_at TEXT) STRICT;
        """,
    )


def m0006_talk_paths(database: Database) -> None:
    """How people were heard on a line, and what the network forwards."""
    run(
        database,
        """
        -- One row per test call. The newest of a line counts, while config.ini still names the same path and devices.
        CREATE TABLE talk_path_test (
            id INTEGER PRIMARY KEY, line TEXT NOT NULL, talk_path TEXT NOT NULL,
            audio_device TEXT NOT NULL, handset_device TEXT NOT NULL, call_id INTEGER REFERENCES call,
            caller_hears INTEGER NOT NULL, office_hears INTEGER NOT NULL,
            tested_at TEXT NOT NULL, tested_by INTEGER REFERENCES user
        ) STRICT;
        CREATE INDEX talk_path_test_line ON talk_path_test (line, id);

        -- As the network told last; the number is one of the office's own telephones.
        CREATE TABLE forwarding (
            line TEXT NOT NULL, reason TEXT NOT NULL, is_active INTEGER NOT NULL, number TEXT NOT NULL,
            told_at TEXT NOT NULL, PRIMARY KEY (line, reason)
        ) STRICT;
        """,
    )


def m0007_pin_try_line(database: Database) -> None:
    """Which line's PIN was tried, so that a person can free it by name."""
    run(
        database,
        """
        ALTER TABLE pin_try ADD COLUMN line TEXT NOT NULL DEFAULT '';
        """,
    )


STEPS = (
    m0001_office,
    m0002_citizens_and_calls,
    m0003_tickets,
    m0004_messages,
    m0005_pin_tries,
    m0006_talk_paths,
    m0007_pin_try_line,
)
