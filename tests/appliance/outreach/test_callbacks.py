"""Whom the office owes a call, and by when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.errors import FieldWrong, NotFound
from appliance.outreach.callbacks import REASONS
from tests.appliance.small_office import NIGHT, WANG, ZHAO, SmallOffice


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def miss(office: SmallOffice, number: str = WANG) -> int:
    office.hang_up(office.ring(from_=number))
    return next(task.id for task in office.office.callbacks.rows() if task.number == number)


def deeds(office: SmallOffice) -> list[tuple[str, int, int]]:
    """What the audit keeps of call-backs: what was done, to which, by whom."""
    found = office.store.rows("SELECT action, entity_id, user_id FROM audit WHERE entity = 'callback' ORDER BY seq")
    return [(each["action"], each["entity_id"], each["user_id"]) for each in found]


def test_the_half_hour_runs_in_office_time(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, now=datetime(2026, 11, 23, 3, 50, tzinfo=UTC))  # 11:50, closed from 12 to 14
    miss(office)
    assert office.office.callbacks.rows()[0].due_at == datetime(2026, 11, 23, 6, 20, tzinfo=UTC)


def test_an_entry_turns_soon_and_then_late(office: SmallOffice) -> None:
    miss(office)
    seen = []
    for _ in range(4):
        seen.append(office.office.callbacks.rows()[0].lateness)
        office.clock.advance(minutes=10)
    assert seen == ["none", "none", "soon", "late"]


def test_the_one_due_first_stands_first(office: SmallOffice) -> None:
    miss(office, ZHAO)
    office.clock.advance(60)
    miss(office, WANG)
    assert [task.number for task in office.office.callbacks.rows()] == [ZHAO, WANG]


def test_a_second_reason_does_not_move_the_clock(office: SmallOffice) -> None:
    miss(office)
    due_at = office.office.callbacks.rows()[0].due_at
    office.clock.advance(minutes=20)
    office.text(from_=WANG, text="回电")
    (task,) = office.office.callbacks.rows()
    assert (task.reason, task.due_at) == ("missed", due_at)


def owes(office: SmallOffice, *reasons: str) -> None:
    with office.store.transaction() as tx:
        citizen_id = office.services.office.citizens.find_or_add(tx, WANG)
        for reason in reasons:
            office.office.callbacks.open(tx, citizen_id, reason)


@pytest.mark.parametrize("reason", sorted(set(REASONS) - {"unclear"}))
def test_an_entry_that_asks_gives_way_to_whatever_is_owed_for_certain(office: SmallOffice, reason: str) -> None:
    owes(office, "unclear", reason)
    assert [task.reason for task in office.office.callbacks.rows()] == [reason]


@pytest.mark.parametrize("reason", ["tell", "unsent", "dissatisfied", "missed"])
def test_what_is_owed_for_certain_gives_way_to_no_question(office: SmallOffice, reason: str) -> None:
    owes(office, reason, "unclear")
    assert [task.reason for task in office.office.callbacks.rows()] == [reason]


@pytest.mark.parametrize("reason", ["missed", "interrupted", "asked", "voicemail", "unclear"])
def test_something_urgent_is_due_at_once_though_something_was_owed_before(office: SmallOffice, reason: str) -> None:
    owes(office, reason)
    office.clock.advance(minutes=5)
    owes(office, "urgent")
    (task,) = office.office.callbacks.rows()
    assert (task.reason, task.due_at) == ("urgent", office.clock.now())
    office.clock.advance(minutes=5)
    owes(office, "urgent")
    assert office.office.callbacks.rows()[0].due_at == task.due_at, "nor does a second press move it"


@pytest.mark.parametrize("result", ["reached", "wrong", "dropped"])
def test_a_result_closes_the_entry_once(office: SmallOffice, result: str) -> None:
    callback_id = miss(office)
    office.office.callbacks.record(callback_id, result, office.li)
    office.office.callbacks.record(callback_id, "reached", office.lead)
    row = office.one("SELECT * FROM callback")
    assert (row["result"], row["closed_by"]) == (result, office.li.id)
    assert office.office.callbacks.rows() == ()
    assert deeds(office) == [(f"callback_{result}", callback_id, office.li.id)]


def test_nobody_answering_keeps_the_entry_and_counts_the_try(office: SmallOffice) -> None:
    callback_id = miss(office)
    office.office.callbacks.record(callback_id, "no_answer", office.li)
    (task,) = office.office.callbacks.rows()
    assert (task.tries, task.tried_at) == (1, office.clock.now())
    assert deeds(office) == [("callback_no_answer", callback_id, office.li.id)]


def test_a_new_call_after_the_entry_was_closed_is_a_new_entry_with_a_new_text(office: SmallOffice) -> None:
    office.office.callbacks.record(miss(office), "reached", office.li)
    miss(office)
    assert office.count("callback") == 2
    assert len(office.outbox(purpose="missed")) == 2


def test_a_note_stands_on_the_ticket_or_with_the_citizen(office: SmallOffice) -> None:
    office.office.callbacks.record(miss(office), "dropped", office.li, note="打错了")
    assert office.one("SELECT notes FROM citizen")["notes"] == "打错了"
    no = office.ticket_asked(from_=ZHAO)
    office.text(from_=ZHAO, text="1")
    (task,) = office.office.callbacks.rows()
    office.office.callbacks.record(task.id, "reached", office.li, note="其实满意")
    assert office.notes(no)[-1] == ("note", "", "其实满意")


def test_what_is_no_result_is_refused(office: SmallOffice) -> None:
    callback_id = miss(office)
    with pytest.raises(FieldWrong) as wrong:
        office.office.callbacks.record(callback_id, "maybe", office.li)
    assert wrong.value.field == "result"
    with pytest.raises(NotFound):
        office.office.callbacks.record(99, "reached", office.li)
    with pytest.raises(NotFound):
        office.office.callbacks.call(99, office.li)


def test_an_entry_made_by_a_wrong_clock_gets_its_half_hour_when_the_clock_is_set(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, now=datetime(1970, 1, 1, 2, 0, tzinfo=UTC))
    miss(office)
    assert office.office.callbacks.rows()[0].lateness == "none"
    passed = NIGHT - office.clock.now()
    office.clock.advance(passed.total_seconds())
    assert office.sweep() == 1  # by the old time it is late
    assert office.office.callbacks.recompute_due(office.clock.now()) == 1
    assert office.office.callbacks.rows()[0].due_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert office.office.callbacks.recompute_due(office.clock.now() + timedelta(1)) == 0
