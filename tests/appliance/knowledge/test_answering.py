"""Answered with an article: noted with the move, texted where that is wished, in one press for a consult."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.casework.tickets import TicketForm
from appliance.errors import FieldWrong, NeedsLead, NotFound
from appliance.knowledge.article import Draft, Words
from tests.appliance.small_office import WANG, SmallOffice

ZH = Words("结婚登记地点", "在政务服务中心三楼。", "结婚登记在三楼。")
EN = Words("Registering a marriage", "Third floor of the service centre.", "Third floor.")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallOffice]:
    office = SmallOffice(tmp_path)
    yield office
    office.store.close()


def article(small: SmallOffice, zh: Words = ZH) -> int:
    return small.office.knowledge.articles.write(Draft(zh, EN, category="marriage"), small.lead)


def ticket(small: SmallOffice, type_: str = "enquiry", phone: str = WANG) -> int:
    form = TicketForm(content="请问到哪里登记结婚", type=type_, place="无", contact_phone=phone, category="marriage")
    return small.office.tickets.create(form, small.li)


def answer(small: SmallOffice, no: int, article_id: int | None, **given: Any) -> None:
    version = small.office.tickets.row(no).version
    more = {"text": "在三楼。", "article_id": article_id, **given}
    small.office.tickets.move(no, "answer", small.li, version=version, **more)


def links(small: SmallOffice) -> int:
    row = small.store.row("SELECT count(*) AS n FROM ticket_article")
    return int(row["n"]) if row else 0


def test_the_article_is_linked_with_its_version_and_one_row_of_history(small: SmallOffice) -> None:
    made, no = article(small), ticket(small)
    before = len(small.store.rows("SELECT id FROM ticket_move"))
    answer(small, no, made)
    assert small.office.tickets.row(no).status == "closed"
    assert len(small.store.rows("SELECT id FROM ticket_move")) == before + 1
    used = small.office.knowledge.answering.of_ticket(no)
    assert [(each.article_id, each.version, each.is_texted, each.is_of_before) for each in used] == [
        (made, 1, False, False)
    ]
    assert (used[0].title("zh_CN"), used[0].title("en")) == (ZH.title, EN.title)
    assert small.office.knowledge.articles.get(made, small.li).used == 1
    assert small.deliver() == []


def test_after_a_change_it_says_that_another_version_was_read_out(small: SmallOffice) -> None:
    made, no = article(small), ticket(small)
    answer(small, no, made)
    new = Draft(Words(ZH.title, "搬到一楼。"), EN, category="marriage")
    small.office.knowledge.articles.write(new, small.lead, article_id=made, version=1)
    assert small.office.knowledge.answering.of_ticket(no)[0].is_of_before


def test_its_text_goes_out_by_the_rules_of_the_outbox(small: SmallOffice) -> None:
    made, no = article(small), ticket(small)
    answer(small, no, made, texts_article=True)
    assert small.deliver() == [(WANG, ZH.sms)]
    assert small.office.knowledge.answering.of_ticket(no)[0].is_texted


@pytest.mark.parametrize("phone", ["057188880000", ""])
def test_whoever_cannot_be_texted_is_not(small: SmallOffice, phone: str) -> None:
    made, no = article(small), ticket(small, phone=phone)
    answer(small, no, made, texts_article=True)
    assert small.deliver() == []
    assert not small.office.knowledge.answering.of_ticket(no)[0].is_texted


def test_without_a_short_form_nothing_is_texted(small: SmallOffice) -> None:
    made, no = article(small, Words(ZH.title, ZH.answer)), ticket(small)
    answer(small, no, made, texts_article=True)
    assert small.deliver() == []


def test_whoever_asked_by_text_gets_the_answer_once(small: SmallOffice) -> None:
    small.text(from_=WANG, text="请问到哪里登记结婚")
    small.deliver()
    no = small.office.tickets.rows().rows[0].no
    form = TicketForm(content="请问到哪里登记结婚", type="enquiry", category="other", place="无", contact_phone=WANG)
    small.office.tickets.save(no, form, small.office.tickets.row(no).version, small.li, accept=True)
    small.deliver()
    answer(small, no, article(small), texts_article=True)
    went = small.deliver()
    assert len(went) == 1
    assert "在三楼。" in went[0][1]


def test_opened_again_and_answered_again_it_is_texted_again(small: SmallOffice) -> None:
    made, no = article(small), ticket(small)
    answer(small, no, made, texts_article=True)
    small.deliver()
    version = small.office.tickets.row(no).version
    small.office.tickets.move(no, "reopen", small.li, version=version, reason="又问")
    small.deliver()
    answer(small, no, made, texts_article=True)
    assert (WANG, ZH.sms) in small.deliver()
    assert links(small) == 2


@pytest.mark.parametrize("is_retired", [True, False])
def test_an_article_that_is_not_there_refuses_the_move(small: SmallOffice, is_retired: bool) -> None:
    no, article_id = ticket(small), 99
    if is_retired:
        article_id = article(small)
        small.office.knowledge.articles.retire(article_id, small.lead, version=1)
    with pytest.raises(FieldWrong) as wrong:
        answer(small, no, article_id)
    assert wrong.value.field == "article_id"
    assert small.office.tickets.row(no).status == "accepted"
    assert links(small) == 0


def test_what_a_lead_must_decide_keeps_its_article_until_it_is_granted(small: SmallOffice) -> None:
    small.office.approvals.set_mode("full", small.lead)
    made, no = article(small), ticket(small, "complaint")
    with pytest.raises(NeedsLead):
        answer(small, no, made, texts_article=True)
    assert (links(small), small.deliver()) == (0, [])
    request = small.office.tickets.requests_of(no)[0]
    small.office.tickets.decide(request.id, True, small.lead)
    assert small.office.tickets.row(no).status == "closed"
    assert links(small) == 1
    assert (WANG, ZH.sms) in small.deliver()


# --- a consult ---


def consult(small: SmallOffice, form: TicketForm, article_id: int, **more: Any) -> int:
    return small.office.knowledge.consults.answer(form, article_id, small.li, asked="咨询:结婚登记地点", **more).no


def test_a_consult_is_one_press_and_sends_no_receipt(small: SmallOffice) -> None:
    no = consult(small, TicketForm(contact_phone=WANG), article(small), token="t")
    row, page = small.office.tickets.row(no), small.office.tickets.page(no, small.li)
    assert (row.status, row.type, row.category) == ("closed", "enquiry", "marriage")
    assert page.form.content == "咨询:结婚登记地点"
    assert small.deliver() == []
    assert consult(small, TicketForm(contact_phone=WANG), row.no, token="t") == no
    assert links(small) == 1


def test_what_was_typed_stays_and_it_may_be_texted(small: SmallOffice) -> None:
    form = TicketForm(content="问登记要不要预约", type="suggestion", category="care", contact_phone=WANG, place="无")
    no = consult(small, form, article(small), texts_it=True)
    row = small.office.tickets.row(no)
    assert (row.type, row.category, row.status) == ("suggestion", "care", "closed")
    assert small.deliver() == [(WANG, ZH.sms)]


def test_a_consult_with_no_article_writes_no_ticket(small: SmallOffice) -> None:
    with pytest.raises(NotFound):
        consult(small, TicketForm(), 99)
    assert small.office.tickets.rows().rows == ()
