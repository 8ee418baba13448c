"""Every limit that runs for a department ends when that department closes: the leading one's and each helper's."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from appliance.casework import unit_hours
from appliance.casework.clocks import Clocks
from appliance.casework.lifecycle import Actor
from appliance.clock import from_utc_text
from appliance.errors import FieldWrong
from appliance.limits import due
from appliance.people.departments import Department
from tests.appliance.office_bed import HOURS, local
from tests.appliance.small_office import WANG, SmallOffice

EARLY, SIX, NIGHT = "mon-fri 08:00-12:00 13:30-16:30", "mon-fri 08:30-17:30; sat 09:00-12:00", "daily 18:00-24:00"


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    """Monday 23 November 2026, 09:30. The city closes at half past four, the gas company works on Saturdays."""
    office = SmallOffice(tmp_path)
    keep(office, "cgj", EARLY)
    keep(office, "gas", SIX)
    return office


def keep(office: SmallOffice, code: str, hours: str) -> Department:
    unit = office.department(code)
    return office.office.departments.put(replace(unit, hours=hours), office.lead)


def at(office: SmallOffice, *when: int) -> None:
    office.clock.step((local(*when) - office.clock.now()).total_seconds())


def by_lead(office: SmallOffice, no: int, key: str, **more: Any) -> None:
    office.office.tickets.move(no, key, office.lead, version=office.office.tickets.row(no).version, **more)


def with_helper(office: SmallOffice, type_: str = "help") -> int:
    office.text(from_=WANG, text="东街路灯不亮")
    no = office.last_no()
    office.take_in(no, type_=type_)
    at(office, 2026, 11, 23, 9, 30)
    office.dispatch(no, "cgj", co_department_ids=(office.department("gas").id,))
    return no


def column(office: SmallOffice, name: str) -> list[datetime]:
    """A moment of every task, the leading department's first; the ticket's row says the same of that one."""
    tasks = [row[name] for row in office.store.rows(f"SELECT {name} FROM assignment ORDER BY role DESC")]
    if name == "due_at":
        assert office.one("SELECT due_at FROM ticket")["due_at"] == tasks[0]
    return [from_utc_text(text) for text in tasks]


def test_who_leads_and_who_helps_each_end_at_their_own_closing_time(office: SmallOffice) -> None:
    with_helper(office)
    assert column(office, "due_at") == [local(2026, 11, 30, 16, 30), local(2026, 11, 28, 12, 0)]
    assert column(office, "sign_due_at") == [local(2026, 11, 23, 15, 0), local(2026, 11, 23, 13, 30)]
    bases = [row["due_basis"] for row in office.store.rows("SELECT due_basis FROM assignment ORDER BY role DESC")]
    assert [due.pattern_of(basis) for basis in bases] == [EARLY, SIX]


def test_more_time_is_more_for_everybody_by_the_own_hours_of_each(office: SmallOffice) -> None:
    no = with_helper(office)
    office.move(no, "sign")
    by_lead(office, no, "extend", days=2, reason="等配件")
    assert column(office, "due_at") == [local(2026, 12, 2, 16, 30), local(2026, 12, 1, 17, 30)]


def test_a_pause_ends_when_the_unit_closes_and_gives_back_its_own_working_time(office: SmallOffice) -> None:
    no = with_helper(office)
    office.move(no, "sign")
    at(office, 2026, 11, 23, 10, 0)
    by_lead(office, no, "pause", days=2, reason="等居民回来")
    assert from_utc_text(office.one("SELECT resume_at FROM ticket")["resume_at"]) == local(2026, 11, 25, 16, 30)
    at(office, 2026, 11, 24, 10, 0)
    office.move(no, "resume")
    # From ten to ten: a whole day of each, seven hours of the one and nine of the other.
    assert column(office, "due_at") == [local(2026, 12, 1, 16, 30), local(2026, 11, 30, 17, 30)]


def test_it_is_given_back_until_the_unit_closes(office: SmallOffice) -> None:
    no = office.ticket_with_unit(type_="help")
    (handler,) = office.office.departments.people(office.department().id)
    asked: dict[str, Any] = {"actor": Actor.UNIT, "handler_id": handler.id, "reason": "不是我们的"}
    at(office, 2026, 11, 24, 16, 30)
    assert office.office.tickets.problem(no, "return", **asked) is None
    at(office, 2026, 11, 24, 16, 31)
    refused = office.office.tickets.problem(no, "return", **asked)
    assert isinstance(refused, FieldWrong)
    assert "2026-11-24 16:30" in str(refused)


def test_another_type_keeps_to_the_units_hours(office: SmallOffice) -> None:
    no = office.ticket_with_unit(type_="help")
    row, form = office.office.tickets.row(no), office.office.tickets.page(no, office.li).form
    office.office.tickets.save(no, replace(form, type="enquiry"), row.version, office.li)
    assert column(office, "due_at") == [local(2026, 11, 25, 16, 30)]


def test_a_limit_that_waited_for_the_clock_ends_by_the_units_hours(office: SmallOffice) -> None:
    no = with_helper(office)
    with office.store.transaction() as tx:
        tx.execute("UPDATE assignment SET due_at = NULL, sign_due_at = NULL, due_basis = 'clock', clock_ok = 0")
        tx.execute("UPDATE ticket SET due_at = NULL, due_basis = 'clock', clock_ok = 0 WHERE no = ?", (no,))
    clocks = Clocks(office.store, office.office.audit, HOURS, 999)
    assert clocks.recompute(local(2026, 11, 23, 9, 30), None) == 1
    assert column(office, "due_at") == [local(2026, 11, 30, 16, 30), local(2026, 11, 28, 12, 0)]
    assert column(office, "sign_due_at") == [local(2026, 11, 23, 15, 0), local(2026, 11, 23, 13, 30)]


def test_supervision_begins_and_ends_at_the_units_closing_time(office: SmallOffice) -> None:
    no = office.ticket_with_unit(type_="help", code="gas")  # until Saturday 28 November, noon
    office.move(no, "sign")
    supervision = office.office.follow_up.supervision
    at(office, 2026, 11, 30, 17, 29)
    assert supervision.sweep() == 0
    at(office, 2026, 11, 30, 17, 30)
    assert supervision.sweep() == 1
    due_at = from_utc_text(office.one("SELECT due_at FROM supervision")["due_at"])
    assert (due_at.astimezone(HOURS.zone).hour, due_at.astimezone(HOURS.zone).minute) == (17, 30)


def test_the_ladder_is_climbed_by_the_hours_of_each_department(office: SmallOffice) -> None:
    early, six = (
        office.ticket_with_unit(type_="help"),
        office.ticket_with_unit(from_="13711110000", type_="help", code="gas"),
    )
    for no in (early, six):
        office.move(no, "sign")
    raised = []
    for when in (
        (2026, 11, 27, 11, 59), (2026, 11, 27, 12, 0),  # a working day before Saturday noon
        (2026, 11, 27, 16, 29), (2026, 11, 27, 16, 30),  # before Monday half past four
        (2026, 11, 28, 11, 59), (2026, 11, 28, 12, 0),
        (2026, 12, 4, 17, 29), (2026, 12, 4, 17, 30),  # five of six days a week later: the 30th to the 4th
        (2026, 12, 7, 16, 29), (2026, 12, 7, 16, 30),
    ):  # fmt: skip
        at(office, *when)
        office.sweep()
        raised.append({(row["ticket_id"], row["kind"]) for row in _open(office)})
    first, second = _id(office, early), _id(office, six)
    assert raised[0] == set()
    assert raised[1] == raised[2] == {(second, "due_soon")}
    assert raised[3] == raised[4] == {(second, "due_soon"), (first, "due_soon")}
    assert raised[5] == {(second, "overdue"), (first, "due_soon")}
    assert raised[6] == {(second, "overdue"), (first, "overdue")}
    assert raised[7] == raised[8] == {(second, "overdue_listed"), (first, "overdue")}
    assert raised[9] == {(second, "overdue_listed"), (first, "overdue_listed")}
    late = office.office.limits.deadlines.late()
    assert [(row.no, row.workdays) for row in late] == [(six, 7), (early, 5)]
    assert office.sweep() == 0


def _open(office: SmallOffice) -> list[Any]:
    kinds = "'due_soon', 'overdue', 'overdue_listed'"
    return list(office.store.rows(f"SELECT * FROM reminder WHERE acked_at IS NULL AND kind IN ({kinds})"))


def _id(office: SmallOffice, no: int) -> int:
    return int(office.one("SELECT id FROM ticket WHERE no = ?", no)["id"])


def test_a_unit_open_at_night_has_until_midnight_and_not_a_day_more(office: SmallOffice) -> None:
    keep(office, "cgj", NIGHT)
    no = office.ticket_with_unit(type_="enquiry")
    assert column(office, "due_at") == [local(2026, 11, 26, 0, 0)]
    office.move(no, "sign")
    by_lead(office, no, "extend", days=1, reason="等配件")
    assert column(office, "due_at") == [local(2026, 11, 27, 0, 0)]


def test_the_offices_own_clocks_know_nothing_of_units(office: SmallOffice) -> None:
    no = office.ticket_with_unit(type_="help")
    at(office, 2026, 11, 23, 15, 0)
    office.move(no, "reply", text="路灯已修复，线路也换了")
    stage = office.office.tickets.row(no).stage_due_at
    assert stage == local(2026, 11, 24, 16, 0)  # eight hours of the office: two and a half, then five and a half


def test_a_line_that_cannot_be_read_gives_the_offices_hours(
    office: SmallOffice, caplog: pytest.LogCaptureFixture
) -> None:
    with office.store.transaction() as tx:
        tx.execute("UPDATE department SET hours = 'at noon' WHERE code = 'cgj'")
    with caplog.at_level(logging.ERROR):
        office.ticket_with_unit(type_="help")
    assert column(office, "due_at") == [local(2026, 11, 30, 17, 30)]
    assert "hours of a department can't be read" in caplog.text
    assert set(unit_hours.of_all(office.store, HOURS)) == {office.department("gas").id}
    assert unit_hours.of_department(office.store, None, HOURS) == HOURS
