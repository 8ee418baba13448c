"""Replies that say nothing are marked for whoever reviews them."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.intake.empty_replies import says_nothing
from tests.appliance.small_office import HANDLER, SmallOffice


@pytest.mark.parametrize(
    "text",
    [
        "已转办",
        "已转办。",
        "已转相关部门处理",
        "已修好",
        "已处理,正在办理。",
        "已转办,感谢您的关注和支持!",
        "done",
        "Passed on. Thank you.",
        "……",
    ],
)
def test_a_reply_that_tells_nothing_of_what_was_done(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text", ["东街路灯已更换灯泡,恢复照明", "已联系王先生,约定周五上门维修", "The lamp was replaced this morning"]
)
def test_a_reply_that_tells_what_was_done(text: str) -> None:
    assert not says_nothing(text)


def test_the_same_words_as_before_say_nothing_new() -> None:
    before = "东街路灯已更换灯泡,恢复照明"
    assert says_nothing("东街路灯已更换灯泡。恢复照明!", [before])
    assert not says_nothing("东街路灯已更换灯泡和线路,恢复照明", [before])


def test_the_note_of_such_a_reply_is_marked_whichever_way_it_came(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    no = office.ticket_with_unit()
    office.text(from_=HANDLER, text="已转办")
    assert ("reply", "empty", "已转办") in office.notes(no)
    office.move(no, "send_back", reason="请写明处理情况")
    office.move(no, "reply", text="东街路灯已更换灯泡,恢复照明")
    assert ("reply", "", "东街路灯已更换灯泡,恢复照明") in office.notes(no)
    office.move(no, "send_back", reason="与现场不符")
    office.move(no, "reply", text="东街路灯已更换灯泡。恢复照明")
    assert ("reply", "empty", "东街路灯已更换灯泡。恢复照明") in office.notes(no)
