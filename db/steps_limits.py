"""Steps of the schema: limits. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0020_calendar(database: Database) -> None:
    """A day of our own over one of the notice's; which year's notice it stood in; what became due at another time."""
    run(
        database,
        """
        -- source: official (of a year's notice), local. notice_year: whose notice it is; 0: of the day's own year.
        CREATE TABLE calendar_day_two (
            day_on TEXT NOT NULL, source TEXT NOT NULL, is_workday INTEGER NOT NULL, name TEXT NOT NULL,
            notice_year INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (day_on, source)
        ) STRICT;
        INSERT INTO calendar_day_two (day_on, source, is_workday, name)
            SELECT day_on, source, is_workday, name FROM calendar_day;
        DROP TABLE calendar_day;
        ALTER TABLE calendar_day_two RENAME TO calendar_day;

        -- One change of the calendar, and each due time that it moved. what: unit, sign, own (the office's clock).
        CREATE TABLE calendar_change (
            id INTEGER PRIMARY KEY, version TEXT NOT NULL, what TEXT NOT NULL, year INTEGER NOT NULL,
            at TEXT NOT NULL, user_id INTEGER REFERENCES user
        ) STRICT;
        CREATE TABLE due_change (
            id INTEGER PRIMARY KEY, change_id INTEGER NOT NULL REFERENCES calendar_change,
            ticket_id INTEGER NOT NULL REFERENCES ticket, assignment_id INTEGER REFERENCES assignment,
            what TEXT NOT NULL, was_at TEXT NOT NULL, is_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX due_change_change ON due_change (change_id, id);
        CREATE INDEX due_change_ticket ON due_change (ticket_id, id);
        """,
    )


def m0021_reminders_of_a_ticket(database: Database) -> None:
    """Whatever is graver takes the place of what was raised of the same ticket before."""
    run(
        database,
        "CREATE INDEX reminder_ticket ON reminder (ticket_id) WHERE acked_at IS NULL AND ticket_id IS NOT NULL",
    )


STEPS = (m0020_calendar, m0021_reminders_of_a_ticket)
