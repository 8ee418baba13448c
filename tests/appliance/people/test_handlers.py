from __future__ import annotations

import pytest

from appliance.errors import FieldWrong, NotFound
from appliance.people.handlers import Duties
from tests.appliance.office_bed import HOURS, Bed, local


def test_a_handler_may_do_everything_until_something_else_is_set(office: Bed) -> None:
    assert office.chen.may == {"sign", "reply", "return"}
    changed = office.departments.set_duties(office.chen.id, Duties(may=("sign",), rank=3), office.wang)
    assert (changed.may, changed.rank) == (frozenset({"sign"}), 3)
    assert office.departments.handler(changed.id) == changed


def test_a_leader_who_handles_nothing_is_no_handler_and_is_found_as_leader(office: Bed) -> None:
    boss = office.departments.add_handler(office.city.id, "局长", "13900000009", office.wang)
    boss = office.departments.set_duties(boss.id, Duties(may=(), is_leader=True), office.wang)
    chen = office.chen
    assert office.departments.handlers(office.city.id) == (chen,)
    assert office.departments.people(office.city.id) == (boss, chen)
    assert office.departments.leader(office.city.id) == boss
    assert office.departments.leader(office.water.id) is None
    assert office.departments.handler_by_number("13900000009") == boss


def test_who_has_the_lower_number_is_told_first(office: Bed) -> None:
    lin = office.departments.add_handler(office.city.id, "林", "13900000003")
    office.departments.set_duties(office.chen.id, Duties(rank=2))
    assert [person.name for person in office.departments.handlers(office.city.id)] == ["林", "陈"]
    assert lin.rank == 0


def test_off_duty_the_one_who_stands_in_is_reached_once(office: Bed) -> None:
    lin = office.departments.add_handler(office.city.id, "林", "13900000003")
    office.departments.set_duties(office.chen.id, Duties(hours="mon-fri 08:30-12:00", backup_id=lin.id))
    chen = office.departments.handler(office.chen.id)
    reached = lambda *when: office.departments.on_duty(office.city.id, local(*when), HOURS)  # noqa: E731
    assert set(reached(2026, 11, 23, 9, 0)) == {chen, lin}
    assert reached(2026, 11, 23, 15, 0) == (lin,)


def test_whom_nobody_stands_in_for_is_reached_all_the_same(office: Bed) -> None:
    lin = office.departments.add_handler(office.city.id, "林", "13900000003")
    office.departments.set_duties(office.chen.id, Duties(hours="mon 08:30-12:00", backup_id=lin.id))
    office.departments.set_duties(lin.id, Duties(hours="mon 08:30-12:00", backup_id=office.chen.id))
    names = {person.name for person in office.departments.on_duty(office.city.id, local(2026, 11, 24, 9, 0), HOURS)}
    assert names == {"陈", "林"}


@pytest.mark.parametrize(
    ("field", "duties"),
    [
        ("may", Duties(may=("sign", "close"))),
        ("rank", Duties(rank=100)),
        ("handler_hours", Duties(hours="whenever")),
        ("backup_id", Duties(backup_id=999)),
    ],
)
def test_duties_nobody_can_have_are_refused_and_change_nothing(office: Bed, field: str, duties: Duties) -> None:
    chen = office.chen
    with pytest.raises(FieldWrong) as wrong:
        office.departments.set_duties(chen.id, duties)
    assert wrong.value.field == field
    assert office.departments.handler(chen.id) == chen


def test_nobody_stands_in_for_himself_or_for_another_department(office: Bed) -> None:
    he = office.departments.add_handler(office.water.id, "何", "13900000005")
    for backup in (he.id, office.chen.id):
        with pytest.raises(FieldWrong, match="Somebody else"):
            office.departments.set_duties(office.chen.id, Duties(backup_id=backup))


def test_the_same_duties_again_are_no_change(office: Bed) -> None:
    office.departments.set_duties(office.chen.id, Duties(rank=1))
    before = office.audit.head().seq
    office.departments.set_duties(office.chen.id, Duties(rank=1))
    assert office.audit.head().seq == before


def test_a_name_no_screen_can_hold_is_refused(office: Bed) -> None:
    with pytest.raises(FieldWrong) as wrong:
        office.departments.add_handler(office.city.id, "长" * 31, "13900000003")
    assert wrong.value.field == "handler"
    with pytest.raises(NotFound):
        office.departments.set_duties(999, Duties())
