"""What slips, attachments and notices ask is answered from an index, however many years lie in the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import attachments, citizen_notices, slips, unit_notices
from db.store import Store
from tests.db.test_plans import AT, Explaining

QUESTIONS: dict[str, Callable[[Any], object]] = {
    "a ticket's files": lambda tx: attachments.of_ticket(tx, 1),
    "a file": lambda tx: attachments.get(tx, 1),
    "whether a file has its row": lambda tx: attachments.is_kept(tx, "0" * 32),
    "a slip": lambda tx: slips.facts(tx, 1),
    "whose slips": lambda tx: slips.tasks(tx, 1),
    "earlier rounds": lambda tx: slips.said_before(tx, 1, ("reply", "redo"), AT),
    "its supervision": lambda tx: slips.supervision(tx, 1),
    "reminded when": lambda tx: slips.reminded(tx, 1, ("reminder",)),
    "notices due": lambda tx: unit_notices.due_before(tx, AT),
    "a department's notices": lambda tx: unit_notices.open_of_department(tx, 1),
    "our last word to a handler": lambda tx: unit_notices.latest_to_handler(tx, 1),
    "a notice's table": lambda tx: unit_notices.table(tx, 1),
    "what became of a notice": lambda tx: citizen_notices.states(tx, 1),
    "who replied": lambda tx: citizen_notices.replies(tx, 1, AT),
    "who stopped": lambda tx: citizen_notices.stops(tx, 1, AT),
    "for whom a notice would be": lambda tx: citizen_notices.candidates(tx, AT, "CGZ", ("lamp",), 1000),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_reads_a_whole_table(tmp_path: Path, question: str) -> None:
    asked = Explaining(Store(tmp_path / "hotline.db"))
    QUESTIONS[question](asked)
    assert asked.plans
    assert [step for step in asked.plans if step.startswith("SCAN")] == [], asked.plans
