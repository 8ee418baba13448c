"""What a department's handler does by SMS, and where the operator stands in between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.appliance.small_office import HANDLER, OTHER_HANDLER, WANG, ZHAO, SmallOffice

COLLEAGUE = "13800005555"


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def outcome(office: SmallOffice, text: str, *, from_: str = HANDLER) -> tuple[str, bool]:
    row = office.sms_row(office.text(from_=from_, text=text))
    return str(row["outcome"]), bool(row["needs_desk"])


def signed_by(office: SmallOffice, no: int) -> Any:
    return office.one(
        "SELECT m.* FROM ticket_move m JOIN ticket t ON t.id = m.ticket_id WHERE t.no = ? AND m.move = 'sign'", no
    )


# --- signing ---


@pytest.mark.parametrize("text", ["1", "１", "QS", "签收", "QS {no:06}", "签收{no:06}", "收到"])
def test_a_handler_signs(office: SmallOffice, text: str) -> None:
    no = office.ticket_with_unit()
    assert outcome(office, text.format(no=no)) == ("signed", False)
    assert office.status(no) == "in_progress"
    assert (signed_by(office, no)["actor"], signed_by(office, no)["handler_id"]) == ("unit", 1)
    (confirmation,) = office.outbox(purpose="confirm")
    assert confirmation["text"] == f"【青禾12345】{no:06}已签收,请于12月7日17:30前答复。"
    assert confirmation["number"] == HANDLER


def test_a_bare_1_means_the_ticket_that_was_dispatched_to_him_last(office: SmallOffice) -> None:
    first = office.ticket_with_unit(from_=WANG)
    second = office.ticket_with_unit(from_=ZHAO, text="西街没有水")
    outcome(office, "1")
    assert (office.status(first), office.status(second)) == ("dispatched", "in_progress")
    outcome(office, "1")
    assert office.status(first) == "in_progress"


def test_words_behind_the_signature_become_progress(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    outcome(office, "签收,下午去修")
    assert office.status(no) == "in_progress"
    assert office.notes(no) == [("progress", "", "下午去修")]


def test_a_second_signature_is_noted_and_bothers_nobody(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    outcome(office, "1")
    assert outcome(office, "收到") == ("noted", False)
    assert office.status(no) == "in_progress"


def test_one_of_two_unsigned_tickets_that_he_was_never_told_of_is_not_guessed(office: SmallOffice) -> None:
    office.ticket_with_unit(from_=WANG)
    office.ticket_with_unit(from_=ZHAO)
    office.office.departments.add_handler(office.department().id, "小陈", COLLEAGUE)
    assert outcome(office, "1", from_=COLLEAGUE) == ("unmatched", True)


def test_the_only_unsigned_ticket_is_meant_even_if_somebody_else_was_told(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.office.departments.add_handler(office.department().id, "小陈", COLLEAGUE)
    assert outcome(office, "1", from_=COLLEAGUE) == ("signed", False)
    assert office.status(no) == "in_progress"


# --- replying ---


@pytest.mark.parametrize(
    "text", ["DF {no:06} 已修好", "ｄｆ：{no:06}，已修好", "答复{no:06}已修好", "DF 已修好", "已修好"]
)
def test_a_reply_goes_to_the_review_and_not_to_the_citizen(office: SmallOffice, text: str) -> None:
    no = office.ticket_with_unit()
    outcome(office, "1")
    office.deliver()
    before = len(office.phone(WANG))
    assert outcome(office, text.format(no=no)) == ("reply", False)
    assert office.status(no) == "review"
    office.deliver()
    assert len(office.phone(WANG)) == before
    assert ("reply", "empty", "已修好") in office.notes(no)
    assert "审核后转告群众" in office.phone(HANDLER)[-1]


def test_replying_to_an_unsigned_ticket_signs_it_as_well(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    outcome(office, "已修好")
    assert office.status(no) == "review"
    assert signed_by(office, no) is not None
    assert office.one("SELECT signed_at FROM assignment")["signed_at"] is not None


def test_plain_text_answers_our_latest_message_to_him(office: SmallOffice) -> None:
    first = office.ticket_with_unit(from_=WANG)
    second = office.ticket_with_unit(from_=ZHAO, text="西街没有水")
    outcome(office, "水管已修复")
    assert (office.status(first), office.status(second)) == ("dispatched", "review")


@pytest.mark.parametrize("text", ["{no:06} 已修好", "{no:06}已修好", "编号{no:06}：已修好", "#{no:06}，已修好"])
def test_a_number_in_front_of_plain_words_names_the_ticket_and_is_no_part_of_the_reply(
    office: SmallOffice, text: str
) -> None:
    first = office.ticket_with_unit(from_=WANG)
    second = office.ticket_with_unit(from_=ZHAO, text="西街没有水")  # told of last
    assert outcome(office, text.format(no=first)) == ("reply", False)
    assert (office.status(first), office.status(second)) == ("review", "dispatched")
    assert ("reply", "empty", "已修好") in office.notes(first)


def test_a_number_in_front_that_is_none_of_his_tickets_is_part_of_the_words(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    assert outcome(office, "202611 第一批已修好") == ("reply", False)
    assert ("reply", "", "202611 第一批已修好") in office.notes(no)


def test_plain_words_to_two_tickets_at_once_are_refused(office: SmallOffice) -> None:
    first = office.ticket_with_unit(from_=WANG)
    second = office.ticket_with_unit(from_=ZHAO, text="西街没有水")
    assert outcome(office, f"{first:06} {second:06} 都修好了") == ("one_at_a_time", True)
    assert (office.status(first), office.status(second)) == ("dispatched", "dispatched")


def test_a_confirmation_is_no_message_that_is_answered(office: SmallOffice) -> None:
    first = office.ticket_with_unit(from_=WANG)
    second = office.ticket_with_unit(from_=ZHAO, text="西街没有水")
    outcome(office, f"1 {first:06}")
    office.deliver()  # "000001 signed" is the latest message now, but it asks for nothing
    outcome(office, "已修好")
    assert (office.status(first), office.status(second)) == ("in_progress", "review")


def test_text_that_fits_two_tickets_reaches_the_desk(office: SmallOffice) -> None:
    office.ticket_with_unit(from_=WANG)
    office.ticket_with_unit(from_=ZHAO)
    office.office.departments.add_handler(office.department().id, "小陈", COLLEAGUE)
    assert outcome(office, "已修好", from_=COLLEAGUE) == ("unmatched", True)
    assert office.count("ticket WHERE status = 'dispatched'") == 2


def test_text_of_a_handler_without_tickets_reaches_the_desk_and_opens_none(office: SmallOffice) -> None:
    assert outcome(office, "你好") == ("unmatched", True)
    assert office.count("ticket") == 0


def test_more_text_while_in_review_is_added_for_the_reviewer(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    outcome(office, "已修好")
    assert outcome(office, "换了两个灯泡") == ("progress", True)
    assert office.status(no) == "review"
    assert office.notes(no)[-1] == ("progress", "", "换了两个灯泡")


def test_an_order_to_reply_without_words_changes_nothing(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    assert outcome(office, f"DF {no:06}") == ("words_missing", True)
    assert office.status(no) == "dispatched"


def test_a_reply_longer_than_a_note_may_be_reaches_the_desk(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    for part in office.parts(from_=HANDLER, text="修" * 5200):
        office.handle(part)
    row = office.sms_row(office.last_sms())
    assert (row["outcome"], row["needs_desk"]) == ("not_possible", 1)
    assert office.status(no) == "dispatched"


# --- progress, return, extension ---


@pytest.mark.parametrize("text", ["JZ {no:06} 在修", "进展 在修", "ｊｚ：在修"])
def test_progress_is_noted_at_once(office: SmallOffice, text: str) -> None:
    no = office.ticket_with_unit()
    assert outcome(office, text.format(no=no)) == ("progress", False)
    assert office.status(no) == "in_progress"  # whoever works on it has it
    assert office.notes(no) == [("progress", "", "在修")]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("TH {no:06} 不归我们管", "return"),
        ("退回 不归我们管", "return"),
        ("2 不归我们管", "return"),
        ("YQ {no:06} 3天 下雨", "extension"),
        ("延期 3天 下雨", "extension"),
    ],
)
def test_returns_and_extensions_are_only_proposed(office: SmallOffice, text: str, state: str) -> None:
    no = office.ticket_with_unit()
    assert outcome(office, text.format(no=no)) == (f"{state}_proposed", True)
    assert office.status(no) == "dispatched"
    assert office.notes(no)[-1][:2] == ("proposal", state)
    assert "等待热线审核" in office.outbox(purpose="confirm")[-1]["text"]


@pytest.mark.parametrize("text", ["YQ 5 等配件", "延期5天,等配件", "延期 五天 等配件"])
def test_a_figure_or_two_behind_the_word_are_days_and_no_ticket_of_others(office: SmallOffice, text: str) -> None:
    no = office.ticket_with_unit()
    assert outcome(office, text) == ("extension_proposed", True)
    [request] = office.office.tickets.requests_of(no)
    assert (request.kind, request.days) == ("extension", 5)


@pytest.mark.parametrize("text", ["YQ 5", "延期5天", "延期 0 天 等配件"])
def test_days_without_a_reason_and_no_days_at_all_are_asked_for(office: SmallOffice, text: str) -> None:
    no = office.ticket_with_unit()
    assert outcome(office, text)[0] == "reason_missing"
    assert office.office.tickets.requests_of(no) == ()


@pytest.mark.parametrize(
    "text", ["YQ {no:06} 10000天 等配件", "YQ {no:06} 0天 等配件", "YQ {no:06} 3.5天 等", "延期99天 等配件"]
)
def test_days_that_cannot_be_meant_are_told_and_nobody_is_asked_for_them(office: SmallOffice, text: str) -> None:
    no = office.ticket_with_unit()
    assert outcome(office, text.format(no=no)) == ("reason_missing", True)
    assert office.office.tickets.requests_of(no) == ()
    assert "的天数无法办理:请写工作日整数" in office.outbox(purpose="confirm")[-1]["text"]


def test_half_a_picture_is_no_reply(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    assert outcome(office, "\ud83d") == ("empty", True)
    assert office.status(no) == "dispatched"


# --- tickets of others ---


@pytest.mark.parametrize(
    "text", ["QS {no:06}", "DF {no:06} 已修好", "JZ {no:06} 在修", "TH {no:06} 不归我管", "全文 {no:06}"]
)
def test_another_departments_ticket_is_refused(office: SmallOffice, text: str) -> None:
    no = office.ticket_with_unit(code="cgj")
    assert outcome(office, text.format(no=no), from_=OTHER_HANDLER) == ("refused", True)
    assert office.status(no) == "dispatched"
    assert office.notes(no) == []
    assert office.count("audit WHERE action = 'sms_refused'") == 1
    office.deliver()
    (line,) = office.phone(OTHER_HANDLER)
    assert line == f"【青禾12345】{no:06}不是贵单位的在办工单,本条未执行,热线已知悉。"
    assert office.phone(WANG)[1:] == []


def test_a_ticket_that_does_not_exist_is_refused(office: SmallOffice) -> None:
    office.ticket_with_unit()
    assert outcome(office, "DF 009999 已修好") == ("refused", True)


def test_a_ticket_that_was_taken_back_is_refused(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.move(no, "take_back", reason="派错了")
    assert outcome(office, f"DF {no:06} 已修好") == ("refused", True)
    assert office.status(no) == "accepted"


# --- asking ---


def test_a_handler_gets_the_list_of_open_tickets(office: SmallOffice) -> None:
    no = office.ticket_with_unit(text="东街路灯不亮")
    assert outcome(office, "LB") == ("list_told", False)
    assert f"在办1件:{no:06} 东街路灯不亮" in office.outbox(purpose="confirm")[-1]["text"]
    assert outcome(office, "列表", from_=OTHER_HANDLER) == ("list_told", False)
    assert "没有在办工单" in office.outbox(purpose="confirm")[-1]["text"]


def test_a_handler_gets_the_full_text_with_the_citizens_number(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    assert outcome(office, "全文") == ("text_told", False)
    text = office.outbox(purpose="confirm")[-1]["text"]
    assert f"{no:06} 东街路灯不亮" in text
    assert WANG in text
    assert "东街12号" in text


def test_nobody_learns_who_made_a_confidential_report(office: SmallOffice) -> None:
    office.ticket_with_unit(type_="report")
    outcome(office, "全文")
    assert all(WANG not in text and "1111" not in text for text in office.phone(HANDLER))
    assert WANG not in office.outbox(purpose="confirm")[-1]["text"]


def test_nothing_from_a_handler_is_a_citizens_rating(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=HANDLER, text="5")
    assert office.status(no) == "survey"


def test_a_disabled_handler_is_a_stranger_who_signs_nothing(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    handler = office.office.departments.handler_by_number(HANDLER)
    assert handler is not None
    office.office.departments.disable_handler(handler.id, None)
    sms = office.text(from_=HANDLER, text=f"QS {no:06}")
    assert office.sms_row(sms)["kind"] == "citizen"
    assert office.sms_row(sms)["handler_id"] is None
    assert office.status(no) == "dispatched"


# --- several tickets, helping departments ---


def test_one_text_signs_every_ticket_it_names_and_says_which_are_not_his(office: SmallOffice) -> None:
    mine = [office.ticket_with_unit(from_=number) for number in (WANG, ZHAO, "13600003333")]
    theirs = office.ticket_with_unit(from_="13600004444", code="gas")
    numbers = "、".join(f"{no:06}" for no in (*mine, theirs))
    assert outcome(office, f"QS {numbers}") == ("signed", True)
    assert [office.status(no) for no in (*mine, theirs)] == ["in_progress"] * 3 + ["dispatched"]
    told = office.outbox(purpose="confirm")[-1]["text"]
    assert "已签收3件" in told
    assert f"未执行(不是贵单位的在办工单):{theirs:06}" in told


def test_the_full_text_of_three_tickets_may_be_asked_at_once(office: SmallOffice) -> None:
    first, second = office.ticket_with_unit(from_=WANG), office.ticket_with_unit(from_=ZHAO)
    assert outcome(office, f"QW {first:06} {second:06}") == ("text_told", False)
    assert len(office.outbox(purpose="confirm")) == 2


def test_a_department_that_helps_signs_and_replies_for_itself(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    no = office.last_no()
    office.take_in(no)
    office.dispatch(no, co_department_ids=(office.department("gas").id,))
    office.deliver()
    assert outcome(office, f"签收{no:06}", from_=OTHER_HANDLER) == ("signed", False)
    assert office.status(no) == "dispatched"  # the leading department has signed nothing
    assert outcome(office, f"DF {no:06} 燃气管线不受影响,可以施工", from_=OTHER_HANDLER)[0] == "reply"
    assert office.status(no) == "dispatched"
    moves = [row["move"] for row in office.store.rows("SELECT move FROM ticket_move WHERE actor = 'unit' ORDER BY id")]
    assert moves == ["co_sign", "co_reply"]
