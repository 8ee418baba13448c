"""Calls that the box itself makes because of a danger. Rules: db/migrations.py."""

from __future__ import annotations

from sqlite_utils import Database

from db.steps import run


def m0058_emergency_calls(database: Database) -> None:
    """Each time the box rang somebody of the chain."""
    run(
        database,
        """
        -- speaks: the line carries sound; 0: it only rang. outcome: '' = goes on, else a key of alarm_call.OUTCOMES.
        CREATE TABLE emergency_call (
            id INTEGER PRIMARY KEY, step_id INTEGER NOT NULL REFERENCES emergency_step, call_id INTEGER NOT NULL,
            line TEXT NOT NULL, speaks INTEGER NOT NULL, dialled_at TEXT NOT NULL, ended_at TEXT,
            outcome TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX emergency_call_step ON emergency_call (step_id);
        CREATE INDEX emergency_call_open ON emergency_call (id) WHERE outcome = '';
        """,
    )


def m0059_chains_without_anybody(database: Database) -> None:
    """A chain in which there was nobody to tell has not begun: whoever is named first is told first."""
    run(
        database,
        """
        UPDATE emergency SET steps = 0 WHERE state = 'running' AND ended_at IS NULL AND NOT EXISTS
            (SELECT 1 FROM emergency_step s WHERE s.emergency_id = emergency.id);
        """,
    )


STEPS = (m0058_emergency_calls, m0059_chains_without_anybody)
