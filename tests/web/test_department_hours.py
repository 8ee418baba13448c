"""The page of a department shows what other opening hours move before they are saved."""

from __future__ import annotations

import pytest

from appliance.people.departments import Department
from tests.web.house import House, Seat, form_fields

EARLY = "mon-fri 08:00-12:00 13:30-16:30"


@pytest.fixture
def lead(house: House) -> Seat:
    return house.seat("li")


def city(house: House) -> Department:
    found = house.office.departments.by_code("CG")
    assert found is not None
    return found


def typed(house: House, hours: str, **more: str) -> dict[str, str]:
    unit = city(house)
    return {"name_zh": unit.name_zh, "name_en": unit.name_en, "kind": unit.kind, "hours": hours, **more}


def test_other_hours_are_saved_once_what_they_move_was_looked_at(house: House, lead: Seat) -> None:
    no = house.ticket("dispatched")
    before = house.office.tickets.row(no).due_at
    path = f"/settings/departments/{city(house).id}"
    shown = lead.post(path, typed(house, EARLY, duties="路灯"), page=path)
    assert shown.status_code == 200
    assert f"{no:06d}" in shown.text
    assert 'value="mon-fri 08:00-12:00 13:30-16:30"' in shown.text
    assert "路灯</textarea>" in shown.text
    assert (city(house).hours, house.office.tickets.row(no).due_at) == ("", before)
    seen = form_fields(shown.text, path)
    other = lead.send(path, {**seen, **typed(house, "daily 18:00-24:00")})
    assert other.status_code == 200  # something else was looked at
    assert city(house).hours == ""
    assert lead.send(path, {**seen, **typed(house, EARLY)}).status_code == 302
    after = house.office.tickets.row(no).due_at
    assert before is not None
    assert after is not None
    assert (city(house).hours, (before - after).total_seconds()) == (EARLY, 3600)
    page = lead.html(path)
    (change,) = house.office.limits.unit_hours.changes(city(house).id)
    address = f"{path}/hours/{change.id}"
    assert address in page
    assert f"{no:06d}" in lead.html(address)
    assert lead.get(f"{path}/hours/{change.id + 1}").status_code == 404


def test_hours_that_move_nothing_and_hours_that_cannot_be_read(house: House, lead: Seat) -> None:
    path = f"/settings/departments/{city(house).id}"
    assert lead.post(path, typed(house, EARLY), page=path).status_code == 302
    refused = lead.post(path, typed(house, "mon-fri 25:00-26:00"), page=path)
    assert refused.status_code == 422
    assert "25:00-26:00" in refused.text
    assert city(house).hours == EARLY
    (change,) = house.office.limits.unit_hours.changes(city(house).id)
    assert change.moved == 0
    assert lead.get(f"{path}/hours/{change.id}").status_code == 200


def test_nobody_but_a_lead_reads_what_hours_moved(house: House, lead: Seat) -> None:
    path = f"/settings/departments/{city(house).id}"
    lead.post(path, typed(house, EARLY), page=path)
    (change,) = house.office.limits.unit_hours.changes(city(house).id)
    assert house.seat("wang").get(f"{path}/hours/{change.id}").status_code in {302, 403}
    assert house.stranger().get(f"{path}/hours/{change.id}").status_code == 302
