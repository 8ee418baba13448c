"""Departments, towns, the routing table, consultations and the ledger, as their pages show them."""

from __future__ import annotations

import io
from importlib import resources

import pytest

from appliance.errors import FieldWrong
from appliance.people.handlers import Duties
from tests.web.house import HANDLER, House, Seat, form_fields


def sample(name: str) -> bytes:
    return resources.files("appliance").joinpath(name).read_bytes()


def upload(seat: Seat, path: str, raw: bytes) -> int:
    return seat.post(path, {"file": (io.BytesIO(raw), "list.csv")}).status_code


@pytest.fixture
def lead(house: House) -> Seat:
    return house.seat("li")


@pytest.fixture
def county(house: House, lead: Seat) -> Seat:
    """A lead's seat in the sample county, its lists taken on the pages."""
    assert upload(lead, "/settings/departments/places/list", sample("sample_places.csv")) == 302
    assert upload(lead, "/settings/departments/list", sample("sample_departments.csv")) == 302
    assert upload(lead, "/settings/routing/list", sample("sample_routing.csv")) == 302
    return lead


def unit_id(house: House, code: str) -> int:
    found = house.office.departments.by_code(code)
    assert found is not None
    return found.id


def test_whole_lists_are_taken_on_the_pages(house: House, county: Seat) -> None:
    assert len(house.office.departments.all()) == 24  # with the water company that was there before
    assert len(house.office.places.towns()) == 8
    shown = county.get("/settings/departments").text
    assert "小岭乡" in shown
    assert "高远" in shown
    assert "石桥村" in county.get("/settings/departments/places").text
    assert "村道路灯属地管理" in county.get("/settings/routing").text


def test_a_list_as_a_chinese_spreadsheet_saves_it_is_read_too(house: House, lead: Seat) -> None:
    raw = "code,name_zh,name_en,kind,handler,phone\nSL,水利局,Water affairs,bureau,江波,13900010031\n".encode("gb18030")
    assert upload(lead, "/settings/departments/list", raw) == 302
    assert house.office.departments.get(unit_id(house, "SL")).name_zh == "水利局"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "Choose a file"),
        (b"name,kind\nx,bureau\n", "missing: code"),
        (b"code,name_zh,name_en,kind,handler,phone\nXX,a,b,ministry,,\n", "Line 2, kind"),
        (b"\x00\xff\x00\xff", "Line 1 holds bytes that are no text in GB18030"),
        (b"PK\x03\x04rest of a workbook", "Open it in the spreadsheet"),
    ],
)
def test_a_list_that_cannot_be_taken_says_where_and_changes_nothing(
    house: House, lead: Seat, raw: bytes, said: str
) -> None:
    lead.post("/settings/language", {"language": "en"})
    before = house.office.departments.all()
    answer = lead.post("/settings/departments/list", {"file": (io.BytesIO(raw), "list.csv")})
    assert answer.status_code == 422
    assert said in answer.text
    assert house.office.departments.all() == before


def test_what_is_wrong_in_a_line_is_said_in_the_language_of_the_page(house: House, lead: Seat) -> None:
    raw = "code,name_zh,name_en,kind,handler,phone\nXX,某局,Some,bureau,周师傅,12ab\n".encode()
    answer = lead.post("/settings/departments/list", {"file": (io.BytesIO(raw), "list.csv")})
    assert answer.status_code == 422
    assert "This is not a telephone number." not in answer.text
    assert "第 2 行" in answer.text
    assert "这不是电话号码" in answer.text


def test_what_is_wrong_in_opening_hours_is_said_in_the_language_of_the_page(house: House, lead: Seat) -> None:
    typed = {"code": "GD", "name_zh": "供电公司", "kind": "utility", "hours": "sometimes 08:00-12:00"}
    answer = lead.post("/settings/departments", typed)
    assert answer.status_code == 422
    assert "is no day" not in answer.text
    assert "sometimes" in answer.text


def test_a_department_is_added_changed_and_taken_out_of_use(house: House, lead: Seat) -> None:
    words = {"code": "GD", "name_zh": "供电公司", "name_en": "Power", "kind": "utility", "hours": "daily 00:00-24:00",
             "wants_slip": "yes", "duties": "停电"}  # fmt: skip
    assert lead.post("/settings/departments", words).status_code == 302
    made = unit_id(house, "GD")
    unit = house.office.departments.get(made)
    assert (unit.hours, unit.wants_slip, unit.duties) == ("daily 00:00-24:00", True, "停电")
    assert (
        lead.post(f"/settings/departments/{made}", words | {"name_zh": "县供电公司", "wants_slip": ""}).status_code
        == 302
    )
    changed = house.office.departments.get(made)
    assert (changed.code, changed.name_zh, changed.wants_slip) == ("GD", "县供电公司", False)
    wrong = lead.post(f"/settings/departments/{made}", words | {"hours": "sometimes"})
    assert wrong.status_code == 422
    assert "sometimes" in wrong.text  # what was typed is kept
    assert lead.post(f"/settings/departments/{made}/disable").status_code == 302
    assert house.office.departments.by_code("GD") is None


def test_a_department_with_open_tickets_says_why_it_stays(house: House, lead: Seat) -> None:
    house.ticket("dispatched")
    answer = lead.post(f"/settings/departments/{unit_id(house, 'CG')}/disable")
    assert answer.status_code == 422
    assert "field-wrong" in answer.text


def test_people_are_added_given_rights_and_taken_away(house: House, lead: Seat) -> None:
    city = unit_id(house, "CG")
    assert (
        lead.post(f"/settings/departments/{city}/people", {"handler": "高远", "phone": "139 0001 0018"}).status_code
        == 302
    )
    boss = house.office.departments.handler_by_number("13900010018")
    assert boss is not None
    where = f"/settings/departments/{city}/people/{boss.id}"
    assert lead.post(where, {"is_leader": "yes", "rank": "9"}).status_code == 302
    assert house.office.departments.leader(city) == house.office.departments.handler(boss.id)
    assert not house.office.departments.handler(boss.id).may
    assert lead.post(where, {"rank": "900"}).status_code == 422
    assert lead.post(f"/settings/departments/{city}/people", {"handler": "坏", "phone": "110"}).status_code == 422
    assert lead.post(f"{where}/disable").status_code == 302
    assert house.office.departments.leader(city) is None


def test_towns_are_added_and_taken_out(house: House, lead: Seat) -> None:
    assert lead.post("/settings/departments/places", {"code": "LH", "name_zh": "柳河镇"}).status_code == 302
    assert (
        lead.post("/settings/departments/places", {"code": "LH01", "parent": "LH", "name_zh": "石桥村"}).status_code
        == 302
    )
    assert lead.post("/settings/departments/places", {"code": "", "name_zh": "无"}).status_code == 422
    assert [place.code for place in house.office.places.villages("LH")] == ["LH01"]
    assert lead.post("/settings/departments/places/LH/disable").status_code == 302
    assert house.office.places.all() == ()


def test_only_a_lead_keeps_the_departments(house: House) -> None:
    for name in ("wang", "unit", "tech"):
        seat = house.seat(name)
        assert seat.get("/settings/departments").status_code == 403
        assert upload(seat, "/settings/departments/list", sample("sample_departments.csv")) == 403
    assert len(house.office.departments.all()) == 2


def test_the_table_is_tried_written_and_mended_on_its_page(house: House, county: Seat) -> None:
    tried = county.get("/settings/routing?try_category=路灯&try_town=LH").text
    assert "镇外由乡镇管护" in tried
    row = {
        "category": "wl",
        "lead": str(unit_id(house, "GD")),
        "basis": "暂由供电公司转",
        "co": str(unit_id(house, "CG")),
    }
    assert county.post("/settings/routing", row).status_code == 302
    [first] = house.office.routing.suggest("network")
    assert (first.department.code, [each.code for each in first.co]) == ("GD", ["CG"])
    for wrong in ({"lead": ""}, {"category": "nothing"}, {"valid_from": "soon"}):
        assert county.post("/settings/routing", row | wrong).status_code == 422
    rule = first.reasons[0].rule_id
    assert county.post(f"/settings/routing/{rule}/end").status_code == 302
    assert house.office.routing.suggest("network") == ()
    again = county.post(f"/settings/routing/{rule}/end")  # a double click, or another seat: shown how it stands
    assert again.headers["Location"] == "/settings/routing"


def test_in_an_office_with_a_lead_an_operator_only_reads_the_table(house: House, county: Seat) -> None:
    house.office.approvals.set_mode("full", house.user("li"))
    operator = house.seat("wang")
    assert operator.get("/settings/routing").status_code == 200
    count = len(house.office.routing.rules())
    assert operator.post("/settings/routing", {"category": "wl", "lead": str(unit_id(house, "GD"))}).status_code == 403
    assert operator.post(f"/settings/routing/{house.office.routing.rules()[0].id}/end").status_code == 403
    assert len(house.office.routing.rules()) == count


def test_the_dispatch_form_has_the_tables_choice_chosen_and_says_why(house: House, county: Seat) -> None:
    no = house.ticket("accepted", category="wages")
    shown = house.seat("wang").get(f"/tickets/{no}").text
    assert f'<option value="{unit_id(house, "RS")}" selected>' in shown
    assert "人社局职责" in shown


def test_a_consultation_goes_from_asking_to_a_row_of_the_table(house: House, county: Seat) -> None:
    no = house.ticket("accepted", category="noise", title="广播太响")
    tickets, city, sound = house.office.tickets, unit_id(house, "CG"), unit_id(house, "HB")
    version, wang = tickets.row(no).version, house.user("wang")
    with pytest.raises(FieldWrong, match="The routing table names 生态环境分局"):
        tickets.move(no, "confer", wang, version=version, reason="两家都推")
    tickets.move(no, "confer", wang, version=version, reason="两家都推", co_department_ids=(city, sound))
    assert "两家都推" in county.get("/conferences").text
    for unit in (city, sound):
        assert county.post(f"/conferences/{no}/ask", {"department_id": str(unit)}).status_code == 302
    said = {"department_id": str(city), "opinion": "ours", "words": "可由我局牵头"}
    assert county.post(f"/conferences/{no}/opinion", said).status_code == 302
    assert county.post(f"/conferences/{no}/opinion", {"department_id": str(sound), "opinion": ""}).status_code == 422
    shown = county.get(f"/conferences/{no}").text
    assert "可由我局牵头" in shown
    decision = {
        "version": str(tickets.row(no).version), "department_id": str(city), "co_department_ids": str(sound),
        "text": "由城管局牵头。",
    }  # fmt: skip
    assert county.post(f"/conferences/{no}/decide", decision | {"text": ""}).status_code == 422
    assert county.post(f"/conferences/{no}/decide", decision | {"version": "1"}).status_code == 409
    assert county.post(f"/conferences/{no}/decide", decision).status_code == 302
    assert tickets.row(no).status == "dispatched"
    [rule] = house.office.routing.rules("proposed")
    answer = county.post(f"/settings/routing/{rule.id}/accept", {"next": f"/conferences/{no}"})
    assert answer.headers["Location"] == f"/conferences/{no}"
    again = county.post(f"/settings/routing/{rule.id}/accept", {"next": f"/conferences/{no}"})
    assert again.headers["Location"] == "/settings/routing"
    assert house.office.routing.suggest("noise", "CQ")[0].department.id == city
    assert house.office.routing.suggest("noise", "LH")[0].department.id == sound
    assert "由城管局牵头。" in county.get(f"/conferences/{no}").text


def test_the_tickets_page_names_the_departments_it_lies_between(house: House, county: Seat) -> None:
    no = house.ticket("accepted", category="noise", title="广播太响")
    seat, page = house.seat("wang", language="en"), f"/tickets/{no}"
    form = {**form_fields(seat.html(page), f"{page}/move"), "move": "confer", "reason": "两家都推"}
    form["version"] = str(house.office.tickets.row(no).version)
    refused = seat.send(f"{page}/move", form)
    assert refused.status_code == 422
    assert "at least 2" in refused.text
    both = [str(unit_id(house, code)) for code in ("CG", "HB")]
    answer = seat.client.post(
        f"{page}/move", data={**form, "co_department_ids": both}, base_url=seat.base, headers={"Origin": seat.base}
    )
    assert answer.status_code == 302
    [conference] = house.office.conferences.of_ticket(no, house.user("li"))
    assert {str(each.department.id) for each in conference.opinions} == set(both)


def test_a_double_click_writes_an_opinion_down_once(house: House, county: Seat) -> None:
    no = house.ticket("accepted", category="noise", title="广播太响")
    tickets, city = house.office.tickets, unit_id(house, "CG")
    between = (city, unit_id(house, "HB"))
    version = tickets.row(no).version
    tickets.move(no, "confer", house.user("wang"), version=version, reason="两家都推", co_department_ids=between)
    page, path = f"/conferences/{no}", f"/conferences/{no}/opinion"
    county.post(f"{page}/ask", {"department_id": str(city)}, page=page)
    form = {**form_fields(county.html(page), path), "opinion": "ours", "words": "可由我局牵头"}
    assert [county.send(path, form).status_code for _ in range(2)] == [302, 302]
    assert len(house.store.rows("SELECT id FROM ticket_note WHERE kind = 'opinion'")) == 1


def test_a_wrong_number_in_a_form_is_said_in_the_language_of_the_page(house: House) -> None:
    answer = house.seat("wang").post("/duty-ledger/exclusions", {"no": "x"}, page="/duty-ledger")
    assert answer.status_code == 422
    assert "请填写工单编号" in answer.text


def test_the_ledger_shows_the_month_and_decides_what_does_not_count(house: House, county: Seat) -> None:
    no = house.ticket("dispatched")
    tickets = house.office.tickets
    unit = house.seat("unit")
    page = unit.get("/duty-ledger")
    assert page.status_code == 200
    assert 'type="month"' not in page.text  # other departments' returns are none of its business
    assert unit.post("/duty-ledger/exclusions", {"no": str(no), "reason": "停电"}).status_code == 302
    assert unit.post("/duty-ledger/exclusions", {"no": "abc", "reason": "停电"}).status_code == 422
    [asked] = house.office.duty_ledger.exclusions(house.user("li"))
    assert county.post(f"/duty-ledger/exclusions/{asked.id}", {"grant": "no"}).status_code == 422
    assert county.post(f"/duty-ledger/exclusions/{asked.id}", {"grant": "yes"}).status_code == 302
    assert house.office.duty_ledger.exclusions(house.user("li"))[0].state == "granted"
    tickets.move(no, "return", house.user("unit"), version=tickets.row(no).version, reason="不归我局")
    assert "不归我局" in county.get("/duty-ledger").text
    assert "不归我局" not in county.get("/duty-ledger?month=2026-10").text
    assert county.get("/duty-ledger?month=yesterday").status_code == 200


def test_a_department_hears_nothing_of_consultations(house: House) -> None:
    unit = house.seat("unit")
    no = house.ticket("dispatched")
    for path in ("/conferences", f"/conferences/{no}", "/settings/routing"):
        assert unit.get(path).status_code == 403


def test_a_text_of_somebody_without_the_right_reaches_the_desk_and_does_nothing(house: House) -> None:
    no = house.ticket("in_progress")
    city = house.office.departments.handler_by_number(HANDLER)
    assert city is not None
    house.office.departments.set_duties(city.id, Duties(may=("return",)))
    house.texts(f"答复 {no:06} 三盏路灯的控制箱已经全部更换好了", HANDLER)
    assert house.office.tickets.row(no).status == "in_progress"
    assert any(
        "控制箱已经全部更换好了" in item.text for item in house.office.tickets.page(no, house.user("li")).timeline
    )
    house.office.departments.set_duties(city.id, Duties(may=("reply",)))
    house.texts(f"答复 {no:06} 三盏路灯的控制箱已经全部更换好了。", HANDLER)
    assert house.office.tickets.row(no).status == "review"


def test_a_leader_who_only_looks_on_gets_no_dispatch(house: House) -> None:
    city = house.office.departments.handler_by_number(HANDLER)
    assert city is not None
    boss = house.office.departments.add_handler(city.department_id, "高远", "13900010018")
    house.office.departments.set_duties(boss.id, Duties(may=(), is_leader=True))
    house.ticket("dispatched")
    told = {row["handler_id"] for row in house.store.rows("SELECT handler_id FROM outbox WHERE purpose = 'dispatch'")}
    assert told == {city.id}
