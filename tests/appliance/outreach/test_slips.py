"""Printed slips: what stands on them, for whom, and what never does."""

from __future__ import annotations

import dataclasses

import pytest

from appliance.casework.lifecycle import Actor
from appliance.errors import NotAllowed, NotFound
from appliance.outreach.slips import DISPATCH, SUPERVISION, NoSlip, NotSupervised, Slip, Slips
from appliance.people.roles import Role
from tests.appliance.office_bed import ZHANG, Bed


@pytest.fixture
def slips(office: Bed) -> Slips:
    return Slips(office.store, office.clock, office.audit, office.tickets)


def words_of(slip: Slip) -> str:
    return repr(dataclasses.asdict(slip))


def test_a_slip_says_what_where_who_and_until_when(office: Bed, slips: Slips) -> None:
    row = office.ticket("dispatched")
    slip = slips.get(row.no, office.li)
    assert (slip.number, slip.department.code, slip.due_at) == (row.number, "CG", row.due_at)
    assert (slip.title, slip.place, slip.contact_name, slip.contact_phone) == (
        "东街路灯不亮", "城关镇东街", "张三", ZHANG,
    )  # fmt: skip
    assert (slip.privacy, slip.round, slip.earlier, slip.pressing) == ("", 1, (), None)


@pytest.mark.parametrize(
    ("place", "zh", "en"),
    [
        ("城关镇东街", "城关镇东街", "城关镇东街"),
        ("东街", "城关镇 东街", "Chengguan Town 东街"),
        ("", "城关镇", "Chengguan Town"),
    ],
)
def test_the_town_stands_on_it_once(office: Bed, slips: Slips, place: str, zh: str, en: str) -> None:
    slip = slips.get(office.ticket("dispatched").no, office.li)
    slip = dataclasses.replace(slip, place=place, town_zh="城关镇", town_en="Chengguan Town")
    assert (slip.where("zh-CN"), slip.where("en")) == (zh, en)
    nowhere = dataclasses.replace(slip, town_zh="", town_en="")
    assert nowhere.where("en") == place


@pytest.mark.parametrize(("column", "privacy"), [("is_confidential", "confidential"), ("is_anonymous", "anonymous")])
def test_a_hidden_citizen_is_nowhere_on_it(office: Bed, slips: Slips, column: str, privacy: str) -> None:
    row = office.ticket("dispatched", contact_name="钱多多", contact_phone="13712983746")
    with office.store.transaction() as tx:
        tx.execute(f"UPDATE ticket SET {column} = 1 WHERE no = ?", (row.no,))
    for who in (office.li, office.wang, office.user("unit", Role.UNIT, office.city)):
        slip = slips.get(row.no, who)
        assert slip.privacy == privacy
        assert "钱多多" not in words_of(slip)
        assert "13712983746" not in words_of(slip)


def test_a_report_that_its_citizen_signed_openly_names_him(office: Bed, slips: Slips) -> None:
    row = office.ticket("dispatched", type="report", privacy="open")
    assert slips.get(row.no, office.li).privacy == ""
    assert "张三" in words_of(slips.get(row.no, office.li))


def test_without_a_department_there_is_no_slip(office: Bed, slips: Slips) -> None:
    for status in ("draft", "accepted", "survey", "closed"):
        with pytest.raises(NoSlip):
            slips.get(office.ticket(status).no, office.li)
    with pytest.raises(NotFound):
        slips.get(999, office.li)


def test_a_department_gets_its_own_and_others_get_none(office: Bed, slips: Slips) -> None:
    row = office.ticket("dispatched")
    assert slips.get(row.no, office.user("unit", Role.UNIT, office.city)).department.code == "CG"
    other = office.user("water", Role.UNIT, office.water)
    with pytest.raises(NotFound):
        slips.get(row.no, other, department_id=office.city.id)
    for role in (Role.LEADER, Role.AUDITOR, Role.TECHNICIAN):
        with pytest.raises(NotAllowed):
            slips.get(row.no, office.user(str(role), role))


def test_a_second_round_brings_what_was_said_in_the_first(office: Bed, slips: Slips) -> None:
    row = office.ticket("review")
    office.make(row.no, "approve")
    office.make(row.no, "dissatisfied", Actor.CITIZEN, rating=1)
    office.pass_time(hours=1)
    office.make(row.no, "redo", reason="第三盏仍然不亮")
    slip = slips.get(row.no, office.li)
    assert slip.round == 2
    assert [(one.label, one.text) for one in slip.earlier] == [
        ("Reply of the department", "已修复。"),
        ("To be done again", "第三盏仍然不亮"),
    ]


def test_who_gets_it_new_reads_nothing_of_the_department_before(office: Bed, slips: Slips) -> None:
    row = office.ticket("in_progress")
    office.make(row.no, "return", reason="属于自来水公司")
    office.pass_time(minutes=5)
    office.make(row.no, "approve_return")
    office.make(row.no, "dispatch", department_id=office.water.id)
    unit = office.user("water", Role.UNIT, office.water)
    assert slips.get(row.no, unit).earlier == ()
    assert [one.text for one in slips.get(row.no, office.li).earlier] == ["属于自来水公司"]


def test_the_paper_of_supervision_says_why_on_which_level_and_how_often(office: Bed, slips: Slips) -> None:
    row = office.ticket("dispatched")
    with pytest.raises(NotSupervised):
        slips.get(row.no, office.li, form=SUPERVISION)
    with office.store.transaction() as tx:
        note = tx.insert("ticket_note", ticket_id=row.id, at="2026-11-23T04:00:00.000Z", kind="reason")
        tx.insert("note_words", note_id=note, text="县长批示")
        tx.insert(
            "supervision", mark="m", year=2026, no=3, ticket_id=row.id, level=2, reason="leader", note_id=note,
            opened_at="2026-11-23T04:00:00.000Z", due_at="2026-11-25T09:30:00.000Z", boot_id=office.boot_id, clock_ok=1,
        )  # fmt: skip
        for number, at in enumerate(("2026-11-24T01:00:00.000Z", "2026-11-25T01:00:00.000Z") * 2):
            tx.insert(
                "outbox", idem_key=f"r{number}", purpose="reminder", rank=50, ticket_id=row.id, state="sent",
                created_at=at, not_before_at=at, boot_id=office.boot_id, clock_ok=1,
            )  # fmt: skip
    pressing = slips.get(row.no, office.li, form=SUPERVISION).pressing
    assert pressing is not None
    assert (pressing.year, pressing.no, pressing.level, pressing.reason) == (2026, 3, 2, "leader")
    assert pressing.words == "县长批示"
    with office.store.transaction() as tx:
        tx.execute("UPDATE supervision SET reason = 'late'")
    again = slips.get(row.no, office.li, form=SUPERVISION).pressing
    assert again is not None
    assert again.words == "", "what the box found is said once, in the language of the paper"
    assert len(pressing.reminded_at) == 2
    assert slips.get(row.no, office.li, form=DISPATCH).pressing is None


def test_drawing_one_is_in_the_audit(office: Bed, slips: Slips) -> None:
    row = office.ticket("dispatched")
    slips.get(row.no, office.li)
    found = office.store.row("SELECT user_id, entity_id FROM audit WHERE action = 'slip_dispatch'")
    assert found is not None
    assert tuple(found) == (office.li.id, row.id)


def test_handed_over_the_task_goes_by_paper_and_the_mark_is_ticked_off(office: Bed, slips: Slips) -> None:
    row = office.ticket("dispatched")
    at = "2026-11-23T01:00:00.000Z"
    with office.store.transaction() as tx:
        tx.insert("reminder", mark="x:by_hand", kind="tell_unit", ticket_id=row.id, due_at=at, raised_at=at)
        tx.insert("reminder", mark="y", kind="due_soon", ticket_id=row.id, due_at=at, raised_at=at)
    for _ in range(2):
        slips.handed_over(row.no, office.li, token="one form")
    (task,) = office.store.rows("SELECT channel FROM assignment")
    assert task["channel"] == "paper"
    open_ones = office.store.rows("SELECT kind FROM reminder WHERE acked_at IS NULL")
    assert [one["kind"] for one in open_ones] == ["due_soon"]
    assert len(office.store.rows("SELECT 1 FROM ticket_note WHERE kind = 'slip'")) == 1
    with pytest.raises(NotAllowed):
        slips.handed_over(row.no, office.user("unit", Role.UNIT, office.city))
