"""From the form to the department in one press, where the table is sure; else the operator chooses."""

from __future__ import annotations

import pytest

from appliance.casework.routing_rules import Rule
from tests.web.house import House

FIELDS = {
    "title": "东街路灯不亮",
    "content": "东街邮局门口的路灯一周不亮。",
    "place": "城关镇东街",
    "type": "complaint",
    "category": "lamp",
    "then": "send",
}


@pytest.fixture
def city(house: House) -> int:
    unit = next(unit for unit in house.office.departments.all() if unit.code == "CG")
    house.office.routing.put(Rule(0, "lamp", "", "", "", unit.id, (), "", "table", ""), house.user("li"))
    return unit.id


def test_a_new_ticket_goes_where_the_table_is_sure(house: House, city: int) -> None:
    answer = house.seat("wang").post("/tickets/new", FIELDS, page="/tickets/new")
    assert "done=sent-out" in answer.headers["Location"]
    row = house.office.tickets.row(1)
    assert row.status == "dispatched"
    assert row.department is not None
    assert row.department.id == city


def test_a_draft_is_accepted_and_sent_in_the_same_press_and_the_same_form_twice_is_once(
    house: House, city: int
) -> None:
    house.texts("东街路灯不亮")
    wang = house.seat("wang")
    page = "/tickets/1/edit"
    answer = wang.post(page, FIELDS, page=page)
    assert "done=sent-out" in answer.headers["Location"]
    assert house.office.tickets.row(1).status == "dispatched"
    assert [row["move"] for row in house.store.rows("SELECT move FROM ticket_move")] == ["open", "accept", "dispatch"]


def test_where_nobody_is_sure_the_operator_chooses(house: House) -> None:
    answer = house.seat("wang").post("/tickets/new", FIELDS, page="/tickets/new")
    assert answer.headers["Location"].endswith("#next")
    assert house.office.tickets.row(1).status == "accepted"


@pytest.mark.parametrize("missing", ["type", "category"])
def test_what_lacks_something_stays_in_the_form_and_goes_nowhere(house: House, city: int, missing: str) -> None:
    answer = house.seat("wang").post("/tickets/new", {**FIELDS, missing: ""}, page="/tickets/new")
    assert answer.status_code in (200, 422)
    assert "东街邮局门口" in answer.text
    assert house.store.rows("SELECT 1 FROM ticket") == []
