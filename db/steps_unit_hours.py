"""Hours of departments that were changed, with the due times that moved by it. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0060_hours_of_units(database: Database) -> None:
    """department_id: not the calendar was changed, but the opening hours of this department."""
    run(
        database,
        """
        ALTER TABLE calendar_change ADD COLUMN department_id INTEGER REFERENCES department;
        CREATE INDEX calendar_change_department ON calendar_change (department_id, id)
            WHERE department_id IS NOT NULL;
        """,
    )


STEPS = (m0060_hours_of_units,)
