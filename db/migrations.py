"""The schema, as a row of small steps (db/steps_*.py). One is never edited after release; a change is a new one, last.

Rules of every table: STRICT; `*_at` is UTC text with milliseconds, `*_on` a local date; ids are integers nobody sees.
What a citizen said, who they are and what came over the air stands only in the tables named in ERASABLE, so that it
can be erased while calls, tickets, moves and the audit chain, which hold ids and digests, stay whole.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from db import (
    steps_alarm,
    steps_casework,
    steps_consult,
    steps_dispatch,
    steps_entry,
    steps_follow_up,
    steps_knowledge,
    steps_landline,
    steps_limits,
    steps_office,
    steps_paper,
    steps_shift,
    steps_unit_hours,
    steps_vault,
    steps_words,
)

MIGRATIONS = Migrations("hotline")

ERASABLE = (
    "citizen",
    "handler",
    "call_number",
    "pdu_in",
    "sms_words",
    "ticket_words",
    "note_words",
    "outbox_words",
    "recording_mark",
    "spoken_reply",
    "identity_vault",
    "identity_access_words",
    "nuisance_words",
    "leader",
    "duty",
    "handover_words",
    "agency_words",
    "agency_move_words",
    "emergency_step_words",
    "emergency_contact",
    "attachment_words",
    "unit_notice_words",
    "unit_notice_answer",
    "citizen_notice_words",
    "article_gap_words",
)


def unknown_names(database: Database) -> list[str]:
    """Steps that a newer version applied to this file and this version does not know."""
    known = {step.name for step in MIGRATIONS._migrations}
    return [step.name for step in MIGRATIONS.applied(database) if step.name not in known]


for step in (
    *steps_office.STEPS,
    *steps_landline.STEPS,
    *steps_casework.STEPS,
    *steps_limits.STEPS,
    *steps_dispatch.STEPS,
    *steps_words.STEPS,
    *steps_paper.STEPS,
    *steps_follow_up.STEPS,
    *steps_vault.STEPS,
    *steps_shift.STEPS,
    *steps_entry.STEPS,
    *steps_knowledge.STEPS,
    *steps_alarm.STEPS,
    *steps_consult.STEPS,
    *steps_unit_hours.STEPS,
):
    MIGRATIONS()(step)
