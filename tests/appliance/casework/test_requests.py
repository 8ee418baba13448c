"""What somebody asks the desk to decide: asked once, decided once, by whoever may."""

from __future__ import annotations

import pytest

from appliance.casework.lifecycle import Actor, MoveRefused
from appliance.errors import FieldWrong, NeedsLead, NotAllowed, NotFound
from appliance.people.roles import Role
from tests.appliance.office_bed import Bed, local


def asked_move(office: Bed, no: int, move: str, **given: object) -> NeedsLead:
    """An operator's wish in an office with leads."""
    with pytest.raises(NeedsLead) as needs:
        office.tickets.move(no, move, office.li, version=office.tickets.row(no).version, **given)  # type: ignore[arg-type]
    return needs.value


def test_an_operators_wish_waits_for_a_lead_with_all_that_was_written(office: Bed) -> None:
    office.set_mode("full")
    row = office.ticket("accepted")
    needs = asked_move(office, row.no, "answer", text="请拨供电公司95598。")
    assert office.tickets.row(row.no).version == row.version  # nothing was made
    (waiting,) = office.tickets.open_requests()
    assert (waiting.id, waiting.no, waiting.kind, waiting.label) == (
        needs.request_id,
        row.no,
        "answer",
        "Answered at once",
    )
    assert (waiting.text, waiting.who, waiting.actor, waiting.needs_lead) == ("请拨供电公司95598。", "Li", "user", True)
    assert asked_move(office, row.no, "answer", text="又一次").request_id == needs.request_id
    for nobody in (office.li, office.user("zhao")):
        with pytest.raises(NeedsLead):
            office.tickets.decide(waiting.id, True, nobody)
    made = office.tickets.decide(waiting.id, True, office.wang)
    assert made.status == "closed"
    assert office.told[-1].text == "请拨供电公司95598。"
    (decided,) = office.tickets.requests_of(row.no)
    assert (decided.state, decided.decided_by, decided.is_open) == ("granted", "Wang", False)
    assert office.tickets.open_requests() == ()
    stamped = office.store.rows("SELECT * FROM ticket_move WHERE is_self_approved = 1")
    assert stamped == []
    assert office.audit.verify().is_whole


def test_a_wish_keeps_ids_days_and_moments_too(office: Bed) -> None:
    office.set_mode("full")
    no = office.ticket("accepted").no
    office.make(no, "confer")
    helpers = (office.water.id,)
    needs = asked_move(
        office,
        no,
        "decide",
        department_id=office.city.id,
        co_department_ids=helpers,
        text="会商纪要第3号",
        urgency="urgent",
    )
    row = office.tickets.decide(needs.request_id or 0, True, office.wang)
    assert (row.status, row.department, row.urgency) == ("dispatched", office.city, "urgent")
    roles = office.store.rows("SELECT role, department_id FROM assignment WHERE ended_at IS NULL ORDER BY id")
    assert [tuple(each) for each in roles] == [("lead", office.city.id), ("co", office.water.id)]
    late = office.ticket("dispatched").no
    office.pass_time(days=5)
    arrived = local(2026, 11, 27, 9, 30)
    needs = asked_move(office, late, "return", reason="盖章的退单", happened_at=arrived)
    office.tickets.decide(needs.request_id or 0, True, office.wang)
    moved = office.store.rows("SELECT happened_at, to_status FROM ticket_move ORDER BY id DESC LIMIT 2")
    assert [tuple(row) for row in moved] == [(None, "accepted"), ("2026-11-27T01:30:00.000Z", "return_review")]


def test_a_wish_is_refused_with_a_reason_and_nothing_is_made(office: Bed) -> None:
    office.set_mode("full")
    row = office.ticket("in_progress")
    needs = asked_move(office, row.no, "pause", days=3, reason="等配件")
    with pytest.raises(FieldWrong) as wrong:
        office.tickets.decide(needs.request_id or 0, False, office.wang, "  ")
    assert wrong.value.field == "text"
    assert office.tickets.decide(needs.request_id or 0, False, office.wang, "不符合条件").version == row.version
    (found,) = office.tickets.requests_of(row.no)
    assert (found.state, found.decision, found.days) == ("refused", "不符合条件", 3)
    with pytest.raises(FieldWrong):
        office.tickets.decide(found.id, True, office.wang)


def test_a_granted_wish_that_is_no_longer_possible_stays_open(office: Bed) -> None:
    office.set_mode("full")
    row = office.ticket("in_progress")
    asked_move(office, row.no, "pause", days=3, reason="等配件")
    office.make(row.no, "reply", Actor.UNIT)
    (found,) = office.tickets.requests_of(row.no)
    assert found.state == "lapsed"  # the reply made it senseless
    no = office.ticket("accepted").no
    office.make(no, "confer")
    waits = asked_move(office, no, "decide", department_id=office.city.id, text="纪要")
    with office.store.transaction() as tx:
        tx.execute("UPDATE department SET disabled_at = 'x' WHERE id = ?", (office.city.id,))
        before = [tuple(each) for each in tx.rows("SELECT * FROM request")]
    with pytest.raises(FieldWrong):
        office.tickets.decide(waits.request_id or 0, True, office.wang)
    assert [tuple(each) for each in office.store.rows("SELECT * FROM request")] == before


def test_the_same_form_decides_once(office: Bed) -> None:
    no = office.ticket("in_progress").no
    request_id = office.tickets.ask(no, "extension", days=2, text="等配件", handler_id=office.chen.id)
    first = office.tickets.decide(request_id, True, office.li, token="a")
    assert office.tickets.decide(request_id, True, office.li, token="a") == first
    assert first.extensions == 1


def test_a_departments_extension_by_text_message_is_granted_and_stamped_in_a_simple_office(office: Bed) -> None:
    no = office.ticket("dispatched", type="help").no
    request_id = office.tickets.ask(no, "extension", days=3, text="等配件", handler_id=office.chen.id)
    (waiting,) = office.tickets.requests_of(no)
    assert (waiting.actor, waiting.who, waiting.days, waiting.text) == ("handler", "陈", 3, "等配件")
    office.pass_time(hours=1)
    row = office.tickets.decide(request_id, True, office.li, days=2)
    assert (row.status, row.due_at) == ("in_progress", local(2026, 12, 2, 17, 30))  # asking signs, two days were given
    moves = office.store.rows("SELECT move, is_self_approved, happened_at FROM ticket_move ORDER BY id DESC LIMIT 2")
    assert [tuple(each) for each in moves] == [("extend", 1, None), ("sign", 0, "2026-11-23T01:00:00.000Z")]


def test_a_refused_extension_is_a_move_so_that_the_department_is_told(office: Bed) -> None:
    no = office.ticket("in_progress").no
    request_id = office.tickets.ask(no, "extension", days=3, text="等配件", handler_id=office.chen.id)
    office.tickets.decide(request_id, False, office.li, "不影响办理")
    assert (office.told[-1].move, office.told[-1].reason) == ("refuse_extension", "不影响办理")


@pytest.mark.parametrize("grant", [True, False])
def test_a_return_by_text_message_counts_from_when_it_was_asked(office: Bed, grant: bool) -> None:
    no = office.ticket("dispatched").no
    request_id = office.tickets.ask(no, "return", text="非本单位职责", handler_id=office.chen.id)
    office.pass_time(days=4)  # the desk was late, not the department
    row = office.tickets.decide(request_id, grant, office.li, "按三定方案")
    assert (row.status, row.returns) == ("accepted" if grant else "dispatched", 1)
    told = [(made.move, made.reason) for made in office.told[-2:]]
    assert told == [("return", "非本单位职责"), ("approve_return" if grant else "refuse_return", "按三定方案")]


def test_a_second_return_by_text_message_is_left_to_a_consultation(office: Bed) -> None:
    no = office.ticket("return_review").no
    office.make(no, "refuse_return")
    refused = office.tickets.ask(no, "return", text="确非职责", handler_id=office.chen.id)
    assert office.tickets.decide(refused, False, office.li, "按三定方案").status == "dispatched"
    granted = office.tickets.ask(no, "return", text="确非职责", handler_id=office.chen.id)
    assert granted != refused
    assert office.tickets.decide(granted, True, office.li).status == "return_review"
    assert office.make(no, "confer").status == "consult"


def test_a_citizens_withdrawal_waits_for_the_desk(office: Bed) -> None:
    no = office.ticket("in_progress").no
    request_id = office.tickets.ask(no, "withdraw", text="撤诉")
    (waiting,) = office.tickets.requests_of(no)
    assert (waiting.actor, waiting.who, waiting.needs_lead) == ("citizen", "", False)
    assert office.tickets.decide(request_id, True, office.li).status == "withdrawn"


def test_an_exclusion_is_recorded_and_moves_nothing(office: Bed) -> None:
    row = office.ticket("archived")
    request_id = office.tickets.ask(row.no, "exclusion", text="不可抗力", handler_id=office.chen.id)
    assert office.tickets.decide(request_id, True, office.wang, "同意").version == row.version
    assert [found.state for found in office.tickets.requests_of(row.no)] == ["granted"]


def test_what_was_asked_lapses_with_the_end_of_the_ticket_but_not_an_exclusion(office: Bed) -> None:
    no = office.ticket("in_progress").no
    for kind in ("extension", "return", "supervise", "exclusion"):
        office.tickets.ask(no, kind, days=1, text="x", user_id=office.li.id)
    office.make(no, "withdraw")
    states = {found.kind: found.state for found in office.tickets.requests_of(no)}
    assert states == {"extension": "lapsed", "return": "lapsed", "supervise": "lapsed", "exclusion": "open"}


def test_a_move_settles_what_was_asked_for(office: Bed) -> None:
    no = office.ticket("in_progress").no
    office.tickets.ask(no, "extension", days=1, text="x", handler_id=office.chen.id)
    office.tickets.ask(no, "supervise", text="逾期")
    office.make(no, "supervise", Actor.LEAD)
    office.make(no, "take_back")
    states = {found.kind: (found.state, found.decided_by) for found in office.tickets.requests_of(no)}
    assert states == {"extension": ("lapsed", "Li"), "supervise": ("granted", "Wang")}


def test_who_may_not_decide_and_what_is_not_there(office: Bed) -> None:
    no = office.ticket("in_progress").no
    request_id = office.tickets.ask(no, "extension", days=1, text="x", handler_id=office.chen.id)
    before = office.everything()
    for by in (office.user("cheng", Role.UNIT, office.city), office.user("county", Role.LEADER)):
        before = office.everything()
        with pytest.raises(NotAllowed):
            office.tickets.decide(request_id, True, by)
    with pytest.raises(NotFound):
        office.tickets.decide(999, True, office.wang)
    with pytest.raises(NotFound):
        office.tickets.ask(999, "extension")
    with pytest.raises(ValueError, match="no_such_kind"):
        office.tickets.ask(no, "no_such_kind")
    assert office.everything() == before
    assert office.tickets.requests_of(999) == ()


def test_words_of_a_wish_can_be_erased(office: Bed) -> None:
    office.set_mode("full")
    no = office.ticket("accepted").no
    needs = asked_move(office, no, "answer", text="请拨供电公司95598。")
    assert "95598" not in str(office.rows("request"))
    with office.store.transaction() as tx:
        tx.execute("DELETE FROM note_words")
    (found,) = office.tickets.requests_of(no)
    assert found.text == ""
    with pytest.raises(FieldWrong):
        office.tickets.decide(needs.request_id or 0, True, office.wang)


def test_a_move_that_the_table_has_not_is_no_wish(office: Bed) -> None:
    office.set_mode("full")
    row = office.ticket("draft")
    with pytest.raises(MoveRefused):
        office.tickets.move(row.no, "pause", office.li, version=row.version, days=1, reason="x")
    assert office.tickets.open_requests() == ()


def test_the_same_wish_sent_twice_is_one(office: Bed) -> None:
    office.set_mode("full")
    row = office.ticket("in_progress")
    for _ in range(2):
        try:
            office.tickets.move(row.no, "pause", office.li, version=row.version, days=1, reason="x", token="one form")
        except NeedsLead:
            continue
    assert len(office.tickets.requests_of(row.no)) == 1


def test_what_nobody_can_do_any_more_waits_for_nobody(office: Bed) -> None:
    no = office.ticket("closed").no
    for kind in ("extension", "withdraw", "reopen", "exclusion"):
        office.tickets.ask(no, kind, days=1, text="x", user_id=office.li.id)
    states = {found.kind: found.state for found in office.tickets.requests_of(no)}
    assert states == {"extension": "lapsed", "withdraw": "lapsed", "reopen": "open", "exclusion": "open"}
