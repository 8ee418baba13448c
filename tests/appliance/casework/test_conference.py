from __future__ import annotations

import pytest

from appliance.casework.conference import Conferences
from appliance.errors import FieldWrong, NotAllowed, NotFound
from appliance.people.departments import Department
from appliance.people.roles import Role
from tests.appliance.office_bed import Bed


@pytest.fixture
def conferences(office: Bed) -> Conferences:
    return office.dispatch.conferences


def lit(office: Bed) -> int:
    """A ticket whose duty is unclear, in consultation."""
    row = office.ticket("accepted")
    office.make(row.no, "confer", co_department_ids=(office.city.id, office.water.id), reason="两家都说不归自己管")
    return row.no


def decide(office: Bed, no: int, unit: Department, co: tuple[int, ...] = ()) -> None:
    office.tickets.move(
        no, "decide", office.wang, version=office.tickets.row(no).version, department_id=unit.id, co_department_ids=co,
        text="会商纪要：由该单位牵头。",
    )  # fmt: skip


def test_asking_whose_duty_it_is_opens_a_consultation_with_who_is_asked(office: Bed, conferences: Conferences) -> None:
    no = lit(office)
    [conference] = conferences.open(office.li)
    assert (conference.ticket.no, conference.state, conference.reason) == (no, "open", "两家都说不归自己管")
    assert {each.department.id for each in conference.opinions} == {office.city.id, office.water.id}
    assert conference.awaited == 2
    assert conferences.of_ticket(no, office.li) == (conference,)


def test_more_may_be_asked_and_nobody_twice(office: Bed, conferences: Conferences) -> None:
    no = lit(office)
    power = office.departments.add("GD", "供电公司", "Power", "utility")
    conferences.ask(no, (power.id, office.city.id), office.li)
    [conference] = conferences.open(office.li)
    assert [each.department.code for each in conference.opinions].count("CG") == 1
    assert conference.awaited == 3
    with pytest.raises(FieldWrong, match="no such department"):
        conferences.ask(no, (999,), office.li)
    many = tuple(office.departments.add(f"U{each}", f"单位{each}", "", "bureau").id for each in range(6))
    with pytest.raises(FieldWrong, match="At most 8"):
        conferences.ask(no, many, office.li)
    assert len(conferences.open(office.li)[0].opinions) == 3


def test_what_a_department_says_is_written_down_and_may_be_said_anew(office: Bed, conferences: Conferences) -> None:
    no = lit(office)
    conferences.opinions.write_down(no, office.city.id, "not_ours", "灯杆属供电公司", office.li)
    conferences.opinions.write_down(no, office.city.id, "shared", "", office.li)
    [conference] = conferences.open(office.li)
    city = next(each for each in conference.opinions if each.department == office.city)
    assert (city.opinion, city.words) == ("shared", "")
    assert conference.awaited == 1
    notes = [item.text for item in office.tickets.page(no, office.li).timeline if item.key == "opinion"]
    assert sorted(notes) == ["城管局", "城管局: 灯杆属供电公司"]


def test_an_opinion_of_nobody_asked_or_of_no_known_kind_changes_nothing(office: Bed, conferences: Conferences) -> None:
    no = lit(office)
    power = office.departments.add("GD", "供电公司", "Power", "utility")
    before = office.everything()
    with pytest.raises(NotFound):
        conferences.opinions.write_down(no, power.id, "ours", "", office.li)
    with pytest.raises(FieldWrong):
        conferences.opinions.write_down(no, office.city.id, "perhaps", "", office.li)
    assert office.everything() == before


def test_the_decision_ends_it_and_teaches_the_table_once_accepted(office: Bed, conferences: Conferences) -> None:
    no = lit(office)
    assert office.routing.suggest("lamp", "", "路灯", None) == ()
    decide(office, no, office.water, (office.city.id,))
    assert conferences.open(office.li) == ()
    [conference] = conferences.latest(office.li)
    assert (conference.state, conference.lead, conference.minutes) == (
        "decided",
        office.water,
        "会商纪要：由该单位牵头。",
    )
    rule = conference.proposed_rule
    assert rule is not None
    assert (rule.category, rule.lead_id, rule.co_ids, rule.basis) == ("lamp", office.water.id, (office.city.id,), "")
    assert office.routing.suggest("lamp", "", "路灯", None) == ()
    office.routing.accept(rule.id, office.wang)
    [first] = office.routing.suggest("lamp", "", "路灯", None)
    assert (first.department, first.co, first.reasons[0].kind) == (office.water, (office.city,), "conference")
    assert conferences.latest(office.li)[0].proposed_rule is None


def test_what_the_table_says_already_is_not_proposed_again(office: Bed, conferences: Conferences) -> None:
    decide(office, lit(office), office.water)
    [rule] = office.routing.rules("proposed")
    office.routing.accept(rule.id, office.wang)
    decide(office, lit(office), office.water)
    assert office.routing.rules("proposed") == ()
    decide(office, lit(office), office.city)
    [other] = office.routing.rules("proposed")
    assert other.lead_id == office.city.id


def test_a_matter_of_no_kind_teaches_nothing(office: Bed) -> None:
    row = office.ticket("accepted", category="other")
    office.make(row.no, "confer", reason="不清楚")
    decide(office, row.no, office.water)
    assert office.routing.rules("proposed") == ()


def test_a_ticket_that_goes_another_way_drops_its_consultation(office: Bed, conferences: Conferences) -> None:
    no = lit(office)
    office.make(no, "withdraw", reason="来电人撤诉")
    assert conferences.open(office.li) == ()
    [conference] = conferences.latest(office.li)
    assert (conference.state, conference.lead) == ("dropped", None)
    with pytest.raises(NotFound):
        conferences.ask(no, (office.city.id,), office.li)


def test_only_the_desk_takes_part(office: Bed, conferences: Conferences) -> None:
    no = lit(office)
    unit, leader = office.user("unit", Role.UNIT, office.city), office.user("chief", Role.LEADER)
    for who in (unit, leader):
        for deed in (
            lambda who=who: conferences.open(who),
            lambda who=who: conferences.ask(no, (office.city.id,), who),
            lambda who=who: conferences.opinions.write_down(no, office.city.id, "ours", "", who),
        ):
            with pytest.raises(NotAllowed):
                deed()


def test_whom_one_might_ask_is_suggested(office: Bed, conferences: Conferences) -> None:
    row = office.ticket("dispatched")
    office.make(row.no, "take_back")
    office.make(row.no, "confer", reason="退回")
    [first] = conferences.suggestions(row.no, office.li)
    assert first.department == office.city
