"""Tickets on the screen: written, changed, moved on, and never overwritten or lost."""

from __future__ import annotations

import html
import re

import pytest

from appliance.errors import FieldWrong
from tests.web.house import CITIZEN, HANDLER, House, Seat, form_fields

WORDS = {
    "title": "东街路灯不亮",
    "content": "三盏路灯一周不亮。",
    "place": "城关镇东街",
    "contact_name": "刘大爷",
    "contact_phone": CITIZEN,
    "type": "help",
    "category": "lamp",
    "urgency": "normal",
}


def moves(seat: Seat, no: int, move: str, **fields: str) -> str:
    """Press a button of the ticket's page; the page that follows."""
    answer = seat.post(f"/tickets/{no}/move", {"move": move, **fields}, page=f"/tickets/{no}")
    assert answer.status_code == 302, answer.text
    return seat.html(answer.headers["Location"])


def test_a_ticket_is_written_without_javascript_and_leads_to_dispatching(house: House) -> None:
    wang = house.seat("wang", language="en")
    answer = wang.post("/tickets/new", {**WORDS, "then": "dispatch"}, page="/tickets/new")
    assert answer.status_code == 302
    path, _, anchor = answer.headers["Location"].partition("#")
    assert anchor == "next"
    html = wang.html(path)
    assert "The ticket is saved." in html
    assert 'name="department_id"' in html
    assert house.office.tickets.row(1).status == "accepted"
    assert house.office.tickets.row(1).category == "lamp"


def test_save_and_write_another_opens_an_empty_form(house: House) -> None:
    wang = house.seat("wang")
    answer = wang.post("/tickets/new", {**WORDS, "then": "next"}, page="/tickets/new")
    html = wang.html(answer.headers["Location"])
    assert "三盏路灯" not in html
    assert 'data-sent-draft="new"' in html, "the browser may drop its copy of what was saved"


@pytest.mark.parametrize("typed", ["lamp", "Street lamps", "路灯", "STREET LAMPS"])
def test_a_category_is_known_by_its_name_in_either_language(house: House, typed: str) -> None:
    wang = house.seat("wang")
    wang.post("/tickets/new", {**WORDS, "category": typed}, page="/tickets/new")
    assert house.office.tickets.row(1).category == "lamp"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", ""),
        ("type", "nonsense"),
        ("category", ""),
        ("category", "没有的类别"),
        ("urgency", "x"),
        ("title", "长" * 101),
    ],
)
def test_a_wrong_field_is_named_beside_it_and_every_word_is_kept(house: House, field: str, value: str) -> None:
    wang = house.seat("wang", language="en")
    answer = wang.post("/tickets/new", {**WORDS, field: value}, page="/tickets/new")
    assert answer.status_code == 422
    assert f'id="new-{field}-wrong"' in answer.text
    assert f'aria-describedby="new-{field}-wrong"' in answer.text
    for kept in ("三盏路灯一周不亮。", "城关镇东街", "刘大爷", CITIZEN):
        assert kept in answer.text
    assert house.office.tickets.rows().rows == ()


def test_the_same_form_sent_twice_makes_one_ticket(house: House) -> None:
    wang = house.seat("wang")
    form = {**WORDS, "csrf_token": wang.token(), "token": "one-form-once"}
    first, second = (wang.send("/tickets/new", form) for _ in range(2))
    assert first.headers["Location"].split("?")[0] == second.headers["Location"].split("?")[0] == "/tickets/1"
    assert len(house.office.tickets.rows().rows) == 1


def test_every_drawn_form_has_a_token_of_its_own(house: House) -> None:
    wang = house.seat("wang")
    tokens = [re.findall(r'name="token" value="([^"]+)"', wang.html("/tickets/new")) for _ in range(2)]
    assert len(tokens[0]) == 1
    assert tokens[0] != tokens[1]


def test_a_refused_form_keeps_its_token_so_that_it_still_counts_once(house: House) -> None:
    wang = house.seat("wang")
    form = {**WORDS, "type": "", "csrf_token": wang.token(), "token": "kept-over-an-error"}
    assert 'name="token" value="kept-over-an-error"' in wang.send("/tickets/new", form).text


def test_who_saves_second_sees_both_versions_and_nothing_is_overwritten(house: House) -> None:
    no = house.ticket()
    wang, li = house.seat("wang", language="en"), house.seat("li")
    page = f"/tickets/{no}/edit"
    old = wang.html(page)
    version = re.search(r'name="version" value="(\d+)"', old)
    assert version is not None
    li.post(page, {**WORDS, "content": "李建国写的。", "place": "西街"}, page=page)

    was = dict(re.findall(r'name="(was_\w+)" value="([^"]*)"', old))
    assert was["was_place"] == "城关镇东街"
    mine = {**WORDS, **was, "content": "王敏写的。", "csrf_token": wang.token(), "version": version[1]}
    merged = wang.send(page, mine)
    assert merged.status_code == 409
    assert "李建国 saved ticket" in merged.text
    for text in ("李建国写的。", "王敏写的。", "西街"):
        assert text in merged.text
    # What she never touched is his already; what both changed is hers to decide.
    assert 'name="place" value="西街"' in merged.text
    assert ">王敏写的。</textarea>" in merged.text
    assert house.office.tickets.page(no, house.user("li")).form.content == "李建国写的。"

    # What is chosen on that page is saved.
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', merged.text))
    chosen = {**mine, "version": fields["version"], "content": "两个人写的。"}
    assert wang.send(page, chosen).status_code == 302
    assert house.office.tickets.page(no, house.user("li")).form.content == "两个人写的。"


def test_a_finished_ticket_has_no_form_to_change_it(house: House) -> None:
    no = house.ticket("closed")
    wang = house.seat("wang")
    assert wang.get(f"/tickets/{no}/edit").headers["Location"] == f"/tickets/{no}"
    fields = {**WORDS, "csrf_token": wang.token(), "version": str(house.office.tickets.row(no).version)}
    assert wang.send(f"/tickets/{no}/edit", fields).status_code == 409


def test_a_draft_is_completed_and_accepted_in_one_step(house: House) -> None:
    no = house.ticket("draft")
    wang = house.seat("wang")
    page = f"/tickets/{no}/edit"
    assert page in wang.html(f"/tickets/{no}")
    answer = wang.post(page, {**WORDS, "then": "accept"}, page=page)
    assert answer.status_code == 302
    assert house.office.tickets.row(no).status == "accepted"


def test_a_draft_that_cannot_be_accepted_yet_keeps_its_words_and_names_the_field(house: House) -> None:
    no = house.ticket("draft")
    wang = house.seat("wang")
    page = f"/tickets/{no}/edit"
    answer = wang.post(page, {**WORDS, "type": "", "then": "accept"}, page=page)
    assert answer.status_code == 422
    assert f'id="edit-{no}-type-wrong"' in answer.text
    assert "城关镇东街" in answer.text
    assert house.office.tickets.row(no).status == "draft"
    assert house.office.tickets.page(no, house.user("li")).form.place == "", "saved and accepted, or neither"
    # The form that came back can be sent again: it is no conflict with oneself.
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    again = wang.send(page, {**WORDS, "then": "accept", "csrf_token": wang.token(), "version": fields["version"]})
    assert again.status_code == 302


@pytest.mark.parametrize("then", ["", "accept"])
def test_a_change_sent_twice_is_one_change_and_no_conflict_with_oneself(house: House, then: str) -> None:
    no = house.ticket("draft")
    wang = house.seat("wang")
    page = f"/tickets/{no}/edit"
    fields = {**form_fields(wang.html(page), page), **WORDS, "then": then}
    assert [wang.send(page, fields).status_code for _ in range(2)] == [302, 302]
    saved = house.store.rows("SELECT 1 FROM audit WHERE action = 'ticket_saved'")
    assert len(saved) == 1
    merged = wang.send(page, {**fields, "token": "another form", "title": "又改了"})
    assert merged.status_code == 409, "an old page is still an old page"
    assert form_fields(merged.text, page)["token"] != fields["token"]


def test_the_whole_life_of_a_ticket_by_its_buttons(house: House) -> None:
    wang, unit = house.seat("wang", language="en"), house.seat("unit", language="en")
    no = house.ticket()
    page = wang.html(f"/tickets/{no}")
    department = re.search(r'<option value="(\d+)">City management', page)
    assert department is not None
    assert "Waiting for the department to sign" in moves(wang, no, "dispatch", department_id=department[1])
    assert "The department is handling it" in moves(unit, no, "sign")
    moves(unit, no, "reply", text="控制箱进水，已更换。")
    review = wang.html(f"/tickets/{no}")
    assert "Proposed reply" in review
    assert "控制箱进水，已更换。" in review
    assert "The citizen gets this text when you accept it." in review
    moves(wang, no, "send_back", reason="请写明日期")
    moves(unit, no, "reply", text="控制箱进水，已于昨晚更换。")
    assert "Waiting for the citizen&#39;s rating" in moves(wang, no, "approve")
    closed = moves(wang, no, "rate", rating="5")
    assert "5 very satisfied" in closed
    assert "请写明日期" in closed


def test_a_move_that_lacks_something_names_it_and_keeps_what_was_typed(house: House) -> None:
    no = house.ticket("review")
    wang = house.seat("wang", language="en")
    answer = wang.post(f"/tickets/{no}/move", {"move": "send_back", "reason": ""}, page=f"/tickets/{no}")
    assert answer.status_code == 422
    assert "Please fill in this field." in answer.text
    long = "长" * 5001
    answer = wang.post(f"/tickets/{no}/move", {"move": "send_back", "reason": long}, page=f"/tickets/{no}")
    assert answer.status_code == 422
    assert long in answer.text
    assert house.office.tickets.row(no).status == "review"


def test_a_move_of_an_old_page_is_refused_with_the_reason_and_the_text_kept(house: House) -> None:
    no = house.ticket("review")
    wang, li = house.seat("wang", language="en"), house.seat("li")
    old = {"csrf_token": wang.token(), "version": str(house.office.tickets.row(no).version)}
    moves(li, no, "approve")
    answer = wang.send(f"/tickets/{no}/move", {**old, "move": "send_back", "reason": "请写明日期"})
    assert answer.status_code == 409
    assert "李建国 saved ticket" in answer.text
    answer = wang.send(
        f"/tickets/{no}/move", {**old, "version": str(house.office.tickets.row(no).version), "move": "accept"}
    )
    assert answer.status_code == 409
    assert "Waiting for the citizen&#39;s rating" in answer.text
    assert house.office.tickets.row(no).status == "survey"


def test_a_department_sees_and_moves_its_own_tickets_only(house: House) -> None:
    water = next(unit for unit in house.office.departments.all() if unit.code == "SW")
    own, waiting = house.ticket("dispatched"), house.ticket()
    other = house.ticket(title="三楼没有水", content="三楼没有水。")
    house.office.tickets.move(
        other, "dispatch", house.user("wang"), version=house.office.tickets.row(other).version, department_id=water.id
    )
    unit = house.seat("unit")
    html = unit.html("/tickets")
    assert f'href="/tickets/{own}"' in html
    assert f'href="/tickets/{other}"' not in html
    assert f'href="/tickets/{waiting}"' not in html
    assert unit.get("/").headers["Location"] == "/unit"
    for no in (other, waiting):
        assert unit.get(f"/tickets/{no}").status_code == 404
        assert unit.get(f"/tickets/{no}/timeline").status_code == 404
    fields = {"csrf_token": unit.token(), "version": str(house.office.tickets.row(other).version), "move": "sign"}
    assert unit.send(f"/tickets/{other}/move", fields).status_code == 404
    assert unit.send(f"/tickets/{other}/note", {**fields, "note": "x"}).status_code == 404
    assert house.office.tickets.row(other).status == "dispatched"
    assert "三楼没有水" not in unit.html("/search?q=三楼")


def test_a_departments_page_offers_what_it_may_do_and_nothing_else(house: House) -> None:
    no = house.ticket("dispatched")
    html = house.seat("unit").html(f"/tickets/{no}")
    assert set(re.findall(r'name="move" value="(\w+)"', html)) == {"sign", "reply", "return"}
    for address in (f"/tickets/{no}/edit", f"/tickets/{no}/text", "/calls/dial", "/messages", "/tickets/new"):
        assert address not in html
    assert CITIZEN in html, "the department has to reach the citizen"


def test_a_note_joins_the_timeline_once(house: House) -> None:
    no = house.ticket()
    wang = house.seat("wang")
    form = {"csrf_token": wang.token(), "token": "one-note", "note": "已电话核实<b>"}
    for _ in range(2):
        assert wang.send(f"/tickets/{no}/note", form).status_code == 302
    html = wang.html(f"/tickets/{no}")
    assert html.count("已电话核实&lt;b&gt;") == 1
    empty = wang.send(f"/tickets/{no}/note", {**form, "token": "another", "note": "  "})
    assert empty.status_code == 422
    assert 'id="note-wrong"' in empty.text


def test_a_text_to_the_citizen_waits_in_the_outbox_and_stands_in_the_timeline(house: House) -> None:
    no = house.ticket()
    wang = house.seat("wang", language="en")
    answer = wang.post(f"/tickets/{no}/text", {"sms": "请问是哪几盏灯？"}, page=f"/tickets/{no}")
    html = wang.html(answer.headers["Location"])
    assert "The text message is waiting to be sent." in html
    assert "请问是哪几盏灯？" in html
    assert "Waiting to be sent" in html
    refused = wang.post(f"/tickets/{no}/text", {"sms": ""}, page=f"/tickets/{no}")
    assert refused.status_code == 422
    assert 'id="sms-wrong"' in refused.text


def test_the_living_part_says_when_the_ticket_has_moved_on_and_leaves_the_forms_alone(house: House) -> None:
    no = house.ticket("dispatched")
    wang = house.seat("wang", language="en")
    version = house.office.tickets.row(no).version
    assert "has changed since you opened it" not in wang.fragment(f"/tickets/{no}/timeline?version={version}").text
    moves(house.seat("li"), no, "sign")
    later = wang.fragment(f"/tickets/{no}/timeline?version={version}").text
    assert "has changed since you opened it" in later
    assert "The department is handling it" in later
    assert "<form" not in later
    kept = re.search(r'data-fresh="([^"]+)"', later)
    assert kept is not None
    again = wang.fragment(kept[1].replace("&amp;", "&")).text
    assert "has changed since you opened it" in again, "the buttons beside it are as old as before"


def test_what_an_unhappy_citizen_asks_for_is_the_first_step(house: House) -> None:
    no = house.ticket("survey")
    row = house.office.tickets.row(no)
    house.office.tickets.move(no, "rate", house.user("wang"), version=row.version, rating=2)
    assert house.office.tickets.row(no).proposal == "redo"
    html = house.seat("wang", language="en").html(f"/tickets/{no}")
    shown = html[html.index('id="next"') :]
    steps = re.findall(r'name="move" value="(\w+)"', shown)
    assert steps[:2] == ["redo", "close"]
    mains = re.findall(r'(?s)<button class="btn btn-main".*?<span>(.*?)</span>', shown)
    assert mains == ["Do it again"]


def test_the_saved_card_leads_to_its_ticket_with_a_verb(house: House) -> None:
    wang = house.seat("wang", language="zh_CN")
    form = {**WORDS, "csrf_token": wang.token()}
    card = wang.send("/tickets/new", form, headers={"HX-Request": "true"}).text
    assert "打开工单 000001" in card
    assert "未结工单" not in card


def test_a_title_takes_in_the_browser_what_it_takes_in_the_office(house: House) -> None:
    html = house.seat("wang").html("/tickets/new")
    longest = re.search(r'name="title"[^>]* maxlength="(\d+)"', html)
    assert longest is not None
    fits, too_long = "路" * int(longest[1]), "路" * (int(longest[1]) + 1)
    assert house.office.tickets.create(house.form(title=fits), house.user("wang")) == 1
    with pytest.raises(FieldWrong):
        house.office.tickets.create(house.form(title=too_long), house.user("wang"))


def test_the_list_is_filtered_by_stage_and_lateness_and_paged(house: House) -> None:
    wang = house.seat("wang", language="en")
    house.ticket("review")
    numbers = [house.ticket() for _ in range(55)]
    first = wang.html("/tickets")
    shown = [int(no) for no in re.findall(r'class="row-link" href="/tickets/(\d+)"', first)]
    assert shown == sorted(shown, reverse=True)
    assert len(shown) == 50
    older = re.search(r'href="(/tickets\?before=\d+)"', first)
    assert older is not None
    rest = [int(no) for no in re.findall(r'class="row-link" href="/tickets/(\d+)"', wang.html(older[1]))]
    assert sorted(shown + rest) == sorted([1, *numbers])

    review = wang.html("/tickets?stage=review")
    assert re.findall(r'class="row-link" href="/tickets/(\d+)"', review) == ["1"]
    assert "No ticket fits now." in wang.html("/tickets?late=1")
    house.clock.advance(days=30)
    wang = house.seat("wang", language="en")
    assert "days late" in wang.html("/tickets?late=1")
    assert wang.get("/tickets?stage=nonsense&before=x").status_code == 200


def test_the_list_is_drawn_anew_with_the_same_choice(house: House) -> None:
    water = next(unit for unit in house.office.departments.all() if unit.code == "SW")
    house.ticket()
    house.ticket()
    wang = house.seat("wang")
    for query, count in (("", 2), ("?stage=waiting", 2), ("?late=1", 0), ("?stage=review", 0), ("?before=2", 1)):
        page = wang.html(f"/tickets{query}")
        part = re.search(r'id="tickets"[^>]*data-fresh="([^"]*)" data-news="ticket"', page)
        assert part is not None
        drawn = wang.fragment(html.unescape(part[1])).text
        assert "<html" not in drawn
        assert len(re.findall(r'class="row-link"', drawn)) == count, query
        assert f'data-fresh="{part[1]}"' in drawn, "the next news draws the same rows"
    assert f"department={water.id}" in wang.html(f"/tickets?department={water.id}")
    unit = house.seat("unit").fragment("/tickets/rows").text
    assert 'class="row-link"' not in unit, "a department's list shows its own tickets only"


@pytest.mark.parametrize("wanted", ["路灯", "刘大爷", "000001", "10001", "东街 路灯"])
def test_a_ticket_is_found_by_words_name_number_and_telephone(house: House, wanted: str) -> None:
    house.ticket()
    html = house.seat("wang").html(f"/search?q={wanted}")
    assert 'href="/tickets/1"' in html
    assert f'value="{wanted}"' in html


def test_the_queue_of_the_desk_leads_with_what_is_due_first(house: House) -> None:
    house.ticket("draft")
    house.clock.advance(hours=2)
    house.ticket("review")
    house.ticket("closed")
    html = house.seat("wang").fragment("/desk/queue").text
    assert re.findall(r'class="row-link" href="/tickets/(\d+)"', html) == ["1", "2"]


def test_no_number_of_a_citizen_stands_in_an_address(house: House) -> None:
    no = house.ticket("dispatched")
    house.texts("还没有人来")
    house.rings()
    wang = house.seat("wang")
    for path in ("/", f"/tickets/{no}", "/messages?box=out", "/messages?box=in", "/calls"):
        for address in re.findall(r'(?:href|action|hx-get|hx-post)="([^"]*)"', wang.html(path)):
            assert CITIZEN not in address
            assert HANDLER not in address
