"""Why a matter ends without being handled here: a key that is counted, and the place its citizen was sent to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from appliance.casework import grounds
from appliance.errors import FieldWrong
from appliance.outreach.templates import builtin_texts
from tests.appliance.office_bed import Bed


@pytest.fixture
def office(tmp_path: Path) -> Bed:
    return Bed(tmp_path)


def kept(office: Bed, no: int) -> tuple[str, str]:
    row: Any = office.store.row("SELECT close_reason, close_ground FROM ticket WHERE no = ?", (no,))
    return row["close_reason"], row["close_ground"]


def test_each_ground_has_its_words_for_the_citizen_in_both_languages() -> None:
    for key in grounds.LABELS:
        assert set(builtin_texts()[f"ground_{key}"]) == {"zh", "en"}


@pytest.mark.parametrize("ground", grounds.LABELS)
def test_a_rejection_keeps_its_ground_and_shows_it_in_the_history(office: Bed, ground: str) -> None:
    no = office.ticket("draft").no
    office.make(no, "reject", ground=ground, where="县医保局 8123456", reason="已当面说明")
    assert kept(office, no) == ("reject", ground)
    (item,) = [item for item in office.tickets.page(no, office.li).timeline if item.key == "reject"]
    assert (item.ground, item.text) == (ground, "已当面说明")
    assert office.told[-1].ground == ground


@pytest.mark.parametrize(("move", "more"), [("reject", {}), ("answer", {"text": "请打县医保局"})])
def test_told_to_call_another_number_needs_the_number_or_the_office(
    office: Bed, move: str, more: dict[str, Any]
) -> None:
    no = office.ticket(type="enquiry").no
    for where in ("", "  "):
        with pytest.raises(FieldWrong) as wrong:
            office.make(no, move, ground=grounds.OTHER_NUMBER, where=where, **more)
        assert wrong.value.field == "where"
    office.make(no, move, ground=grounds.OTHER_NUMBER, where="县医保局 8123456", **more)
    assert kept(office, no) == (move, grounds.OTHER_NUMBER)
    assert "县医保局 8123456" in [item.text for item in office.tickets.page(no, office.li).timeline]


def test_who_was_sent_elsewhere_is_counted_by_an_index(office: Bed) -> None:
    for number, ground in enumerate(("court", "court", grounds.OTHER_NUMBER)):
        no = office.ticket("draft", contact_phone=f"1380000100{number}").no
        office.make(no, "reject", ground=ground, where="县医保局")
    answered = office.ticket(type="enquiry").no
    office.make(answered, "answer", text="周一至周五开门")
    since, until = "2026-01-01T00:00:00", "2027-01-01T00:00:00"
    assert office.tickets.ended_by_ground(since, until) == {"court": 2, grounds.OTHER_NUMBER: 1}
    assert office.tickets.ended_by_ground(until, until) == {}


def test_other_moves_have_no_ground(office: Bed) -> None:
    no = office.ticket(type="enquiry").no
    for move, ground in (("answer", "court"), ("withdraw", "court"), ("dispatch", grounds.OTHER_NUMBER)):
        with pytest.raises(FieldWrong) as wrong:
            office.make(no, move, ground=ground, where="县医保局")
        assert wrong.value.field == "ground"


def test_a_reopened_ticket_has_no_ground_any_more(office: Bed) -> None:
    no = office.ticket(type="enquiry").no
    office.make(no, "answer", text="请打县医保局", ground=grounds.OTHER_NUMBER, where="县医保局")
    office.make(no, "reopen", reason="医保局说不归他们管")
    assert kept(office, no) == ("", "")


def test_citizens_of_joined_tickets_hear_the_ground_too(office: Bed) -> None:
    parent = office.ticket("draft").no
    child = office.ticket("draft", contact_phone="13800000002").no
    office.make(child, "merge", other_no=parent)
    office.make(parent, "reject", ground="court")
    (heard,) = [made for made in office.told if made.no == child and made.move == "parent_answered"]
    assert (heard.ground, heard.text) == ("court", "")
