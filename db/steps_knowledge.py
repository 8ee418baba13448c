"""What the office knows and tells: articles, what they said before, questions without one. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0056_knowledge(database: Database) -> None:
    """Articles in both languages, with their search index, their past, the tickets answered with them, and gaps."""
    run(
        database,
        """
        -- code: what lists call it. materials: one paper a line. valid_to_on: the last day it is true, if it ends.
        CREATE TABLE article (
            id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
            category TEXT NOT NULL, department_id INTEGER REFERENCES department,
            valid_to_on TEXT, is_public INTEGER NOT NULL,
            title_zh TEXT NOT NULL, answer_zh TEXT NOT NULL, sms_zh TEXT NOT NULL,
            materials_zh TEXT NOT NULL, fees_zh TEXT NOT NULL, place_zh TEXT NOT NULL,
            title_en TEXT NOT NULL, answer_en TEXT NOT NULL, sms_en TEXT NOT NULL,
            materials_en TEXT NOT NULL, fees_en TEXT NOT NULL, place_en TEXT NOT NULL,
            version INTEGER NOT NULL DEFAULT 1, changed_at TEXT NOT NULL, changed_by INTEGER REFERENCES user,
            retired_at TEXT
        ) STRICT;
        CREATE INDEX article_category ON article (category) WHERE retired_at IS NULL;

        -- What it said until the version after it: all its columns, as JSON.
        CREATE TABLE article_before (
            article_id INTEGER NOT NULL REFERENCES article, version INTEGER NOT NULL,
            written_at TEXT NOT NULL, written_by INTEGER REFERENCES user, columns TEXT NOT NULL,
            PRIMARY KEY (article_id, version)
        ) STRICT;

        -- Overlapping pairs of characters, as of tickets (db/search.py).
        CREATE VIRTUAL TABLE article_search USING fts5 (pairs, content = '', detail = none, tokenize = 'ascii');

        -- A ticket that was answered with it, and with which version.
        CREATE TABLE ticket_article (
            id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket,
            article_id INTEGER NOT NULL REFERENCES article, version INTEGER NOT NULL,
            at TEXT NOT NULL, user_id INTEGER REFERENCES user, outbox_id INTEGER REFERENCES outbox
        ) STRICT;
        CREATE INDEX ticket_article_ticket ON ticket_article (ticket_id, id);
        CREATE INDEX ticket_article_article ON ticket_article (article_id);

        -- A question that no article answers. state: open, answered (the department wrote), closed, dropped.
        CREATE TABLE article_gap (
            id INTEGER PRIMARY KEY, ticket_id INTEGER REFERENCES ticket, category TEXT NOT NULL,
            department_id INTEGER REFERENCES department, state TEXT NOT NULL,
            asked_at TEXT NOT NULL, asked_by INTEGER REFERENCES user, due_on TEXT,
            answered_at TEXT, answered_by INTEGER REFERENCES user,
            closed_at TEXT, closed_by INTEGER REFERENCES user, article_id INTEGER REFERENCES article
        ) STRICT;
        CREATE INDEX article_gap_open ON article_gap (due_on) WHERE closed_at IS NULL;
        CREATE TABLE article_gap_words (
            gap_id INTEGER PRIMARY KEY REFERENCES article_gap, question TEXT NOT NULL, answer TEXT NOT NULL
        ) STRICT;
        """,
    )


STEPS = (m0056_knowledge,)
