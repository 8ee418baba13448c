"""The whole loop of the office without a modem: from a citizen's text to the rating."""

from __future__ import annotations

from pathlib import Path

from tests.appliance.small_office import HANDLER, WANG, SmallOffice


def test_a_citizens_text_becomes_a_ticket_that_is_dispatched_answered_and_rated(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)

    office.text(from_=WANG, text="东街路灯不亮,三天了")
    office.deliver()
    no = office.last_no()
    assert office.status(no) == "draft"
    assert f"已收到,编号{no:06}" in office.phone(WANG)[0]
    assert "已受理" not in office.phone(WANG)[0]

    office.take_in(no)
    office.dispatch(no)
    office.deliver()
    assert f"{no:06} 东街路灯不亮" in office.phone(HANDLER)[0]

    office.text(from_=HANDLER, text="1")
    assert office.status(no) == "in_progress"

    office.text(from_=HANDLER, text="路灯已修复,更换灯泡")
    assert office.status(no) == "review"
    office.deliver()
    assert not any("更换灯泡" in text for text in office.phone(WANG))

    office.move(no, "approve")
    office.deliver()
    assert "城管局答复:路灯已修复,更换灯泡。" in office.phone(WANG)[-1]

    office.text(from_=WANG, text="5")
    assert office.status(no) == "closed"
    assert office.office.audit.verify().is_whole
