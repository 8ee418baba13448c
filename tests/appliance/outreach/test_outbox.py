"""Putting messages in; how they go out is told in test_sending.py."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from appliance.outreach.outbox import is_quiet
from tests.appliance.small_office import HANDLER, WANG, SmallOffice


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        (time(20, 59), False),
        (time(21, 0), True),
        (time(0, 0), True),
        (time(7, 29), True),
        (time(7, 30), False),
        (time(12), False),
    ],
)
def test_quiet_hours_run_from_nine_to_half_past_seven(local: time, *, expected: bool) -> None:
    assert is_quiet(local) is expected


def test_a_number_is_kept_in_one_form(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    office.office.messages.write("+86 139-0000-1111", "您好", office.li)
    assert office.outbox()[0]["number"] == WANG


def test_a_handlers_confirmations_are_limited_apart_from_citizens_answers(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    for _ in range(25):
        office.text(from_=HANDLER, text="LB")
    assert len(office.outbox(purpose="confirm")) == 20
    office.text(from_=WANG, text="查")
    assert len(office.outbox(purpose="progress")) == 1


def test_a_person_may_write_as_often_as_he_likes(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    for number in range(30):
        office.office.messages.write(WANG, f"您好{number}", office.li)
    assert len(office.outbox(purpose="manual")) == 30
