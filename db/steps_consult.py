"""Steps of the schema: how departments answer a consultation. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0062_opinions_by_themselves(database: Database) -> None:
    """Departments give their opinion by text or on their own page; who hasn't is reminded once."""
    run(
        database,
        """
        -- channel: by which way the opinion came: web, sms, phone, paper; '' from before. handler_id, sms_id: whose
        -- text it was. texted: how many were asked by text; 0: somebody has to tell them otherwise.
        -- An opinion 'said' stands in its words alone: the desk reads them.
        ALTER TABLE conference_unit ADD COLUMN channel TEXT NOT NULL DEFAULT '';
        ALTER TABLE conference_unit ADD COLUMN handler_id INTEGER REFERENCES handler;
        ALTER TABLE conference_unit ADD COLUMN sms_id INTEGER REFERENCES sms_in;
        ALTER TABLE conference_unit ADD COLUMN texted INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE conference_unit ADD COLUMN reminded_at TEXT;
        CREATE INDEX conference_unit_awaited ON conference_unit (department_id, conference_id);
        """,
    )


STEPS = (m0062_opinions_by_themselves,)
