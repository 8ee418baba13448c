"""The SMS language as the specification writes it (domain 4.5): every word in three spellings, and every guard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.intake import sms_words
from appliance.intake.sms_words import Meaning
from tests.appliance.small_office import HANDLER, OTHER_HANDLER, WANG, ZHAO, SmallOffice

LEADER = "13500006666"
Prepare = Callable[[SmallOffice], int]


def with_unit(office: SmallOffice) -> int:
    return office.ticket_with_unit()


def signed(office: SmallOffice) -> int:
    no = office.ticket_with_unit()
    office.move(no, "sign")
    return no


def asked(office: SmallOffice) -> int:
    return office.ticket_asked()


def questioned(office: SmallOffice) -> int:
    """The department said that it spoke with the citizen, and he was asked whether that is so."""
    no = signed(office)
    office.move(no, "reply", text="路灯已修复,已电话告知群众", contacted=True)
    office.deliver()
    return no


def stopped(office: SmallOffice) -> int:
    no = office.ticket_with_unit()
    office.text(from_=WANG, text="TD")
    return no


def nothing(office: SmallOffice) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Row:
    """One word: who says it, when, three ways to spell it, and what comes of it."""

    meaning: Meaning
    who: str
    prepare: Prepare
    spellings: tuple[str, str, str]
    outcome: str
    needs_desk: bool
    status: str  # of the ticket afterwards; "": there is none
    answer: str = ""  # what stands in the one line back; "": no line


WORDS = (
    # --- citizens
    Row(Meaning.QUERY, WANG, with_unit, ("CX", "查", "ＳＴＡＴＵＳ {no:06}"), "progress_told", False, "dispatched",
        "办理中"),
    Row(Meaning.RATE, WANG, asked, ("5", "五", "非常满意。"), "rated", False, "closed"),
    Row(Meaning.RATE, WANG, asked, ("４", "满意", "Satisfied"), "rated", False, "closed"),
    Row(Meaning.RATE, WANG, asked, ("3", "三", "一般!"), "rated", False, "closed"),
    Row(Meaning.RATE, WANG, asked, ("2", "“不满意”", "dissatisfied"), "redo_proposed", False, "survey"),
    Row(Meaning.RATE, WANG, asked, ("1 {no:06}", "一", "很不满意"), "redo_proposed", False, "survey"),
    Row(Meaning.YES, WANG, questioned, ("Y", "是", "ｙｅｓ"), "answered_yes", False, "review"),
    Row(Meaning.NO, WANG, questioned, ("N", "否。", "no"), "answered_no", True, "review"),
    Row(Meaning.ADD, WANG, with_unit, ("BC 在12号门口", "补充:在12号门口", "add {no:06} at no. 12"), "supplement", True,
        "dispatched"),
    Row(Meaning.CALL_ME, WANG, with_unit, ("HD", "请回电", "Call me"), "callback", False, "dispatched", "尽快回电"),
    Row(Meaning.WITHDRAW, WANG, with_unit, ("CS", "撤诉{no:06}", "withdraw, solved"), "withdrawal_proposed", True,
        "dispatched", "确认后撤销"),
    Row(Meaning.STOP, WANG, with_unit, ("TD", "退订", "ｓｔｏｐ"), "stopped", False, "dispatched", "已退订"),
    Row(Meaning.START, WANG, stopped, ("KT", "开通", "Start."), "started", False, "dispatched", "已恢复"),
    Row(Meaning.HELP, WANG, nothing, ("H", "帮助", "？"), "helped", False, "", "反映问题请直接发短信"),
    # --- departments
    Row(Meaning.SIGN, HANDLER, with_unit, ("QS {no:06}", "签收", "accept {no}"), "signed", False, "in_progress",
        "已签收"),
    Row(Meaning.SIGN, HANDLER, with_unit, ("1", "１", "一"), "signed", False, "in_progress", "已签收"),
    Row(Meaning.ACK, HANDLER, with_unit, ("OK", "收到", "ｏｋ {no:06}"), "signed", False, "in_progress", "已签收"),
    Row(Meaning.RETURN, HANDLER, signed, ("TH {no:06} 属于交警职责", "退回,属于交警职责", "return {no} not ours"),
        "return_proposed", True, "in_progress", "等待热线审核"),
    Row(Meaning.PROGRESS, HANDLER, signed, ("JZ {no:06} 已到现场", "进展:已到现场", "progress {no} on site"),
        "progress",
        False, "in_progress", "进展已记录"),
    Row(Meaning.REPLY, HANDLER, signed, ("DF {no:06} 东街路灯已更换灯泡", "答复 东街路灯已更换灯泡",
        "reply {no} the lamp works"),
        "reply", False, "review", "审核后转告"),
    Row(Meaning.EXTEND, HANDLER, signed, ("YQ {no:06} 3 等配件", "延期 三天 等配件", "extend {no} 3 days spare part"),
        "extension_proposed", True, "in_progress", "等待热线审核"),
    Row(Meaning.LIST, HANDLER, with_unit, ("LB", "列表", "list"), "list_told", False, "dispatched", "在办1件"),
    Row(Meaning.FULL_TEXT, HANDLER, with_unit, ("QW {no:06}", "“全文”", "full text"), "text_told", False, "dispatched",
        "东街12号"),
    Row(Meaning.HELP, HANDLER, nothing, ("H", "帮助", "?"), "helped", False, "", "签收回1"),
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def lines_back(office: SmallOffice, sms_id: int, who: str) -> list[str]:
    return [
        row["text"]
        for row in office.outbox()
        if row["number"] == who and row["purpose"] in ("confirm", "progress", "missed", "instruction")
    ]


@pytest.mark.parametrize(
    ("row", "spelling"), [pytest.param(row, each, id=each) for row in WORDS for each in row.spellings]
)
def test_every_word_does_what_the_table_says_in_each_spelling(office: SmallOffice, row: Row, spelling: str) -> None:
    no = row.prepare(office)
    before = len(lines_back(office, 0, row.who))
    sms_id = office.text(from_=row.who, text=spelling.format(no=no))
    kept = office.sms_row(sms_id)
    assert (kept["outcome"], bool(kept["needs_desk"])) == (row.outcome, row.needs_desk)
    assert (office.status(no) if no else "") == row.status
    new = lines_back(office, sms_id, row.who)[before:]
    assert len(new) == int(bool(row.answer))
    assert row.answer in "".join(new)


def test_the_table_tests_every_meaning_there_is() -> None:
    assert {row.meaning for row in WORDS} == set(Meaning)


def test_the_table_tests_words_and_not_something_that_happens_to_do_the_same() -> None:
    for row in WORDS:
        read = sms_words.as_citizen if row.who == WANG else sms_words.as_unit
        for spelling in row.spellings:
            reading = read(spelling.format(no=1))
            assert reading is not None, spelling
            assert reading.meaning is row.meaning, spelling


# --- guards --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Guard:
    why: str
    who: str
    prepare: Prepare
    text: str
    outcome: str
    status: str
    answer: str = ""


def late(office: SmallOffice) -> int:
    no = signed(office)
    office.wait(days=60)
    return no


def critical(office: SmallOffice) -> int:
    return office.ticket_with_unit(urgency="critical")


def secret(office: SmallOffice) -> int:
    return office.ticket_with_unit(type_="report")


GUARDS = (
    Guard("somebody else's ticket is one that does not exist", ZHAO, with_unit, "CX {no:06}", "progress_told",
          "dispatched", "没有查到"),
    Guard("a wrong query code is a ticket that does not exist", ZHAO, with_unit, "查 {no:06} 12345678", "progress_told",
          "dispatched", "没有查到"),
    Guard("a rating where none is asked", WANG, with_unit, "5", "no_rating_asked", "dispatched"),
    Guard("a rating of somebody else's ticket", ZHAO, asked, "5 {no:06}", "no_rating_asked", "survey"),
    Guard("yes to nothing", ZHAO, nothing, "Y", "no_question_asked", ""),
    Guard("a danger is not withdrawn by a text", WANG, critical, "CS", "withdrawal_refused", "dispatched",
          "不能短信撤销"),
    Guard("somebody else's ticket is not withdrawn", ZHAO, with_unit, "CS {no:06}", "nothing_open", "dispatched",
          "没有查到"),
    Guard("a stranger's order", ZHAO, with_unit, "DF {no:06} 已修好了啊", "refused", "dispatched"),
    Guard("another department's handler", OTHER_HANDLER, with_unit, "QS {no:06}", "refused", "dispatched",
          "不是贵单位"),
    Guard("a ticket that does not exist", HANDLER, with_unit, "QS 009999", "refused", "dispatched", "不是贵单位"),
    Guard("a return without a reason", HANDLER, with_unit, "TH {no:06}", "reason_missing", "dispatched", "请写明理由"),
    Guard("a bare 2", HANDLER, with_unit, "2", "reason_missing", "dispatched", "请写明理由"),
    Guard("a reply without words", HANDLER, with_unit, "DF {no:06}", "words_missing", "dispatched", "请写明办理结果"),
    Guard("progress without words", HANDLER, with_unit, "JZ {no:06}", "words_missing", "dispatched", "请写明办理情况"),
    Guard("an extension without a reason", HANDLER, signed, "YQ {no:06} 3", "reason_missing", "in_progress",
          "天数和理由"),
    Guard("an extension once it is late", HANDLER, late, "YQ {no:06} 3 等配件", "too_late", "in_progress",
          "不能申请延期"),
    Guard("a confidential ticket's text without a code", HANDLER, secret, "QW {no:06}", "code_missing", "dispatched",
          "四位验证码"),
    Guard("a reply that names twenty tickets", HANDLER, with_unit, "DF " + " ".join(f"{n:06}" for n in range(1, 21)) +
          " 已全部修好", "one_at_a_time", "dispatched", "一条短信只能"),
    Guard("more tickets than one text may sign", HANDLER, with_unit, "QS " + " ".join(f"{n:06}" for n in range(1, 22)),
          "one_at_a_time", "dispatched", "一条短信只能"),
)  # fmt: skip


@pytest.mark.parametrize("guard", GUARDS, ids=[guard.why for guard in GUARDS])
def test_every_guard_gives_a_clear_answer_and_changes_nothing(office: SmallOffice, guard: Guard) -> None:
    no = guard.prepare(office)
    moves, requests, before = (
        office.count("ticket_move"),
        office.count("request"),
        len(lines_back(office, 0, guard.who)),
    )
    sms_id = office.text(from_=guard.who, text=guard.text.format(no=no))
    assert office.sms_row(sms_id)["outcome"] == guard.outcome
    assert (office.status(no) if no else "") == guard.status
    assert (office.count("ticket_move"), office.count("request")) == (moves, requests)
    new = lines_back(office, sms_id, guard.who)[before:]
    assert len(new) == int(bool(guard.answer))
    assert guard.answer in "".join(new)
