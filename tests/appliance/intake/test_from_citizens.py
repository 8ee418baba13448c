"""What a citizen's text does, and what it can't do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.appliance.small_office import HANDLER, LANDLINE, NIGHT, WANG, ZHAO, SmallOffice

# Nobody who writes so means an order or a rating.
COMPLAINTS = [
    "2-301 没水了",
    "2 301 漏水",
    "1-2 楼道灯坏了",
    "收到 1 条诈骗短信",
    "回复 5 天了没人管",
    "1、2、3号楼停水",
    "1,2 楼没电",
    "2,3 两路公交不来",
    "OK 120",
    "=1+1",
    "收到 123456 的验证码",
    "答复 1 次也没有",
    "退回我的押金",
    "DF 已修好",
    "DF 77 路灯坏了",
]


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


# --- a new matter ---


def test_a_text_opens_a_draft_and_its_receipt_says_received_with_the_number(office: SmallOffice) -> None:
    sms_id = office.text(from_=WANG, text="东街路灯不亮")
    no = office.last_no()
    (receipt,) = office.outbox()
    assert receipt["number"] == WANG
    assert receipt["text"].startswith(f"【青禾12345】您好,您的短信已收到,编号{no:06},我们会尽快处理")
    assert "受理" not in receipt["text"]
    assert office.sms_row(sms_id)["outcome"] == "draft"


def test_after_hours_the_receipt_says_when_the_office_opens(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, now=NIGHT)
    office.text(from_=WANG, text="东街路灯不亮")
    (receipt,) = office.outbox()
    assert "上班后(周二8:30)处理。险情请拨110、119、120。" in receipt["text"]
    assert [number for number, _ in office.deliver()] == [WANG]  # quiet hours never hold a receipt


def test_html_is_just_text(office: SmallOffice) -> None:
    office.text(from_=WANG, text="<script>alert(1)</script>")
    assert office.one("SELECT content FROM ticket_words")["content"] == "<script>alert(1)</script>"


@pytest.mark.parametrize("text", ["", "   ", "\x00\x1b\x1a\r\n", "???", "。。。"])
def test_a_text_that_says_nothing_is_kept_for_the_desk_and_opens_no_ticket(office: SmallOffice, text: str) -> None:
    sms_id = office.text(from_=WANG, text=text)
    row = office.sms_row(sms_id)
    assert (row["text"], row["outcome"], row["needs_desk"]) == (text, "empty", 1)
    assert (office.count("ticket"), office.count("outbox")) == (0, 0)


def test_a_very_long_text_opens_a_ticket_and_stays_whole_in_the_message(office: SmallOffice) -> None:
    text = "灯" * 6000
    for part in office.parts(from_=WANG, text=text):
        office.handle(part)
    assert office.sms_row(office.last_sms())["text"] == text
    assert office.count("ticket") == 1


# --- the same matter ---


def test_a_second_text_is_added_to_the_open_ticket_without_a_second_receipt(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    no = office.last_no()
    office.wait(hours=71)
    sms_id = office.text(from_=WANG, text="在12号门口")
    assert office.notes(no) == [("supplement", "", "在12号门口")]
    row = office.sms_row(sms_id)
    assert (row["outcome"], row["needs_desk"]) == ("supplement", 1)
    assert office.count("ticket") == 1
    assert len(office.outbox(purpose="receipt")) == 1


def test_each_touch_keeps_the_matter_open_for_three_more_days(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    for _ in range(3):
        office.wait(hours=70)
        office.text(from_=WANG, text="还是不亮")
    assert office.count("ticket") == 1
    office.wait(hours=73)
    office.text(from_=WANG, text="另外停水了")
    assert office.count("ticket") == 2
    assert len(office.outbox(purpose="receipt")) == 2


def test_a_move_of_the_office_touches_the_matter_too(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    no = office.last_no()
    office.wait(hours=50)
    office.take_in(no)
    office.wait(hours=50)
    office.text(from_=WANG, text="还是不亮")
    assert office.count("ticket") == 1


def test_the_last_touched_of_several_open_tickets_gets_the_text(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    first = office.last_no()
    office.wait(hours=80)
    office.text(from_=WANG, text="西街没有水")
    second = office.last_no()
    office.wait(hours=1)
    office.office.tickets.add_note(first, "note", "问过了", user_id=office.li.id)
    office.wait(hours=1)
    office.text(from_=WANG, text="明天在家")
    assert office.notes(first)[-1][0] == "supplement"
    assert office.notes(second) == []


def test_a_closed_ticket_takes_no_more_texts(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text="5")
    office.text(from_=WANG, text="西街没有水")
    assert office.last_no() == no + 1


def test_another_citizens_text_is_another_matter(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    office.text(from_=ZHAO, text="东街路灯不亮")
    assert office.count("ticket") == 2


# --- ratings ---


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("5", 5),
        ("５", 5),
        ("非常满意", 5),
        ("4", 4),
        ("４", 4),
        ("满意", 4),
        ("3", 3),
        ("基本满意", 3),
        ("5 000001", 5),
    ],
)
def test_a_happy_citizen_closes_the_ticket(office: SmallOffice, text: str, rating: int) -> None:
    no = office.ticket_asked()
    sms_id = office.text(from_=WANG, text=text)
    assert office.status(no) == "closed"
    assert office.office.tickets.row(no).rating == rating
    row = office.sms_row(sms_id)
    assert (row["outcome"], row["needs_desk"], row["ticket_id"] is not None) == ("rated", 0, True)
    assert office.one("SELECT actor, sms_id FROM ticket_move ORDER BY id DESC LIMIT 1")["actor"] == "citizen"


def test_words_behind_a_rating_reach_the_desk(office: SmallOffice) -> None:
    no = office.ticket_asked()
    sms_id = office.text(from_=WANG, text="5 还有西街的也坏了")
    assert office.status(no) == "closed"
    assert office.sms_row(sms_id)["needs_desk"] == 1
    assert "还有西街的也坏了" in [text for _, _, text in office.notes(no)]


@pytest.mark.parametrize("text", ["1", "２", "不满意", "非常不满意 没人来"])
def test_an_unhappy_rating_only_proposes_a_redo_and_somebody_calls(office: SmallOffice, text: str) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text=text)
    assert office.status(no) == "survey"
    assert office.office.tickets.row(no).proposal == "redo"
    (task,) = office.office.callbacks.rows()
    assert (task.reason, task.number, task.ticket_no) == ("dissatisfied", WANG, no)


def test_a_citizen_who_mistook_the_scale_may_correct_himself(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text="1")
    office.text(from_=WANG, text="5")
    assert office.status(no) == "closed"


def test_a_rating_is_only_taken_for_seven_days(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.wait(days=7, hours=1)
    sms_id = office.text(from_=WANG, text="5")
    assert office.status(no) == "survey"
    assert office.sms_row(sms_id)["outcome"] == "rated_late"


def test_a_figure_out_of_the_blue_reaches_the_desk_without_a_ticket(office: SmallOffice) -> None:
    sms_id = office.text(from_=WANG, text="5")
    row = office.sms_row(sms_id)
    assert (row["outcome"], row["needs_desk"]) == ("no_rating_asked", 1)
    assert (office.count("ticket"), office.count("outbox")) == (0, 0)


def test_a_stranger_cannot_rate_somebody_elses_ticket(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=ZHAO, text="5")
    office.text(from_=ZHAO, text=f"5 {no:06}")
    assert office.status(no) == "survey"


def test_a_rating_while_the_ticket_is_with_the_department_does_nothing(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.text(from_=WANG, text="5")
    assert office.status(no) == "dispatched"


@pytest.mark.parametrize("text", ["灯又坏了", "5 天了没人管", "５ 天了没人管", "5 号楼也没电", *COMPLAINTS])
def test_ordinary_words_while_a_rating_is_asked_are_added_to_the_ticket(office: SmallOffice, text: str) -> None:
    no = office.ticket_asked()
    row = office.sms_row(office.text(from_=WANG, text=text))
    assert office.status(no) == "survey"
    assert office.office.tickets.row(no).proposal == ""
    assert office.notes(no)[-1] == ("supplement", "", text)
    assert (row["outcome"], row["needs_desk"]) == ("supplement", 1)


# --- progress ---


def test_a_citizen_learns_stage_department_and_due_time(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.text(from_=WANG, text="查")
    (answer,) = office.outbox(purpose="progress")
    assert answer["text"] == f"【青禾12345】编号{no:06}:办理中,承办单位城管局,期限12月7日17:30。"


def test_a_named_ticket_is_answered_for_its_own_citizen_only(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.text(from_=ZHAO, text=f"查 {no:06}")
    (answer,) = office.outbox(purpose="progress")
    assert "没有查到" in answer["text"]
    assert "城管局" not in answer["text"]
    office.text(from_=WANG, text=f"CX{no}")
    assert f"编号{no:06}" in office.outbox(purpose="progress")[-1]["text"]


def test_at_most_five_answers_go_to_one_number_in_a_day(office: SmallOffice) -> None:
    for _ in range(9):
        office.text(from_=ZHAO, text="查")
        office.clock.advance(60)
    assert len(office.outbox(purpose="progress")) == 5
    assert office.sms_row(office.last_sms())["outcome"] == "limit"
    office.text(from_=WANG, text="查")
    assert len(office.outbox(purpose="progress")) == 6  # others are not affected
    office.clock.advance(hours=24)
    office.text(from_=ZHAO, text="查")
    assert len(office.outbox(purpose="progress")) == 7


def test_asking_for_progress_opens_no_ticket(office: SmallOffice) -> None:
    office.text(from_=WANG, text="进度")
    assert office.count("ticket") == 0


# --- other words ---


def test_a_citizen_may_ask_to_be_called(office: SmallOffice) -> None:
    office.text(from_=WANG, text="回电")
    (task,) = office.office.callbacks.rows()
    assert (task.reason, task.number) == ("asked", WANG)
    assert office.count("ticket") == 0


def test_a_reason_for_the_call_is_a_matter_of_its_own(office: SmallOffice) -> None:
    office.text(from_=WANG, text="回电 东街路灯不亮")
    assert len(office.office.callbacks.rows()) == 1
    assert office.count("ticket") == 1


def test_a_withdrawal_is_only_proposed(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    sms_id = office.text(from_=WANG, text="撤诉 已经自己解决了")
    assert office.status(no) == "dispatched"
    assert office.notes(no)[-1][:2] == ("proposal", "withdraw")
    assert office.sms_row(sms_id)["needs_desk"] == 1


def test_nobody_withdraws_another_citizens_ticket(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.text(from_=ZHAO, text=f"撤诉 {no:06}")
    assert all(kind != "proposal" for kind, _, _ in office.notes(no))


# --- orders that only a department may give ---


@pytest.mark.parametrize(
    "order",
    [
        "DF {no:06} 已修好",
        "ｄｆ{no:06}已修好",
        "ＤＦ　{no:06}　已修好",
        "DF  : {no:06} 已修好",
        "DF 000 001 已修好",
        "DF 零零零零零一 已修好",
        "DF 一 已修好",
        "DF 009999 已修好",
        "答复 {no:06} 已修好",
        "reply {no:06} done",
        "ACCEPT {no:06}",
        "QS {no}",
        "LB {no:06}",
        "QW {no}",
        "签收{no:06}",
        "TH {no} 不归我管",
        "jz {no} 在修",
        "YQ {no:06} 3天",
    ],
)
def test_a_strangers_order_is_refused_logged_and_never_passed_on(office: SmallOffice, order: str) -> None:
    no = office.ticket_with_unit()
    office.on_air.clear()
    sms_id = office.text(from_=ZHAO, text=order.format(no=no))
    assert office.status(no) == "dispatched"
    row = office.sms_row(sms_id)
    assert (row["outcome"], row["needs_desk"], row["kind"]) == ("refused", 1, "citizen")
    assert office.count("ticket") == 1  # no ticket is opened of it
    assert office.deliver() == []  # and nobody gets an answer
    assert office.count("audit WHERE action = 'sms_refused'") == 1
    assert office.notes(no) == []


def test_the_citizen_of_the_ticket_cannot_answer_for_the_department(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    sms_id = office.text(from_=WANG, text=f"DF {no:06} 已修好")
    assert office.status(no) == "dispatched"
    assert office.sms_row(sms_id)["outcome"] == "refused"


@pytest.mark.parametrize("text", COMPLAINTS)
def test_a_complaint_that_begins_like_an_order_opens_a_draft_with_a_receipt(office: SmallOffice, text: str) -> None:
    others = office.ticket_with_unit(from_=ZHAO)  # ticket 1: a "1" in the text names none the less
    sms_id = office.text(from_=WANG, text=text)
    assert office.sms_row(sms_id)["outcome"] == "draft"
    assert office.last_no() == others + 1
    assert office.one("SELECT content FROM ticket_words ORDER BY ticket_id DESC LIMIT 1")["content"] == text
    assert [row["number"] for row in office.outbox(purpose="receipt")] == [ZHAO, WANG]
    assert office.status(others) == "dispatched"
    assert office.count("audit WHERE action = 'sms_refused'") == 0


@pytest.mark.parametrize("text", COMPLAINTS)
def test_the_same_complaint_is_added_to_the_matter_he_is_in_the_middle_of(office: SmallOffice, text: str) -> None:
    no = office.ticket_with_unit()
    row = office.sms_row(office.text(from_=WANG, text=text))
    assert (row["outcome"], row["needs_desk"]) == ("supplement", 1)
    assert office.notes(no) == [("supplement", "", text)]
    assert office.count("ticket") == 1


def test_a_short_number_behind_a_code_is_an_order_only_while_that_ticket_is_open(office: SmallOffice) -> None:
    no = office.ticket_asked()
    assert office.sms_row(office.text(from_=ZHAO, text=f"DF {no} 已修好"))["outcome"] == "refused"
    office.text(from_=WANG, text="5")
    assert office.status(no) == "closed"
    assert office.sms_row(office.text(from_=ZHAO, text=f"DF {no} 已修好"))["outcome"] == "draft"


def test_a_handler_who_left_is_a_citizen_like_others(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    with office.store.transaction() as tx:
        tx.execute("UPDATE handler SET disabled_at = '2026-11-23T00:00:00.000Z' WHERE phone = ?", (HANDLER,))
    sms_id = office.text(from_=HANDLER, text=f"DF {no:06} 已修好")
    assert office.sms_row(sms_id)["outcome"] == "refused"
    assert office.status(no) == "dispatched"


def test_a_citizen_on_a_landline_gets_no_receipt_but_a_ticket(office: SmallOffice) -> None:
    office.text(from_=LANDLINE, text="东街路灯不亮")
    assert (office.count("ticket"), office.count("outbox")) == (1, 0)


# --- the words of the whole loop ---


def test_whoever_left_no_number_asks_with_the_code_he_was_given(office: SmallOffice) -> None:
    no, codes = office.ticket_with_unit(), office.office.words.query_codes
    code = codes.new()
    with office.store.transaction() as tx:
        tx.execute("UPDATE ticket SET query_key = ? WHERE no = ?", (codes.key_of(no, code), no))
    office.text(from_=ZHAO, text=f"查 {no:06} {code}")
    assert "承办单位城管局" in office.outbox(purpose="progress")[-1]["text"]
    office.text(from_=ZHAO, text=f"查 {no:06} {(int(code) + 1) % 10**8:08}")
    assert "没有查到" in office.outbox(purpose="progress")[-1]["text"]
    office.text(from_=ZHAO, text=f"查 {no:06}")
    assert "没有查到" in office.outbox(purpose="progress")[-1]["text"]


@pytest.mark.parametrize("slip", [0, 1])
def test_no_row_says_which_anonymous_ticket_a_telephone_asked_about(office: SmallOffice, slip: int) -> None:
    """Nor after a slip of the finger: the words, the raw message, the answer and the audit name no ticket."""
    no, codes = office.ticket_with_unit(), office.office.words.query_codes
    code = codes.new()
    with office.store.transaction() as tx:
        tx.execute("UPDATE ticket SET query_key = ? WHERE no = ?", (codes.key_of(no, code), no))
    audit_before = office.one("SELECT max(seq) AS n FROM audit")["n"]
    typed = f"{(int(code) + slip) % 10**8:08}"
    office.text(from_=ZHAO, text=f"查 {no:06} {typed}")
    office.deliver()
    asked = office.one("SELECT s.*, w.text, w.sender FROM sms_in s JOIN sms_words w ON w.sms_id = s.id"
                       " ORDER BY s.id DESC LIMIT 1")  # fmt: skip
    assert (asked["ticket_id"], asked["text"], asked["outcome"]) == (None, "查 ****", "progress_told")
    (answer,) = [row for row in office.outbox(purpose="progress") if row["number"] == ZHAO]
    assert answer["ticket_id"] is None
    for table in ("sms_in", "sms_words", "pdu_in", "outbox", "outbox_words", "callback", "ticket_note", "note_words"):
        for row in office.store.rows(f"SELECT * FROM {table}"):
            said = " ".join(str(value) for value in tuple(row))
            assert not (ZHAO in said and (f"{no:06}" in said or typed in said)), table
    pdu = office.one("SELECT pdu, body FROM pdu_in WHERE sms_id = ?", asked["id"])
    assert (pdu["pdu"], pdu["body"]) == (None, None)
    touched = office.store.rows("SELECT entity FROM audit WHERE seq > ?", (audit_before,))
    assert "ticket" not in {row["entity"] for row in touched}


def test_by_code_the_answer_tells_the_stage_and_the_department_alone(office: SmallOffice) -> None:
    no, codes = office.ticket_with_unit(), office.office.words.query_codes
    code = codes.new()
    with office.store.transaction() as tx:
        tx.execute("UPDATE ticket SET query_key = ? WHERE no = ?", (codes.key_of(no, code), no))
    office.text(from_=ZHAO, text=f"查 {no:06} {code}")
    office.deliver()
    assert office.phone(ZHAO) == ["【青禾12345】您查询的事项:办理中,承办单位城管局。"]
    office.text(from_=WANG, text=f"查 {no:06} {code}")  # its own citizen's telephone
    office.deliver()
    assert f"编号{no:06}" in office.phone(WANG)[-1]


def test_a_supplement_finds_the_open_ticket_however_long_ago(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.wait(days=10)
    office.text(from_=WANG, text="补充:在12号门口")
    assert office.notes(no)[-1] == ("supplement", "", "在12号门口")
    assert office.count("ticket") == 1


def test_a_supplement_to_nothing_is_a_matter_of_its_own(office: SmallOffice) -> None:
    office.text(from_=WANG, text="补充 东街路灯不亮")
    assert office.count("ticket") == 1


def test_stopping_is_confirmed_once_and_answers_still_come(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    for _ in range(3):
        office.text(from_=WANG, text="TD")
    assert len([row for row in office.outbox() if "已退订" in row["text"]]) == 1
    office.move(no, "reply", text="东街的路灯已更换灯泡")
    office.move(no, "approve")
    assert ["灯泡" in row["text"] for row in office.outbox(purpose="outcome")] == [True]
    assert office.outbox(purpose="result") == [], "which asks for a rating"
    office.text(from_=WANG, text="查")
    assert "等待您的评价" in office.outbox(purpose="progress")[-1]["text"]
    office.text(from_=WANG, text="KT")
    office.text(from_=WANG, text="KT")
    assert len([row for row in office.outbox() if "已恢复" in row["text"]]) == 1


def test_help_comes_once_a_day(office: SmallOffice) -> None:
    for _ in range(3):
        office.text(from_=WANG, text="H")
    assert len(office.outbox(purpose="progress")) == 1
    office.wait(days=1)
    office.text(from_=WANG, text="H")
    assert len(office.outbox(purpose="progress")) == 2
    assert office.count("ticket") == 0


def test_no_to_no_question_is_part_of_the_matter_he_is_in_the_middle_of(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.text(from_=WANG, text="没有")
    assert office.notes(no)[-1] == ("supplement", "", "没有")


def test_a_withdrawal_waits_as_a_request(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.text(from_=WANG, text="撤诉 已经解决了")
    (request,) = office.office.tickets.requests_of(no)
    assert (request.kind, request.actor, request.text) == ("withdraw", "citizen", "撤诉 已经解决了")
