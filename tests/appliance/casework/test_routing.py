from __future__ import annotations

import csv
from dataclasses import replace
from importlib import resources

import pytest

from appliance.casework import categories
from appliance.casework.approvals import FULL, MODE
from appliance.casework.lifecycle import Actor
from appliance.casework.routing import Suggestion
from appliance.casework.routing_rules import Rule
from appliance.errors import FieldWrong, NotAllowed, NotFound
from appliance.people.roles import Role
from db import routing as rows
from db import settings
from tests.appliance.office_bed import Bed
from tests.db.test_plans import Explaining

ROW = Rule(0, "lamp", "", "", "", None, (), "", "table", "")


def sample(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(resources.files("appliance").joinpath(name).read_text("utf-8").splitlines()))


@pytest.fixture
def county(office: Bed) -> Bed:
    """The sample county: its places, its departments, its table."""
    office.places.import_rows(sample("sample_places.csv"))
    office.departments.import_rows(sample("sample_departments.csv"))
    office.routing.import_rows(sample("sample_routing.csv"))
    return office


def codes(found: tuple[Suggestion, ...]) -> list[str]:
    return [each.department.code for each in found]


def unit(bed: Bed, code: str) -> int:
    found = bed.departments.by_code(code)
    assert found is not None
    return found.id


def closed(bed: Bed, code: str, **words: str) -> int:
    """A ticket that this department finished."""
    no = bed.tickets.create(bed.form(**words), bed.li)
    bed.make(no, "dispatch", department_id=unit(bed, code))
    bed.make(no, "sign", Actor.OPERATOR)
    bed.make(no, "reply", Actor.OPERATOR, text="已经全部处理好了，请放心。")
    bed.make(no, "approve", Actor.LEAD)
    bed.make(no, "rate", Actor.CITIZEN, rating=5)
    return no


def test_the_sample_county_has_fifteen_units_eight_townships_and_twenty_five_handlers(county: Bed) -> None:
    units = county.departments.all()
    assert [sum(each.kind == kind for each in units) for kind in ("bureau", "utility", "township")] == [13, 2, 8]
    assert sum(len(county.departments.people(each.id)) for each in units) == 25
    [paper] = [each.code for each in units if each.wants_slip]
    assert county.departments.people(unit(county, paper)) == ()
    assert {town.code for town in county.places.towns()} == {each.code for each in units if each.kind == "township"}


def test_nearly_every_leaf_of_the_sample_county_has_somebody(county: Bed) -> None:
    without = {leaf.key for leaf in categories.categories() if not county.routing.suggest(leaf.key, "LH", "")}
    assert without == {"network", "conduct", "idea", "thanks", "counter", "other"}


@pytest.mark.parametrize(
    ("category", "town", "text", "lead", "co"),
    [
        ("lamp", "CQ", "东街路灯不亮", "CG", []),
        ("lamp", "LH", "石桥村路灯不亮", "LH", []),
        ("lamp", "", "石桥村路灯不亮", "LH", []),  # the town is in the text
        ("lamp", "CQ", "五里村村道路灯不亮", "CQ", []),  # the word "village road"
        ("village_road", "BY", "路面塌了", "BY", ["JT"]),
        ("noise", "CQ", "工地半夜施工", "ZJ", ["HB"]),
        ("noise", "CQ", "楼下音响", "HB", []),
    ],
)
def test_the_closest_row_of_the_table_leads(
    county: Bed, category: str, town: str, text: str, *, lead: str, co: list[str]
) -> None:
    first = county.routing.suggest(category, town, text)[0]
    assert first.department.code == lead
    assert [each.code for each in first.co] == co
    assert first.reasons[0].kind == "table"
    assert first.reasons[0].basis


def test_without_a_town_the_townships_duty_is_suggested_to_nobody(county: Bed) -> None:
    assert codes(county.routing.suggest("village_road", "", "路面塌了")) == []


def test_where_the_table_is_silent_experience_speaks(county: Bed) -> None:
    no = closed(county, "GA", category="counter", title="窗口排队太久", content="户籍窗口排队两个小时没人管")
    closed(county, "MZ", category="counter", title="材料退了三次", content="低保材料退了三次，每次说法不同")
    closed(county, "MZ", category="counter", title="材料又退了", content="材料又退回来了，没有说明")
    found = county.routing.suggest("counter", "", "户籍窗口排队很久")
    assert codes(found) == ["GA", "MZ"]  # more of them went elsewhere, but this text is like that one
    assert (found[0].reasons[0].kind, found[0].reasons[0].example_no) == ("similar", no)
    assert (found[1].reasons[0].count, found[1].reasons[0].of, found[1].reasons[0].example_no) == (2, 3, None)
    assert codes(county.routing.suggest("counter", "", "")) == ["MZ", "GA"]


def test_table_and_experience_agree_in_one_suggestion(county: Bed) -> None:
    closed(county, "CG")
    [only] = county.routing.suggest("lamp", "CQ", "东街路灯不亮")
    assert [reason.kind for reason in only.reasons] == ["table", "similar"]


def test_whoever_received_it_first_is_suggested_until_another_is_found(county: Bed) -> None:
    row = county.ticket("draft", category="counter")
    county.make(row.no, "accept")
    assert county.routing.suggest("counter", "", "", row.no) == ()
    county.make(row.no, "dispatch", department_id=unit(county, "MZ"))
    county.make(row.no, "take_back")
    [first] = county.routing.suggest("counter", "", "", row.no)
    assert (first.department.code, first.reasons[0].kind) == ("MZ", "first")
    assert county.routing.suggest("counter", "", "", 999999) == ()


def test_a_department_out_of_use_is_suggested_no_more(county: Bed) -> None:
    county.departments.disable(unit(county, "HB"), county.wang)
    assert "HB" not in codes(county.routing.suggest("noise", "CQ", "楼下音响"))
    assert [each.code for each in county.routing.suggest("noise", "CQ", "工地")[0].co] == []


def test_a_row_of_the_future_waits_and_the_old_one_counts_until_then(county: Bed) -> None:
    jt, gd = unit(county, "JT"), unit(county, "GD")
    county.routing.put(replace(ROW, category="bus", lead_id=jt, valid_from_on="2026-01-01"), county.wang)
    county.routing.put(replace(ROW, category="bus", lead_id=gd, valid_from_on="2026-12-01"), county.wang)
    assert codes(county.routing.suggest("bus"))[0] == "JT"
    county.pass_time(days=10)
    assert codes(county.routing.suggest("bus")) == ["GD"]


def test_a_new_row_about_the_same_ends_the_old_one_and_the_same_again_changes_nothing(county: Bed) -> None:
    count = len(county.routing.rules())
    first = county.routing.put(replace(ROW, category="gas", lead_id=unit(county, "SC"), basis="新分工"), county.wang)
    assert len(county.routing.rules()) == count
    assert {rule.category for rule in county.routing.rules("ended")} == {"gas"}
    before = county.audit.head()
    same = replace(ROW, category="gas", lead_id=unit(county, "SC"), basis=" 新分工 ")
    assert county.routing.put(same, county.wang) == first
    assert county.routing.import_rows(sample("sample_routing.csv")[:9]) == 9
    assert county.audit.head() == before


def test_a_proposed_row_counts_once_it_is_accepted(county: Bed) -> None:
    rule = replace(ROW, category="network", lead_id=unit(county, "GD"), basis="会商")
    with county.store.transaction() as tx:
        rule_id = county.routing.propose(tx, rule, county.wang.id, 1)
        other_id = county.routing.propose(tx, replace(rule, category="bus"), county.wang.id, 2)
    assert county.routing.suggest("network") == ()
    county.routing.accept(rule_id, county.wang)
    county.routing.refuse(other_id, county.wang)
    [only] = county.routing.suggest("network")
    assert (only.department.code, only.reasons[0].kind) == ("GD", "conference")
    for again in (rule_id, other_id):
        with pytest.raises(NotFound):
            county.routing.accept(again, county.wang)
    county.routing.end(rule_id, county.wang)
    assert county.routing.suggest("network") == ()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("category", "nothing"), ("class", "nothing"), ("town", "nowhere"), ("lead", ""), ("lead", "NO"),
        ("co", "CG NO"), ("basis", "长" * 201), ("keyword", "长" * 21), ("valid_from", "1.12.2026"),
    ],
)  # fmt: skip
def test_a_wrong_line_names_its_column_and_nothing_is_taken(county: Bed, column: str, value: str) -> None:
    before = county.routing.rules()
    line = {"category": "井盖", "lead": "GD", "co": "CG", "basis": "新", "valid_from": "2026-11-01"}
    assert county.routing.import_rows([line]) == 1
    if column == "class":
        line["category"] = ""
    with pytest.raises(FieldWrong, match=f"Line 3, {column}: .+"):
        county.routing.import_rows([line | {"category": line["category"] or "路灯"}, line | {column: value}])
    assert len(county.routing.rules()) == len(before)


def test_a_row_about_nothing_or_with_too_many_helpers_is_refused(county: Bed) -> None:
    with pytest.raises(FieldWrong, match="which matters"):
        county.routing.put(replace(ROW, category=""), county.wang)
    many = tuple(each.id for each in county.departments.all()[:7])
    with pytest.raises(FieldWrong, match="At most 5"):
        county.routing.put(replace(ROW, co_ids=many, lead_id=many[0]), county.wang)


def test_while_the_clock_is_wrong_the_table_still_speaks(county: Bed) -> None:
    county.is_clock_ok = False
    county.clock.advance(-40 * 365 * 86400)
    assert codes(county.routing.suggest("lamp", "CQ", ""))[0] == "CG"
    county.routing.put(replace(ROW, category="network", lead_id=unit(county, "GD")), county.wang)
    assert codes(county.routing.suggest("network")) == ["GD"]


def test_suggesting_walks_indexes_however_many_tickets_there_are(county: Bed) -> None:
    asked = Explaining(county.store)
    rows.settled(asked, "lamp", "CQ", 40)
    rows.settled(asked, "lamp", "", 40)
    rows.first_receiver(asked, 1)
    plans = "\n".join(asked.plans)
    assert "ticket_settled_there" in plans
    assert "ticket_settled (" in plans
    assert "SCAN ticket" not in plans
    assert "SCAN t\n" not in plans
    assert "TEMP B-TREE" not in plans


def test_what_was_decided_for_one_town_may_be_accepted_for_all(county: Bed) -> None:
    rule = replace(ROW, category="network", town="LH", lead_id=unit(county, "GD"))
    with county.store.transaction() as tx:
        rule_id = county.routing.propose(tx, rule, county.wang.id, 1)
        wide_id = county.routing.propose(tx, replace(rule, category="bus"), county.wang.id, 2)
    county.routing.accept(rule_id, county.wang)
    assert codes(county.routing.suggest("network", "CQ")) == []
    assert codes(county.routing.suggest("network", "LH")) == ["GD"]
    county.routing.accept(wide_id, county.wang, anywhere=True)
    assert codes(county.routing.suggest("bus", "CQ"))[0] == "GD"
    assert [each.category for each in county.routing.rules("ended")] == ["bus"]  # what the table said before


def test_only_who_decides_here_changes_the_table(county: Bed) -> None:
    rule = replace(ROW, category="network", lead_id=unit(county, "GD"))
    with pytest.raises(NotAllowed):
        county.routing.put(rule, county.user("unit", Role.UNIT, county.departments.by_code("CG")))
    county.routing.put(rule, county.li)  # a simple office: whoever is there
    with county.store.transaction() as tx:
        settings.set_value(tx, MODE, FULL, at="2026-11-23T01:00:00.000Z", by=None)
    for deed in (
        lambda: county.routing.put(replace(rule, category="counter"), county.li),
        lambda: county.routing.end(county.routing.rules()[0].id, county.li),
        lambda: county.routing.import_rows([], county.li),
    ):
        with pytest.raises(NotAllowed):
            deed()
    county.routing.put(replace(rule, category="counter"), county.wang)
