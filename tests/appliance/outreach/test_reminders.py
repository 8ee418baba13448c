"""What is due is found by asking, raised once, and never by a clock that may be wrong."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from appliance.config import ModemSettings
from appliance.errors import NotFound
from appliance.outreach.due_texts import DueTexts
from db.store import Transaction
from modem.events import LineState
from tests.appliance.small_office import HANDLER, LANDLINE, WANG, SmallOffice


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def minutes_of_sweeps(office: SmallOffice, minutes: int) -> list[str]:
    """Let minutes pass, each with its sweep; what stands on the desk in the end."""
    for _ in range(minutes):
        office.clock.advance(60)
        office.sweep()
    return office.reminders()


def writes(office: SmallOffice) -> int:
    return int(office.store._writer.total_changes)


# --- the office's own clocks ---


def test_a_draft_that_waits_an_hour_of_office_time_is_raised_once(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    assert minutes_of_sweeps(office, 59) == []
    assert minutes_of_sweeps(office, 120) == ["draft_late"]
    (reminder,) = office.office.reminders.open()
    assert reminder.ticket_no == office.last_no()


def test_an_accepted_ticket_is_raised_after_four_hours_of_office_time(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    office.take_in(office.last_no())  # 09:30; closed from 12 to 14
    office.clock.advance(hours=5, minutes=55)
    assert minutes_of_sweeps(office, 4) == []
    assert minutes_of_sweeps(office, 2) == ["dispatch_late"]


def test_a_review_is_raised_after_eight_hours_of_office_time(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.move(no, "reply", text="好了")
    office.clock.advance(hours=24)
    assert minutes_of_sweeps(office, 1) == []
    office.clock.advance(hours=2)
    assert minutes_of_sweeps(office, 1) == ["review_late"]


def test_what_was_done_meanwhile_is_no_longer_shown(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    assert minutes_of_sweeps(office, 61) == ["draft_late"]
    office.take_in(office.last_no())
    assert office.reminders() == []


# --- the department's time ---


def test_handlers_are_reminded_one_working_day_before_and_when_it_is_over_once_each(office: SmallOffice) -> None:
    no = office.ticket_with_unit()  # due Monday 7 December 17:30
    office.move(no, "sign")
    before = len(office.phone(HANDLER))
    office.clock.advance(days=10)  # Thursday 3 December 09:30
    for _ in range(60):
        office.clock.advance(hours=1)
        office.sweep()
        office.sweep()
        office.deliver()
    texts = office.phone(HANDLER)[before:]
    assert [text[text.index("】") + 1 :][:6] for text in texts] == [f"{no:06}"]
    assert "距期限还有1个工作日" in texts[0]
    assert [kind for kind in office.reminders() if kind == "due_soon"] == ["due_soon"]
    office.clock.advance(days=3)
    for _ in range(30):
        office.clock.advance(hours=1)
        office.sweep()
        office.deliver()
    texts = office.phone(HANDLER)[before:]
    assert len(texts) == 2
    assert "已超过期限12月7日17:30" in texts[1]
    assert office.reminders() == ["overdue"]
    assert all("催办" not in text for text in office.phone(WANG))


def test_an_urgent_ticket_is_reminded_in_its_last_quarter_even_at_night(office: SmallOffice) -> None:
    office.text(from_=WANG, text="燃气泄漏")
    no = office.last_no()
    office.take_in(no, urgency="urgent")
    office.clock.advance(hours=11)  # 20:30; due tomorrow 20:30
    office.dispatch(no, "cgj")
    office.move(no, "sign")
    office.deliver()
    before = len(office.phone(HANDLER))
    office.clock.advance(hours=17, minutes=59)
    office.sweep()
    assert office.deliver() == []
    office.clock.advance(minutes=2)
    office.sweep()
    office.deliver()
    assert "距期限还有6小时" in office.phone(HANDLER)[before:][0]
    office.clock.advance(hours=6)
    office.sweep()
    assert "已超过期限" in office.deliver()[0][1]


def test_an_ordinary_reminder_waits_for_the_morning(office: SmallOffice) -> None:
    office.move(office.ticket_with_unit(), "sign")
    office.clock.advance(days=11, hours=13)  # Friday 4 December 22:30
    office.sweep()
    assert office.deliver() == []
    office.clock.advance(hours=9)
    assert [number for number, _ in office.deliver()] == [HANDLER]


@pytest.mark.parametrize("state", ["review", "closed", "taken back"])
def test_a_department_that_has_answered_is_not_reminded(office: SmallOffice, state: str) -> None:
    no = office.ticket_with_unit()
    if state == "taken back":
        office.move(no, "take_back", reason="派错了")
    else:
        office.move(no, "reply", text="好了")
    if state == "closed":
        office.move(no, "approve")
        office.move(no, "rate", rating=5)
    office.clock.advance(days=30)
    office.sweep()
    assert office.outbox(purpose="reminder") == []


def test_a_department_nobody_can_text_is_on_the_desk_twice(office: SmallOffice) -> None:
    office.ticket_with_unit()
    with office.store.transaction() as tx:
        tx.execute("UPDATE handler SET phone = ?", (LANDLINE,))
    office.clock.advance(days=30)
    office.sweep()
    assert sorted(office.reminders()) == ["overdue_listed", "tell_unit"]


def test_a_crash_between_mark_and_text_leaves_both_or_none(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.ticket_with_unit()
    office.clock.advance(days=30)

    def bug(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(DueTexts, "of_due", bug)
        assert office.sweep() == 0
    assert office.reminders() == []
    office.sweep()
    assert (office.reminders(), len(office.outbox(purpose="reminder"))) == (["overdue_listed"], 1)


def test_one_thing_that_cannot_be_raised_does_not_silence_the_others(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.ticket_with_unit()
    office.ticket_with_unit(from_="13711110000")
    office.hang_up(office.ring(from_=WANG))
    office.clock.advance(days=30)
    remind = DueTexts.of_due

    def bug(texts: DueTexts, tx: Transaction, facts: sqlite3.Row, *others: Any, **how: Any) -> None:
        if facts["no"] == 1:
            raise ZeroDivisionError
        remind(texts, tx, facts, *others, **how)

    monkeypatch.setattr(DueTexts, "of_due", bug)
    assert office.sweep() == 2
    assert sorted(office.reminders()) == ["callback_late", "overdue_listed"]


# --- calls, messages, lines ---


def test_a_call_back_that_is_late_is_raised_and_gone_with_it(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=WANG))
    assert minutes_of_sweeps(office, 29) == []
    assert minutes_of_sweeps(office, 5) == ["callback_late"]
    (task,) = office.office.callbacks.rows()
    office.office.callbacks.record(task.id, "reached", office.li)
    assert office.reminders() == []


def test_a_failed_message_that_nobody_was_told_of_is_found(office: SmallOffice) -> None:
    office.office.messages.write(WANG, "您好", office.li)
    with office.store.transaction() as tx:
        tx.execute("UPDATE outbox SET state = 'failed'")
    assert minutes_of_sweeps(office, 3) == ["sms_failed"]


def test_a_line_that_is_down_for_a_quarter_of_an_hour_is_raised_until_it_works(office: SmallOffice) -> None:
    office.line("line1", LineState.NO_NETWORK)
    assert minutes_of_sweeps(office, 14) == []
    office.line("line1", LineState.MISSING)  # still the same outage
    assert minutes_of_sweeps(office, 3) == ["line_down"]
    (reminder,) = office.office.reminders.open()
    assert reminder.line == "line1"
    office.office.reminders.ack(reminder.id, office.li)
    assert minutes_of_sweeps(office, 30) == []  # said once, ticked off, still down
    office.line("line1")
    office.line("line1", LineState.NO_NETWORK)
    assert minutes_of_sweeps(office, 16) == ["line_down"]
    office.line("line1")
    assert minutes_of_sweeps(office, 1) == []


def test_a_line_that_is_down_at_night_is_raised_in_the_morning(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, now=datetime(2026, 11, 23, 14, 0, tzinfo=UTC))  # 22:00
    office.line("line1", LineState.NO_NETWORK)
    office.clock.advance(hours=10)
    assert minutes_of_sweeps(office, 44) == []  # 08:44
    assert minutes_of_sweeps(office, 2) == ["line_down"]


def test_a_line_that_never_came_up_is_raised_too(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, ModemSettings("line1"), ModemSettings("line2"), are_ready=False)
    office.line("line1")
    assert minutes_of_sweeps(office, 16) == ["line_down"]
    assert office.office.reminders.open()[0].line == "line2"


# --- the sweep itself ---


def test_a_sweep_writes_nothing_when_nothing_is_due(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.ticket_asked(from_=LANDLINE.replace("0571", "138000")[:11])
    office.hang_up(office.ring(from_=WANG))
    office.text(from_=WANG, text="还有别的")
    before = writes(office)
    for _ in range(20):
        office.clock.advance(60)
        assert office.sweep() == 0
    assert writes(office) == before
    office.clock.advance(days=40)
    assert office.sweep() > 0
    before = writes(office)
    for _ in range(20):
        office.clock.advance(60)
        assert office.sweep() == 0
    assert writes(office) == before
    assert office.status(no) == "dispatched"


def test_a_clock_that_may_be_wrong_decides_nothing(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, now=datetime(1970, 1, 1, 2, 0, tzinfo=UTC))
    office.text(from_=WANG, text="东街路灯不亮")
    office.hang_up(office.ring(from_="13711110000"))
    office.line("line1", LineState.NO_NETWORK)
    before = writes(office)
    for _ in range(10):
        office.clock.advance(days=100)
        assert office.sweep() == 0
    assert (office.reminders(), writes(office)) == ([], before)


def test_lost_minutes_cost_nothing(office: SmallOffice) -> None:
    for number in range(5):
        office.text(from_=f"1390000777{number}", text="停水")
    office.clock.advance(days=3)
    assert office.sweep() == 5
    assert office.sweep() == 0


def test_a_restart_raises_nothing_again(office: SmallOffice) -> None:
    office.ticket_with_unit()
    office.clock.advance(days=30)
    office.sweep()
    office.deliver()
    shown = office.reminders()
    office.crash()
    assert office.sweep() == 0
    assert (office.reminders(), office.deliver()) == (shown, [])


def test_ticking_off_is_remembered_and_may_be_done_twice(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    minutes_of_sweeps(office, 61)
    (reminder,) = office.office.reminders.open()
    office.office.reminders.ack(reminder.id, office.li)
    office.office.reminders.ack(reminder.id, office.lead)
    assert minutes_of_sweeps(office, 60) == []
    assert office.one("SELECT acked_by FROM reminder")["acked_by"] == office.li.id
    with pytest.raises(NotFound):
        office.office.reminders.ack(99, office.li)
