"""The schema since the landline: recordings, voice modems, call flow, prompts. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0008_recordings(database: Database) -> None:
    """What was said in calls: where the sealed sound lies, and the key that opens it."""
    run(
        database,
        """
        -- The sound is the file NAME.FORMAT below recordings/; wrapped_key opens it, and without that nothing does.
        -- call_id names no row: a recording may be whole on the disk before its call is written.
        -- ending: why it ended before its time ("full", "slow", "broken", "crash"). counts_from_at: since when its age
        -- counts; not before the clock could be believed. needs_ticket: a voicemail that nobody made a ticket of yet.
        CREATE TABLE recording (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, format TEXT NOT NULL, kind TEXT NOT NULL,
            call_id INTEGER NOT NULL, ticket_id INTEGER REFERENCES ticket,
            started_at TEXT NOT NULL, seconds REAL NOT NULL, size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
            wrapped_key BLOB, state TEXT NOT NULL, ending TEXT NOT NULL DEFAULT '',
            counts_from_at TEXT, needs_ticket INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0,
            held_at TEXT, held_by INTEGER REFERENCES user, erased_at TEXT
        ) STRICT;
        CREATE INDEX recording_call ON recording (call_id, id);
        CREATE INDEX recording_ticket ON recording (ticket_id, id) WHERE ticket_id IS NOT NULL;
        CREATE INDEX recording_new ON recording (id) WHERE needs_ticket = 1;
        CREATE INDEX recording_format ON recording (format, id) WHERE state = 'kept';
        CREATE INDEX recording_age ON recording (counts_from_at) WHERE state = 'kept';

        -- What happened at which second of it. A note may be what the caller typed.
        CREATE TABLE recording_mark (
            id INTEGER PRIMARY KEY, recording_id INTEGER NOT NULL REFERENCES recording, at_s REAL NOT NULL,
            kind TEXT NOT NULL, note TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX recording_mark_recording ON recording_mark (recording_id, at_s);
        """,
    )


def m0009_voice_profiles(database: Database) -> None:
    """What each landline modem was found to do, line by line."""
    run(
        database,
        """
        -- profile: JSON of what it does. evidence, telephone_evidence: JSON of every question and its answer, of the
        -- last whole measurement and of the last with the telephone; no caller is in them. stopped: why it broke off.
        CREATE TABLE voice_profile (
            line TEXT NOT NULL, identity TEXT NOT NULL, profile TEXT NOT NULL, evidence TEXT NOT NULL DEFAULT '[]',
            telephone_evidence TEXT NOT NULL DEFAULT '[]', stopped TEXT NOT NULL DEFAULT '', changed_at TEXT NOT NULL,
            measured_at TEXT, telephone_at TEXT, PRIMARY KEY (line, identity)
        ) STRICT;

        -- The newest test call of a line: whether its number came. id: number, withheld, none.
        CREATE TABLE caller_id_test (
            line TEXT PRIMARY KEY, rings INTEGER NOT NULL, id TEXT NOT NULL,
            tested_at TEXT NOT NULL, tested_by INTEGER REFERENCES user
        ) STRICT;
        """,
    )


def m0010_call_flow(database: Database) -> None:
    """What the box itself says and asks in a call, and what callers did then."""
    run(
        database,
        """
        -- plan: JSON of appliance.callflow.plan.Plan. A line without a row does what its kind does by default.
        CREATE TABLE call_flow (
            line TEXT PRIMARY KEY, plan TEXT NOT NULL, changed_at TEXT NOT NULL, changed_by INTEGER REFERENCES user
        ) STRICT;

        -- Its sound is the prompt 'announcement:ID'; words: what is to be read out.
        CREATE TABLE announcement (
            id INTEGER PRIMARY KEY, title TEXT NOT NULL, words TEXT NOT NULL,
            made_at TEXT NOT NULL, made_by INTEGER REFERENCES user, retired_at TEXT
        ) STRICT;
        -- When which was on; line '' = every line that has none of its own. One at a time.
        CREATE TABLE announcement_period (
            id INTEGER PRIMARY KEY, announcement_id INTEGER NOT NULL REFERENCES announcement, line TEXT NOT NULL,
            on_at TEXT NOT NULL, on_by INTEGER REFERENCES user, off_at TEXT, off_by INTEGER REFERENCES user
        ) STRICT;
        CREATE UNIQUE INDEX announcement_on ON announcement_period (line) WHERE off_at IS NULL;

        -- For counting: which steps a call went through. A number that a caller keyed in never stands here.
        CREATE TABLE call_flow_step (
            id INTEGER PRIMARY KEY, call_id INTEGER NOT NULL REFERENCES call, step TEXT NOT NULL,
            detail TEXT NOT NULL DEFAULT '', at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX call_flow_step_call ON call_flow_step (call_id, id);
        CREATE INDEX call_flow_step_kind ON call_flow_step (step, at, call_id);

        -- A department's reply as a program spoke it, for who can't be texted: G.711 u-law; empty = it failed.
        CREATE TABLE spoken_reply (
            note_id INTEGER PRIMARY KEY REFERENCES ticket_note, sound BLOB NOT NULL, made_at TEXT NOT NULL
        ) STRICT;
        """,
    )


def m0011_prompts(database: Database) -> None:
    """What the office says to callers in its own voice."""
    run(
        database,
        """
        -- One row per recording; line '' = every line. Of each key and line one may be listened to (draft), one is in
        -- use, and of those before it one keeps its sound: G.711 u-law, 8000 bytes a second. Levels are as it came.
        CREATE TABLE prompt (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL, line TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('draft', 'used', 'former')),
            source TEXT NOT NULL, program TEXT NOT NULL, words TEXT NOT NULL, sound BLOB, seconds REAL NOT NULL,
            active_dbfs REAL NOT NULL, peak_dbfs REAL NOT NULL, room_dbfs REAL NOT NULL, raised_db REAL NOT NULL,
            made_at TEXT NOT NULL, made_by INTEGER REFERENCES user,
            used_at TEXT, used_by INTEGER REFERENCES user, ended_at TEXT, ended_by INTEGER REFERENCES user
        ) STRICT;
        CREATE UNIQUE INDEX prompt_draft ON prompt (key, line) WHERE state = 'draft';
        CREATE UNIQUE INDEX prompt_used ON prompt (key, line) WHERE state = 'used';
        CREATE INDEX prompt_history ON prompt (key, line, id);
        """,
    )


def m0012_landline_calls(database: Database) -> None:
    """Who spoke with a caller, when he rang, and who he was where the network told nobody."""
    run(
        database,
        """
        -- by_box: the box itself spoke with the caller. after_hours: it rang while the office was closed.
        ALTER TABLE call ADD COLUMN by_box INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE call ADD COLUMN after_hours INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE call_number ADD COLUMN typed TEXT NOT NULL DEFAULT '';
        CREATE INDEX call_undecided ON call (id) WHERE outcome = '';
        DROP INDEX call_open;  -- what hasn't ended is undecided too
        """,
    )


def m0013_written_down(database: Database) -> None:
    """Which messages the plugged-in program has had its turn at."""
    run(
        database,
        """
        ALTER TABLE recording ADD COLUMN written_down INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX recording_spoken ON recording (started_at)
            WHERE kind = 'voicemail' AND state = 'kept' AND written_down = 0;
        """,
    )


def m0014_lists_of_calls(database: Database) -> None:
    """Calls of one outcome, and those after hours, found without reading those of all years."""
    run(
        database,
        """
        CREATE INDEX call_outcome ON call (outcome, id);
        CREATE INDEX call_after_hours ON call (id) WHERE after_hours = 1;
        """,
    )


STEPS = (
    m0008_recordings,
    m0009_voice_profiles,
    m0010_call_flow,
    m0011_prompts,
    m0012_landline_calls,
    m0013_written_down,
    m0014_lists_of_calls,
)
