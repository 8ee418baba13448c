"""What a day more or less off does to everything that is due: shown before, done at once, listed and audited after."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from appliance.casework import recalculation
from appliance.errors import FieldWrong, NotFound
from appliance.limits.workdays import CalendarDay
from db.store import Transaction
from tests.appliance.office_bed import local
from tests.appliance.small_office import WANG, SmallOffice

SNOW = CalendarDay(date(2026, 11, 26), False, "", "大雪", "大雪")  # a Thursday
FLOOD = CalendarDay(date(2026, 11, 28), True, "", "防汛", "防汛")  # a Saturday


def notice_of_2027() -> list[CalendarDay]:
    """New Year as a bridge of four days, with the Saturday worked for it; the rest as by law."""
    off = (date(2027, 1, 1), date(2027, 1, 4), date(2027, 10, 1))
    days = [CalendarDay(day, False, "", "假", "假") for day in off]
    return [*days, CalendarDay(date(2027, 1, 9), True, "", "假", "假")]


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def due_at(office: SmallOffice, no: int) -> datetime | None:
    return office.office.tickets.row(no).due_at


def own_clock(office: SmallOffice, no: int) -> datetime:
    """Until when the office must act, to the minute."""
    at = office.office.tickets.row(no).stage_due_at
    assert at is not None
    return at.replace(second=0, microsecond=0)


def audited(office: SmallOffice, action: str) -> int:
    return int(office.one("SELECT count(*) AS n FROM audit WHERE action = ?", action)["n"])


def test_a_day_off_moves_what_is_due_behind_it_and_nothing_else(office: SmallOffice) -> None:
    late = office.ticket_with_unit()  # help, 23 November: until 7 December? the type says
    urgent = office.ticket_with_unit(from_="13711110000", urgency="urgent")
    before = due_at(office, late), due_at(office, urgent)
    holidays = office.office.limits.holidays
    preview = holidays.preview_own(SNOW)
    assert {(row.no, row.what) for row in preview.moves} == {(late, "unit")}
    assert (due_at(office, late), due_at(office, urgent)) == before  # only looked at
    assert holidays.own_days() == ()
    change = holidays.enter_own(SNOW, office.lead)
    assert change.moved == 1
    moved = due_at(office, late)
    assert before[0] is not None
    assert moved is not None
    assert moved > before[0]
    assert due_at(office, urgent) == before[1]
    (row,) = holidays.moved_by(change.id)
    assert (row.no, row.was, row.becomes) == (late, before[0], moved)
    assert (audited(office, "calendar_local"), audited(office, "ticket_due")) == (1, 1)
    assert (
        office.one("SELECT due_at FROM assignment WHERE ticket_id = 1")["due_at"]
        == office.one("SELECT due_at FROM ticket WHERE id = 1")["due_at"]
    )
    assert office.office.audit.verify().is_whole


def test_dropping_the_day_takes_everything_back(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    before = due_at(office, no)
    holidays = office.office.limits.holidays
    holidays.enter_own(SNOW, office.lead)
    assert [day.on for day in holidays.own_days()] == [SNOW.on]
    holidays.drop_own(SNOW.on, office.lead)
    assert (due_at(office, no), holidays.own_days()) == (before, ())
    assert [(row.what, row.moved) for row in holidays.changes()] == [("dropped", 1), ("local", 1)]
    with pytest.raises(NotFound):
        holidays.drop_own(SNOW.on, office.lead)
    assert len(holidays.changes()) == 2


def test_what_is_dispatched_after_it_counts_by_it_at_once_and_after_a_restart(office: SmallOffice) -> None:
    office.office.limits.holidays.enter_own(SNOW, office.lead)
    first = office.ticket_with_unit(type_="enquiry")
    assert due_at(office, first) == local(2026, 11, 25, 17, 30)
    office.clock.advance(days=1)
    second = office.ticket_with_unit(from_="13711110000", type_="enquiry")
    assert due_at(office, second) == local(2026, 11, 27, 17, 30)
    assert '"calendar":"2026.1"' in office.one("SELECT due_basis FROM ticket WHERE no = ?", second)["due_basis"]
    office.crash()
    third = office.ticket_with_unit(from_="13711110001", type_="enquiry")
    assert due_at(office, third) == local(2026, 11, 27, 17, 30)


def test_the_offices_own_clock_and_the_time_to_sign_move_too(office: SmallOffice) -> None:
    office.clock.step((local(2026, 11, 25, 16, 30) - office.clock.now()).total_seconds())
    no = office.ticket_with_unit()  # four office hours to sign: until Thursday 11:30
    office.clock.step((local(2026, 11, 25, 17, 10) - office.clock.now()).total_seconds())
    office.text(from_="13711110000", text="停水")  # a draft: an hour of office time, until Thursday 09:10
    draft = office.last_no()
    holidays = office.office.limits.holidays
    holidays.enter_own(SNOW, office.lead)
    assert office.one("SELECT sign_due_at FROM assignment")["sign_due_at"].startswith("2026-11-27T03:")
    assert own_clock(office, draft) == local(2026, 11, 27, 9, 10)
    assert {(row.no, row.what) for row in holidays.moved_by(1)} == {(no, "unit"), (no, "sign"), (draft, "own")}
    holidays.drop_own(SNOW.on, office.lead)
    assert own_clock(office, draft) == local(2026, 11, 26, 9, 10)


def test_extensions_and_pauses_stay_given(office: SmallOffice) -> None:
    no = office.ticket_with_unit(type_="help")  # until Monday the 30th
    office.move(no, "sign")
    office.office.tickets.move(
        no, "extend", office.lead, version=office.office.tickets.row(no).version, days=2, reason="等配件"
    )
    assert due_at(office, no) == local(2026, 12, 2, 17, 30)
    office.office.limits.holidays.enter_own(SNOW, office.lead)
    assert due_at(office, no) == local(2026, 12, 3, 17, 30)


def test_a_time_that_the_calendar_does_not_explain_is_left_alone(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    with office.store.transaction() as tx:
        tx.execute("UPDATE assignment SET due_at = '2026-12-24T09:30:00.000Z'")
    assert office.office.limits.holidays.enter_own(SNOW, office.lead).moved == 0
    assert due_at(office, no) is not None


def test_a_year_is_entered_corrected_and_known(office: SmallOffice) -> None:
    office.clock.step((local(2026, 12, 29, 10, 0) - office.clock.now()).total_seconds())
    no = office.ticket_with_unit(type_="help")
    assert due_at(office, no) == local(2027, 1, 6, 17, 30)
    holidays, days = office.office.limits.holidays, notice_of_2027()
    holidays.prompt()
    assert "calendar_missing" in office.reminders()
    assert [row.becomes for row in holidays.preview_notice(2027, days).moves] == [local(2027, 1, 7, 17, 30)]
    assert holidays.enter_notice(2027, days, office.lead).moved == 1
    assert due_at(office, no) == local(2027, 1, 7, 17, 30)
    assert "provisional" not in office.one("SELECT due_basis FROM ticket WHERE no = ?", no)["due_basis"]
    assert "calendar_missing" not in office.reminders()
    assert holidays.prompt() == 0
    assert holidays.year(2027).state == "entered"
    corrected = [day for day in days if day.on != date(2027, 1, 4)]
    assert holidays.enter_notice(2027, corrected, office.lead).moved == 1
    assert due_at(office, no) == local(2027, 1, 6, 17, 30)


def test_a_notice_replaces_the_one_that_came_with_the_program(office: SmallOffice) -> None:
    holidays = office.office.limits.holidays
    assert holidays.year(2026).state == "shipped"
    days = [CalendarDay(date(2026, 10, 1), False, "", "国庆", "国庆")]
    holidays.enter_notice(2026, days, office.lead)
    calendar = holidays._hours.calendar
    assert calendar.is_workday(date(2026, 10, 2))
    assert not calendar.is_workday(date(2025, 10, 2))
    assert not calendar.is_provisional(date(2026, 6, 1))


def test_a_new_years_break_of_next_years_notice_does_not_publish_this_year(office: SmallOffice) -> None:
    days = [
        CalendarDay(date(2027, 12, 31), False, "", "元旦", "元旦"),
        CalendarDay(date(2028, 1, 3), False, "", "元旦"),
    ]
    office.office.limits.holidays.enter_notice(2028, days, office.lead)
    calendar = office.office.limits.deadlines._hours.calendar
    assert calendar.is_provisional(date(2027, 6, 1))
    assert not calendar.is_provisional(date(2028, 6, 1))
    assert not calendar.is_workday(date(2027, 12, 31))


@pytest.mark.parametrize(
    ("day", "field"),
    [
        (CalendarDay(date(2026, 11, 26), False, "", "  ", ""), "name"),
        (CalendarDay(date(2026, 11, 26), False, "", "雪" * 41, ""), "name"),
        (CalendarDay(date(2026, 11, 26), True, "", "加班", ""), "day_on"),
        (CalendarDay(date(2026, 11, 28), False, "", "周六", ""), "day_on"),
    ],
)
def test_a_day_that_changes_nothing_or_has_no_name_is_refused(
    office: SmallOffice, day: CalendarDay, field: str
) -> None:
    with pytest.raises(FieldWrong) as refused:
        office.office.limits.holidays.enter_own(day, office.lead)
    assert refused.value.field == field
    with pytest.raises(FieldWrong):
        office.office.limits.holidays.enter_notice(2027, [], office.lead)
    assert office.office.limits.holidays.changes() == ()


def test_what_fails_half_way_changes_neither_days_nor_times_nor_what_counts(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = office.ticket_with_unit()
    before = due_at(office, no)
    holidays = office.office.limits.holidays

    def bug(*_: object) -> int:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(recalculation, "apply", bug)
        with pytest.raises(ZeroDivisionError):
            holidays.enter_own(SNOW, office.lead)
    assert (due_at(office, no), holidays.own_days(), holidays.changes()) == (before, (), ())
    assert holidays._hours.calendar.is_workday(SNOW.on)


def test_a_disk_that_takes_no_more_leaves_the_old_calendar_in_force(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    holidays = office.office.limits.holidays
    announce = Transaction.announce

    def full(tx: Transaction, kind: str, number: int) -> None:
        announce(tx, kind, number)
        if kind == "reminder":
            tx.execute("ROLLBACK")

    with monkeypatch.context() as broken:
        broken.setattr(Transaction, "announce", full)
        with pytest.raises(Exception, match="no transaction is active"):
            holidays.enter_own(SNOW, office.lead)
    assert holidays._hours.calendar.is_workday(SNOW.on)
    assert holidays.own_days() == ()


def test_many_tickets_are_looked_at_in_pieces(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalculation, "AT_ONCE", 2)
    numbers = [office.ticket_with_unit(from_=f"1371111000{number}") for number in range(5)]
    preview = office.office.limits.holidays.preview_own(SNOW)
    assert sorted(row.no for row in preview.moves if row.what == "unit") == numbers
    assert preview.count == len(preview.moves)


def test_a_saturday_worked_by_us_alone_brings_things_forward(office: SmallOffice) -> None:
    no = office.ticket_with_unit(type_="help")  # until Monday the 30th
    office.office.limits.holidays.enter_own(FLOOD, office.lead)
    assert due_at(office, no) == local(2026, 11, 28, 17, 30)


def test_holidays_can_be_entered_while_the_clock_is_wrong(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, now=datetime(1970, 1, 1, 2, 0, tzinfo=UTC))
    office.text(from_=WANG, text="东街路灯不亮")
    assert office.office.limits.holidays.enter_notice(2027, notice_of_2027(), None).moved == 0
    assert office.office.limits.holidays.year(2027).state == "entered"
