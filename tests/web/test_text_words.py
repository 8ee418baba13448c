"""The page of codes, leaders and the office's own texts; a handler's call; a text that becomes a matter of its own."""

from __future__ import annotations

import re

from tests.web.house import HANDLER, House

LEADER = "13500006666"


def handler_id(house: House) -> int:
    handler = house.office.departments.handler_by_number(HANDLER)
    assert handler is not None
    return handler.id


def test_a_new_code_is_shown_once_and_kept_nowhere_readable(house: House) -> None:
    lead = house.seat("li")
    shown = lead.post(f"/settings/words/handler/{handler_id(house)}/code", {}).text
    found = re.search(r"新验证码：(\d{4})", shown)
    assert found is not None
    assert found[1] not in re.sub(r"<[^>]*>", "", lead.html("/settings/words"))
    assert "已有" in lead.html("/settings/words")
    with house.store.transaction() as tx:
        row = tx.row("SELECT code_key FROM handler WHERE id = ?", (handler_id(house),))
    assert row is not None
    assert found[1] not in row["code_key"] or len(row["code_key"]) == 64
    lead.post(f"/settings/words/handler/{handler_id(house)}/no-code", {})
    assert "已有" not in lead.html("/settings/words")


def test_codes_are_asked_for_once_the_box_is_ticked(house: House) -> None:
    lead = house.seat("li")
    lead.post("/settings/words/codes", {"codes": "on"})
    assert house.office.words.codes.are_asked_for()
    lead.post("/settings/words/codes", {})
    assert not house.office.words.codes.are_asked_for()


def test_a_leader_is_registered_by_a_number_that_can_text(house: House) -> None:
    lead = house.seat("li")
    assert lead.post("/settings/words/leaders", {"name": "陈县长", "phone": "10086"}).status_code == 422
    assert lead.post("/settings/words/leaders", {"name": "陈县长", "phone": HANDLER}).status_code == 422
    assert lead.post("/settings/words/leaders", {"name": "陈县长", "phone": LEADER}).status_code == 302
    assert "陈县长" in lead.html("/settings/words")
    (leader,) = house.office.words.leaders.all()
    lead.post(f"/settings/words/leaders/{leader.id}/remove", {})
    assert house.office.words.leaders.all() == ()


def test_the_office_writes_a_text_anew_and_takes_it_back(house: House) -> None:
    lead = house.seat("li")
    page = "/settings/words/texts"
    own = {"key": "receipt_open", "language": "zh", "text": "【{office}】收到,编号{no}。"}
    assert lead.post(page, own).status_code == 302
    assert "【{office}】收到,编号{no}。" in lead.html(page)
    wrong = lead.post(page, own | {"text": "收到 {nr}"})
    assert wrong.status_code == 422
    assert "{nr}" in wrong.text
    house.texts("西街井盖破了一个口", "13911112222")
    with house.store.transaction() as tx:
        row = tx.row("SELECT w.text FROM outbox_words w ORDER BY outbox_id DESC LIMIT 1")
    assert row is not None
    assert "收到,编号" in row["text"]
    lead.post(page, own | {"text": ""})
    assert house.office.words.own_texts.all("zh")[0].text == ""


def test_a_handler_who_rings_is_named_and_his_departments_tickets_stand_on_the_card(house: House) -> None:
    no = house.ticket("dispatched")
    house.rings(HANDLER)
    html = house.seat("wang").html("/calls/ringing")
    assert "该单位的在办工单" in html
    handler = house.office.departments.handler_by_number(HANDLER)
    assert handler is not None
    assert handler.name in html
    assert f'href="/tickets/{no}"' in html


def test_a_citizen_who_rings_is_no_handler(house: House) -> None:
    house.ticket("dispatched")
    house.rings()
    assert "该单位的在办工单" not in house.seat("wang").html("/calls/ringing")


def test_a_text_added_to_a_ticket_becomes_a_matter_of_its_own_with_one_key(house: House) -> None:
    house.texts("西街井盖破了一个口")
    house.texts("另外东街路灯不亮了")
    wang = house.seat("wang")
    html = wang.html("/messages")
    assert "另立新事项" in html
    assert 'data-key="S"' in html
    before = house.office.tickets.rows().rows[0].no
    action = re.search(r'action="(/messages/in/\d+/ticket)"', html)
    assert action is not None
    wang.post(action[1], page="/messages")
    assert house.office.tickets.rows().rows[0].no == before + 1


def test_texts_are_folded_by_occasion_explained_and_shown_as_they_go_out(house: House) -> None:
    lead = house.seat("li", language="en")
    html = lead.html("/settings/words/texts")
    assert "Work goes to a department" in html
    assert "<code>{due}</code> until when" in html
    assert "004512" in html
    assert "派单、协办和催办" in house.seat("li").html("/settings/words/texts")
    assert html.count("<details") > 90
    found = lead.html("/settings/words/texts?q=Not+its+ticket")
    assert found.count('class="more-one"') == 1
    assert "No text holds this word." in lead.html("/settings/words/texts?q=zzzz")


def test_while_a_text_is_typed_it_is_shown_filled_and_counted(house: House) -> None:
    lead, path = house.seat("li", language="en"), "/settings/words/texts/preview"
    text = "【{office}】{no}" + "长" * 70
    typed = {"csrf_token": lead.token(), "key": "receipt_open", "language": "zh", "text": text}
    shown = lead.send(path, typed).text
    assert "【青禾12345】004512" in shown
    assert "2 parts" in shown
    assert "There is no gap {nr} here." in lead.send(path, typed | {"text": "{nr}"}).text
    assert "&lt;b&gt;" in lead.send(path, typed | {"text": "<b>{office}{no}"}).text
    assert lead.send(path, typed | {"key": "contact"}).status_code == 404


def test_one_press_brings_the_shipped_text_back(house: House) -> None:
    lead, page = house.seat("li"), "/settings/words/texts"
    own = {"key": "receipt_open", "language": "zh", "text": "【{office}】收到,编号{no}。"}
    assert lead.post(page, own).headers["Location"].endswith("#text-receipt_open")
    assert "恢复出厂文字" in lead.html(page)
    assert lead.post(page, own | {"do": "reset"}).status_code == 302
    assert house.office.words.own_texts.all("zh")[0].text == ""
