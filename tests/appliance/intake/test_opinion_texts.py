"""Departments that are asked whose duty a matter is answer by text, and are reminded once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from appliance.casework.conference import Conference, Opinion
from db import conference as rows
from tests.appliance.small_office import HANDLER, OTHER_HANDLER, ZHAO, SmallOffice


class Asked:
    """A ticket in consultation between two departments, whose handlers have had the text."""

    def __init__(self, office: SmallOffice) -> None:
        self.office = office
        office.text(from_=ZHAO, text="东街路灯不亮")
        self.no = office.last_no()
        office.take_in(self.no)
        units = tuple(office.department(code).id for code in ("cgj", "gas"))
        office.move(self.no, "confer", co_department_ids=units, reason="两家都说不归自己管")
        office.wait(minutes=1)
        office.deliver()

    @property
    def conference(self) -> Conference:
        return self.office.office.conferences.of_ticket(self.no, self.office.li)[0]

    def opinion(self, code: str = "cgj") -> Opinion:
        return next(each for each in self.conference.opinions if each.department.code == code)

    def hears(self, text: str, *, from_: str = HANDLER) -> str:
        return str(self.office.sms_row(self.office.text(from_=from_, text=text))["outcome"])


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    return Asked(SmallOffice(tmp_path))


def test_every_department_asked_gets_a_text_that_says_how_to_answer(asked: Asked) -> None:
    for number in (HANDLER, OTHER_HANDLER):
        [text] = asked.office.phone(number)
        assert all(part in text for part in (f"{asked.no:06}", "东街路灯不亮", "“共同”"))
    assert [each.texted for each in asked.conference.opinions] == [1, 1]
    assert asked.conference.awaited == 2


@pytest.mark.parametrize(
    ("text", "opinion"),
    [
        ("是，灯杆由我们养护", "ours"),
        ("不是，属供电公司", "not_ours"),
        ("2 属供电公司", "not_ours"),
        ("TH {no:06} 不归我们", "not_ours"),
        ("{no:06} 共同，我们出人", "shared"),
    ],
)
def test_an_answer_to_our_text_is_the_departments_opinion(asked: Asked, text: str, opinion: str) -> None:
    assert asked.hears(text.format(no=asked.no)) == "opinion"
    mine = asked.opinion()
    assert (mine.opinion, mine.channel, mine.by) == (opinion, "sms", "周师傅")
    assert asked.opinion("gas").opinion == ""
    assert asked.office.status(asked.no) == "consult"
    assert "已记录" in asked.office.outbox(purpose="confirm")[-1]["text"]


@pytest.mark.parametrize(
    "text", ["不是，属供电公司，请拨87654321", "{no:06} 不是，电话0571-87654321", "不是，20261120已移交"]
)
def test_a_telephone_or_a_day_in_an_opinion_names_no_ticket(tmp_path: Path, text: str) -> None:
    office = SmallOffice(tmp_path)
    other = office.ticket_with_unit(text="西街井盖破了")  # his only one
    asked = Asked(office)
    assert asked.hears(text.format(no=asked.no)) == "opinion"
    assert (asked.opinion().opinion, office.status(other)) == ("not_ours", "dispatched")


def test_a_text_that_names_a_ticket_in_hand_is_about_that_one(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    other = office.ticket_with_unit(text="西街井盖破了")
    asked = Asked(office)
    assert asked.hears(f"TH {other:06} 不归我们") == "return_proposed"
    assert asked.opinion().opinion == ""


def test_a_late_opinion_that_names_its_consultation_is_no_reply_about_another_ticket(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    other = office.ticket_with_unit(text="西街井盖破了")  # his only one
    asked = Asked(office)
    decide(asked)
    assert asked.hears(f"{asked.no:06} 不是我们的职责") == "opinion_late"
    assert office.status(other) == "dispatched"


def test_words_that_only_a_person_understands_are_kept_for_the_desk(asked: Asked) -> None:
    sms_id = asked.office.text(from_=HANDLER, text="灯杆编号请再核实一下")
    row = asked.office.sms_row(sms_id)
    assert (row["outcome"], row["needs_desk"]) == ("opinion", 1)
    assert (asked.opinion().opinion, asked.opinion().words) == ("said", "灯杆编号请再核实一下")


def test_ok_is_no_opinion_and_signs_nothing_else(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    other = office.ticket_with_unit(text="西街井盖破了")
    asked = Asked(office)
    assert asked.hears("收到") == "opinion_unclear"
    assert (asked.opinion().opinion, office.status(other)) == ("", "dispatched")
    assert "请回“是”" in office.outbox(purpose="confirm")[-1]["text"]
    assert asked.hears(f"QS {other:06}") == "signed"


def test_what_is_said_anew_replaces_it_and_the_same_again_writes_nothing(asked: Asked) -> None:
    asked.hears("是")
    asked.hears("不是，属供电公司")
    assert asked.opinion().opinion == "not_ours"
    notes = asked.office.count("ticket_note WHERE kind = 'opinion'")
    asked.hears("不是，属供电公司")
    assert asked.office.count("ticket_note WHERE kind = 'opinion'") == notes == 2


def test_a_handler_of_another_department_and_a_stranger_say_nothing_here(asked: Asked) -> None:
    unit = asked.office.office.departments.add("GD", "供电公司", "Power", "utility")
    asked.office.office.departments.add_handler(unit.id, "周", "13900010099")
    assert asked.hears(f"{asked.no:06} 是", from_="13900010099") == "unmatched"
    asked.hears(f"{asked.no:06} 是", from_="13777777777")
    assert asked.conference.awaited == 2


def test_where_codes_are_asked_for_an_opinion_needs_one(asked: Asked) -> None:
    codes = asked.office.office.words.codes
    codes.ask_for(asked.office.lead, is_on=True)
    handler = asked.office.office.departments.handler_by_number(HANDLER)
    assert handler is not None
    code = codes.new_code(handler.id, asked.office.lead)
    assert asked.hears("是") == "code_missing"
    assert asked.hears(f"是 {(int(code) + 1) % 10000:04}") == "code_wrong"
    assert asked.conference.awaited == 2
    assert asked.hears(f"是，由我们养护 {code}") == "opinion"
    assert (asked.opinion().opinion, asked.opinion().words) == ("ours", "是，由我们养护")


def test_forged_messages_change_an_opinion_a_few_times_at_most(asked: Asked) -> None:
    outcomes = [asked.hears("是" if each % 2 else "不是") for each in range(12)]
    assert outcomes.count("flood") == 7
    assert asked.office.count("ticket_note WHERE kind = 'opinion'") == 5


def decide(asked: Asked) -> None:
    office, row = asked.office, asked.office.office.tickets.row(asked.no)
    unit = office.department("gas").id
    office.office.tickets.move(
        asked.no, "decide", office.lead, version=row.version, department_id=unit, text="由燃气公司牵头。"
    )


def test_a_telephone_that_answers_by_itself_is_told_of_the_decision_a_few_times_at_most(asked: Asked) -> None:
    decide(asked)
    outcomes = [asked.hears("您好，我正在开会，稍后联系您") for _ in range(8)]
    assert (outcomes.count("opinion_late"), outcomes.count("flood")) == (5, 3)
    assert len([row for row in asked.office.outbox(purpose="confirm") if "会商已结束" in row["text"]]) == 5


def test_words_stay_the_words_when_a_department_gets_another_name(asked: Asked) -> None:
    asked.hears("不是，属供电公司")
    asked.office.office.departments.add("cgj", "城市管理局", "City", "bureau")
    assert asked.opinion().words == "不是，属供电公司"


def test_an_opinion_after_the_decision_is_no_reply_about_another_ticket(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    other = office.ticket_with_unit(text="西街井盖破了")  # his only one
    decide(Asked(office))
    sms = office.sms_row(office.text(from_=HANDLER, text="不是我们的职责"))
    assert (sms["outcome"], sms["needs_desk"]) == ("opinion_late", 1)
    assert office.status(other) == "dispatched"
    assert "会商已结束" in office.outbox(purpose="confirm")[-1]["text"]


def test_an_ok_in_a_danger_is_the_dangers_whatever_was_texted_since(asked: Asked) -> None:
    readers: list[Any] = list(asked.office.services.desk._intake.reading._asked_first)
    first = [reader.__qualname__ for reader in readers]
    assert first.index("EmergencyTexts.hear") < first.index("OpinionTexts.hear")


def test_who_has_not_answered_is_reminded_once_before_the_limit(asked: Asked) -> None:
    office = asked.office
    sweep = office.services.every_minute["consultations"]
    asked.hears("是")
    office.wait(hours=20)
    sweep()
    office.wait(hours=6)
    sweep()
    office.deliver()
    reminded = [row["number"] for row in office.outbox(purpose="conference") if "催办" in row["text"]]
    assert reminded == [OTHER_HANDLER]
    assert asked.opinion("gas").reminded_at is not None
    for _ in range(3):
        office.wait(hours=8)
        sweep()
    assert len([row for row in office.outbox(purpose="conference") if "催办" in row["text"]]) == 1


def test_who_answers_while_the_reminder_is_written_gets_none(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    office, awaited = asked.office, rows.awaited

    def answered_then(*given: Any) -> list[Any]:
        found = awaited(*given)
        if found:
            asked.hears("是")
        return found

    monkeypatch.setattr(rows, "awaited", answered_then)
    for hours in (20, 6):
        office.wait(hours=hours)
        office.services.every_minute["consultations"]()
    office.deliver()
    reminded = [row["number"] for row in office.outbox(purpose="conference") if "催办" in row["text"]]
    assert reminded == [OTHER_HANDLER]
