"""What text messages need: codes, leaders, questions, the office's own texts. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0030_words(database: Database) -> None:
    """Who proves himself by a code, whose word is an instruction, who wants no texts, what was asked of whom."""
    run(
        database,
        """
        -- code_key: keyed digest of the four digits a handler was given; '' while he has none.
        ALTER TABLE handler ADD COLUMN code_key TEXT NOT NULL DEFAULT '';
        ALTER TABLE citizen ADD COLUMN texts_stopped_at TEXT;

        -- A leader of the county: what comes from this number is an instruction.
        CREATE TABLE leader (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL, phone_key TEXT NOT NULL, disabled_at TEXT
        ) STRICT;
        CREATE UNIQUE INDEX leader_phone ON leader (phone_key) WHERE disabled_at IS NULL;
        ALTER TABLE sms_in ADD COLUMN leader_id INTEGER REFERENCES leader;
        ALTER TABLE outbox ADD COLUMN leader_id INTEGER REFERENCES leader;
        CREATE INDEX sms_in_leader ON sms_in (leader_id, id) WHERE leader_id IS NOT NULL;
        CREATE INDEX outbox_leader ON outbox (leader_id, id) WHERE leader_id IS NOT NULL;

        -- A question that is answered by yes or no, one at a time for each citizen. kind: contacted, solved.
        CREATE TABLE sms_question (
            id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket,
            citizen_id INTEGER NOT NULL REFERENCES citizen, kind TEXT NOT NULL, asked_at TEXT NOT NULL,
            outbox_id INTEGER REFERENCES outbox, answer TEXT NOT NULL DEFAULT '', answered_at TEXT,
            sms_id INTEGER REFERENCES sms_in
        ) STRICT;
        CREATE INDEX sms_question_open ON sms_question (citizen_id, asked_at) WHERE answered_at IS NULL;
        CREATE INDEX sms_question_ticket ON sms_question (ticket_id, id);

        -- The office's own wording of a text the box sends; language as citizens' rows name it.
        CREATE TABLE own_text (
            key TEXT NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL, changed_at TEXT NOT NULL,
            changed_by INTEGER REFERENCES user, PRIMARY KEY (key, language)
        ) STRICT;
        """,
    )


STEPS = (m0030_words,)
