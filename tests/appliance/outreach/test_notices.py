"""Who is told when a ticket moves, and what the twin is where nobody can be texted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from appliance.casework import grounds, lifecycle
from appliance.casework.views import TicketForm
from appliance.outreach.notices import TELLS
from tests.appliance.small_office import HANDLER, LANDLINE, OTHER_HANDLER, WANG, ZHAO, SmallOffice

COLLEAGUE = "13800005555"


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def told(office: SmallOffice) -> list[tuple[str, str]]:
    """(number, purpose) of what was queued since the last look."""
    rows = office.outbox(state="queued")
    office.deliver()
    return [(row["number"], row["purpose"]) for row in rows]


def last(office: SmallOffice, number: str) -> str:
    return office.phone(number)[-1]


def from_call(office: SmallOffice, number: str = WANG) -> int:
    """A ticket that the operator wrote down during a call."""
    office.connected(office.ring(from_=number))
    call_id = office.office.calls.rows().rows[0].id
    form = office.office.tickets.page(office.ticket_with_unit(), office.li).form
    office.deliver()
    office.on_air.clear()
    return office.office.tickets.create(form, office.li, call_id=call_id)


def test_every_move_that_tells_somebody_is_in_the_table_of_moves() -> None:
    assert TELLS.keys() <= {move.key for move in lifecycle.MOVES}


def test_a_dispatch_tells_every_handler_of_the_department_and_nobody_else(office: SmallOffice) -> None:
    office.office.departments.add_handler(office.department().id, "小陈", COLLEAGUE)
    office.ticket_with_unit()
    assert {number for _, number, _ in office.on_air} == {WANG, HANDLER, COLLEAGUE}
    text = last(office, COLLEAGUE)
    assert text == (
        "【青禾12345派单】000001 东街路灯不亮,联系人139****1111,请于12月7日17:30前答复。"
        "签收回1;非本单位职责回2加理由;回“全文”看详情。"
    )


def test_a_dispatch_of_a_confidential_report_names_no_contact(office: SmallOffice) -> None:
    office.ticket_with_unit(type_="report")
    text = last(office, HANDLER)
    assert "保密件" in text
    assert "1111" not in text


def test_a_dispatch_of_a_report_that_was_signed_openly_names_whom_to_ask(office: SmallOffice) -> None:
    office.text(from_=WANG, text="有人倒卖低保名额")
    no = office.last_no()
    row = office.office.tickets.row(no)
    form = TicketForm(
        title="倒卖名额", content="有人倒卖低保名额", place="东街", type="report", category="other", privacy="open"
    )
    saved = office.office.tickets.save(no, form, row.version, office.li)
    office.office.tickets.move(no, "accept", office.li, version=saved.version)
    office.dispatch(no)
    office.deliver()
    assert "保密" not in last(office, HANDLER)
    assert "139****1111" in last(office, HANDLER)


def test_a_caller_learns_that_the_matter_is_accepted_and_where_it_is(office: SmallOffice) -> None:
    no = from_call(office)
    assert told(office) == []  # a matter answered on the line costs no message
    office.dispatch(no)
    assert told(office) == [(HANDLER, "dispatch"), (WANG, "receipt")]
    assert last(office, WANG) == f"【青禾12345】您反映的问题已受理,编号{no:06},已转城管局办理。查进度请回复“查”。"


def test_one_matter_has_one_receipt(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.move(no, "take_back", reason="派错了")
    office.dispatch(no, "gas")
    office.deliver()
    assert len(office.outbox(purpose="receipt")) == 1


def test_the_result_asks_for_a_rating(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.move(no, "reply", text="路灯已修复")
    assert told(office) == []
    office.move(no, "approve")
    assert told(office) == [(WANG, "result")]
    assert last(office, WANG) == (
        f"【青禾12345】编号{no:06}:城管局答复:路灯已修复。"
        "请回复数字评价:5非常满意4满意3基本满意2不满意1非常不满意,有补充请直接回复。"
    )


def test_the_answer_a_citizen_waited_for_is_not_cut_to_two_parts(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    reply = "经现场查看,东街路灯线路老化," * 12 + "已全部更换"
    office.move(no, "reply", text=reply)
    office.move(no, "approve")
    office.deliver()
    assert f"城管局答复:{reply}。请回复数字评价" in last(office, WANG)
    assert office.outbox(purpose="result")[0]["parts"] <= 5


def test_the_operators_own_words_reach_the_citizen_instead_of_the_departments(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.move(no, "reply", text="已派王二麻子处理完毕")
    office.move(no, "approve", text="路灯已修复")
    office.deliver()
    assert "路灯已修复" in last(office, WANG)
    assert "王二麻子" not in last(office, WANG)


@pytest.mark.parametrize(
    ("moves", "to", "words"),
    [
        ([("take_back", {"reason": "派错了"})], HANDLER, "已收回,不需再办理"),
        ([("reply", {"text": "好了"}), ("send_back", {"reason": "请补照片"})], HANDLER, "未通过审核:请补照片"),
        ([("withdraw", {"reason": "市民撤销"})], WANG, "已按您的要求撤销"),
        ([("withdraw", {"reason": "市民撤销"})], HANDLER, "已收回"),
        (
            [("reply", {"text": "好了"}), ("approve", {}), ("redo", {"reason": "灯还是不亮"})],
            HANDLER,
            "群众不满意:灯还是不亮",
        ),
        (
            [("reply", {"text": "好了"}), ("approve", {}), ("redo", {"reason": "灯还是不亮"})],
            WANG,
            "已要求城管局重新办理",
        ),
    ],
)
def test_each_side_learns_what_it_must(
    office: SmallOffice, moves: list[tuple[str, dict[str, str]]], to: str, words: str
) -> None:
    no = office.ticket_with_unit()
    for key, more in moves:
        office.move(no, key, **more)
        office.deliver()
    assert words in last(office, to)


def test_being_sent_back_twice_is_two_messages(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    for reason in ("请补照片", "照片不清楚"):
        office.move(no, "reply", text="好了")
        office.move(no, "send_back", reason=reason)
    assert [row["purpose"] for row in office.outbox(state="queued")] == ["returned", "returned"]


def test_a_citizen_learns_that_a_matter_is_not_accepted_and_why(office: SmallOffice) -> None:
    office.text(from_=WANG, text="我要离婚")
    office.move(office.last_no(), "reject", ground="court", reason="请向县人民法院起诉。")
    office.deliver()
    assert "受理范围。涉及诉讼、仲裁的事项,请通过司法或仲裁程序办理。请向县人民法院起诉。如有疑问" in last(office, WANG)


@pytest.mark.parametrize("ground", grounds.LABELS)
def test_every_ground_says_by_itself_why_and_where_to_go(office: SmallOffice, ground: str) -> None:
    office.text(from_=WANG, text="我有件事要问")
    office.move(office.last_no(), "reject", ground=ground, where="县医保局 8123456")
    office.deliver()
    said = re.search(r"受理范围。(.{8,})。如有疑问", last(office, WANG))
    assert said is not None
    assert ("8123456" in said[1]) == (ground == grounds.OTHER_NUMBER)


def test_who_was_told_another_number_has_it_in_writing(office: SmallOffice) -> None:
    office.text(from_=WANG, text="医保怎么报销")
    no = office.last_no()
    office.take_in(no, type_="enquiry", title="医保怎么报销")
    office.move(no, "answer", text="这件事由医保局办理。", ground=grounds.OTHER_NUMBER, where="县医保局 8123456")
    office.deliver()
    assert "请联系县医保局 8123456。这件事由医保局办理。如有疑问" in last(office, WANG)


def test_a_citizen_who_cannot_be_texted_is_called_with_the_result(office: SmallOffice) -> None:
    office.text(from_=LANDLINE, text="东街路灯不亮")
    no = office.last_no()
    office.take_in(no)
    office.dispatch(no)
    office.move(no, "reply", text="好了")
    office.move(no, "approve")
    (task,) = office.office.callbacks.rows()
    assert (task.number, task.reason, task.ticket_no) == (LANDLINE, "tell", no)


def test_a_department_that_cannot_be_texted_is_a_mark_on_the_desk(office: SmallOffice) -> None:
    with office.store.transaction() as tx:
        tx.execute("UPDATE handler SET phone = '057166660000' WHERE phone = ?", (OTHER_HANDLER,))
    office.ticket_with_unit(code="gas")
    assert office.reminders() == ["tell_unit"]


def test_nothing_is_told_when_the_move_is_taken_back(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    no = office.last_no()
    office.take_in(no)
    before = office.count("outbox")

    def dispatch_and_fail() -> None:
        with office.store.transaction():
            office.dispatch(no)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        dispatch_and_fail()
    assert office.count("outbox") == before
    assert office.status(no) == "accepted"


def test_an_english_office_writes_english(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, language="en")
    no = office.ticket_asked(text="street lamp dark")
    texts = office.phone(WANG)
    assert "message received, no. 000001" in texts[0]
    assert "City management replies" in texts[1]
    assert f"task {no:06}: street lamp dark" in office.phone(HANDLER)[0]
    assert all(text.isascii() or "青禾" in text or "路灯已修复" in text for text in texts)


# --- every decision is told ----------------------------------------------------------------------------------------


def lead_moves(office: SmallOffice, no: int, key: str, **more: Any) -> None:
    office.office.tickets.move(no, key, office.lead, version=office.office.tickets.row(no).version, **more)


def signed(office: SmallOffice) -> int:
    no = office.ticket_with_unit()
    office.move(no, "sign")
    return no


def went_to(office: SmallOffice, number: str) -> list[str]:
    office.on_air.clear()
    office.deliver()
    return office.phone(number)


def test_more_time_is_told_to_the_department_and_to_the_citizen(office: SmallOffice) -> None:
    no = signed(office)
    lead_moves(office, no, "extend", days=3, reason="等配件")
    office.on_air.clear()
    office.deliver()
    assert any("延期申请已同意" in text for text in office.phone(HANDLER))
    assert any(f"编号{no:06}:城管局需要更多时间办理" in text for text in office.phone(WANG))


def test_time_that_is_refused_is_told_with_the_reason_to_the_department_alone(office: SmallOffice) -> None:
    no = signed(office)
    lead_moves(office, no, "refuse_extension", reason="群众已多次来电")
    assert any("延期申请未同意:群众已多次来电" in text for text in went_to(office, HANDLER))
    assert not any("延期" in text for text in office.phone(WANG))


@pytest.mark.parametrize(
    ("decision", "more", "told"),
    [
        ("approve_return", {}, "退回申请已同意"),
        ("refuse_return", {"reason": "属于路灯维护"}, "退回申请未同意:属于路灯维护"),
    ],
)
def test_what_was_decided_about_a_return_is_told(
    office: SmallOffice, decision: str, more: dict[str, str], told: str
) -> None:
    no = signed(office)
    office.move(no, "return", reason="不属于我局")
    lead_moves(office, no, decision, **more)
    assert any(told in text for text in went_to(office, HANDLER))


def test_a_pause_and_its_end_are_told_to_the_department(office: SmallOffice) -> None:
    no = signed(office)
    lead_moves(office, no, "pause", days=3, reason="等待群众补充材料")
    assert any("已暂停计时至" in text for text in went_to(office, HANDLER))
    office.move(no, "resume")
    assert any("恢复计时" in text for text in went_to(office, HANDLER))


def test_whoever_is_joined_with_another_ticket_learns_its_number(office: SmallOffice) -> None:
    parent, child = office.ticket_with_unit(), office.ticket_with_unit(from_=ZHAO)
    lead_moves(office, child, "merge", other_no=parent)
    assert any(f"编号{child:06}" in text and f"编号{parent:06}为同一事项" in text for text in went_to(office, ZHAO))


def test_and_is_told_the_result_like_everybody(office: SmallOffice) -> None:
    parent, child = office.ticket_with_unit(), office.ticket_with_unit(from_=ZHAO)
    lead_moves(office, child, "merge", other_no=parent)
    office.deliver()
    office.move(parent, "reply", text="东街的路灯已更换灯泡")
    lead_moves(office, parent, "approve")
    assert any(f"编号{child:06}" in text and "已更换灯泡" in text for text in went_to(office, ZHAO))


def test_what_is_passed_on_is_told_with_the_name_of_who_took_it(office: SmallOffice) -> None:
    no = signed(office)
    office.move(no, "transfer", where="110指挥中心王警官")
    office.on_air.clear()
    office.deliver()
    assert any("已转110指挥中心王警官处理" in text for text in office.phone(WANG))
    assert any("已收回" in text for text in office.phone(HANDLER))


def test_who_asked_by_text_gets_the_direct_answer_by_text(office: SmallOffice) -> None:
    office.text(from_=WANG, text="养老金几号发?")
    no = office.last_no()
    office.take_in(no, type_="enquiry", title="养老金几号发放")
    office.move(no, "answer", text="每月十五日发放")
    assert any(f"编号{no:06}:每月十五日发放" in text for text in went_to(office, WANG))


def test_departments_that_help_are_told_who_leads(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    no = office.last_no()
    office.take_in(no)
    office.dispatch(no, co_department_ids=(office.department("gas").id,))
    (text,) = went_to(office, OTHER_HANDLER)
    assert text.startswith(f"【青禾12345协办】{no:06}")
    assert "由城管局主办" in text


def test_a_confidential_ticket_tells_no_department_who_reported_it(office: SmallOffice) -> None:
    office.text(from_=WANG, text="有人倒卖低保名额")
    no = office.last_no()
    office.take_in(no, type_="report", title="有人倒卖低保名额")
    office.dispatch(no, co_department_ids=(office.department("gas").id,))
    office.deliver()
    for number in (HANDLER, OTHER_HANDLER):
        assert office.phone(number)
        assert all("1111" not in text and "保密" in text for text in office.phone(number))


@pytest.mark.parametrize(("language", "said"), [("zh_CN", "请于规定期限前答复"), ("en", "due the usual limit")])
def test_a_due_time_that_nobody_knows_leaves_no_hole_in_the_sentence(tmp_path: Path, language: str, said: str) -> None:
    office = SmallOffice(tmp_path, now=datetime(1970, 1, 1, 0, 5, tzinfo=UTC), language=language)
    office.ticket_with_unit()
    assert said in last(office, HANDLER)
    office.text(from_=HANDLER, text="1")
    office.deliver()
    assert said.removeprefix("due ") in last(office, HANDLER)
