"""Whole stories of the loop in fast time: real services, SQLite, pages and texts; nobody but people decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.appliance.small_office import HANDLER, WANG
from tests.journeys.story import Story

FIELDS = {
    "title": "东街路灯不亮",
    "content": "东街邮局门口的路灯一周不亮。",
    "place": "城关镇东街",
    "type": "complaint",
    "category": "lamp",
}


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


def test_one_lamp_from_the_first_text_to_the_archive_by_texts_and_the_desk(story: Story) -> None:
    """Every main status, and an archive whose history leads there step by step. By paper alone: test_paper_story.py."""
    story.says(WANG, "东街路灯不亮")
    no = story.small.last_no()
    assert "已收到" in story.heard(WANG)
    story.press(story.li, f"/tickets/{no}/edit", f"/tickets/{no}/edit", {**FIELDS, "then": "accept"})
    story.move(no, "dispatch", department_id=story.small.department().id)
    assert f"{no:06}" in story.heard(HANDLER)

    # Not theirs, they say; it is, says the office.
    story.says(HANDLER, "2 路灯由镇政府管")
    [asked] = story.office.tickets.requests_of(no)
    story.press(
        story.li,
        f"/tickets/{no}/decide",
        f"/tickets/{no}",
        {"request_id": asked.id, "grant": "no", "text": "职责清单第12条"},
    )
    story.says(HANDLER, "1")
    assert story.status(no) == "in_progress"

    # Spare parts are late: more time, then a pause until they come.
    story.days(2)
    story.says(HANDLER, "延期 5 等配件")
    asked = story.office.tickets.requests_of(no)[-1]
    due_before = story.office.tickets.row(no).due_at
    story.press(story.li, f"/tickets/{no}/decide", f"/tickets/{no}", {"request_id": asked.id, "grant": "yes"})
    due_after = story.office.tickets.row(no).due_at
    assert due_before is not None
    assert due_after is not None
    assert due_after > due_before
    story.move(no, "pause", days=5, reason="厂家发货")
    assert story.status(no) == "paused"
    story.days(8)
    assert story.status(no) == "in_progress"

    # Late, reminded, supervised; then the signed paper comes.
    story.days(25)
    assert "催办" in " ".join(story.small.phone(HANDLER))
    assert story.office.tickets.row(no).lateness == "late"
    story.move(no, "reply", text="已转办", contacted="no")
    story.move(no, "send_back", reason="没有说明修好没有")
    story.says(HANDLER, "东街三盏路灯已更换,今晚已亮。")
    assert story.status(no) == "review"
    story.move(no, "approve")
    assert "东街三盏路灯已更换" in " ".join(story.small.phone(WANG)[-2:])

    # Not satisfied: done again, and then he is.
    story.days(1)
    story.says(WANG, "2")
    assert story.status(no) == "survey"
    story.move(no, "redo", reason="邮局门口那盏还不亮")
    story.says(HANDLER, "邮局门口路灯线路已重接,现已亮。")
    story.move(no, "approve")
    story.days(1)
    story.says(WANG, "4")
    assert story.status(no) == "closed"

    # Three weeks later it is dark again; in the end it rests.
    story.days(21)
    story.move(no, "reopen", reason="又不亮了")
    assert story.status(no) == "in_progress"
    story.says(HANDLER, "变压器已更换,东街路灯全部恢复。")
    story.move(no, "approve")
    story.days(1)
    story.says(WANG, "5")
    assert story.status(no) == "closed"
    story.days(32)
    assert story.status(no) == "archived"
    assert {
        "draft",
        "accepted",
        "dispatched",
        "in_progress",
        "paused",
        "review",
        "survey",
        "closed",
        "archived",
    } <= set(story.visited(no))


def accepted(story: Story, number: str = WANG, text: str = "东街路灯不亮", **fields: str) -> int:
    """A citizen's text that the operator sorted and accepted."""
    story.says(number, text)
    no = story.small.last_no()
    story.press(story.li, f"/tickets/{no}/edit", f"/tickets/{no}/edit", {**FIELDS, **fields, "then": "accept"})
    return no


def test_one_ticket_by_the_web_alone(story: Story) -> None:
    """Operator, department and lead each in a browser of their own; the citizen came in person and has no telephone."""
    unit = story.member("cgj-web", "unit", "cgj")
    where = story.press(story.li, "/tickets/new", "/tickets/new", {**FIELDS, "source": "visit", "then": "dispatch"})
    no = int(where.split("/tickets/")[1].split("?")[0].split("#")[0])
    story.move(no, "dispatch", department_id=story.small.department().id)
    assert f"{no:06}" in unit.html("/unit")
    story.press(unit, f"/unit/{no}", f"/unit/{no}", {"what": "sign"})
    story.press(unit, f"/unit/{no}", f"/unit/{no}", {"what": "ask_extension", "days": "3", "text": "等配件"})
    [asked] = story.office.tickets.requests_of(no)
    story.press(story.lead, f"/tickets/{no}/decide", f"/tickets/{no}", {"request_id": asked.id, "grant": "yes"})
    story.press(
        unit,
        f"/unit/{no}",
        f"/unit/{no}",
        {"what": "reply", "text": "三盏路灯已更换,今晚已亮。", "result": "solved", "contacted": "yes"},
    )
    assert story.status(no) == "review"
    story.move(no, "approve")
    assert story.status(no) == "survey"
    # Nobody can text him: he stands in the list of those to be called, or is closed by who tells him at the counter.
    story.move(no, "rate", rating=5)
    assert story.visited(no) == ["draft", "accepted", "dispatched", "in_progress", "review", "survey", "closed"]
    assert story.small.on_air == [] or all(number == HANDLER for _, number, _ in story.small.on_air)


def test_twice_unsatisfied_ends_before_the_leader(story: Story) -> None:
    no = accepted(story)
    story.move(no, "dispatch", department_id=story.small.department().id)
    for word in ("灯泡已更换,请查收。", "线路已检修,请查收。"):
        story.says(HANDLER, word)
        story.move(no, "approve")
        story.days(1)
        story.says(WANG, "1")
        assert story.status(no) == "survey"
        assert no in [row.ticket.no for row in story.office.follow_up.survey_desk.page(story.small.li).board]
        story.press(story.li, f"/survey/{no}/decision", "/survey", {"decision": "redo", "reason": "仍不亮"})
        assert story.status(no) == "in_progress"
    story.minutes(5)
    papers = story.office.follow_up.supervision.of_ticket(no, story.small.lead)
    assert papers
    assert story.office.tickets.row(no).supervised_level >= 1
    # A third redo is not offered: it is supervised, and may be closed as explained by a lead only.
    story.says(HANDLER, "变压器已更换,整条街已亮。")
    story.move(no, "approve")
    story.days(1)
    story.says(WANG, "2")
    story.move(no, "redo", reason="再来一次", is_refused=True)
    story.move(no, "explain", story.lead, reason="已现场说明,灯已全部恢复")
    assert story.status(no) == "closed"
    assert story.office.tickets.row(no).rating == 2


def test_a_danger_finds_somebody_who_answers(story: Story) -> None:
    """Words of danger -> numbers to call -> leader, backup after ten minutes, until one confirms -> report -> log."""
    leader, backup = "13600000011", "13600000012"
    for role, name, phone in (("leader", "赵主任", leader), ("backup", "钱科长", backup)):
        story.press(story.lead, "/emergency/contacts", "/emergency", {"role": role, "name": name, "phone": phone})
    story.says(WANG, "南门小区闻到很浓的煤气味,好像漏气了")
    no = story.small.last_no()
    assert "119" in story.small.phone(WANG)[0], "the first answer says whom to call now"
    story.minutes(2)
    page = story.li.html(f"/emergency/{no}")
    assert "119" in page
    story.press(story.li, f"/emergency/{no}/start", f"/emergency/{no}", {"kind": "gas"})
    story.minutes(1)
    assert story.small.phone(leader)
    assert not story.small.phone(backup)
    story.minutes(12)
    assert story.small.phone(backup), "nobody answered for ten minutes: the next one is told"
    story.says(backup, "收到")
    told = len(story.small.phone(leader)) + len(story.small.phone(backup))
    story.minutes(30)
    assert len(story.small.phone(leader)) + len(story.small.phone(backup)) <= told + 1, "who confirmed is left alone"
    story.press(story.li, f"/emergency/{no}/passed", f"/emergency/{no}", {"service": "119", "receipt": "接警员 07"})
    story.press(story.li, f"/emergency/{no}/report", f"/emergency/{no}", {"report": "消防到场,阀门已关闭。"})
    story.press(story.li, f"/emergency/{no}/end", f"/emergency/{no}", {"end": "险情解除"})
    assert f"{no:06}" in story.li.html("/emergency")


def test_a_quarrel_on_duty_teaches_the_table(story: Story) -> None:
    gas, city = story.small.department("gas"), story.small.department()
    no = accepted(story, title="小区门口燃气井盖松动", content="小区门口燃气井盖松动,车过就响。", category="manhole")
    story.move(no, "confer", reason="城管与燃气公司都说不归自己")
    story.press(story.lead, f"/conferences/{no}/ask", f"/conferences/{no}", {"department_id": [city.id, gas.id]})
    story.press(
        story.li,
        f"/conferences/{no}/opinion",
        f"/conferences/{no}",
        {"department_id": city.id, "opinion": "not_ours", "words": "井盖有燃气标识"},
    )
    story.press(
        story.lead,
        f"/conferences/{no}/decide",
        f"/conferences/{no}",
        {"department_id": gas.id, "text": "燃气井盖由燃气公司负责"},
    )
    assert story.status(no) == "dispatched"
    assert story.office.tickets.row(no).department is not None
    rules = story.office.routing.rules("proposed")
    assert rules
    story.press(story.lead, f"/settings/routing/{rules[0].id}/accept", "/settings/routing")
    again = accepted(
        story, "13900007777", "燃气井盖又松了", title="燃气井盖松动", content="东街燃气井盖松动。", category="manhole"
    )
    suggested = story.office.conferences.suggestions(again, story.small.li)
    assert suggested[0].department.id == gas.id


def test_one_shift_hands_over_to_the_next(story: Story) -> None:
    accepted(story)
    story.says("13900005555", "西街井盖丢了")
    where = story.press(story.li, "/shift/handover", "/shift", {"note": "西街井盖还没回电"})
    number = int(where.rsplit("/", 1)[1])
    sheet = story.office.handovers.get(number).sheet
    assert (sheet.to_dispatch, sheet.drafts) == ((1,), (2,))
    story.press(story.lead, f"/shift/handover/{number}/take", f"/shift/handover/{number}")
    assert story.office.handovers.get(number).taken_by == "班长"
