"""What is asked of a ticket besides its words: whose it is, where, when it truly came, what the office above wants."""

from __future__ import annotations

import re

import pytest

from appliance.clock import from_utc_text
from appliance.people.places import Place
from tests.web.house import CITIZEN, House
from tests.web.test_tickets import WORDS


def county(house: House) -> None:
    places, li = house.office.places, house.user("li")
    places.put(Place("CGZ", "", "城关镇", "Chengguan", "cgz"), li)
    places.put(Place("LHX", "", "柳河乡", "Liuhe", "lhx"), li)
    places.put(Place("LHX1", "LHX", "上湾村", "Shangwan", "sww"), li)


def written(house: House, **fields: str) -> str:
    """The page of a ticket that was written so."""
    wang = house.seat("wang", language="en")
    answer = wang.post("/tickets/new", {**WORDS, **fields}, page="/tickets/new")
    assert answer.status_code == 302, answer.text
    return wang.html(answer.headers["Location"])


def column(house: House, name: str) -> object:
    row = house.store.row(f"SELECT {name} FROM ticket ORDER BY id DESC LIMIT 1")
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("fields", "confidential", "anonymous"),
    [
        ({}, 0, 0),
        ({"type": "report"}, 1, 0),
        ({"type": "report", "privacy": "open"}, 0, 0),
        ({"privacy": "confidential"}, 1, 0),
        ({"privacy": "anonymous"}, 0, 1),
    ],
)
def test_whose_ticket_it_is_stands_in_its_row_and_on_its_page(
    house: House, fields: dict[str, str], confidential: int, anonymous: int
) -> None:
    page = written(house, **fields)
    assert (column(house, "is_confidential"), column(house, "is_anonymous")) == (confidential, anonymous)
    assert ('<span class="mark mark-violet">' in page) == bool(confidential or anonymous)


def test_a_form_that_was_left_alone_changes_nobodys_confidentiality(house: House) -> None:
    written(house, type="report")
    wang = house.seat("wang", language="en")
    form = wang.html("/tickets/1/edit")
    chosen = re.search(r'name="privacy"[^>]*value="(\w+)" checked', form)
    assert chosen is not None
    typed = {"title": "东街路灯不亮", "content": "村干部占路堆料", "place": "东街", "category": "conduct"}
    more = {"type": "report", "privacy": chosen[1], "urgency": "normal"}
    assert wang.post("/tickets/1/edit", {**typed, **more}, page="/tickets/1/edit").status_code == 302
    assert column(house, "is_confidential") == 1


@pytest.mark.parametrize("typed", ["LHX", "柳河乡", "lhx", "Liuhe", "上湾村"])
def test_a_town_is_typed_by_code_name_initials_or_one_of_its_villages(house: House, typed: str) -> None:
    county(house)
    page = written(house, town=typed)
    assert column(house, "town") == "LHX"
    assert "<dd>Liuhe</dd>" in page


def test_a_town_that_the_place_names_is_not_typed_twice(house: House) -> None:
    county(house)
    written(house, place="柳河乡上湾村口")
    assert column(house, "town") == "LHX"


def test_an_unknown_town_is_named_beside_its_field_which_is_open(house: House) -> None:
    county(house)
    wang = house.seat("wang", language="en")
    answer = wang.post("/tickets/new", {**WORDS, "town": "无此镇"}, page="/tickets/new")
    assert answer.status_code == 422
    assert 'id="new-town-wrong"' in answer.text
    assert 'class="field-wide seldom" open' in answer.text


def test_an_office_without_places_is_not_asked_for_towns(house: House) -> None:
    assert 'name="town"' not in house.seat("wang").html("/tickets/new")


def test_a_case_from_paper_carries_its_true_time_and_says_when_it_was_entered(house: House) -> None:
    page = written(house, taken_at="2026-11-20T16:40", occurred_at="2026-11-19T08:00", source="visit")
    assert column(house, "created_at") == "2026-11-20T08:40:00.000Z"
    assert column(house, "occurred_at") == "2026-11-19T00:00:00.000Z"
    assert "Entered from paper" in page
    assert "In person" in page
    assert "11-20 16:40" in page
    assert "truly at 11-20 16:40" in page[page.index("What happened") :]


@pytest.mark.parametrize(
    ("field", "value"),
    [("taken_at", "2026-11-24T16:40"), ("taken_at", "gestern"), ("occurred_at", "2027-01-01T00:00"),
     ("upper_due_on", "2026-11-01"), ("upper_due_on", "x"), ("upper_no", "9" * 41), ("privacy", "secret")],
)  # fmt: skip
def test_what_cannot_be_is_named_and_every_other_word_is_kept(house: House, field: str, value: str) -> None:
    wang = house.seat("wang", language="en")
    typed = {**WORDS, "source": "upper", "upper_no": "SZ-2026-7", field: value}
    answer = wang.post("/tickets/new", typed, page="/tickets/new")
    assert answer.status_code == 422
    assert f'id="new-{field}-wrong"' in answer.text
    assert CITIZEN in answer.text
    assert re.search(r'value="upper" checked', answer.text)
    assert house.office.tickets.rows().rows == ()


def test_what_the_office_above_waits_for_is_due_here_one_working_day_earlier(house: House) -> None:
    page = written(house, source="upper", upper_no="SZ-2026-7", upper_due_on="2026-11-27", type="complaint")
    assert "SZ-2026-7" in page
    assert "From the office above" in page
    tickets, wang = house.office.tickets, house.user("wang")
    unit = next(unit for unit in house.office.departments.all() if unit.code == "CG")
    row = tickets.move(1, "dispatch", wang, version=tickets.row(1).version, department_id=unit.id)
    assert row.due_at == from_utc_text("2026-11-26T09:30:00.000Z")


def test_the_fields_of_paper_stand_on_the_empty_form_alone(house: House) -> None:
    wang = house.seat("wang")
    assert 'name="taken_at"' in wang.html("/tickets/new")
    no = house.ticket("draft")
    assert 'name="taken_at"' not in wang.html(f"/tickets/{no}/edit")


def test_one_line_is_enough_where_it_says_what_and_where(house: House) -> None:
    page = written(house, content="", title="东街路灯不亮")
    assert house.office.tickets.row(1).status == "accepted"
    assert page.count("东街路灯不亮") >= 2, "title and matter"


def test_two_people_who_change_whose_ticket_it_is_see_both_answers(house: House) -> None:
    no = house.ticket()
    wang, page = house.seat("wang", language="en"), f"/tickets/{no}/edit"
    version = str(house.office.tickets.row(no).version)
    was = dict(re.findall(r'name="(was_\w+)" value="([^"]*)"', wang.html(page)))
    house.seat("li").post(page, {**WORDS, "privacy": "confidential"}, page=page)
    mine = {**WORDS, **was, "occurred_at": "2026-11-22T21:05", "csrf_token": wang.token(), "version": version}
    merged = wang.send(page, mine)
    assert merged.status_code == 409
    assert re.search(r'<option value="confidential" selected>Confidential', merged.text), "hers was never touched"
    assert 'name="occurred_at" value="2026-11-22T21:05"' in merged.text


def test_what_the_office_above_sent_is_pasted_and_saved_after_a_look(house: House) -> None:
    wang = house.seat("wang", language="en")
    sent = "编号：SZ-7\n标题：西街井盖破损\n内容：井盖破了一个口\n地点：西街\n类型：求助\n办结期限：2026-11-27"
    filled = wang.send("/tickets/new", {"csrf_token": wang.token(), "then": "paste", "pasted": sent})
    assert filled.status_code == 200
    assert 'data-draft="pasted"' in filled.text, "an older draft must not come back over it"
    for value in ("SZ-7", "西街井盖破损", "2026-11-27", "西街"):
        assert f'value="{value}"' in filled.text
    assert re.search(r'name="type"[^>]*value="help" checked', filled.text)
    assert re.search(r'value="upper" checked', filled.text)
    assert house.office.tickets.rows().rows == (), "nothing is saved by itself"


def test_enter_in_the_form_still_saves_and_dispatches(house: House) -> None:
    page = house.seat("wang").html("/tickets/new")
    form = page[page.index('class="sheet ticket-form"') :]
    assert re.findall(r'<button[^>]* name="then" value="(\w+)"', form)[0] == "dispatch"
