"""What a leader's text does."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.errors import FieldWrong, NotFound
from tests.appliance.small_office import HANDLER, WANG, SmallOffice

LEADER = "13500006666"


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    office = SmallOffice(tmp_path)
    office.office.words.leaders.add("陈县长", LEADER, office.lead)
    return office


def outcome(office: SmallOffice, text: str) -> tuple[str, bool]:
    row = office.sms_row(office.text(from_=LEADER, text=text))
    assert row["kind"] == "leader"
    return str(row["outcome"]), bool(row["needs_desk"])


def test_an_instruction_stands_on_the_ticket_it_names_and_moves_nothing(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    assert outcome(office, f"请城管局三天内解决{no:06}路灯问题") == ("instruction", True)
    assert office.notes(no) == [("instruction", "", f"请城管局三天内解决{no:06}路灯问题")]
    assert office.status(no) == "dispatched"
    (told,) = office.outbox(purpose="instruction")
    assert (told["number"], f"{no:06}" in told["text"]) == (LEADER, True)


def test_it_stands_on_each_ticket_it_names(office: SmallOffice) -> None:
    first, second = office.ticket_with_unit(), office.ticket_with_unit(from_="13700002222")
    outcome(office, f"{first:06}、{second:06}一并督办")
    assert [office.notes(no)[-1][0] for no in (first, second)] == ["instruction", "instruction"]


@pytest.mark.parametrize("text", ["请查一下东街停水的事", "009999没有解决", "2026年的路灯要修"])
def test_what_names_no_ticket_is_a_new_one_from_a_leader(office: SmallOffice, text: str) -> None:
    assert outcome(office, text) == ("draft", True)
    row = office.one("SELECT source, status, citizen_id FROM ticket ORDER BY id DESC LIMIT 1")
    assert (row["source"], row["status"], row["citizen_id"]) == ("leader", "draft", None)
    assert "已立项" in office.outbox(purpose="instruction")[-1]["text"]


def test_a_leader_may_ask_how_a_ticket_stands(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    assert outcome(office, f"查 {no:06}") == ("progress_told", False)
    assert "城管局" in office.outbox(purpose="progress")[-1]["text"]


@pytest.mark.parametrize(("text", "expected"), [("收到", "noted"), ("???", "empty")])
def test_what_instructs_nothing_opens_nothing(office: SmallOffice, text: str, expected: str) -> None:
    assert outcome(office, text) == (expected, True)
    assert office.count("ticket") == 0


def test_the_talk_with_a_leader_is_one_thread(office: SmallOffice) -> None:
    outcome(office, "请查一下东街停水的事")
    rows = office.office.messages.thread(LEADER)
    assert [(row.direction, row.who) for row in rows] == [("in", "陈县长"), ("out", "陈县长")]


def test_one_number_is_one_persons(office: SmallOffice) -> None:
    leaders = office.office.words.leaders
    for number in (LEADER, HANDLER, "10086", "057188880000"):
        with pytest.raises(FieldWrong):
            leaders.add("某某", number, office.lead)
    with pytest.raises(FieldWrong):
        leaders.add(" ", "13500007777", office.lead)


def test_a_leader_who_left_is_a_citizen_like_others(office: SmallOffice) -> None:
    leaders = office.office.words.leaders
    (leader,) = leaders.all()
    leaders.remove(leader.id, office.lead)
    with pytest.raises(NotFound):
        leaders.remove(leader.id, office.lead)
    row = office.sms_row(office.text(from_=LEADER, text="东街路灯不亮"))
    assert (row["kind"], row["outcome"]) == ("citizen", "draft")
    assert WANG not in {each.phone for each in leaders.all()}
