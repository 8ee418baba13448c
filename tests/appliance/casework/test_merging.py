"""Tickets about one event: joined, answered together, parted again."""

from __future__ import annotations

from typing import Any

import pytest

from appliance.casework.lifecycle import Actor
from appliance.errors import FieldWrong, NeedsLead
from tests.appliance.office_bed import Bed


def sms(office: Bed, number: int, **values: Any) -> int:
    """One of many messages about the same event."""
    return office.ticket("accepted", contact_phone=f"1380000{number:04d}", **values).no


def states(office: Bed, *numbers: int) -> list[str]:
    return [office.tickets.row(no).status for no in numbers]


def wrong(office: Bed, no: int, other_no: int) -> str:
    office.staff()
    before = office.everything()
    with pytest.raises(FieldWrong) as found:
        office.make(no, "merge", other_no=other_no)
    assert office.everything() == before
    assert found.value.field == "other_no"
    return str(found.value)


def test_every_citizen_of_one_event_hears_the_answer(office: Bed) -> None:
    parent, first, second = (sms(office, number) for number in (1, 2, 3))
    for child in (first, second):
        row = office.make(child, "merge", other_no=parent)
        assert (row.status, row.is_open, row.parent_no) == ("merged", False, parent)
        assert office.told[-1].other_no == parent
    for move in ("dispatch", "sign", "reply"):
        office.make(parent, move)
    told = len(office.told)
    office.make(parent, "approve", text="三盏灯都修好了。")
    heard = [(made.no, made.move, made.text) for made in office.told[told:]]
    assert heard == [
        (parent, "approve", "三盏灯都修好了。"),
        (first, "parent_answered", "三盏灯都修好了。"),
        (second, "parent_answered", "三盏灯都修好了。"),
    ]
    assert len({made.citizen_id for made in office.told[told:]}) == 3
    assert states(office, parent, first, second) == ["survey", "merged", "merged"]
    assert "三盏灯都修好了。" in [item.text for item in office.tickets.page(first, office.li).timeline]


@pytest.mark.parametrize(
    ("move", "given"),
    [("reject", {"reason": "请向法院起诉"}), ("answer", {"text": "已在修"}), ("transfer", {"where": "省平台 8-001"})],
)
def test_they_also_hear_of_other_ends(office: Bed, move: str, given: dict[str, Any]) -> None:
    parent, child = sms(office, 1), sms(office, 2)
    office.make(child, "merge", other_no=parent)
    office.make(parent, move, **given)
    assert (office.told[-1].no, office.told[-1].move) == (child, "parent_answered")
    assert office.told[-1].text == next(iter(given.values()))


def test_who_withdraws_takes_nobody_elses_matter_along(office: Bed) -> None:
    parent, child, draft = sms(office, 1), sms(office, 2), office.ticket("draft", contact_phone="13800000003").no
    for each in (child, draft):
        office.make(each, "merge", other_no=parent)
    office.pass_time(days=20)  # long after anybody could part them by hand
    office.make(parent, "withdraw", Actor.CITIZEN, reason="已解决")
    assert states(office, parent, child, draft) == ["withdrawn", "accepted", "draft"]
    assert [office.tickets.row(no).parent_no for no in (child, draft)] == [None, None]


def test_what_cannot_be_joined_is_told_with_the_reason(office: Bed) -> None:
    parent, child = sms(office, 1), sms(office, 2)
    assert "itself" in wrong(office, child, child)
    assert "no such ticket" in wrong(office, child, 999)
    merged = sms(office, 3)
    office.make(merged, "merge", other_no=parent)
    assert "000001" in wrong(office, child, merged)
    closed = office.ticket("closed").no
    assert "finished" in wrong(office, child, closed)
    assert "class" in wrong(office, sms(office, 4, category="water"), parent)
    assert office.make(sms(office, 5, category="manhole"), "merge", other_no=parent).status == "merged"  # one class


def test_a_ticket_that_another_department_has_is_joined_by_a_lead(office: Bed) -> None:
    parent = sms(office, 1)
    theirs, ours, nobodys = (sms(office, number) for number in (2, 3, 4))
    office.make(parent, "dispatch")
    office.make(theirs, "dispatch", department_id=office.water.id)
    office.make(ours, "dispatch")
    office.staff()
    office.set_mode("full")

    def asks(no: int) -> bool:
        found = office.tickets.problem(no, "merge", actor=Actor.OPERATOR, actor_id=office.li.id, other_no=parent)
        return isinstance(found, NeedsLead)

    assert [asks(no) for no in (theirs, ours, nobodys)] == [True, False, False]
    office.make(theirs, "merge", Actor.LEAD, other_no=parent)
    tasks = office.store.rows("SELECT state FROM assignment WHERE ticket_id = ?", (office.tickets.row(theirs).id,))
    assert [task["state"] for task in tasks] == ["withdrawn"]


def test_a_parent_that_is_joined_itself_takes_its_children_along(office: Bed) -> None:
    grandparent, parent, child = (sms(office, number) for number in (1, 2, 3))
    office.make(child, "merge", other_no=parent)
    office.make(parent, "merge", other_no=grandparent)
    assert [office.tickets.row(no).parent_no for no in (parent, child)] == [grandparent, grandparent]
    office.make(grandparent, "answer", text="全城停电，正在抢修")
    assert {made.no for made in office.told[-2:]} == {parent, child}


def test_for_seven_days_they_are_parted_again(office: Bed) -> None:
    parent, child, late = (sms(office, number) for number in (1, 2, 3))
    office.make(child, "dispatch")
    for each in (child, late):
        office.make(each, "merge", other_no=parent)
    office.pass_time(days=7)
    row = office.make(child, "unmerge")
    assert (row.status, row.is_open, row.department, row.due_at, row.parent_no) == ("accepted", True, None, None, None)
    office.pass_time(minutes=1)
    with pytest.raises(FieldWrong) as found:
        office.make(late, "unmerge")
    assert found.value.field == "reason"
    office.make(parent, "answer", text="好了")
    assert office.told[-1].no == late
    again = office.make(child, "merge", other_no=sms(office, 4))
    assert again.status == "merged"


def test_a_join_without_its_row_is_not_parted(office: Bed) -> None:
    no = office.ticket("merged").no
    with office.store.transaction() as tx:
        tx.execute("DELETE FROM ticket_merge")
    with pytest.raises(FieldWrong):
        office.make(no, "unmerge")
