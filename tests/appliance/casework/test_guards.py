"""The specification's twenty-four rows, one after the other: what each allows and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from appliance.casework.lifecycle import Actor, MoveRefused
from appliance.casework.routing_rules import Rule
from appliance.errors import FieldWrong, NeedsLead, NotAllowed
from tests.appliance.office_bed import Bed, local


def wrong_field(office: Bed, no: int, move: str, actor: Actor = Actor.OPERATOR, **values: Any) -> str:
    """The field that this move is refused for; nothing at all is changed."""
    office.staff()
    before = office.everything()
    with pytest.raises(FieldWrong) as wrong:
        office.make(no, move, actor, **values)
    assert office.everything() == before
    return wrong.value.field


def needs_lead(office: Bed, no: int, move: str, **values: Any) -> bool:
    """Simple: made, and stamped or not. Full: the same move of an operator waits for a lead, or not."""
    office.staff()
    actor_id = office.li.id
    office.set_mode("full")
    waits = office.tickets.problem(no, move, actor=Actor.OPERATOR, actor_id=actor_id, **values)
    by_lead = office.tickets.problem(no, move, actor=Actor.LEAD, actor_id=office.wang.id, **values)
    assert by_lead is None, by_lead
    office.set_mode("simple")
    office.make(no, move, **values)
    stamped = office.store.row("SELECT is_self_approved FROM ticket_move ORDER BY id DESC LIMIT 1")
    assert stamped is not None
    assert isinstance(waits, NeedsLead) is bool(stamped["is_self_approved"])
    return isinstance(waits, NeedsLead)


def column(office: Bed, no: int, name: str) -> object:
    row = office.store.row(f"SELECT {name} FROM ticket WHERE no = ?", (no,))
    assert row is not None
    return row[name]


# --- 2: accept ---


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"type": ""}, "type"),
        ({"category": ""}, "category"),
        ({"content": "灯不亮", "title": "路灯"}, "content"),
        ({"content": " 灯 不 亮 了 \n", "title": "路灯"}, "content"),
        ({"place": ""}, "place"),
        ({"type": "help", "place": ""}, "place"),
        ({"type": "report", "place": ""}, "place"),
    ],
)
def test_2_a_draft_that_says_too_little_is_not_accepted(office: Bed, values: dict[str, Any], field: str) -> None:
    assert wrong_field(office, office.ticket("draft", **values).no, "accept") == field


@pytest.mark.parametrize(
    "values",
    [
        {"content": "灯不亮了吗"},
        {"place": "无"},
        {"place": "none"},
        {"place": "", "type": "enquiry"},
        {"place": "", "type": "praise"},
        {"place": "", "type": "suggestion"},
    ],
)
def test_2_what_is_enough_is_accepted(office: Bed, values: dict[str, Any]) -> None:
    assert office.make(office.ticket("draft", **values).no, "accept").status == "accepted"


def test_2_a_draft_whose_words_were_erased_can_still_be_ended(office: Bed) -> None:
    no = office.ticket("draft").no
    with office.store.transaction() as tx:
        tx.execute("DELETE FROM ticket_words")
    assert office.make(no, "accept").status == "accepted"


# --- 3 to 5 ---


def test_3_a_void_call_of_somebody_with_an_open_ticket_is_a_leads_word(office: Bed) -> None:
    assert not needs_lead(office, office.ticket("draft").no, "void", reason="无声电话")
    office.ticket("in_progress")
    assert needs_lead(office, office.ticket("draft").no, "void", reason="无声电话")
    assert not needs_lead(office, office.ticket("draft", contact_phone="").no, "void", reason="无声电话")


@pytest.mark.parametrize("status", ["draft", "accepted"])
def test_4_what_is_outside_its_scope_is_rejected_with_a_reason(office: Bed, status: str) -> None:
    no = office.ticket(status).no
    for ground in ("", "because"):
        assert wrong_field(office, no, "reject", ground=ground, reason="请向人民法院起诉") == "ground"
    assert office.make(no, "reject", ground="court").status == "rejected"
    dispatched = office.ticket("dispatched").no
    with pytest.raises(MoveRefused):
        office.make(dispatched, "reject")


@pytest.mark.parametrize(
    ("type_", "is_leads"),
    [
        ("enquiry", False),
        ("suggestion", False),
        ("praise", False),
        ("complaint", True),
        ("help", True),
        ("report", True),
    ],
)
def test_5_only_questions_suggestions_and_praise_are_answered_at_once(office: Bed, type_: str, is_leads: bool) -> None:
    no = office.ticket("accepted", type=type_).no
    assert wrong_field(office, no, "answer", text="") == "text"
    assert needs_lead(office, no, "answer", text="请带身份证到服务大厅办理。") is is_leads


# --- 6 to 8: out it goes ---


def test_6_it_goes_to_a_department_that_works(office: Bed) -> None:
    no = office.ticket("accepted").no
    for wrong in (None, 999):
        assert wrong_field(office, no, "dispatch", department_id=wrong) == "department_id"
    assert wrong_field(office, no, "dispatch", co_department_ids=(999,)) == "co_department_ids"
    row = office.make(no, "dispatch", co_department_ids=(office.water.id, office.city.id, office.water.id))
    tasks = office.store.rows("SELECT role, department_id, state, sign_due_at, due_at FROM assignment ORDER BY id")
    assert [(task["role"], task["department_id"]) for task in tasks] == [
        ("lead", office.city.id),
        ("co", office.water.id),
    ]
    assert {(task["state"], task["sign_due_at"]) for task in tasks} == {("sent", "2026-11-23T07:00:00.000Z")}
    assert len({task["due_at"] for task in tasks}) == 1
    assert row.department == office.city
    assert office.told[-1].co_department_ids == (office.water.id, office.city.id, office.water.id)


def test_7_8_whose_duty_it_is_is_asked_and_decided_with_minutes(office: Bed) -> None:
    no = office.ticket("accepted").no
    assert wrong_field(office, no, "confer", reason="") == "reason"
    row = office.make(no, "confer", co_department_ids=(office.city.id, office.water.id))
    assert (row.status, row.department, row.stage_due_at is not None) == ("consult", None, True)
    assert office.told[-1].co_department_ids == (office.city.id, office.water.id)
    assert wrong_field(office, no, "decide", text="") == "text"
    assert wrong_field(office, no, "decide", department_id=None) == "department_id"
    assert needs_lead(office, no, "decide", department_id=office.water.id, text="会商纪要：由自来水公司办理。")
    assert office.tickets.row(no).department == office.water


def rule(office: Bed, **what: Any) -> Rule:
    given = {"category": "", "class_key": "", "town": "", "keyword": "", "lead_id": office.city.id, "co_ids": ()}
    row = Rule(id=0, **{**given, **what}, basis="三定方案", source="table", valid_from_on="")
    return replace(row, id=office.routing.put(row, office.wang))


def test_7_what_the_table_knows_is_sent_there_unless_two_departments_are_named(office: Bed) -> None:
    no = office.ticket("accepted").no
    lamp = rule(office, category="lamp")
    for named in ((), (office.water.id,), (office.water.id, office.water.id)):
        assert wrong_field(office, no, "confer", co_department_ids=named) == "co_department_ids"
    with pytest.raises(FieldWrong, match=r"names 城管局 for this: send it there.*at least 2\."):
        office.make(no, "confer")
    assert office.make(no, "confer", co_department_ids=(office.city.id, office.water.id)).status == "consult"
    office.routing.end(lamp.id, office.wang)
    assert office.make(office.ticket("accepted").no, "confer").status == "consult"


@pytest.mark.parametrize(
    ("what", "is_known"),
    [
        ({"category": "lamp"}, True),
        ({"category": "noise"}, False),
        ({"class_key": "city"}, True),
        ({"class_key": "land"}, False),
        ({"category": "lamp", "town": "LX"}, False),  # of another town
        ({"category": "lamp", "keyword": "路灯"}, True),
        ({"category": "lamp", "keyword": "塌陷"}, False),
        ({"category": "lamp", "lead_id": None}, False),  # the township's, and no town is known
        ({"category": "lamp", "valid_from_on": "2099-01-01"}, False),
    ],
)
def test_7_a_rule_counts_where_it_speaks_of_this_matter(office: Bed, what: dict[str, Any], is_known: bool) -> None:
    made = rule(office, **{name: value for name, value in what.items() if name not in {"town", "valid_from_on"}})
    with office.store.transaction() as tx:
        columns = (what.get("town", ""), what.get("valid_from_on", ""), made.id)
        tx.execute("UPDATE routing_rule SET town = ?, valid_from_on = ? WHERE id = ?", columns)
    no = office.ticket("accepted").no
    refused = office.tickets.problem(no, "confer", actor=Actor.LEAD, actor_id=office.wang.id, reason="不清楚")
    assert isinstance(refused, FieldWrong) is is_known


def test_7_a_rule_of_a_department_that_is_gone_names_nobody(office: Bed) -> None:
    power = office.departments.add("GD", "供电公司", "Power", "utility")
    rule(office, category="lamp", lead_id=power.id)
    office.departments.disable(power.id, office.wang)
    assert office.make(office.ticket("accepted").no, "confer").status == "consult"


def test_7_the_first_return_asks_between_two_and_the_second_always_leads_to_a_consultation(office: Bed) -> None:
    rule(office, category="lamp")
    no = office.ticket("return_review").no
    assert wrong_field(office, no, "confer", reason="退回") == "co_department_ids"
    office.make(no, "approve_return")
    office.make(no, "dispatch", department_id=office.water.id)
    office.make(no, "return", Actor.UNIT, handler_id=office.he.id)
    assert office.make(no, "confer", reason="两次退回").status == "consult"


# --- 9: sign ---


def test_9_each_department_signs_its_own_part(office: Bed) -> None:
    no = office.ticket("accepted").no
    office.make(no, "dispatch", co_department_ids=(office.water.id,))
    office.make(no, "sign", Actor.UNIT, handler_id=office.he.id)  # the co-department: its own part alone
    assert office.tickets.row(no).status == "dispatched"
    tasks = {row["role"]: row for row in office.store.rows("SELECT * FROM assignment")}
    assert (tasks["co"]["state"], tasks["lead"]["state"]) == ("signed", "sent")
    assert office.make(no, "sign", Actor.UNIT).status == "in_progress"
    other = office.ticket("dispatched").no
    with pytest.raises(NotAllowed):
        office.make(other, "sign", Actor.UNIT, handler_id=office.he.id)
    with pytest.raises(NotAllowed):
        office.make(no, "co_sign", Actor.UNIT, handler_id=office.chen.id)
    assert wrong_field(office, no, "co_sign", department_id=office.city.id) == "department_id"
    assert wrong_field(office, no, "co_sign", department_id=None) == "department_id"


# --- 10, 11: returns ---


def test_10_a_return_has_its_time_and_later_it_is_a_leads_word(office: Bed) -> None:
    in_time, late = office.ticket("dispatched").no, office.ticket("dispatched").no
    office.pass_time(hours=24 + 8)  # Tuesday 17:00, half an hour before the limit
    assert office.make(in_time, "return", Actor.UNIT).status == "return_review"
    office.pass_time(hours=1)
    assert wrong_field(office, late, "return", Actor.UNIT) == "reason"
    arrived = local(2026, 11, 24, 17, 0)
    assert office.tickets.problem(
        late, "return", actor=Actor.LEAD, actor_id=office.wang.id, reason="x", happened_at=arrived
    ) is None  # fmt: skip
    assert needs_lead(office, late, "return", reason="盖章的退单今天才送到")


def test_10_a_paper_return_that_arrived_in_time_may_be_entered_late(office: Bed) -> None:
    no = office.ticket("dispatched").no
    office.pass_time(days=3)
    assert not needs_lead(office, no, "return", reason="非本单位职责", happened_at=local(2026, 11, 24, 9, 0))
    written = office.store.row("SELECT * FROM ticket_move ORDER BY id DESC LIMIT 1")
    assert written is not None
    assert (written["for_unit"], written["happened_at"]) == (1, "2026-11-24T01:00:00.000Z")


def test_11_a_return_is_granted_or_refused_with_a_reason(office: Bed) -> None:
    granted, refused = office.ticket("return_review").no, office.ticket("return_review").no
    row = office.make(granted, "approve_return")
    assert (row.status, row.department, row.due_at) == ("accepted", None, None)
    assert wrong_field(office, refused, "refuse_return", reason="") == "reason"
    due_at = office.tickets.row(refused).due_at
    row = office.make(refused, "refuse_return", reason="三定方案第二条")
    assert (row.status, row.department, row.due_at) == ("dispatched", office.city, due_at)


def test_11_after_two_returns_it_is_settled_in_a_consultation_by_a_lead(office: Bed) -> None:
    no = office.ticket("return_review").no
    office.make(no, "approve_return")
    office.make(no, "dispatch", department_id=office.water.id)
    office.make(no, "return", Actor.UNIT, handler_id=office.he.id)
    for move in ("approve_return", "refuse_return"):
        assert wrong_field(office, no, move) == "reason"
    offers = office.tickets.offered(no, office.li)
    assert offers[0].move.key == "confer"
    assert offers[0].needs_lead
    assert not {"approve_return", "refuse_return"} & {offer.move.key for offer in offers}
    assert needs_lead(office, no, "confer", reason="两次退回")


# --- 12, 13: time ---


def test_12_more_time_before_the_due_time_only_once_and_not_too_much(office: Bed) -> None:
    no = office.ticket("in_progress", type="help").no  # five working days: until Monday the 30th
    assert wrong_field(office, no, "extend", days=6) == "days"
    assert office.make(no, "ask_extension", Actor.UNIT, days=3, reason="等配件").due_at == local(2026, 11, 30, 17, 30)
    assert wrong_field(office, no, "ask_extension", Actor.UNIT, days=2) == "days"  # one question at a time
    assert needs_lead(office, no, "extend", days=3, reason="等配件")
    row = office.tickets.row(no)
    assert row.due_at == local(2026, 12, 3, 17, 30)
    assert '["extended",3]' in str(column(office, no, "due_basis"))
    assert [request.state for request in office.tickets.requests_of(no)] == ["granted"]
    assert wrong_field(office, no, "extend", days=1) == "days"
    late = office.ticket("in_progress", type="help").no
    office.pass_time(days=8)
    assert wrong_field(office, late, "extend", days=1) == "days"
    assert wrong_field(office, late, "ask_extension", Actor.UNIT, days=1) == "days"


def test_12_a_wish_that_came_on_paper_in_time_may_be_entered_and_granted_after_the_due_time(office: Bed) -> None:
    no = office.ticket("in_progress", type="help").no  # until Monday the 30th, 17:30
    office.pass_time(days=7, hours=9)
    assert office.clock.now() > local(2026, 11, 30, 17, 30)
    assert "ask_extension" in {offer.move.key for offer in office.tickets.offered(no, office.li)}
    late, in_time = local(2026, 11, 30, 17, 31), local(2026, 11, 30, 16, 0)
    asked: dict[str, Any] = {"days": 2, "reason": "等配件", "for_unit": True}
    assert wrong_field(office, no, "ask_extension", **asked) == "days"
    assert wrong_field(office, no, "ask_extension", **asked, happened_at=late) == "days"
    office.make(no, "ask_extension", **asked, happened_at=in_time)
    (request,) = office.tickets.requests_of(no)
    assert request.asked_at == in_time
    office.tickets.decide(request.id, True, office.li)
    assert office.tickets.row(no).due_at == local(2026, 12, 2, 17, 30)
    (granted,) = office.tickets.requests_of(no)
    assert granted.state == "granted"


def test_12_a_lead_may_grant_in_his_own_time_what_was_asked_for_in_time(office: Bed) -> None:
    no = office.ticket("in_progress", type="help").no
    office.make(no, "ask_extension", Actor.UNIT, days=2, reason="等配件")
    office.pass_time(days=8)
    assert needs_lead(office, no, "extend", days=2, reason="等配件")
    assert office.tickets.row(no).due_at == local(2026, 12, 2, 17, 30)


def test_12_more_time_may_be_refused(office: Bed) -> None:
    no = office.ticket("in_progress").no
    office.make(no, "ask_extension", Actor.UNIT, days=3, reason="等配件")
    due_at = office.tickets.row(no).due_at
    assert needs_lead(office, no, "refuse_extension", reason="不影响办理")
    assert office.tickets.row(no).due_at == due_at
    assert [request.state for request in office.tickets.requests_of(no)] == ["refused"]


def test_13_the_clock_stands_still_in_a_pause_and_it_ends_by_itself(office: Bed) -> None:
    no = office.ticket("in_progress", type="help").no
    assert wrong_field(office, no, "pause", days=11) == "days"
    assert needs_lead(office, no, "pause", days=2, reason="等市民补材料")
    assert column(office, no, "resume_at") == "2026-11-25T09:30:00.000Z"
    office.pass_time(days=2)
    assert office.tickets.sweep(office.clock.now()) == 0  # Wednesday morning: not yet
    office.pass_time(hours=9)
    assert office.tickets.sweep(office.clock.now()) == 1
    row = office.tickets.row(no)
    # Paused from Monday 9:00 to Wednesday 17:30, which is three working days less half an hour of the first one.
    assert (row.status, row.due_at) == ("in_progress", local(2026, 12, 3, 17, 0))
    assert (column(office, no, "paused_at"), column(office, no, "resume_at")) == (None, None)
    assert office.tickets.sweep(office.clock.now()) == 0


def test_13_a_box_that_was_off_ends_the_pause_where_it_should_have_ended(office: Bed) -> None:
    no, other = (office.ticket("in_progress", type="help").no for _ in range(2))
    for each in (no, other):
        office.make(each, "pause", days=1, reason="等配件")
    office.pass_time(hours=33)
    office.tickets.sweep(office.clock.now())
    by_then = {office.tickets.row(each).due_at for each in (no, other)}
    third = office.ticket("in_progress", type="help").no
    office.make(third, "pause", days=1, reason="等配件")
    office.pass_time(days=20)
    assert office.tickets.sweep(office.clock.now()) == 1
    assert len(by_then) == 1
    assert (office.tickets.row(third).due_at or office.clock.now()) < office.clock.now() - timedelta(days=10)


def test_13_it_goes_on_earlier_when_somebody_says_so(office: Bed) -> None:
    no = office.ticket("in_progress", type="help").no
    office.make(no, "pause", days=5, reason="等市民补材料")
    office.pass_time(hours=2)
    row = office.make(no, "resume")
    assert row.due_at == local(2026, 12, 1, 10, 30)  # two hours of working time after Monday's closing


# --- 14 to 16: reply and review ---


def test_14_a_reply_waits_for_the_co_departments_or_for_a_leads_word(office: Bed) -> None:
    no = office.ticket("accepted").no
    office.make(no, "dispatch", co_department_ids=(office.water.id,))
    assert wrong_field(office, no, "reply", Actor.UNIT, text="修好了。") == "co_department_ids"
    assert wrong_field(office, no, "reply", Actor.UNIT, text="修好了。", override=True) == "co_department_ids"
    assert wrong_field(office, no, "reply", text="修好了。") == "co_department_ids"
    office.make(no, "reply", Actor.UNIT, handler_id=office.he.id, text="水管已关。")  # its own part
    assert office.tickets.row(no).status == "dispatched"
    assert office.make(no, "reply", Actor.UNIT, text="修好了。").status == "review"
    without = office.ticket("in_progress", with_co=True).no
    assert needs_lead(office, without, "reply", text="先行答复。", override=True)


def test_14_a_co_department_may_give_its_part_back_and_nobody_waits_for_it_then(office: Bed) -> None:
    no = office.ticket("in_progress", with_co=True).no
    office.make(no, "return", Actor.UNIT, handler_id=office.he.id, reason="与供水无关")
    assert office.tickets.row(no).status == "in_progress"
    assert office.make(no, "reply", Actor.UNIT, text="修好了。").status == "review"


def test_14_what_the_department_says_of_its_work_is_kept(office: Bed) -> None:
    no = office.ticket("in_progress", type="help").no
    assert wrong_field(office, no, "reply", result="perfect") == "result"
    assert wrong_field(office, no, "reply", happened_at=local(2026, 11, 23, 9, 1)) == "happened_at"
    assert wrong_field(office, no, "reply", happened_at=local(2026, 11, 20, 9, 1)) == "happened_at"
    unit = {"actor": Actor.UNIT, "happened_at": local(2026, 11, 23, 9, 0)}
    assert wrong_field(office, no, "reply", **unit) == "happened_at"  # type: ignore[arg-type]
    office.pass_time(days=10)
    arrived = local(2026, 12, 1, 9, 30)  # one day of the wall clock after it was due
    office.make(no, "reply", text="已修复。", result="solved", contacted=True, happened_at=arrived)
    task = office.store.row("SELECT * FROM assignment")
    assert task is not None
    assert (task["result"], task["contacted"], task["replied_at"]) == ("solved", 1, "2026-12-01T01:30:00.000Z")
    assert task["late_minutes"] == 16 * 60


def test_15_what_is_sent_back_needs_a_reason(office: Bed) -> None:
    no = office.ticket("review").no
    assert wrong_field(office, no, "send_back", reason="") == "reason"
    assert office.make(no, "send_back").status == "in_progress"


def test_16_nobody_approves_their_own_words_where_there_are_more_people(office: Bed) -> None:
    office.staff()
    written = office.ticket("review").no  # Li wrote the reply down
    office.set_mode("full")
    for actor, by in ((Actor.OPERATOR, office.li), (Actor.LEAD, office.li)):
        found = office.tickets.problem(written, "approve", actor=actor, actor_id=by.id)
        assert isinstance(found, NeedsLead)
    assert office.tickets.problem(written, "approve", actor=Actor.OPERATOR, actor_id=office.wang.id) is None
    theirs = office.ticket("in_progress").no
    office.make(theirs, "reply", Actor.UNIT)
    assert office.make(theirs, "approve").status == "survey"
    office.set_mode("simple")
    office.make(written, "approve")
    assert [found.no for found in office.approvals.month(office.approvals.this_month()).rows] == [written]


# --- 17 to 19 ---


def test_17_an_unhappy_citizen_is_not_closed_away_by_an_operator(office: Bed) -> None:
    happy, unhappy = office.ticket("survey").no, office.ticket("survey").no
    office.make(unhappy, "rate", Actor.CITIZEN, rating=1)
    assert not needs_lead(office, happy, "close", reason="三次未接通")
    assert needs_lead(office, unhappy, "close", reason="已解释")


def test_18_twice_done_again_is_enough(office: Bed) -> None:
    no = office.ticket("survey").no
    for count in (1, 2):
        office.make(no, "rate", Actor.CITIZEN, rating=1)
        assert office.make(no, "redo").redos == count
        office.make(no, "reply", Actor.UNIT)
        office.make(no, "approve")
    office.make(no, "rate", Actor.CITIZEN, rating=2)
    assert wrong_field(office, no, "redo") == "reason"
    assert "redo" not in {offer.move.key for offer in office.tickets.offered(no, office.li)}
    assert needs_lead(office, no, "explain", reason="已书面说明，见附件")
    assert office.tickets.row(no).status == "closed"


def test_19_supervision_is_a_flag_that_rises(office: Bed) -> None:
    no = office.ticket("in_progress").no
    assert wrong_field(office, no, "supervise", level=4) == "level"
    assert needs_lead(office, no, "supervise", reason="逾期")
    levels = [office.make(no, "supervise", Actor.SYSTEM, level=level).supervised_level for level in (None, 1, 3, None)]
    assert levels == [2, 2, 3, 3]
    assert office.tickets.row(no).status == "in_progress"


# --- 21 to 24 ---


def test_21_a_danger_is_not_withdrawn(office: Bed) -> None:
    no = office.ticket("accepted", urgency="critical").no
    for actor in (Actor.CITIZEN, Actor.OPERATOR):
        assert wrong_field(office, no, "withdraw", actor) == "reason"
    assert "withdraw" not in {offer.move.key for offer in office.tickets.offered(no, office.li)}
    assert office.make(office.ticket("accepted", urgency="urgent").no, "withdraw", Actor.CITIZEN).status == "withdrawn"


def test_22_it_is_opened_again_for_thirty_days_with_its_department_of_before(office: Bed) -> None:
    no, late = office.ticket("closed").no, office.ticket("closed").no
    answered = office.ticket("accepted", type="enquiry").no
    office.make(answered, "answer")
    office.pass_time(days=30)
    assert office.make(no, "reopen").department == office.city
    assert office.make(answered, "reopen").status == "accepted"
    office.pass_time(hours=1)
    assert wrong_field(office, late, "reopen") == "reason"
    assert "reopen" not in {offer.move.key for offer in office.tickets.offered(late, office.li)}


def test_22_a_department_that_is_gone_gets_nothing_back(office: Bed) -> None:
    no = office.ticket("closed").no
    with office.store.transaction() as tx:
        tx.execute("UPDATE department SET disabled_at = 'x'")
    made = office.tickets.make_move(no, "reopen", actor=Actor.OPERATOR, actor_id=office.li.id, reason="又不亮了")
    assert (made.status, made.department) == ("accepted", None)


def test_23_it_is_archived_after_thirty_days_without_an_open_request(office: Bed) -> None:
    no, asked, young = office.ticket("closed").no, office.ticket("closed").no, 0
    office.tickets.ask(asked, "exclusion", text="不可抗力", user_id=office.li.id)
    office.pass_time(days=29)
    young = office.ticket("closed").no
    with pytest.raises(FieldWrong):
        office.make(no, "archive", Actor.SYSTEM)
    office.pass_time(days=1)
    with pytest.raises(FieldWrong):
        office.make(asked, "archive", Actor.SYSTEM)
    assert office.tickets.sweep(office.clock.now()) == 1
    assert [office.tickets.row(each).status for each in (no, asked, young)] == ["archived", "closed", "closed"]
    assert office.tickets.offered(no, office.li) == ()


def test_23_nothing_happens_by_itself_while_nobody_knows_what_time_it_is(office: Bed) -> None:
    closed, paused = office.ticket("closed").no, office.ticket("paused").no
    office.pass_time(days=60)
    office.is_clock_ok = False
    before = office.everything()
    assert office.tickets.sweep(office.clock.now()) == 0
    assert office.everything() == before
    office.is_clock_ok = True
    assert office.tickets.sweep(office.clock.now()) == 2
    assert [office.tickets.row(no).status for no in (closed, paused)] == ["archived", "in_progress"]


@pytest.mark.parametrize("status", ["draft", "accepted", "in_progress", "survey"])
def test_24_it_is_passed_on_with_whoever_took_it(office: Bed, status: str) -> None:
    no = office.ticket(status).no
    assert wrong_field(office, no, "transfer", where=" ") == "where"
    row = office.make(no, "transfer", where="110指挥中心 王警官 20261123-0007")
    assert (row.status, row.is_open) == ("transferred", False)
    assert office.told[-1].where == "110指挥中心 王警官 20261123-0007"
    item = office.tickets.page(no, office.li).timeline[-1]
    assert (item.key, item.text) == ("transfer", "110指挥中心 王警官 20261123-0007")


# --- without a clock ---


def test_while_the_time_is_unknown_no_limit_is_moved_and_no_limit_refuses(office: Bed) -> None:
    no = office.ticket("in_progress").no
    returned = office.ticket("dispatched").no
    office.is_clock_ok = False
    office.pass_time(days=40)
    for move in ("extend", "pause", "ask_extension"):
        assert wrong_field(office, no, move, days=1) == "days"
    assert office.make(returned, "return", Actor.UNIT).status == "return_review"
    office.make(no, "reply", text="好了。", happened_at=local(2031, 1, 1, 9, 0))  # who knows
