"""What is pressed for: each cause, once each, on rising levels, told to the right people, by a clock that is right."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from appliance.casework.tickets import TicketForm
from tests.appliance.office_bed import SHANGHAI
from tests.appliance.small_office import HANDLER, WANG, SmallOffice

DAY_S = 86400
CHIEF, COUNTY = "13800007777", "13800008888"


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def sweep(office: SmallOffice) -> int:
    return office.office.follow_up.supervision.sweep()


def papers(office: SmallOffice, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in office.store.rows("SELECT * FROM supervision ORDER BY id")]


def texts(office: SmallOffice) -> list[tuple[str, str]]:
    return [(row["number"], row["text"]) for row in office.outbox(purpose="supervision")]


def at(office: SmallOffice, *when: int) -> None:
    """Let time pass until this moment on the office's wall clock."""
    office.clock.advance((datetime(*when, tzinfo=SHANGHAI) - office.clock.now()).total_seconds())  # type: ignore[misc,arg-type]


def level(office: SmallOffice, no: int) -> int:
    return int(office.one("SELECT supervised_level FROM ticket WHERE no = ?", no)["supervised_level"])


def the_department_has_a_chief(office: SmallOffice) -> None:
    chief = office.office.departments.add_handler(office.department().id, "马局长", CHIEF)
    with office.store.transaction() as tx:
        tx.execute("UPDATE handler SET is_leader = 1 WHERE id = ?", (chief.id,))


def the_county_has_a_leader(office: SmallOffice) -> None:
    with office.store.transaction() as tx:
        tx.insert("leader", name="何副县长", phone=COUNTY, phone_key="county")


def dispatched_by_call(office: SmallOffice, source: str = "call", category: str = "lamp") -> int:
    form = TicketForm(
        "路灯不亮", "东街路灯不亮三天", place="东街", contact_phone=WANG, type="complaint", category=category
    )
    no = office.office.tickets.create(form, office.li, source=source)
    office.dispatch(no)
    return no


def test_a_working_day_overdue_is_supervised_once(office: SmallOffice) -> None:
    no = office.ticket_with_unit()  # a complaint of Monday 23 November: due on Monday 7 December at 17:30
    at(office, 2026, 12, 8, 17, 0)
    assert sweep(office) == 0
    at(office, 2026, 12, 8, 17, 31)
    assert sweep(office) == 1
    assert sweep(office) == 0
    assert papers(office, "year", "no", "level", "reason", "state") == [(2026, 1, 1, "overdue", "open")]
    assert papers(office, "due_at") == [("2026-12-11T09:30:00.000Z",)]  # three working days, at closing time
    assert level(office, no) == 1
    move = office.one("SELECT * FROM ticket_move ORDER BY id DESC LIMIT 1")
    assert (move["move"], move["actor"]) == ("supervise", "system")


def test_the_department_and_its_leader_are_told_which_paper_and_why(office: SmallOffice) -> None:
    the_department_has_a_chief(office)
    no = office.ticket_with_unit()
    at(office, 2026, 12, 8, 17, 31)
    sweep(office)
    told = dict(texts(office))
    assert set(told) == {HANDLER, CHIEF}
    assert all(f"{no:06d}" in text and "2026-001" in text and "超过期限" in text for text in told.values())
    assert "督促" in told[CHIEF]
    assert "督促" not in told[HANDLER]


def test_a_department_nobody_can_text_is_marked_on_the_desk(office: SmallOffice) -> None:
    office.ticket_with_unit()
    with office.store.transaction() as tx:
        tx.execute("UPDATE handler SET disabled_at = '2026-11-23T02:00:00.000Z'")
    at(office, 2026, 12, 8, 17, 31)
    sweep(office)
    assert "supervise_by_hand" in office.reminders()


def test_a_paper_whose_time_is_over_is_followed_by_the_next_level(office: SmallOffice) -> None:
    the_county_has_a_leader(office)
    no = office.ticket_with_unit()
    for moment in ((2026, 12, 8, 17, 31), (2026, 12, 11, 17, 31), (2026, 12, 15, 17, 31), (2026, 12, 16, 17, 31)):
        at(office, *moment)
        assert sweep(office) == 1
        assert sweep(office) == 0
    assert papers(office, "level", "reason", "state", "is_late") == [
        (1, "overdue", "raised", 1),
        (2, "late", "raised", 1),
        (3, "late", "raised", 1),
        (3, "late", "open", 0),
    ]
    assert [number for number, _ in texts(office)].count(COUNTY) == 2
    assert level(office, no) == 3


def test_twice_unsatisfied_is_supervised(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text="2")
    assert sweep(office) == 0
    office.move(no, "redo", reason="未修好")
    office.move(no, "reply", text="重新处理完毕,已修好")
    office.move(no, "approve")
    office.text(from_=WANG, text="1")
    assert sweep(office) == 1
    assert sweep(office) == 0
    assert papers(office, "reason") == [("unsatisfied",)]


def test_a_leaders_instruction_is_supervised_from_the_beginning(office: SmallOffice) -> None:
    dispatched_by_call(office, source="leader")
    assert sweep(office) == 1
    assert papers(office, "reason", "level") == [("leader", 1)]


def test_a_leaders_note_on_a_citizens_ticket_is_supervised_once_each(office: SmallOffice) -> None:
    no = dispatched_by_call(office)
    office.office.tickets.add_note(no, "instruction", "请城管局三日内办结")
    assert sweep(office) == 1
    assert sweep(office) == 0
    assert papers(office, "reason", "level") == [("leader", 1)]
    office.office.tickets.add_note(no, "instruction", "再次催办")
    assert sweep(office) == 1
    assert papers(office, "level", "state") == [(1, "raised"), (2, "open")]


def test_the_same_matter_for_the_third_time_is_supervised_and_only_the_newest(office: SmallOffice) -> None:
    for _ in range(2):
        dispatched_by_call(office)
    assert sweep(office) == 0
    dispatched_by_call(office, category="waste")
    assert sweep(office) == 0
    no = dispatched_by_call(office)
    assert sweep(office) == 1
    assert [row["no"] for row in office.store.rows("SELECT no FROM ticket WHERE supervised_level > 0")] == [no]


def test_two_small_causes_at_once_are_one_paper(office: SmallOffice) -> None:
    for _ in range(3):
        dispatched_by_call(office)
    office.wait(30 * DAY_S)
    sweep(office)
    found = papers(office, "ticket_id", "level", "reason")
    assert len({row[0] for row in found}) == len(found) == 3
    assert {row[1:] for row in found} == {(1, "overdue")}


def test_a_leaders_word_raises_what_is_supervised_already(office: SmallOffice) -> None:
    no = dispatched_by_call(office)
    office.wait(30 * DAY_S)
    sweep(office)
    with office.store.transaction() as tx:
        tx.execute("UPDATE ticket SET source = 'leader' WHERE no = ?", (no,))
    assert sweep(office) == 1
    assert papers(office, "level", "reason", "state") == [(1, "overdue", "raised"), (2, "leader", "open")]


def test_what_was_said_long_ago_is_no_repetition(office: SmallOffice) -> None:
    for _ in range(2):
        no = dispatched_by_call(office)
        office.move(no, "withdraw", reason="本人要求")
    office.wait(91 * DAY_S)
    dispatched_by_call(office)
    assert sweep(office) == 0


def test_a_leads_own_supervision_gets_its_paper_with_his_words(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    version = office.office.tickets.row(no).version
    office.office.tickets.move(no, "supervise", office.lead, version=version, reason="县里关注此事")
    assert papers(office, "reason", "level", "opened_by") == [("hand", 1, office.lead.id)]
    assert "县里关注此事" in texts(office)[0][1]


def test_a_lead_may_begin_on_a_higher_level(office: SmallOffice) -> None:
    the_county_has_a_leader(office)
    no = office.ticket_with_unit()
    version = office.office.tickets.row(no).version
    office.office.tickets.move(no, "supervise", office.lead, version=version, reason="县里关注此事", level=3)
    assert papers(office, "level", "due_at") == [(3, "2026-11-24T09:30:00.000Z")]
    assert COUNTY in dict(texts(office))


def test_an_accepted_reply_ends_the_paper_in_time(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    at(office, 2026, 12, 8, 17, 31)
    sweep(office)
    office.move(no, "reply", text="已经更换灯泡并试亮")
    assert papers(office, "state") == [("open",)]
    office.move(no, "approve")
    assert papers(office, "state", "is_late") == [("answered", 0)]


def test_a_ticket_that_ends_takes_its_paper_with_it(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    at(office, 2026, 12, 8, 17, 31)
    sweep(office)
    office.move(no, "withdraw", reason="本人要求")
    assert papers(office, "state") == [("left",)]


def test_papers_are_numbered_within_their_year(office: SmallOffice) -> None:
    for source in ("leader", "leader"):
        dispatched_by_call(office, source=source, category="lamp")
    sweep(office)
    at(office, 2027, 1, 4, 9, 0)
    dispatched_by_call(office, source="leader", category="waste")
    sweep(office)
    found = papers(office, "year", "no")
    assert found[:2] == [(2026, 1), (2026, 2)]
    assert (2027, 1) in found
    assert len(found) == len(set(found))


def test_nothing_is_supervised_while_the_clock_is_wrong(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    office.ticket_with_unit()
    at(office, 2026, 12, 8, 17, 31)
    monkeypatch.setattr(office.office.follow_up.supervision, "_clock_ok", lambda: False)
    assert sweep(office) == 0
    monkeypatch.undo()
    assert sweep(office) == 1


def test_a_paper_written_by_hand_without_a_clock_gets_its_time_when_it_is_set(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = office.ticket_with_unit()
    monkeypatch.setattr(office.office.follow_up.supervision, "_clock_ok", lambda: False)
    version = office.office.tickets.row(no).version
    office.office.tickets.move(no, "supervise", office.lead, version=version, reason="县里关注此事")
    assert papers(office, "due_at", "clock_ok") == [(None, 0)]
    monkeypatch.undo()
    sweep(office)
    assert papers(office, "due_at", "clock_ok") == [("2026-11-26T09:30:00.000Z", 1)]


def test_a_plug_pulled_in_the_midst_leaves_all_or_nothing(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    no = office.ticket_with_unit()
    at(office, 2026, 12, 8, 17, 31)
    monkeypatch.setattr("db.supervision.people_of", _pulled)
    assert sweep(office) == 0
    monkeypatch.undo()
    assert (papers(office, "id"), texts(office), level(office, no)) == ([], [], 0)
    office.crash()
    assert sweep(office) == 1
    assert len(texts(office)) == 1


def _pulled(*_: object) -> None:
    raise RuntimeError("the plug was pulled")


def test_the_page_shows_the_gravest_first_and_what_has_an_end(office: SmallOffice) -> None:
    first = office.ticket_with_unit()
    at(office, 2026, 12, 8, 17, 31)
    sweep(office)
    office.move(first, "withdraw", reason="本人要求")
    second = dispatched_by_call(office, source="leader")
    sweep(office)
    page = office.office.follow_up.supervision.page(office.li)
    assert [(paper.ticket_no, paper.number) for paper in page.open] == [(second, "2026-002")]
    assert [(paper.ticket_no, paper.state) for paper in page.ended] == [(first, "left")]
    assert [paper.number for paper in office.office.follow_up.supervision.of_ticket(second, office.li)] == ["2026-002"]
