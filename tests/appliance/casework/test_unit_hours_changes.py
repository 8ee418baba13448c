"""Other opening hours of a department move what it has in hand: shown before, done at once, listed and audited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from appliance.clock import from_utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.limits.workdays import CalendarDay
from tests.appliance.casework.test_unit_hours import EARLY, NIGHT, SIX, at, by_lead, column, keep, with_helper
from tests.appliance.office_bed import local
from tests.appliance.small_office import SmallOffice


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    """Monday 23 November 2026, 09:30. Both departments keep the office's hours."""
    return SmallOffice(tmp_path)


def audited(office: SmallOffice, action: str) -> int:
    return int(office.one("SELECT count(*) AS n FROM audit WHERE action = ?", action)["n"])


def everything(office: SmallOffice) -> list[Any]:
    rows = office.store.rows("SELECT due_at, due_basis, sign_due_at FROM assignment ORDER BY id")
    return [tuple(row) for row in rows] + [office.count("due_change"), office.count("audit")]


def test_what_moves_is_shown_first_and_nothing_is_written(office: SmallOffice) -> None:
    no = with_helper(office)
    before, unit = everything(office), office.department("cgj")
    preview = office.office.limits.unit_hours.preview(unit.id, EARLY)
    assert [(row.no, row.what, row.was, row.becomes) for row in preview.moves] == [
        (no, "unit", local(2026, 11, 30, 17, 30), local(2026, 11, 30, 16, 30)),
        (no, "sign", local(2026, 11, 23, 15, 30), local(2026, 11, 23, 15, 0)),
    ]
    assert preview.count == 2
    assert preview.seen != office.office.limits.unit_hours.preview(unit.id, SIX).seen
    assert office.office.limits.unit_hours.preview(unit.id, unit.hours).count == 0
    with pytest.raises(FieldWrong):
        office.office.limits.unit_hours.preview(unit.id, "at noon")
    with pytest.raises(NotFound):
        office.office.limits.unit_hours.preview(999, EARLY)
    assert everything(office) == before


def test_what_was_shown_before_somebody_else_changed_the_hours_is_shown_anew(office: SmallOffice) -> None:
    with_helper(office)
    unit = office.department("cgj")
    before = office.office.limits.unit_hours.preview(unit.id, SIX)
    assert office.office.limits.unit_hours.preview(unit.id, SIX).seen == before.seen
    keep(office, "cgj", EARLY)
    after = office.office.limits.unit_hours.preview(unit.id, SIX)
    assert (after.moves != before.moves, after.seen != before.seen) == (True, True)


def test_saving_moves_its_own_tasks_alone_with_list_and_audit(office: SmallOffice) -> None:
    no = with_helper(office)
    unit = keep(office, "gas", SIX)  # helps only: the ticket's own time is the leading department's
    assert column(office, "due_at") == [local(2026, 11, 30, 17, 30), local(2026, 11, 28, 12, 0)]
    (change,) = office.office.limits.unit_hours.changes(unit.id)
    assert (change.who, change.moved) == (office.lead.display_name, 2)
    found, moves = office.office.limits.unit_hours.change(unit.id, change.id)
    assert found == change
    assert {(row.no, row.what) for row in moves} == {(no, "unit"), (no, "sign")}
    assert (audited(office, "department_hours"), audited(office, "ticket_due")) == (1, 2)
    assert office.office.audit.verify().is_whole
    with pytest.raises(NotFound):
        office.office.limits.unit_hours.change(office.department("cgj").id, change.id)


def test_hours_taken_back_take_every_time_back(office: SmallOffice) -> None:
    no = with_helper(office)
    office.move(no, "sign")
    by_lead(office, no, "extend", days=2, reason="等配件")
    before = column(office, "due_at")
    keep(office, "cgj", NIGHT)
    assert column(office, "due_at")[0] == local(2026, 12, 3, 0, 0)  # two days more, at midnight
    keep(office, "cgj", "")
    assert column(office, "due_at") == before
    assert [row.moved for row in office.office.limits.unit_hours.changes(office.department().id)] == [1, 1]


def test_hours_and_the_calendar_change_each_other_in_any_order(office: SmallOffice) -> None:
    with_helper(office)
    holidays, snow = office.office.limits.holidays, CalendarDay(date(2026, 11, 26), False, "", "大雪", "大雪")
    keep(office, "cgj", EARLY)
    holidays.enter_own(snow, office.lead)
    assert column(office, "due_at") == [local(2026, 12, 1, 16, 30), local(2026, 12, 1, 17, 30)]
    keep(office, "cgj", SIX)
    assert column(office, "due_at") == [local(2026, 11, 30, 17, 30), local(2026, 12, 1, 17, 30)]  # 24, 25, 27, 28, 30
    holidays.drop_own(snow.on, office.lead)
    assert column(office, "due_at") == [local(2026, 11, 28, 12, 0), local(2026, 11, 30, 17, 30)]
    assert [row.what for row in holidays.changes()] == ["dropped", "local"]  # hours are no change of the calendar


def test_across_new_year_and_a_swapped_day(office: SmallOffice) -> None:
    at(office, 2026, 12, 29, 10, 0)
    office.ticket_with_unit(type_="help")
    assert column(office, "due_at") == [local(2027, 1, 6, 17, 30)]
    keep(office, "cgj", NIGHT)
    assert column(office, "due_at") == [local(2027, 1, 7, 0, 0)]
    days = [CalendarDay(date(2027, 1, day), day == 3, "", "元旦", "元旦") for day in (1, 3)]  # Sunday the 3rd is worked
    office.office.limits.holidays.enter_notice(2027, days, office.lead)
    assert column(office, "due_at") == [local(2027, 1, 6, 0, 0)]  # 30, 31, Sunday 3, 4, 5


def test_a_time_that_the_hours_do_not_explain_is_left_alone(office: SmallOffice) -> None:
    office.ticket_with_unit(type_="help")
    with office.store.transaction() as tx:
        tx.execute("UPDATE assignment SET due_at = '2026-12-24T09:30:00.000Z', signed_at = sent_at")
    keep(office, "cgj", EARLY)
    assert from_utc_text(office.one("SELECT due_at FROM assignment")["due_at"]) == local(2026, 12, 24, 17, 30)
    assert [row.moved for row in office.office.limits.unit_hours.changes(office.department().id)] == [0]


def test_what_is_over_is_not_touched_and_names_alone_change_no_time(office: SmallOffice) -> None:
    no = office.ticket_asked(type_="help")
    office.move(no, "rate", rating=5)
    before = everything(office)
    unit = office.department()
    office.office.departments.put(replace(unit, name_zh="城市管理局"), office.lead)
    assert office.office.limits.unit_hours.changes(unit.id) == ()
    keep(office, "cgj", EARLY)
    assert everything(office)[:1] == before[:1]


def test_a_list_of_departments_moves_due_times_too(office: SmallOffice) -> None:
    office.ticket_with_unit(type_="help")
    row = {"code": "cgj", "name_zh": "城管局", "name_en": "City", "kind": "bureau", "hours": EARLY}
    office.office.departments.import_rows([row])
    assert column(office, "due_at") == [local(2026, 11, 30, 16, 30)]
    (change,) = office.office.limits.unit_hours.changes(office.department().id)
    assert (change.who, change.moved) == ("", 2)


def supervised(office: SmallOffice) -> None:
    """An open paper of Monday 23 November, to be answered by Thursday at half past five."""
    no = office.ticket_with_unit(type_="help")
    by_lead(office, no, "supervise", reason="请尽快")


def paper_due(office: SmallOffice) -> Any:
    return from_utc_text(office.one("SELECT due_at FROM supervision ORDER BY id DESC LIMIT 1")["due_at"])


def test_an_open_paper_of_supervision_moves_too_and_back(office: SmallOffice) -> None:
    supervised(office)
    unit = office.department("cgj")
    assert ("paper", local(2026, 11, 26, 16, 30)) in [
        (row.what, row.becomes) for row in office.office.limits.unit_hours.preview(unit.id, EARLY).moves
    ]
    keep(office, "gas", EARLY)
    assert paper_due(office) == local(2026, 11, 26, 17, 30)
    keep(office, "cgj", EARLY)
    assert paper_due(office) == local(2026, 11, 26, 16, 30)
    keep(office, "cgj", "")
    assert paper_due(office) == local(2026, 11, 26, 17, 30)


def test_a_day_off_moves_an_open_paper_by_the_hours_of_its_department(office: SmallOffice) -> None:
    keep(office, "cgj", EARLY)
    supervised(office)
    day_off = CalendarDay(date(2026, 11, 25), False, "local", "停电")
    change = office.office.limits.holidays.enter_own(day_off, office.lead)
    assert paper_due(office) == local(2026, 11, 27, 16, 30)
    assert "paper" in {row.what for row in office.office.limits.holidays.moved_by(change.id)}


def test_a_paper_that_ended_or_waits_for_the_clock_keeps_its_time(office: SmallOffice) -> None:
    supervised(office)
    with office.store.transaction() as tx:
        tx.execute("UPDATE supervision SET due_at = NULL, clock_ok = 0")
    keep(office, "cgj", EARLY)
    assert office.one("SELECT due_at FROM supervision")["due_at"] is None
    with office.store.transaction() as tx:
        tx.execute("UPDATE supervision SET due_at = ?, ended_at = opened_at", ("2026-11-26T08:30:00.000Z",))
    keep(office, "cgj", "")
    assert paper_due(office) == local(2026, 11, 26, 16, 30)


def test_the_calendars_version_is_the_same_after_a_restart(office: SmallOffice) -> None:
    keep(office, "cgj", EARLY)
    office.crash()
    office.ticket_with_unit(type_="help")
    assert '"calendar":"2026"' in office.one("SELECT due_basis FROM ticket")["due_basis"]
