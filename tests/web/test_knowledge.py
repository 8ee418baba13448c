"""The knowledge base on the screen: found, read, written, offered beside a form, and used to answer."""

from __future__ import annotations

import re
from datetime import date

import pytest

from appliance.knowledge.article import Draft, Words
from tests.web.house import CITIZEN, House, Seat

ZH = Words("结婚登记地点", "在政务服务中心三楼。", "结婚登记在三楼。", "身份证\n户口簿", "不收费", "城关镇东街20号")
EN = Words("Registering a marriage", "Third floor of the <service> centre.", "Third floor.", "Identity card")


@pytest.fixture
def article(house: House) -> int:
    return write(house)


def write(house: House, zh: Words = ZH, en: Words = EN, **facts: object) -> int:
    given = {"category": "marriage", **facts}
    return house.office.knowledge.articles.write(Draft(zh, en, **given), house.user("li"))  # type: ignore[arg-type]


def city(house: House) -> int:
    return next(unit.id for unit in house.office.departments.all() if unit.code == "CG")


def seat(house: House, name: str = "wang") -> Seat:
    return house.seat(name, language="en")


def texts(house: House) -> list[tuple[str, str]]:
    return [(row["number"], row["text"]) for row in house.store.rows("SELECT * FROM outbox_words ORDER BY outbox_id")]


def test_the_search_finds_and_says_what_to_do_where_there_is_nothing(house: House, article: int) -> None:
    html = seat(house).html("/knowledge?q=marriage")
    assert f'href="/knowledge/{article}"' in html
    nothing = seat(house).html("/knowledge?q=飞碟")
    assert "Nothing found: ask for an article" in nothing
    assert f'href="/knowledge/{article}"' not in nothing
    for narrowed, is_there in (
        ("class=welfare", True),
        ("class=labour", False),
        ("kind=guide", True),
        ("kind=notice", False),
    ):
        assert (f'href="/knowledge/{article}"' in seat(house).html(f"/knowledge?{narrowed}")) is is_there, narrowed


def test_the_place_stands_in_the_rail_of_everybody_who_may_read(house: House) -> None:
    for name in ("wang", "li", "unit"):
        assert 'class="place" href="/knowledge"' in seat(house, name).html("/tickets"), name
    assert "/knowledge" not in seat(house, "tech").html("/lines")


def test_an_article_is_read_in_the_language_of_the_page_and_escaped(house: House, article: int) -> None:
    html = seat(house).html(f"/knowledge/{article}")
    assert "Third floor of the &lt;service&gt; centre." in html
    assert "<li>Identity card</li>" in html
    chinese = house.seat("wang", language="zh_CN").html(f"/knowledge/{article}")
    for words in ("在政务服务中心三楼。", "户口簿", "不收费", "城关镇东街20号", "结婚登记在三楼。"):
        assert words in chinese


def test_a_department_sees_no_script_of_the_desk(house: House) -> None:
    public, script = write(house), write(house, is_public=False)
    unit = seat(house, "unit")
    html = unit.html("/knowledge")
    assert f'href="/knowledge/{public}"' in html
    assert f'href="/knowledge/{script}"' not in html
    assert unit.get(f"/knowledge/{script}").status_code == 404
    assert "/edit" not in unit.html(f"/knowledge/{public}")


def test_an_expired_one_is_marked(house: House) -> None:
    old = write(house, valid_to=date(2026, 9, 30))
    assert "Not valid since 2026-09-30" in seat(house).html(f"/knowledge/{old}")
    assert "Not valid since 2026-09-30" in seat(house).html("/knowledge")


# --- writing ---


def test_an_article_is_written_changed_and_its_past_is_kept(house: House) -> None:
    lead = seat(house, "li")
    fields = {"kind": "contact", "category": "ts", "title_en": "No water", "answer_en": "Call us.", "is_public": "yes",
              "department_id": city(house), "valid_to": "2026-12-31"}  # fmt: skip
    made = lead.post("/knowledge/new", fields, page="/knowledge/new")
    path = made.headers["Location"].split("?")[0]
    article = house.office.knowledge.articles.get(int(path.rsplit("/", 1)[1]), house.user("li"))
    assert (article.kind, article.category, article.unit_code, article.code) == ("contact", "water", "CG", "K0001")
    again = {**fields, "category": "Water supply", "code": "K0001", "answer_en": "Look at the valve first."}
    assert lead.post(f"{path}/edit", again, page=f"{path}/edit").status_code == 302
    html = lead.html(path)
    assert "Look at the valve first." in html
    assert re.search(r"Version 1.*Call us\.", html, re.DOTALL)
    assert lead.post(f"{path}/retire", page=path).status_code == 302
    assert "No water" not in lead.html("/knowledge")


def test_a_wrong_field_is_named_and_the_typed_text_stays(house: House) -> None:
    fields = {"kind": "guide", "title_en": "Lamps", "answer_en": "", "sms_en": "Tell us.", "category": "poem"}
    answer = seat(house, "li").post("/knowledge/new", fields, page="/knowledge/new")
    assert answer.status_code == 422
    assert 'id="category-wrong"' in answer.text
    answer = seat(house, "li").post("/knowledge/new", {**fields, "category": ""}, page="/knowledge/new")
    assert 'id="answer_en-wrong"' in answer.text
    assert 'value="Lamps"' in answer.text
    assert house.office.knowledge.articles.of_class(house.user("li")) == []


def test_whoever_saves_second_sees_both_and_may_save_again(house: House, article: int) -> None:
    first, second = seat(house, "li"), seat(house, "wang")
    path = f"/knowledge/{article}/edit"
    old_form = second.get(path).text
    fields = {"kind": "guide", "title_en": "Registering a marriage", "answer_en": "Ground floor."}
    assert first.post(path, fields, page=path).status_code == 302
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', old_form.split(f'action="{path}"')[1]))
    refused = second.send(path, {**hidden, **fields, "answer_en": "Second floor."})
    assert refused.status_code == 409
    assert "Ground floor." in refused.text
    assert "Second floor." in refused.text
    assert "Ground floor." in second.html(f"/knowledge/{article}")
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', refused.text.split(f'action="{path}"')[1]))
    assert second.send(path, {**hidden, **fields, "answer_en": "Second floor."}).status_code == 302
    assert "Second floor." in second.html(f"/knowledge/{article}")


def test_in_an_office_with_leads_an_operator_cannot_write(house: House, article: int) -> None:
    house.office.approvals.set_mode("full", house.user("li"))
    operator = seat(house)
    assert "Write an article" not in operator.html("/knowledge")
    fields = {"kind": "guide", "title_en": "x", "answer_en": "y"}
    assert operator.post("/knowledge/new", fields, page="/knowledge").status_code == 403
    for path in ("/knowledge/new", f"/knowledge/{article}/edit"):  # told before he writes, not after
        assert operator.get(path).status_code == 403


# --- beside a form, and answering ---


def offers(house: House, **fields: str) -> str:
    browser = seat(house)
    sent = {"csrf_token": browser.token(), "answers": "yes", **fields}
    return browser.send("/knowledge/offers", sent, headers={"HX-Request": "true"}).text


def test_beside_the_form_stand_the_articles_of_the_class_and_of_the_words(house: House, article: int) -> None:
    for fields in ({"category": "hydj"}, {"category": "Registering a marriage"}, {"content": "请问到哪里登记结婚"}):
        html = offers(house, **fields)
        assert "Third floor of the" in html, fields
        assert f'name="answered_with" value="{article}"' in html, fields
    assert offers(house, content="路上有个大坑").strip() == ""
    assert "answered_with" not in offers(house, category="hydj", answers="no")


def test_what_is_said_in_danger_is_read_and_never_closes_a_ticket(house: House) -> None:
    write(house, kind="emergency")
    html = offers(house, category="hydj")
    assert "Third floor of the" in html
    assert "answered_with" not in html


@pytest.mark.parametrize("page", ["/tickets/new", "/tickets/1/edit"])
def test_the_forms_ask_for_them(house: House, page: str) -> None:
    house.ticket()
    html = seat(house).html(page)
    assert 'hx-post="/knowledge/offers"' in html
    first_button = html.index('hx-post="/knowledge/offers"')
    assert html.index('<button class="btn btn-main"', html.index('class="sheet ticket-form"')) < first_button


def test_a_consult_is_one_press_from_the_empty_form(house: House, article: int) -> None:
    browser = seat(house)
    fields = {"contact_phone": CITIZEN, "answered_and_texted": article}
    answer = browser.post("/tickets/new", fields, page="/tickets/new")
    page = answer.headers["Location"].split("?")[0]
    row = house.office.tickets.row(int(page.rsplit("/", 1)[1]))
    assert (row.status, row.type, row.category) == ("closed", "enquiry", "marriage")
    assert texts(house) == [(CITIZEN, ZH.sms)]
    html = browser.html(page)
    assert "Answered with an article:" in html
    assert f'href="/knowledge/{article}"' in html
    assert "在政务服务中心三楼。" in html


def test_what_a_lead_must_allow_leads_to_the_ticket_that_stands_already(house: House, article: int) -> None:
    house.office.approvals.set_mode("full", house.user("li"))
    fields = {"contact_phone": CITIZEN, "type": "complaint", "place": "none", "answered_with": article}
    answer = seat(house).post("/tickets/new", fields, page="/tickets/new")
    assert (answer.status_code, answer.headers["Location"].split("&")[0]) == (302, "/tickets/1?done=asked")
    browser = seat(house)
    sent = {**fields, "csrf_token": browser.token(), "token": "t", "contact_phone": "13700001234"}
    drawn = browser.send("/tickets/new", sent, headers={"HX-Request": "true"})
    assert drawn.status_code == 200
    assert "It was passed on and waits for the lead" in drawn.text
    assert 'href="/tickets/2"' in drawn.text
    assert [row.kind for no in (1, 2) for row in house.office.tickets.requests_of(no)] == ["answer", "answer"]


def test_an_article_taken_away_since_it_was_offered_leaves_no_ticket_behind(house: House, article: int) -> None:
    house.office.knowledge.articles.retire(article, house.user("li"), version=1)
    fields = {"contact_phone": CITIZEN, "answered_with": article}
    answer = seat(house).post("/tickets/new", fields, page="/tickets/new")
    assert answer.status_code == 422
    assert "There is no such article." in answer.text
    assert house.store.rows("SELECT no FROM ticket") == []


def test_beside_a_call_the_answer_stays_in_the_drawer(house: House, article: int) -> None:
    call_id = house.rings()
    browser = seat(house)
    fields = {"csrf_token": browser.token(), "token": "t", "answered_with": article}
    answer = browser.send(f"/tickets/new?call={call_id}", fields, headers={"HX-Request": "true"})
    assert "call-saved" in answer.text
    assert texts(house) == []


def test_a_ticket_is_answered_with_the_article_and_no_typing(house: House, article: int) -> None:
    no = house.ticket(type="enquiry", category="marriage")
    browser = seat(house)
    html = browser.html(f"/tickets/{no}")
    assert f'<option value="{article}">Registering a marriage</option>' in html
    form = next(each for each in re.findall(r"<form.*?</form>", html, re.DOTALL) if 'value="answer"' in each)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    answer = browser.send(f"/tickets/{no}/move", {**hidden, "article_id": article, "texts_article": "yes", "text": ""})
    assert answer.status_code == 302
    assert house.office.tickets.row(no).status == "closed"
    assert (CITIZEN, ZH.sms) in texts(house)
    assert "在政务服务中心三楼。" in browser.html(f"/tickets/{no}")


def test_without_an_article_the_answer_must_be_written(house: House, article: int) -> None:
    no = house.ticket(type="enquiry", category="marriage")
    browser = seat(house)
    version = house.office.tickets.row(no).version
    fields = {"csrf_token": browser.token(), "token": "t", "move": "answer", "version": version, "text": ""}
    assert browser.send(f"/tickets/{no}/move", fields).status_code == 422
    assert house.office.tickets.row(no).status == "accepted"


# --- the directory, and questions ---


def test_the_directory_shows_number_hours_and_duty_and_dials(house: House) -> None:
    html = seat(house).html("/knowledge/directory?q=杨帆")
    assert "City management" in html
    assert "open now" in html
    assert "on duty" in html
    assert 'name="number" value="13900010012"' in html
    assert "Nothing found" in seat(house).html("/knowledge/directory?q=飞碟")


def test_a_question_goes_from_the_ticket_to_the_department_to_an_article(house: House) -> None:
    no = house.ticket(category="parking")
    desk, unit = seat(house), seat(house, "unit")
    ask = f"/knowledge/gaps/ask?ticket={no}"
    assert "东街路灯不亮" in desk.html(ask)
    fields = {"question": "How long is parking free?", "department_id": city(house), "category": "Parking"}
    assert desk.post("/knowledge/gaps/ask", fields, page=ask).status_code == 302
    html = unit.html("/knowledge/gaps")
    assert "How long is parking free?" in html
    assert "wanted by 2026-11-30" in html
    assert f"/tickets/{no}" not in html
    assert unit.post("/knowledge/gaps/1/answer", {"answer": "Two hours."}, page="/knowledge/gaps").status_code == 302
    form = desk.html("/knowledge/new?gap=1")
    assert "Two hours." in form
    fields = {"kind": "guide", "title_en": "Free parking", "answer_en": "Two hours."}
    assert desk.post("/knowledge/new?gap=1", fields, page="/knowledge/new?gap=1").status_code == 302
    assert "No question waits for an article." in desk.html("/knowledge/gaps")


def test_a_question_is_closed_by_a_code_or_dropped_and_a_wrong_one_is_named(house: House, article: int) -> None:
    desk = seat(house)
    for question in ("one", "two"):
        house.office.knowledge.gaps.ask(question, house.user("wang"), department_id=city(house))
    wrong = desk.post("/knowledge/gaps/1/close", {"code": "K9", "then": "close"}, page="/knowledge/gaps")
    assert wrong.status_code == 422
    assert "No article has the code" in wrong.text
    assert (
        desk.post("/knowledge/gaps/1/close", {"code": "k0001", "then": "close"}, page="/knowledge/gaps").status_code
        == 302
    )
    assert desk.post("/knowledge/gaps/2/close", {"then": "drop"}, page="/knowledge/gaps").status_code == 302
    states = [gap.state for gap in house.office.knowledge.gaps.all(house.user("wang"), is_open=False)]
    assert sorted(states) == ["closed", "dropped"]


def test_a_question_without_a_department_is_asked_again(house: House) -> None:
    page = "/knowledge/gaps/ask?q=飞碟"
    assert "飞碟" in seat(house).html(page)
    answer = seat(house).post("/knowledge/gaps/ask", {"question": "飞碟"}, page=page)
    assert answer.status_code == 422
    assert 'id="department_id-wrong"' in answer.text
