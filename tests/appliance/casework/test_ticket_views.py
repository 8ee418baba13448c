from __future__ import annotations

from collections.abc import Iterable

import pytest

from appliance.casework.lifecycle import STAGES, STATUSES, Actor
from appliance.casework.tickets import Page, TicketRow
from appliance.errors import NotAllowed, NotFound
from appliance.people.roles import Role
from tests.appliance.office_bed import ZHANG, Bed, local

IN_HAND = ("dispatched", "in_progress", "return_review", "paused", "review")


def numbers(found: Page | Iterable[TicketRow]) -> list[int]:
    return [row.no for row in (found.rows if isinstance(found, Page) else found)]


@pytest.fixture
def full(office: Bed) -> Bed:
    """One ticket in every status, in the order of the table."""
    for status in STATUSES:
        office.ticket(status.key)
    return office


# --- lists ---


def test_the_list_is_newest_first_in_pages(office: Bed) -> None:
    made = [office.ticket("draft").no for _ in range(7)]
    first = office.tickets.rows(limit=3)
    second = office.tickets.rows(limit=3, before=first.next)
    third = office.tickets.rows(limit=3, before=second.next)
    assert numbers(first) + numbers(second) + numbers(third) == made[::-1]
    assert third.next is None
    assert office.tickets.rows(limit=7).next is None


def test_a_list_is_narrowed_by_stage_status_and_department(full: Bed) -> None:
    for stage in STAGES:
        found = full.tickets.rows(stage=stage.key).rows
        assert {row.stage for row in found} == {stage}
    assert sum(len(full.tickets.rows(stage=stage.key).rows) for stage in STAGES) == len(STATUSES)
    assert [row.status for row in full.tickets.rows(status="review").rows] == ["review"]
    assert full.tickets.rows(stage="no such stage").rows == ()
    assert {row.status for row in full.tickets.rows(department_id=full.city.id).rows} == {
        *IN_HAND, "survey", "closed", "archived",
    }  # fmt: skip
    assert numbers(full.tickets.rows(department_id=full.city.id, stage="handling")) == [7, 5, 4]
    assert full.tickets.rows(department_id=full.water.id).rows == ()


def test_narrowed_lists_have_pages_too(office: Bed) -> None:
    made = [office.ticket("dispatched").no if number % 2 else office.ticket("draft").no for number in range(8)]
    dispatched = made[1::2][::-1]
    first = office.tickets.rows(stage="handling", limit=2)
    assert numbers(first) == dispatched[:2]
    assert numbers(office.tickets.rows(stage="handling", limit=2, before=first.next)) == dispatched[2:]


def test_a_list_may_be_searched_and_narrowed_at_once(full: Bed) -> None:
    other = full.ticket("dispatched", title="西街停水", content="西街停水一天了").no
    assert numbers(full.tickets.rows(q="停水")) == [other]
    assert numbers(full.tickets.rows(q="路灯", stage="handling")) == [7, 5, 4]
    assert full.tickets.rows(q="路灯", stage="handling", department_id=full.water.id).rows == ()


@pytest.mark.parametrize("q", ["000003", "3 000003", "#3", "＃ 000 003", "0000 路灯 3"])
def test_a_ticket_is_found_by_its_number(full: Bed, q: str) -> None:
    assert 3 in numbers(full.tickets.search(q))


def test_a_search_finds_words_names_and_numbers_newest_first(office: Bed) -> None:
    first = office.ticket("accepted", contact_name="欧阳娜娜", contact_phone="+86 139 1234 5678").no
    second = office.ticket("accepted", title="停水", content="西街停水一天了", place="柳溪镇").no
    assert numbers(office.tickets.search("1391234")) == [first]
    assert numbers(office.tickets.search("欧阳")) == [first]
    assert numbers(office.tickets.search("柳溪 停水")) == [second]
    assert numbers(office.tickets.search("街")) == [second, first]
    assert numbers(office.tickets.search("街", limit=1, before=office.tickets.row(second).id)) == [first]
    assert office.tickets.search("  ").rows == ()


# --- late and soon ---


def test_what_is_late_is_listed_and_counted(office: Bed) -> None:
    office.ticket("closed")
    slow = office.ticket("dispatched", type="enquiry").no  # due Wednesday 17:30
    office.ticket("dispatched", type="report")
    office.clock.advance(hours=55)  # Wednesday 16:00
    draft = office.ticket("draft").no  # an hour to accept it
    assert office.tickets.row(slow).lateness == "soon"
    assert office.tickets.counts() == {
        "waiting": 1,
        "handling": 2,
        "review": 0,
        "survey": 0,
        "done": 1,
        "late": 0,
        "soon": 1,
    }
    office.clock.advance(hours=1, minutes=30)
    assert office.tickets.counts() | {"late": 2, "soon": 0} == office.tickets.counts()
    assert numbers(office.tickets.rows(late=True)) == [draft, slow]
    assert numbers(office.tickets.rows(late=True, stage="handling")) == [slow]
    assert numbers(office.tickets.rows(late=True, q="路灯", limit=1)) == [draft]
    assert office.tickets.row(draft).is_own_clock
    assert not office.tickets.row(slow).is_own_clock


def test_a_survey_is_not_late_for_the_department_has_answered(office: Bed) -> None:
    row = office.ticket("survey")
    office.clock.advance(hours=24 * 60)
    row = office.tickets.row(row.no)
    assert (row.lateness, row.next_due_at) == ("none", None)
    assert office.tickets.counts()["late"] == 0
    assert row.due_at == local(2026, 12, 7, 17, 30)


# --- the queue ---


def test_the_desks_queue_is_what_waits_for_the_desk_the_first_due_first(office: Bed) -> None:
    office.ticket("closed")
    office.ticket("dispatched")  # in time: the department has it
    review = office.ticket("review").no  # 8 h
    accepted = office.ticket("accepted").no  # 4 h
    draft = office.ticket("draft").no  # 1 h
    asked = office.ticket("survey").no
    assert numbers(office.tickets.queue(office.li)) == [draft, accepted, review]
    office.make(asked, "rate", Actor.CITIZEN, rating=2)
    assert numbers(office.tickets.queue(office.li)) == [draft, accepted, review, asked]


def test_a_department_that_is_nearly_late_comes_into_the_queue(office: Bed) -> None:
    no = office.ticket("in_progress", type="enquiry").no
    assert office.tickets.queue(office.li) == ()
    office.clock.advance(hours=48)
    assert [(row.no, row.lateness) for row in office.tickets.queue(office.li)] == [(no, "soon")]


def test_a_citizen_who_never_answers_comes_into_the_queue_after_a_week(office: Bed) -> None:
    no = office.ticket("survey").no
    office.clock.advance(hours=7 * 24 - 1)
    assert office.tickets.queue(office.li) == ()
    office.clock.advance(hours=1)
    assert numbers(office.tickets.queue(office.li)) == [no]


def test_a_departments_queue_is_all_it_has_in_hand(full: Bed) -> None:
    ours, theirs = full.user("cheng", Role.UNIT, full.city), full.user("shui", Role.UNIT, full.water)
    assert sorted(row.status for row in full.tickets.queue(ours)) == sorted(IN_HAND)
    assert full.tickets.queue(theirs) == ()


# --- who sees what ---


def test_a_department_sees_its_own_tickets_while_it_has_them_in_hand(full: Bed) -> None:
    ours = full.user("cheng", Role.UNIT, full.city)
    for row in full.tickets.rows().rows:
        if row.status in IN_HAND:
            assert full.tickets.page(row.no, ours).row.no == row.no
            assert full.tickets.row(row.no, ours).phone == ZHANG
        else:
            for attempt in (full.tickets.page, full.tickets.row):
                with pytest.raises(NotFound):
                    attempt(row.no, ours)
    for found in (
        full.tickets.rows(user=ours), full.tickets.search("路灯", user=ours), full.tickets.rows(q="路", user=ours),
        full.tickets.rows(department_id=full.water.id, user=ours),
    ):  # fmt: skip
        assert sorted(row.status for row in found.rows) == sorted(IN_HAND)
    assert full.tickets.rows(stage="done", user=ours).rows == ()
    assert full.tickets.rows(status="closed", q="路灯", user=ours).rows == ()
    assert numbers(full.tickets.rows(stage="review", user=ours)) == [8]
    assert full.tickets.counts(ours) == {
        "waiting": 1,
        "handling": 3,
        "review": 1,
        "survey": 0,
        "done": 0,
        "late": 0,
        "soon": 0,
    }


def test_another_department_sees_none_of_them(full: Bed) -> None:
    theirs = full.user("shui", Role.UNIT, full.water)
    assert full.tickets.rows(user=theirs).rows == full.tickets.search("路灯", user=theirs).rows == ()
    assert set(full.tickets.counts(theirs).values()) == {0}
    for row in full.tickets.rows().rows:
        with pytest.raises(NotFound):
            full.tickets.page(row.no, theirs)


def test_a_citizens_other_tickets_are_shown_as_far_as_one_may_see_them(full: Bed) -> None:
    ours = full.user("cheng", Role.UNIT, full.city)
    assert len(full.tickets.page(4, full.li).callers_other) == 10
    assert sorted(numbers(full.tickets.page(4, ours).callers_other)) == [7, 8]  # of the ten newest
    citizen_id = full.tickets.row(4).citizen_id or 0
    assert numbers(full.tickets.of_citizen(citizen_id, 2)) == [16, 15]
    assert numbers(full.tickets.of_citizen(citizen_id, user=ours)) == [8, 7, 6, 5, 4]


HEARD, SAID = "transcript", "note"


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.OPERATOR, [HEARD, SAID]),
        (Role.LEAD, [HEARD, SAID]),
        (Role.UNIT, [SAID]),
        (Role.LEADER, [SAID]),
        (Role.AUDITOR, [SAID]),
    ],
)
def test_what_a_machine_wrote_down_is_read_by_those_alone_who_may_hear_it(
    full: Bed, role: Role, kinds: list[str]
) -> None:
    full.tickets.add_note(4, HEARD, "三盏灯都不亮")
    full.tickets.note(4, "请尽快核实", full.li)
    reader = full.user("reader", role, full.city) if role is Role.UNIT else full.user("reader", role)
    items = full.tickets.page(4, reader).timeline
    assert [item.key for item in items if item.kind == "note" and item.key in (HEARD, SAID)] == kinds


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR])
def test_who_only_reads_sees_neither_names_nor_numbers(full: Bed, role: Role) -> None:
    reader = full.user(str(role), role)
    for row in (
        *full.tickets.rows(user=reader).rows, *full.tickets.search("路灯", user=reader).rows,
        full.tickets.row(1, reader), *full.tickets.page(1, reader).callers_other, *full.tickets.queue(reader),
    ):  # fmt: skip
        assert (row.phone, row.contact_name) == ("138****0001", "张**")
    page = full.tickets.page(5, reader)
    assert (page.form.contact_phone, page.form.contact_name) == ("138****0001", "张**")
    assert (page.moves, page.is_editable) == ((), False)
    assert ZHANG not in str(page)


def test_a_technician_sees_no_ticket(full: Bed) -> None:
    technician = full.user("tech", Role.TECHNICIAN)
    for attempt in (
        lambda: full.tickets.rows(user=technician),
        lambda: full.tickets.search("路灯", user=technician),
        lambda: full.tickets.row(1, technician),
        lambda: full.tickets.page(1, technician),
        lambda: full.tickets.queue(technician),
        lambda: full.tickets.counts(technician),
        lambda: full.tickets.of_citizen(1, user=technician),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_the_desk_sees_and_may_change_what_is_not_finished(full: Bed) -> None:
    for row in full.tickets.rows().rows:
        page = full.tickets.page(row.no, full.li)
        assert page.is_editable is (row.status in {"draft", "accepted", "consult", *IN_HAND})
        assert bool(page.moves) is (row.is_open or row.status in {"closed", "merged"})


def test_what_is_not_there_is_not_found(office: Bed) -> None:
    for attempt in (lambda: office.tickets.row(99), lambda: office.tickets.page(99, office.li)):
        with pytest.raises(NotFound):
            attempt()


# --- for the intake ---


def test_open_tickets_of_a_department(full: Bed) -> None:
    assert [row.status for row in full.tickets.open_of_department(full.city.id)] == [
        "review",
        "paused",
        "return_review",
        "in_progress",
        "dispatched",
    ]
    assert full.tickets.open_of_department(full.water.id) == ()


def test_a_rating_is_awaited_for_seven_days_for_the_last_ticket_asked_of(office: Bed) -> None:
    first = office.tickets.row(office.ticket("survey").no)
    citizen_id = first.citizen_id or 0
    office.clock.advance(hours=1)
    second = office.ticket("survey")
    now = office.clock.now
    assert office.tickets.rating_asked_of(citizen_id, now()).no == second.no  # type: ignore[union-attr]
    office.make(second.no, "rate", Actor.CITIZEN, rating=4)
    assert office.tickets.rating_asked_of(citizen_id, now()).no == first.no  # type: ignore[union-attr]
    office.clock.advance(hours=7 * 24 - 1)
    assert office.tickets.rating_asked_of(citizen_id, now()) is not None
    office.clock.advance(seconds=1)
    assert office.tickets.rating_asked_of(citizen_id, now()) is None


# --- the page ---


def test_the_timeline_tells_everything_in_order(office: Bed) -> None:
    no = office.ticket("dispatched").no
    office.pass_time(minutes=1)
    office.tickets.note(no, "市民催办", office.wang)
    office.pass_time(minutes=1)
    office.make(no, "sign", Actor.UNIT)
    office.pass_time(minutes=1)
    office.tickets.add_note(no, "progress", "正在等配件", handler_id=office.chen.id)
    office.pass_time(minutes=1)
    office.make(no, "reply", Actor.UNIT, text="已修复。")
    items = office.tickets.page(no, office.li).timeline
    assert [(item.kind, item.key, item.who, item.text) for item in items[2:]] == [
        ("move", "dispatch", "Li", ""),
        ("note", "note", "Wang", "市民催办"),
        ("move", "sign", "陈", ""),
        ("note", "progress", "陈", "正在等配件"),
        ("move", "reply", "陈", "已修复。"),
    ]


def test_messages_and_the_call_stand_in_the_timeline(office: Bed) -> None:
    at = "2026-11-23T00:00:00.000Z"
    base = {"boot_id": office.boot_id, "clock_ok": 1}
    with office.store.transaction() as tx:
        citizen_id = office.citizens.find_or_add(tx, ZHANG)
        tx.insert(
            "call",
            id=7,
            line="l",
            direction="in",
            citizen_id=citizen_id,
            ringing_at=at,
            ended_at=at,
            outcome="answered",
            taken_by=office.li.id,
            **base,
        )
    no = office.tickets.create(office.form(), office.li, call_id=7)
    ticket_id = office.tickets.row(no).id
    with office.store.transaction() as tx:
        tx.insert(
            "sms_in",
            id=1,
            line="l",
            identity="i",
            kind="citizen",
            received_at="2026-11-23T02:00:00.000Z",
            ticket_id=ticket_id,
            outcome="added",
        )
        tx.insert("sms_words", sms_id=1, sender=ZHANG, text="请快点")
        tx.insert(
            "sms_in",
            id=2,
            line="l",
            identity="i",
            kind="handler",
            handler_id=office.chen.id,
            received_at="2026-11-23T04:00:00.000Z",
            ticket_id=ticket_id,
        )
        tx.insert("sms_words", sms_id=2, sender="13900000002", text="1")
        tx.insert(
            "outbox",
            id=1,
            idem_key="k",
            purpose="receipt",
            rank=1,
            ticket_id=ticket_id,
            state="delivered",
            created_at=at,
            not_before_at=at,
            sent_at="2026-11-23T03:00:00.000Z",
            **base,
        )
        tx.insert("outbox_words", outbox_id=1, number=ZHANG, text="已收到")
    items = office.tickets.page(no, office.li).timeline
    assert [
        (item.kind, item.key, item.actor, item.text, item.state, item.number) for item in items if item.kind != "move"
    ] == [
        ("call", "answered", "in", "", "", ZHANG),
        ("sms_in", "citizen", "citizen", "请快点", "added", ZHANG),
        ("sms_out", "receipt", "citizen", "已收到", "delivered", ZHANG),
        ("sms_in", "handler", "handler", "1", "", "13900000002"),
    ]
    assert items[0].who == "Li"
    auditor = office.user("audrey", Role.AUDITOR)
    assert {item.number for item in office.tickets.page(no, auditor).timeline if item.kind != "move"} == {
        "138****0001",
        "139****0002",
    }


def test_what_waits_for_the_desks_word_is_named(office: Bed) -> None:
    no = office.ticket("in_progress").no
    office.tickets.add_note(no, "proposal", "非本单位职责", handler_id=office.chen.id, state="return")
    assert [(item.key, item.state, item.text) for item in office.tickets.page(no, office.li).proposals] == [
        ("proposal", "return", "非本单位职责")
    ]
    office.pass_time(minutes=1)
    office.make(no, "reply", Actor.UNIT, text="已修复。")
    assert [item.text for item in office.tickets.page(no, office.li).proposals] == ["已修复。"]
    office.make(no, "send_back", reason="请附照片")
    assert office.tickets.page(no, office.li).proposals == ()
    office.make(no, "reply", Actor.UNIT, text="已修复，附照片。")
    assert [item.text for item in office.tickets.page(no, office.li).proposals] == ["已修复，附照片。"]


def test_a_ticket_whose_words_were_erased_still_has_its_history(office: Bed) -> None:
    row = office.ticket("closed")
    with office.store.transaction() as tx:
        for table in ("ticket_words", "note_words"):
            tx.execute(f"DELETE FROM {table}")
        tx.execute("UPDATE citizen SET phone = NULL, phone_key = NULL, name = '', salt = NULL, erased_at = 'x'")
    page = office.tickets.page(row.no, office.li)
    assert (page.row.title, page.row.phone, page.form.content) == ("", "", "")
    assert [item.key for item in page.timeline] == ["open", "accept", "dispatch", "sign", "reply", "approve", "rate"]
    assert office.audit.verify().is_whole
    assert office.make(row.no, "reopen").status == "in_progress"


def test_the_small_tables_come_with_it(office: Bed) -> None:
    assert len(office.tickets.types()) == 6
    assert len(office.tickets.urgencies()) == 3
    assert {leaf.key for leaf in office.tickets.categories()} >= {"lamp", "other"}
