"""What surveys, supervision and dangers ask is answered from an index, however many years lie in the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import emergency, supervision, survey, timeline
from db.store import Store
from tests.db.test_plans import AT, Explaining

UNIT = ("dispatched", "in_progress")

QUESTIONS: dict[str, Callable[[Any], object]] = {
    "a ticket's survey": lambda tx: survey.open_of(tx, 1),
    "surveys that are missing": lambda tx: survey.missing(tx, "survey", 200),
    "surveys that move on": lambda tx: survey.moving(tx, AT, AT, ("texted", "last_text"), 200),
    "whom to call": lambda tx: survey.in_state(tx, "calling", 100),
    "open surveys": survey.count_open,
    "surveys of the month": lambda tx: survey.outcomes_since(tx, AT),
    "the text with the result": lambda tx: survey.result_text(tx, 1, AT),
    "a citizen's last survey": lambda tx: survey.surveyed_of_citizen(tx, 1, AT),
    "ratings": lambda tx: survey.ratings_of(tx, 1),
    "what he was told": lambda tx: survey.told(tx, 1),
    "the board": lambda tx: survey.board(tx, 100),
    "the board's count": survey.count_unsatisfied,
    "zeroed": lambda tx: survey.zeroed_since(tx, AT),
    "answers by text": lambda tx: survey.answers_by_text(tx, 1, AT),
    "overdue": lambda tx: supervision.overdue(tx, AT, UNIT, 100),
    "unsatisfied again": lambda tx: supervision.unsatisfied_again(tx, 2),
    "from leaders": lambda tx: supervision.from_leaders(tx, 100),
    "instructed": lambda tx: supervision.instructed(tx, 100),
    "repeated": lambda tx: supervision.repeated(tx, UNIT, 3, AT, 100),
    "late papers": lambda tx: supervision.late(tx, AT, 100),
    "papers without a time": lambda tx: supervision.without_time(tx, 100),
    "the next paper's number": lambda tx: supervision.next_no(tx, 2026),
    "open papers": lambda tx: supervision.all_open(tx, 100),
    "ended papers": lambda tx: supervision.ended(tx, None, 50),
    "dangers": emergency.all_open,
    "a ticket's danger": lambda tx: emergency.last_of(tx, 1),
    "the log of a day": lambda tx: emergency.ended_between(tx, AT, AT, 100),
    "who was told": lambda tx: emergency.steps_of(tx, 1),
    "told to a telephone": lambda tx: emergency.told_to(tx, "key"),
    "whom to call in danger": lambda tx: emergency.uncalled(tx, AT),
    "whom the box rings": emergency.running_steps,
    "calls of a step": lambda tx: emergency.calls_of_step(tx, 1),
    "calls of a danger": lambda tx: emergency.calls_of(tx, 1),
    "calls that go on": emergency.open_calls,
    "calls on a ticket's timeline": lambda tx: timeline.alarm_calls(tx, 1),
    "tickets of the last hour": lambda tx: emergency.tickets_since(tx, AT),
    "open events": emergency.open_events,
    "members of an event": lambda tx: emergency.members(tx, ("water", "power"), "east", AT, AT),
}

# Indexes that hold only what waits.
PARTIAL = (
    "survey_open", "survey_next", "unsatisfied_open", "supervision_open", "supervision_due",
    "supervision_clock", "ticket_note_instruction", "ticket_from_leader", "emergency_open", "emergency_call_open",
    "group_event_open",
)  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_reads_a_whole_table(tmp_path: Path, question: str) -> None:
    asked = Explaining(Store(tmp_path / "hotline.db"))
    QUESTIONS[question](asked)
    assert asked.plans
    for step in asked.plans:
        if step.startswith("SCAN"):
            assert "INDEX" in step, asked.plans
            assert any(small in step for small in PARTIAL) or question == "ended papers", asked.plans
