"""Every row of the lifecycle table made on a real database: what it changes, and that a refused one changes nothing."""

from __future__ import annotations

import pytest

from appliance.casework import lifecycle
from appliance.casework.lifecycle import MOVES, STATUSES, Actor, MoveRefused
from appliance.casework.moves import EFFECTS
from appliance.casework.views import TicketRow
from appliance.errors import FieldWrong, NotAllowed, NotFound
from appliance.people.roles import Role
from tests.appliance.office_bed import Bed, local

STEPS = [
    (status, move.key, actor)
    for move in MOVES
    if move.key != "open"
    for status in move.from_statuses
    for actor in sorted(move.actors)
]


def only(office: Bed, table: str, no: int) -> dict[str, object]:
    """The newest row of the table that belongs to this ticket."""
    found = office.store.row(
        f"SELECT x.* FROM {table} x JOIN ticket t ON t.id = x.ticket_id WHERE t.no = ? ORDER BY x.id DESC LIMIT 1",
        (no,),
    )
    assert found is not None
    return dict(found)


def prepared(office: Bed, status: str, move: str) -> TicketRow:
    """A ticket in this status for which this move is possible, and everybody at work."""
    office.staff()
    row = office.ticket(status, with_co=move in lifecycle.CO_MOVES.values())
    if move == "archive":
        office.pass_time(days=31)
    return row


def audited(office: Bed) -> int:
    """Rows of the audit about tickets; what a move teaches others has rows of its own."""
    found = office.store.row("SELECT count(*) AS n FROM audit WHERE entity = 'ticket'")
    return int(found["n"]) if found else 0


def led_to(move: str, status: str) -> str:
    """Where the move leads with what `prepared` and the bed give it."""
    to_status = lifecycle.move(move).to_status
    return status if to_status == lifecycle.STAYS else to_status


def ticket(office: Bed, no: int) -> dict[str, object]:
    found = office.store.row("SELECT * FROM ticket WHERE no = ?", (no,))
    assert found is not None
    return dict(found)


@pytest.mark.parametrize(("status", "move", "actor"), STEPS)
def test_a_move_is_one_row_of_history_one_of_the_audit_and_one_version(
    office: Bed, status: str, move: str, actor: Actor
) -> None:
    before = prepared(office, status, move)
    more = {"other_no": office.ticket("accepted").no} if move == "merge" else {}
    heard: list[tuple[str, int]] = []
    office.store.on_commit(heard.extend)
    history, audit, told = len(office.rows("ticket_move")), audited(office), len(office.told)
    rating = 1 if move == "dissatisfied" else 5
    after = office.make(before.no, move, actor, rating=rating, **more)
    to_status = led_to(move, status)
    assert (after.status, after.version) == (to_status, before.version + 1)
    assert len(office.rows("ticket_move")) == history + 1
    assert audited(office) == audit + 1
    assert ("ticket", before.no) in heard
    written = only(office, "ticket_move", before.no)
    assert (written["move"], written["from_status"], written["to_status"]) == (move, status, to_status)
    assert (written["actor"], written["user_id"] is not None, written["handler_id"] is not None) == (
        str(actor), actor in {Actor.OPERATOR, Actor.LEAD}, actor is Actor.UNIT,
    )  # fmt: skip
    made = office.told[told]
    assert len(office.told) == told + 1
    assert (made.no, made.move, made.from_status, made.to_status) == (before.no, move, status, to_status)
    own_clock = lifecycle.status(to_status).own_clock
    assert (after.stage_due_at is not None) is (own_clock is not None)
    assert after.is_open is lifecycle.status(to_status).is_open
    assert office.audit.verify().is_whole


@pytest.mark.parametrize("status", [row.key for row in STATUSES])
def test_a_refused_move_changes_nothing_at_all(office: Bed, status: str) -> None:
    no = office.ticket(status).no
    office.staff()
    before, told = office.everything(), len(office.told)
    allowed = {(move, actor) for from_status, move, actor in STEPS if from_status == status}
    # What only a lead decides an operator of a simple office decides too.
    allowed |= {(move, Actor.OPERATOR) for move, actor in allowed if lifecycle.is_leads_alone(move)}
    other = office.other_open(no)
    before, told = office.everything(), len(office.told)
    refused = 0
    for move in (*(row.key for row in MOVES), "no_such_move"):
        for actor in Actor:
            if (move, actor) in allowed or (move == "rate" and ("rate", actor) in allowed):
                continue
            with pytest.raises(MoveRefused):
                office.make(no, move, actor, other_no=other)
            refused += 1
    assert refused > 60
    assert office.everything() == before
    assert len(office.told) == told


@pytest.mark.parametrize(("status", "move", "actor"), [step for step in STEPS if lifecycle.move(step[1]).needs])
def test_a_move_that_lacks_what_it_needs_names_the_field_and_changes_nothing(
    office: Bed, status: str, move: str, actor: Actor
) -> None:
    no = prepared(office, status, move).no
    before = office.everything()
    fields = {"department": "department_id", "ticket": "other_no"}
    for need in lifecycle.move(move).needs:
        wrong_values: tuple[object, ...] = (
            (None, 0, 6, -1)
            if need == "rating"
            else (None, 999)
            if need in {"department", "ticket"}
            else (None, 0, -1)
            if need == "days"
            else ("", " \x00\n ", "x" * 5001)
        )
        for value in wrong_values:
            with pytest.raises(FieldWrong) as wrong:
                office.make(no, move, actor, **{fields.get(need, need): value})
            assert wrong.value.field == fields.get(need, need)
    assert office.everything() == before


def test_every_move_of_the_table_has_its_effects_and_no_other() -> None:
    assert set(EFFECTS) == {move.key for move in MOVES} - {"open"}


def test_a_failure_of_whoever_is_told_takes_the_move_back(office: Bed) -> None:
    no = office.ticket("accepted").no
    office.staff()
    before = office.everything()

    def fail(tx: object, made: object) -> None:
        raise ZeroDivisionError

    office.tickets.on_move = fail
    with pytest.raises(ZeroDivisionError):
        office.make(no, "dispatch")
    assert office.everything() == before


def test_an_unknown_ticket_is_not_found(office: Bed) -> None:
    with pytest.raises(NotFound):
        office.make(999, "accept")


# --- what single moves do ---


def test_accepting_needs_a_sorted_ticket(office: Bed) -> None:
    no = office.tickets.open_draft(source="sms", content="路灯不亮")
    with pytest.raises(FieldWrong) as wrong:
        office.make(no, "accept")
    assert wrong.value.field == "type"
    office.tickets.save(no, office.form(category=""), office.tickets.row(no).version, office.li)
    with pytest.raises(FieldWrong) as wrong:
        office.make(no, "accept")
    assert wrong.value.field == "category", "nothing is taken for a category that nobody chose"
    office.tickets.save(no, office.form(category="other"), office.tickets.row(no).version, office.li)
    assert office.make(no, "accept").category == "other"


def test_dispatching_gives_the_department_its_task_and_its_limit(office: Bed) -> None:
    row = office.make(office.ticket("accepted", type="help").no, "dispatch")
    assert row.department == office.city
    assert row.due_at == local(2026, 11, 30, 17, 30)
    task = only(office, "assignment", row.no)
    assert (task["state"], task["round"], task["due_at"], task["sent_by"]) == ("sent", 1, "2026-11-30T09:30:00.000Z", 1)
    assert (
        ticket(office, row.no)["due_basis"]
        == task["due_basis"]
        == '{"preset":"default","rule":"help","from":"2026-11-23","workdays":5}'
    )
    made = office.told[-1]
    assert (made.department_id, made.assignment_id, made.due_at) == (office.city.id, task["id"], row.due_at)


def test_dispatching_may_make_it_urgent(office: Bed) -> None:
    row = office.make(office.ticket("accepted").no, "dispatch", urgency="urgent")
    assert (row.urgency, row.due_at) == ("urgent", local(2026, 11, 24, 9, 0))
    assert office.told[-1].urgency == "urgent"
    other = office.ticket("accepted").no
    with pytest.raises(FieldWrong) as wrong:
        office.make(other, "dispatch", urgency="yesterday")
    assert wrong.value.field == "urgency"


def test_signing_and_replying_are_noted_on_the_task(office: Bed) -> None:
    no = office.ticket("dispatched").no
    office.pass_time(hours=1)
    office.make(no, "sign", Actor.UNIT)
    assert only(office, "assignment", no)["signed_at"] == "2026-11-23T02:00:00.000Z"
    office.pass_time(hours=1)
    office.make(no, "reply", Actor.UNIT, text=" 路灯已修复。\x00", sms_id=None)
    task = only(office, "assignment", no)
    assert (task["state"], task["replied_at"]) == ("replied", "2026-11-23T03:00:00.000Z")
    assert office.tickets.page(no, office.li).assignment.reply == "路灯已修复。"  # type: ignore[union-attr]
    assert office.told[-1].text == "路灯已修复。"


def test_a_reply_without_signing_signs_too(office: Bed) -> None:
    no = office.ticket("dispatched").no
    office.make(no, "reply", Actor.UNIT)
    assert only(office, "assignment", no)["signed_at"] == "2026-11-23T01:00:00.000Z"


def test_a_ticket_taken_back_belongs_to_nobody_and_says_from_whom(office: Bed) -> None:
    row = office.make(office.ticket("in_progress").no, "take_back", reason="非本单位职责")
    assert (row.department, row.due_at, row.status) == (None, None, "accepted")
    assert only(office, "assignment", row.no)["state"] == "returned"
    made = office.told[-1]
    assert (made.department_id, made.reason) == (office.city.id, "非本单位职责")
    again = office.make(row.no, "dispatch", department_id=office.water.id)
    assert again.department == office.water


def test_approving_ends_the_task_asks_for_a_rating_and_hands_on_the_reply(office: Bed) -> None:
    no = office.ticket("review").no
    office.make(no, "approve", text="")
    assert only(office, "assignment", no)["state"] == "approved"
    assert only(office, "assignment", no)["ended_at"] is not None
    assert ticket(office, no)["rating_asked_at"] == "2026-11-23T01:00:00.000Z"
    assert office.told[-1].text == "已修复。"


def test_the_operators_own_wording_goes_to_the_citizen(office: Bed) -> None:
    no = office.ticket("review").no
    office.make(no, "approve", text="路灯昨天已经修好，感谢您的反映。")
    assert office.told[-1].text == "路灯昨天已经修好，感谢您的反映。"


def test_sent_back_in_time_the_round_stays_and_late_it_is_a_new_one(office: Bed) -> None:
    in_time = office.make(office.ticket("review").no, "send_back")
    assert (in_time.round, only(office, "assignment", in_time.no)["state"]) == (1, "signed")
    late = office.ticket("review").no
    office.pass_time(days=30)
    assert office.make(late, "send_back").round == 2


@pytest.mark.parametrize("rating", [3, 4, 5])
@pytest.mark.parametrize("actor", [Actor.CITIZEN, Actor.OPERATOR])
def test_a_rating_from_three_on_closes(office: Bed, rating: int, actor: Actor) -> None:
    row = office.make(office.ticket("survey").no, "rate", actor, rating=rating)
    assert (row.status, row.rating, row.proposal) == ("closed", rating, "")
    assert ticket(office, row.no)["close_reason"] == "rate"


@pytest.mark.parametrize("rating", [1, 2])
@pytest.mark.parametrize("actor", [Actor.CITIZEN, Actor.OPERATOR])
def test_an_unhappy_rating_closes_nothing_and_asks_the_desk_to_decide(office: Bed, rating: int, actor: Actor) -> None:
    row = office.make(office.ticket("survey").no, "rate", actor, rating=rating)
    assert (row.status, row.rating, row.proposal, row.is_open) == ("survey", rating, "redo", True)
    assert [queued.no for queued in office.tickets.queue(office.li)] == [row.no]
    item = office.tickets.page(row.no, office.li).timeline[-1]
    assert (item.key, item.rating) == ("dissatisfied", rating)
    assert office.told[-1].move == "dissatisfied"


def test_after_an_unhappy_rating_the_operator_has_it_done_again(office: Bed) -> None:
    no = office.ticket("survey").no
    office.make(no, "rate", Actor.CITIZEN, rating=1)
    office.pass_time(days=1)
    row = office.make(no, "redo", reason="路灯仍不亮")
    assert (row.status, row.round, row.rating, row.proposal) == ("in_progress", 2, None, "")
    assert row.due_at == local(2026, 12, 8, 17, 30)  # ten working days from Tuesday on
    task = only(office, "assignment", no)
    assert (task["round"], task["state"], task["ended_at"]) == (2, "signed", None)
    assert (office.told[-1].department_id, office.told[-1].round) == (office.city.id, 2)
    ratings = [item.rating for item in office.tickets.page(no, office.li).timeline if item.rating]
    assert ratings == [1]  # the rating stays in the history


def test_after_an_unhappy_rating_the_operator_may_close_with_a_reason(office: Bed) -> None:
    no = office.ticket("survey").no
    office.make(no, "rate", Actor.CITIZEN, rating=2)
    row = office.make(no, "close", reason="已电话解释，市民理解")
    assert (row.status, row.rating, row.proposal) == ("closed", 2, "")


def test_a_citizen_who_mistyped_may_rate_again(office: Bed) -> None:
    no = office.ticket("survey").no
    office.make(no, "rate", Actor.CITIZEN, rating=1)
    assert office.make(no, "rate", Actor.CITIZEN, rating=5).status == "closed"


def test_opened_again_it_is_a_new_round_from_the_beginning(office: Bed) -> None:
    row = office.make(office.ticket("closed").no, "reopen")
    assert (row.status, row.round, row.is_open, row.rating, row.department) == (
        "in_progress",
        2,
        True,
        None,
        office.city,
    )
    assert row.due_at == local(2026, 12, 7, 17, 30)  # ten working days anew
    kept = ticket(office, row.no)
    assert (kept["closed_at"], kept["close_reason"]) == (None, "")
    for move in ("reply", "approve", "rate"):
        row = office.make(row.no, move)
    assert (row.status, row.round) == ("closed", 2)
    assert only(office, "assignment", row.no)["round"] == 2


def test_withdrawing_ends_the_departments_task(office: Bed) -> None:
    row = office.make(office.ticket("in_progress").no, "withdraw", reason="市民已自行解决")
    assert only(office, "assignment", row.no)["state"] == "withdrawn"
    assert row.status == "withdrawn"


def test_the_words_of_a_move_stand_in_the_history_once(office: Bed) -> None:
    no = office.ticket("in_progress").no
    office.make(no, "reply", Actor.UNIT, text="已修复。", reason="")
    office.make(no, "send_back", text="", reason="请附照片")
    texts = [
        (item.key, item.text)
        for item in office.tickets.page(no, office.li).timeline
        if item.key in {"reply", "send_back"}
    ]
    assert texts == [("reply", "已修复。"), ("send_back", "请附照片")]


def test_a_text_beside_the_reason_is_kept_too(office: Bed) -> None:
    no = office.ticket("review").no
    office.make(no, "send_back", text="附件不清楚", reason="请附照片")
    found = [(item.kind, item.key, item.text) for item in office.tickets.page(no, office.li).timeline[-2:]]
    assert sorted(found) == [("move", "send_back", "请附照片"), ("note", "note", "附件不清楚")]


# --- whose ticket it is ---


def test_a_handler_moves_tickets_of_the_own_department_only(office: Bed) -> None:
    stranger = office.departments.add_handler(office.water.id, "何", "13900000009")
    no = office.ticket("dispatched").no
    before = office.everything()
    for who in ({"handler_id": stranger.id}, {"handler_id": 999}, {"handler_id": None}):
        with pytest.raises(NotAllowed):
            office.make(no, "sign", Actor.UNIT, **who)
    assert office.everything() == before
    assert office.make(no, "sign", Actor.UNIT).status == "in_progress"


def test_a_departments_user_moves_tickets_of_the_own_department_only(office: Bed) -> None:
    ours = office.user("cheng", Role.UNIT, office.city)
    theirs = office.user("shui", Role.UNIT, office.water)
    row = office.ticket("dispatched")
    with pytest.raises(NotFound):
        office.tickets.move(row.no, "sign", theirs, version=row.version)
    with pytest.raises(NotAllowed):
        office.make(row.no, "sign", Actor.UNIT, handler_id=None, actor_id=theirs.id)
    assert office.tickets.move(row.no, "sign", ours, version=row.version).status == "in_progress"


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.TECHNICIAN])
def test_who_only_reads_moves_and_writes_nothing(office: Bed, role: Role) -> None:
    row, reader = office.ticket("accepted"), office.user(str(role), role)
    before = office.everything()
    for attempt in (
        lambda: office.tickets.move(row.no, "dispatch", reader, version=row.version, department_id=1),
        lambda: office.tickets.create(office.form(), reader),
        lambda: office.tickets.save(row.no, office.form(), row.version, reader),
        lambda: office.tickets.note(row.no, "hello", reader),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert office.everything() == before


def test_a_department_writes_no_tickets_but_may_remark_on_its_own(office: Bed) -> None:
    ours, row = office.user("cheng", Role.UNIT, office.city), office.ticket("in_progress")
    other = office.ticket("accepted")
    for attempt in (
        lambda: office.tickets.create(office.form(), ours),
        lambda: office.tickets.save(row.no, office.form(), row.version, ours),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    office.tickets.note(row.no, "正在等配件", ours)
    with pytest.raises(NotFound):
        office.tickets.note(other.no, "正在等配件", ours)
    assert office.tickets.page(row.no, office.li).timeline[-1].text == "正在等配件"
