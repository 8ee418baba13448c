"""The four digits a handler proves himself with."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.errors import NotFound
from appliance.outreach.notices_to_units import NoticeForm
from tests.appliance.small_office import HANDLER, WANG, SmallOffice


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    office = SmallOffice(tmp_path)
    office.office.words.codes.ask_for(office.lead, is_on=True)
    return office


def code_of(office: SmallOffice) -> str:
    handler = office.office.departments.handler_by_number(HANDLER)
    assert handler is not None
    return office.office.words.codes.new_code(handler.id, office.lead)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10_000:04}"


def outcome(office: SmallOffice, text: str) -> str:
    return str(office.sms_row(office.text(from_=HANDLER, text=text))["outcome"])


def assert_kept_nowhere(office: SmallOffice, code: str) -> None:
    """Whoever reads the list of messages, or the file, learns no code."""
    kept = office.sms_row(office.last_sms())
    assert code not in kept["text"]
    assert "****" in kept["text"]
    parts = office.store.rows("SELECT body, pdu FROM pdu_in WHERE sms_id = ?", (kept["id"],))
    assert {tuple(part) for part in parts} == {(None, None)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DF {no:06} 东街的路灯已更换灯泡 {code}", "reply"),
        ("DF {no:06} {code} 东街的路灯已更换灯泡", "reply"),
        ("东街的路灯已更换灯泡 {code}", "reply"),
        ("TH {no:06} 属于交警职责 {code}", "return_proposed"),
        ("YQ {no:06} 3 等配件 {code}", "extension_proposed"),
    ],
)
def test_the_right_code_lets_a_proposal_through_and_is_read_by_nobody(
    office: SmallOffice, text: str, expected: str
) -> None:
    no, code = office.ticket_with_unit(), code_of(office)
    assert outcome(office, text.format(no=no, code=code)) == expected
    assert all(code not in words for _, _, words in office.notes(no))
    assert all(code not in row["text"] for row in office.outbox())
    assert_kept_nowhere(office, code)


@pytest.mark.parametrize(
    "text", ["DF {no:06} 东街的路灯已更换灯泡", "东街的路灯已更换灯泡", "TH {no:06} 不归我们管", "YQ {no:06} 3 下雨"]
)
def test_without_the_code_nothing_changes_and_the_desk_sees_it(office: SmallOffice, text: str) -> None:
    no, _ = office.ticket_with_unit(), code_of(office)
    sms_id = office.text(from_=HANDLER, text=text.format(no=no))
    row = office.sms_row(sms_id)
    assert (row["outcome"], row["needs_desk"]) == ("code_missing", 1)
    assert (office.status(no), office.notes(no), office.count("request")) == ("dispatched", [], 0)
    assert "四位验证码" in office.outbox(purpose="confirm")[-1]["text"]


@pytest.mark.parametrize("text", ["QS {no:06}", "1", "JZ {no:06} 在路上"])
def test_signing_and_progress_need_no_code(office: SmallOffice, text: str) -> None:
    no, _ = office.ticket_with_unit(), code_of(office)
    outcome(office, text.format(no=no))
    assert office.status(no) == "in_progress"


def test_a_wrong_code_is_said_to_be_wrong(office: SmallOffice) -> None:
    no, code = office.ticket_with_unit(), code_of(office)
    assert outcome(office, f"DF {no:06} 东街的路灯已更换灯泡 {wrong(code)}") == "code_wrong"
    assert office.status(no) == "dispatched"
    assert "验证码不对" in office.outbox(purpose="confirm")[-1]["text"]


def test_after_five_wrong_codes_in_a_day_not_even_the_right_one_counts(office: SmallOffice) -> None:
    no, code = office.ticket_with_unit(), code_of(office)
    for _ in range(5):
        assert outcome(office, f"DF {no:06} 东街的路灯已更换灯泡 {wrong(code)}") == "code_wrong"
        office.wait(minutes=11)
    assert outcome(office, f"DF {no:06} 东街的路灯已更换灯泡 {code}") == "code_locked"
    assert office.status(no) == "dispatched"
    office.wait(hours=25)
    assert outcome(office, f"DF {no:06} 东街的路灯已更换灯泡 {code}") == "reply"


def test_a_new_code_takes_the_place_of_the_old_one(office: SmallOffice) -> None:
    no, old = office.ticket_with_unit(), code_of(office)
    while (new := code_of(office)) == old:
        pass
    assert outcome(office, f"DF {no:06} 东街的路灯已更换灯泡 {old}") == "code_wrong"
    assert outcome(office, f"DF {no:06} 东街的路灯已更换灯泡 {new}") == "reply"


def test_who_signs_twice_with_his_code_leaves_it_on_no_ticket(office: SmallOffice) -> None:
    no, code = office.ticket_with_unit(), code_of(office)
    assert outcome(office, f"QS {no:06} {code}") == "signed"
    assert outcome(office, f"QS {no:06} {code}") == "noted"
    assert all(code not in words for _, _, words in office.notes(no))
    assert_kept_nowhere(office, code)


def test_while_codes_are_not_asked_for_one_that_is_typed_is_taken_out_all_the_same(office: SmallOffice) -> None:
    office.office.words.codes.ask_for(office.lead, is_on=False)
    no, code = office.ticket_with_unit(), code_of(office)
    assert outcome(office, f"东街的路灯已更换灯泡 {code}") == "reply"
    assert ("reply", "", "东街的路灯已更换灯泡") in office.notes(no)


def test_a_confidential_tickets_text_is_told_to_whoever_has_the_code_and_names_nobody(office: SmallOffice) -> None:
    no, code = office.ticket_with_unit(type_="report"), code_of(office)
    assert outcome(office, f"QW {no:06} {code}") == "text_told"
    text = office.outbox(purpose="confirm")[-1]["text"]
    assert WANG not in text
    assert "东街路灯不亮" in text
    assert outcome(office, f"QW {no:06} {wrong(code)}") == "code_wrong"


def test_nobody_gets_a_code_who_is_no_handler(office: SmallOffice) -> None:
    with pytest.raises(NotFound):
        office.office.words.codes.new_code(9999, office.lead)
    assert [row.has_code for row in office.office.words.codes.holders()] == [False, False]


def test_the_file_holds_no_code(office: SmallOffice) -> None:
    code_of(office)
    row = office.one("SELECT code_key FROM handler WHERE code_key <> ''")
    assert len(row["code_key"]) == 64


@pytest.mark.parametrize("text", ["OK {code}", "收到{code}", "已排查32家，隐患2处已整改，{code}"])
def test_a_code_typed_in_answer_to_a_notice_is_kept_nowhere(office: SmallOffice, text: str) -> None:
    code = code_of(office)
    unit = office.department().id
    office.office.paper.unit_notices.send(NoticeForm("notice", "停水", "明日停水，请转告。", "", (unit,)), office.li)
    office.wait(minutes=1)
    office.deliver()
    assert outcome(office, text.format(code=code)) == "notice_taken"
    assert_kept_nowhere(office, code)
    assert office.count("unit_notice_to WHERE acked_at IS NOT NULL") == 1
    answers = office.store.rows("SELECT text FROM unit_notice_answer")
    assert all(code not in row["text"] for row in answers)


def test_a_code_that_came_too_late_to_be_looked_at_is_kept_nowhere_either(office: SmallOffice) -> None:
    no, code = office.ticket_with_unit(), code_of(office)
    for _ in range(5):
        assert outcome(office, f"DF {no:06} 东街的路灯已更换灯泡 {wrong(code)}") == "code_wrong"
    assert outcome(office, f"DF {no:06} 东街的路灯已更换灯泡 {code}") == "flood"
    assert_kept_nowhere(office, code)


def test_a_long_text_filed_before_its_last_part_came_keeps_no_code(office: SmallOffice) -> None:
    no, code = office.ticket_with_unit(), code_of(office)
    first, last = office.parts(from_=HANDLER, text="东街的路灯已更换灯泡" * 8 + f" {code}")
    office.handle(first)
    office.office.messages.file(office.last_sms(), no, office.li)
    office.handle(last)
    assert all(code not in words for _, _, words in office.notes(no))
    assert_kept_nowhere(office, code)
