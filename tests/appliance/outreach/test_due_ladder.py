"""Who is told when a task nears its end, passes it, or is not signed for; and what stands on the desk of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.clock import utc_text
from appliance.people.handlers import POWERS, Duties
from tests.appliance.office_bed import local
from tests.appliance.small_office import HANDLER, WANG, SmallOffice

LEADER, HELPER = "13655550001", "13655550002"


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def with_leader(office: SmallOffice) -> None:
    """The department has a leader besides its handler."""
    departments = office.office.departments
    leader = departments.add_handler(office.department().id, "刘主任", LEADER)
    departments.set_duties(leader.id, Duties(may=POWERS, is_leader=True, rank=9), office.lead)


def on(office: SmallOffice, *when: int) -> list[tuple[str, str]]:
    """The sweep of that moment, and what went out by it."""
    office.clock.step((local(*when) - office.clock.now()).total_seconds())
    office.sweep()
    return [(number, text[:10]) for number, text in office.deliver()]


# --- due ---


def test_the_handler_alone_then_the_leader_too_then_the_list(office: SmallOffice) -> None:
    with_leader(office)
    no = office.ticket_with_unit()  # due Monday 7 December 17:30
    office.move(no, "sign")
    assert on(office, 2026, 12, 4, 17, 29) == []
    assert [number for number, _ in on(office, 2026, 12, 4, 17, 30)] == [HANDLER]
    assert office.reminders() == ["due_soon"]
    assert on(office, 2026, 12, 7, 17, 29) == []
    assert sorted(number for number, _ in on(office, 2026, 12, 7, 17, 30)) == sorted([HANDLER, LEADER])
    assert office.reminders() == ["overdue"]
    assert on(office, 2026, 12, 14, 17, 29) == []
    assert office.reminders() == ["overdue"]
    on(office, 2026, 12, 14, 17, 30)
    assert office.reminders() == ["overdue_listed"]


def test_one_that_is_supervised_stays_overdue_and_nothing_is_written_again(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.move(no, "sign")
    office.office.tickets.move(
        no, "supervise", office.lead, version=office.office.tickets.row(no).version, reason="领导批示"
    )
    for day in (7, 8, 9, 10):
        on(office, 2026, 12, day, 18, 0)
        assert office.reminders() == ["overdue"]
    written = office.store._writer.total_changes
    assert office.sweep() == 0
    assert office.store._writer.total_changes == written


def test_after_a_week_without_power_the_department_is_told_once(office: SmallOffice) -> None:
    with_leader(office)
    office.move(office.ticket_with_unit(), "sign")
    assert sorted(number for number, _ in on(office, 2026, 12, 21, 10, 0)) == sorted([HANDLER, LEADER])
    assert office.reminders() == ["overdue_listed"]
    assert on(office, 2026, 12, 21, 10, 1) == []


def test_a_leader_alone_is_told_from_the_beginning(office: SmallOffice) -> None:
    with_leader(office)
    with office.store.transaction() as tx:
        tx.execute("UPDATE handler SET disabled_at = ? WHERE is_leader = 0", (utc_text(office.clock.now()),))
    office.move(office.ticket_with_unit(), "sign")
    assert [number for number, _ in on(office, 2026, 12, 4, 17, 30)] == [LEADER]


def test_who_only_helps_is_reminded_until_it_has_replied(office: SmallOffice) -> None:
    helping = office.office.departments.add("zjj", "住建局", "Housing", "bureau")
    office.office.departments.add_handler(helping.id, "周洁", HELPER)
    office.text(from_=WANG, text="路面塌陷")
    no = office.last_no()
    office.take_in(no)
    office.dispatch(no, "cgj", co_department_ids=(helping.id,))
    office.move(no, "sign")
    office.deliver()
    assert {HANDLER, HELPER} == {number for number, _ in on(office, 2026, 12, 4, 17, 30)}
    with office.store.transaction() as tx:
        tx.execute("UPDATE assignment SET replied_at = ? WHERE role = 'co'", (utc_text(office.clock.now()),))
    assert {number for number, _ in on(office, 2026, 12, 7, 17, 30)} == {HANDLER}


# --- signing ---


def test_who_has_not_signed_after_four_office_hours_is_asked_to(office: SmallOffice) -> None:
    no = office.ticket_with_unit()  # Monday 09:30
    assert on(office, 2026, 11, 23, 15, 28) == []
    ((number, text),) = on(office, 2026, 11, 23, 15, 32)
    assert number == HANDLER
    assert "催签" in text
    assert office.reminders() == ["unsigned"]
    assert on(office, 2026, 11, 23, 15, 33) == []
    office.move(no, "sign")
    assert office.reminders() == []


def test_who_signed_in_time_is_not_asked_to(office: SmallOffice) -> None:
    office.move(office.ticket_with_unit(), "sign")
    assert on(office, 2026, 11, 24, 15, 30) == []
    assert office.reminders() == []


def test_what_was_taken_back_needs_no_signature(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.move(no, "take_back", reason="派错了")
    office.deliver()
    assert on(office, 2026, 11, 23, 15, 30) == []
    assert "unsigned" not in office.reminders()


def test_an_unsigned_ticket_whose_time_is_over_is_overdue_and_nothing_else(office: SmallOffice) -> None:
    office.ticket_with_unit()
    on(office, 2026, 11, 24, 15, 30)
    assert office.reminders() == ["unsigned"]
    on(office, 2026, 12, 7, 17, 30)
    assert office.reminders() == ["overdue"]


# --- the year that nobody published ---


def test_from_the_middle_of_november_the_holidays_are_asked_for_once_a_week_until_entered(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, now=local(2026, 11, 14, 23, 0).astimezone(UTC))
    holidays = office.office.limits.holidays
    assert holidays.prompt() == 0
    office.clock.advance(hours=1)  # Sunday the 15th
    assert holidays.prompt() == 1
    (reminder,) = office.office.reminders.open()
    assert (reminder.kind, reminder.line) == ("calendar_missing", "2027")
    for _ in range(20):
        office.clock.advance(days=1)
        assert holidays.prompt() == 0  # it still stands there
    office.office.reminders.ack(reminder.id, office.lead)
    office.clock.advance(days=1)  # Sunday 6 December: of the same week nothing was raised
    assert holidays.prompt() == 1
    office.office.reminders.ack(office.office.reminders.open()[0].id, office.lead)
    assert holidays.prompt() == 0
    office.clock.advance(days=1)
    assert holidays.prompt() == 1


def test_nothing_is_asked_while_the_clock_may_be_wrong(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, now=datetime(1970, 1, 1, 2, 0, tzinfo=UTC))
    assert office.office.limits.holidays.prompt() == 0
