"""How a ticket was entered: later than it came, or from an office above. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0055_entry(database: Database) -> None:
    """entered_at: taken down on paper first (created_at is when that was). upper_*: its number and limit up there."""
    run(
        database,
        """
        ALTER TABLE ticket ADD COLUMN entered_at TEXT;
        ALTER TABLE ticket ADD COLUMN upper_no TEXT NOT NULL DEFAULT '';
        ALTER TABLE ticket ADD COLUMN upper_due_at TEXT;

        -- What the list is narrowed by: few tickets each, so that no list walks a million rows.
        CREATE INDEX ticket_supervised ON ticket (id) WHERE supervised_level > 0 AND is_open = 1;
        CREATE INDEX ticket_returned ON ticket (id) WHERE returns > 0 AND is_open = 1;
        CREATE INDEX ticket_repeat ON ticket (id) WHERE is_repeat = 1 AND is_open = 1;
        CREATE INDEX ticket_now_paused ON ticket (id) WHERE paused_at IS NOT NULL AND is_open = 1;
        """,
    )


STEPS = (m0055_entry,)
