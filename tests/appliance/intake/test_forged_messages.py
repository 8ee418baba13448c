"""Five hundred messages from a forged number of a handler's: what they can do is little, and known."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.appliance.small_office import HANDLER, WANG, ZHAO, SmallOffice

FORGED = (
    "QS {no:06}", "1", "收到", "DF {no:06} 已经全部修好了请放心", "已经全部修好了请放心", "TH {no:06} 不归我们管",
    "2 不归我们管", "YQ {no:06} 9 下雨", "延期 九十天 下雨", "JZ {no:06} 在修", "DF {other:06} 已经全部修好了请放心",
    "TH {other:06} x", "QS {no:06} {other:06}", "5", "LB", "QW {no:06}", "CS {no:06}", "DF {no:06} 4711 修好了的呀",
    "YQ {no:06} 3 下雨 0000", "H",
)  # fmt: skip
PAUSES = {"as fast as the network brings them": 0, "each after the flood guard has forgotten the last": 700}


def forge(office: SmallOffice, no: int, pause_s: int) -> None:
    for number in range(500):
        office.text(from_=HANDLER, text=FORGED[number % len(FORGED)].format(no=no, other=no + 50))
        office.clock.advance(pause_s)


def moves_of_units(office: SmallOffice) -> set[str]:
    return {row["move"] for row in office.store.rows("SELECT DISTINCT move FROM ticket_move WHERE actor = 'unit'")}


@pytest.mark.parametrize("pause_s", PAUSES.values(), ids=PAUSES)
def test_without_codes_500_forged_messages_sign_and_propose_a_reply_and_nothing_else(
    tmp_path: Path, pause_s: int
) -> None:
    office = SmallOffice(tmp_path)
    no, other = office.ticket_with_unit(), office.ticket_with_unit(from_=ZHAO, code="gas")
    told = len(office.phone(WANG))
    forge(office, no, pause_s)
    assert moves_of_units(office) <= {"sign", "reply"}
    assert office.status(no) in ("in_progress", "review")
    assert office.status(other) == "dispatched"  # the other department's
    office.deliver()
    assert len(office.phone(WANG)) == told  # nothing of it reached the citizen


@pytest.mark.parametrize("pause_s", PAUSES.values(), ids=PAUSES)
def test_with_codes_500_forged_messages_change_nothing_beyond_signing(tmp_path: Path, pause_s: int) -> None:
    office = SmallOffice(tmp_path)
    codes = office.office.words.codes
    handler = office.office.departments.handler_by_number(HANDLER)
    assert handler is not None
    while codes.new_code(handler.id, office.lead) in ("4711", "0000"):
        pass
    codes.ask_for(office.lead, is_on=True)
    no, other = office.ticket_with_unit(), office.ticket_with_unit(from_=ZHAO, code="gas")
    told = len(office.phone(WANG))
    forge(office, no, pause_s)
    assert moves_of_units(office) <= {"sign"}
    assert (office.status(no), office.status(other)) == ("in_progress", "dispatched")
    assert office.count("request") == 0
    assert {kind for kind, _, _ in office.notes(no)} <= {"progress"}
    office.deliver()
    assert len(office.phone(WANG)) == told


def test_a_flood_is_told_once_and_everything_in_it_reaches_the_desk(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    no = office.ticket_with_unit()
    sent = [office.text(from_=HANDLER, text=f"JZ {no:06} 第{number}次") for number in range(12)]
    outcomes = [office.sms_row(sms_id)["outcome"] for sms_id in sent]
    assert outcomes == ["progress"] * 5 + ["flood"] * 7
    assert all(office.sms_row(sms_id)["needs_desk"] for sms_id in sent[5:])
    told = [row["text"] for row in office.outbox(purpose="confirm") if "指令过多" in row["text"]]
    assert len(told) == 1
    office.wait(minutes=11)
    assert office.sms_row(office.text(from_=HANDLER, text=f"JZ {no:06} 修好了"))["outcome"] == "progress"
