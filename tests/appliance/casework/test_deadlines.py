"""The limits that count: chosen, written, kept over a restart; what was dispatched before keeps its own."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

import pytest

from appliance.errors import FieldWrong, NotFound
from appliance.limits import own_preset
from appliance.limits.presets import DEFAULT, PRESETS
from tests.appliance.office_bed import local
from tests.appliance.small_office import SmallOffice

OWN = own_preset.as_form(DEFAULT) | {"days_help": "8", "sign_hours": "2"}


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def due_at(office: SmallOffice, no: int) -> datetime | None:
    return office.office.tickets.row(no).due_at


def test_a_new_office_has_the_usual_limits(office: SmallOffice) -> None:
    deadlines = office.office.limits.deadlines
    assert (deadlines.in_force.key, deadlines.own()) == ("default", None)
    assert [row.key for row in deadlines.all()] == [row.key for row in PRESETS]


def test_what_was_dispatched_before_keeps_its_limit(office: SmallOffice) -> None:
    before = office.ticket_with_unit(type_="help")
    office.office.limits.deadlines.choose("guangdong_2022", office.lead)
    after = office.ticket_with_unit(from_="13711110000", type_="help")
    assert due_at(office, before) == local(2026, 11, 30, 17, 30)
    assert due_at(office, after) == local(2026, 12, 7, 17, 30)
    basis = [row["due_basis"] for row in office.store.rows("SELECT due_basis FROM ticket ORDER BY no")]
    assert ['"preset":"default"' in basis[0], '"preset":"guangdong_2022"' in basis[1]] == [True, True]


def test_a_choice_is_audited_and_outlives_a_restart(office: SmallOffice) -> None:
    office.office.limits.deadlines.choose("hengyang", office.lead)
    assert office.one("SELECT user_id FROM audit WHERE action = 'limits_chosen'")["user_id"] == office.lead.id
    office.crash()
    assert office.office.limits.deadlines.in_force.key == "hengyang"


def test_our_own_limits_count_can_be_left_and_taken_up_again(office: SmallOffice) -> None:
    deadlines = office.office.limits.deadlines
    deadlines.write_own(OWN, office.lead)
    no = office.ticket_with_unit(type_="help")
    assert due_at(office, no) == local(2026, 12, 3, 17, 30)
    deadlines.choose("default", office.lead)
    assert [row.key for row in deadlines.all()][-1] == "custom"
    deadlines.choose("custom", office.lead)
    office.crash()
    in_force = office.office.limits.deadlines.in_force
    assert (in_force.workdays_of("help"), in_force.sign_hours) == (8, 2)


def test_a_wrong_number_or_an_unknown_name_changes_nothing(office: SmallOffice) -> None:
    deadlines = office.office.limits.deadlines
    with pytest.raises(FieldWrong):
        deadlines.write_own(OWN | {"days_help": "0"}, office.lead)
    for unknown in ("custom", "nowhere"):
        with pytest.raises(NotFound):
            deadlines.choose(unknown, office.lead)
    assert (deadlines.in_force, deadlines.own()) == (DEFAULT, None)
    assert office.store.row("SELECT 1 FROM audit WHERE action = 'limits_chosen'") is None


@pytest.mark.parametrize("kept", ['{"preset":"custom"}', '{"preset":"atlantis"}', "[", '{"other":1}'])
def test_limits_of_another_version_give_way_to_the_usual_ones_loudly(
    office: SmallOffice, caplog: pytest.LogCaptureFixture, kept: str
) -> None:
    with office.store.transaction() as tx:
        tx.insert("setting", name="limits", value=kept, changed_at="2026-11-23T00:00:00.000Z")
    with caplog.at_level(logging.ERROR):
        office.crash()
    assert office.office.limits.deadlines.in_force == DEFAULT
    assert "the usual ones count" in caplog.text


def test_a_choice_that_cannot_be_written_does_not_count(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    deadlines = office.office.limits.deadlines

    def bug(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(type(office.office.audit), "write", bug)
        with pytest.raises(ZeroDivisionError):
            deadlines.choose("bureau", office.lead)
    assert deadlines.in_force == DEFAULT
    office.crash()
    assert office.office.limits.deadlines.in_force == DEFAULT


def test_the_list_of_the_late_begins_five_working_days_after_the_due_day(office: SmallOffice) -> None:
    no = office.ticket_with_unit(type_="help")  # until Monday 30 November
    late = office.office.limits.deadlines.late
    office.clock.step((local(2026, 12, 7, 17, 29) - office.clock.now()).total_seconds())
    assert late() == ()
    office.clock.advance(minutes=1)
    (row,) = late()
    assert (row.no, row.due_at, row.workdays) == (no, local(2026, 11, 30, 17, 30), 5)
    assert row.department is not None
    assert row.department.code == "cgj"
    office.move(no, "reply", text="已修好了，请放心使用")
    assert late() == ()
