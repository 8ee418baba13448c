"""Papers taken in for a citizen: against a receipt, checked, handed on, told; with limits and refusals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from appliance.casework import agency_table as table
from appliance.casework.agency_table import AgencyMoveRefused
from appliance.errors import FieldWrong, NotAllowed, NotFound
from tests.web.house import CITIZEN, House, form_fields

PAPERS = "身份证复印件\n户口簿复印件\n低保申请书"


def service(house: House, **values: object) -> int:
    unit = house.office.departments.all()[0]
    given: dict[str, object] = {
        "name_zh": "低保申请",
        "name_en": "Allowance",
        "department_id": unit.id,
        "limit_days": 5,
        "materials": PAPERS,
    }
    return house.office.agency.add_service(house.user("li"), **{**given, **values})  # type: ignore[arg-type]


def taken_in(house: House, given: tuple[int, ...] = (0, 1, 2), phone: str = CITIZEN) -> int:
    made = service(house)
    return house.office.agency.receive(made, house.user("wang"), name="刘大爷", phone=phone, given=given)


def move(house: House, no: int, key: str, **values: object) -> None:
    version = house.office.agency.get(no).version
    house.office.agency.move(no, key, house.user("wang"), **{"version": version, **values})  # type: ignore[arg-type]


def texts(house: House) -> list[str]:
    return [
        row["text"]
        for row in house.store.rows(
            "SELECT w.text FROM outbox o JOIN outbox_words w ON w.outbox_id = o.id ORDER BY o.id"
        )
    ]


def test_from_the_receipt_to_the_citizen_who_was_told(house: House) -> None:
    no = taken_in(house, given=(0, 2))
    item = house.office.agency.get(no)
    assert (item.state.key, item.given, item.is_late) == ("received", (0, 2), False)
    assert item.due_at is not None
    assert item.due_at.astimezone(house.app.extensions["zone"]).strftime("%m-%d %H:%M") == "11-30 17:30"
    with pytest.raises(FieldWrong) as wrong:
        move(house, no, "check")
    assert wrong.value.field == "given"
    move(house, no, "ask_more", text="缺户口簿复印件")
    move(house, no, "supply", given=[0, 1, 2])
    move(house, no, "check")
    move(house, no, "hand_over")
    move(house, no, "decide", text="已批准,下月起发放")
    move(house, no, "tell")
    item = house.office.agency.get(no)
    assert (item.state.key, item.state.is_open, item.moves) == ("told", False, ())
    assert [done.label for done in item.history] == [
        "Papers received",
        "Something is missing",
        "The rest has come",
        "Papers are complete",
        "Hand to the department",
        "Write down the result",
        "The citizen was told",
    ]
    received, missing, result = texts(house)
    assert item.number in received
    assert "缺户口簿复印件" in missing
    assert "已批准" in result


def test_its_number_is_of_the_tickets_own_sequence(house: House) -> None:
    first = house.ticket("draft")
    no = taken_in(house)
    assert (no, house.ticket("draft")) == (first + 1, first + 2)


def test_every_move_that_is_not_in_the_table_is_refused_and_changes_nothing(house: House) -> None:
    for state in table.STATES:
        allowed = {row.key for row in table.moves_from(state.key)}
        for key in ({row.key for row in table.MOVES} | {"no such move"}) - allowed:
            with pytest.raises(AgencyMoveRefused):
                table.move(state.key, key)
        assert bool(allowed) is state.is_open
    no = taken_in(house)
    with pytest.raises(AgencyMoveRefused):
        move(house, no, "tell")
    assert house.office.agency.get(no).state.key == "received"


def test_who_comes_second_is_told_so(house: House) -> None:
    no = taken_in(house)
    move(house, no, "check", version=1)
    with pytest.raises(AgencyMoveRefused):
        move(house, no, "withdraw", version=1, text="不办了")
    assert house.office.agency.get(no).state.key == "checked"


def test_the_same_form_twice_is_one_item(house: House) -> None:
    made, wang = service(house), house.user("wang")
    first = house.office.agency.receive(made, wang, name="刘大爷", phone="", given=(), token="t")
    assert house.office.agency.receive(made, wang, name="刘大爷", phone="", given=(), token="t") == first
    assert len(house.office.agency.items()) == 1
    assert texts(house) == []


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name_zh", {"name_zh": ""}),
        ("name_zh", {"name_zh": "长" * 41}),
        ("limit_days", {"limit_days": 0}),
        ("limit_days", {"limit_days": None}),
        ("materials", {"materials": " \n"}),
        ("materials", {"materials": "纸\n" * 21}),
        ("department_id", {"department_id": 4711}),
        ("department_id", {"department_id": None}),
    ],
)
def test_a_service_that_cannot_be_is_refused_by_its_field(house: House, field: str, values: dict[str, object]) -> None:
    with pytest.raises(FieldWrong) as wrong:
        service(house, **values)
    assert wrong.value.field == field
    assert house.office.agency.services() == ()


@pytest.mark.parametrize(("field", "name", "phone"), [("name", "", ""), ("phone", "刘大爷", "12x")])
def test_papers_need_a_name_and_a_telephone_that_is_one(house: House, field: str, name: str, phone: str) -> None:
    made = service(house)
    with pytest.raises(FieldWrong) as wrong:
        house.office.agency.receive(made, house.user("wang"), name=name, phone=phone, given=())
    assert wrong.value.field == field
    assert house.office.agency.items() == ()


def test_a_double_click_adds_one_service(house: House) -> None:
    li, path = house.seat("li"), "/agency/services"
    unit = house.office.departments.all()[0]
    typed = {"name_zh": "低保申请", "department_id": unit.id, "limit_days": "5", "materials": PAPERS}
    form = {**form_fields(li.html("/agency"), path), **typed}
    assert [li.send(path, form).status_code for _ in range(2)] == [302, 302]
    assert [each.name_zh for each in house.office.agency.services()] == ["低保申请"]


def test_a_service_that_is_no_longer_offered_takes_nothing_in_but_what_runs_goes_on(house: House) -> None:
    no = taken_in(house)
    offered = house.office.agency.services()[0].id
    house.office.agency.retire_service(offered, house.user("li"))
    house.office.agency.retire_service(offered, house.user("li"))
    with pytest.raises(NotFound):
        house.office.agency.receive(offered, house.user("wang"), name="刘大爷", phone="", given=())
    move(house, no, "check")


def test_only_the_desk_touches_it(house: House) -> None:
    no = taken_in(house)
    for name in ("unit", "tech"):
        with pytest.raises(NotAllowed):
            house.office.agency.move(no, "check", house.user(name), version=1)
        with pytest.raises(NotAllowed):
            house.office.agency.receive(1, house.user(name), name="x", phone="", given=())
        assert house.seat(name).get("/agency").status_code == 403


def test_what_is_late_is_raised_once(house: House) -> None:
    no = taken_in(house)
    house.office.agency.look()
    assert [row.kind for row in house.office.reminders.open()] == []
    house.clock.advance(timedelta(days=9).total_seconds())
    for _ in range(3):
        house.office.agency.look()
    assert [row.kind for row in house.office.reminders.open()].count("agency_late") == 1
    assert house.office.agency.get(no).is_late


def test_the_pages_take_papers_in_and_print_a_receipt(house: House) -> None:
    li = house.seat("li")
    assert "低保" not in li.html("/agency")
    unit = house.office.departments.all()[0]
    fields = {"name_zh": "低保申请", "limit_days": "5", "department_id": str(unit.id)}
    wrong = li.post("/agency/services", {**fields, "materials": ""}, page="/agency")
    assert wrong.status_code == 422
    assert "低保申请" in wrong.text
    assert li.post("/agency/services", {**fields, "materials": PAPERS}, page="/agency").status_code == 302
    made = li.post("/agency", {"name": "刘大爷", "phone": CITIZEN, "given": ["0", "2"]}, page="/agency")
    printed = li.html(made.headers["Location"])  # the receipt at once, as the button says
    where = made.headers["Location"].removesuffix("/receipt")
    assert f'href="{where}"' in printed
    assert "户口簿复印件" in li.html(where)
    assert "身份证复印件" in printed
    assert "户口簿复印件" not in printed
    answer = li.post(f"{where}/move/ask_more", {"text": ""}, page=where)
    assert answer.status_code == 422
    assert li.post(f"{where}/move/ask_more", {"text": "缺户口簿"}, page=where).status_code == 302
    assert "缺户口簿" in li.html(where)
    assert li.get("/agency/999").status_code == 404
