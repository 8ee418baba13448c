"""Departments and their people: from a list, by hand, and out of use again."""

from __future__ import annotations

import pytest

from appliance.errors import FieldWrong, NotFound
from appliance.people.departments import COLUMNS
from appliance.people.lists import lines_of
from tests.appliance.office_bed import Bed

CSV = """code,name_zh,name_en,kind,handler,phone
CG,城管局,City management,bureau,陈,139 0000 0002
CG,城管局,City management,bureau,林,+86 139 0000 0003
SW,自来水公司,Water,utility,何,0571-8888 0000
LX,柳溪镇,Liuxi Township,township,,
"""


def test_units_and_handlers_are_read_from_a_file(office: Bed) -> None:
    sent = CSV.encode("utf-8-sig")  # as spreadsheets write it
    assert office.departments.import_rows(lines_of(sent, COLUMNS)) == 4
    assert office.departments.import_rows(lines_of(sent, COLUMNS)) == 4  # again: nothing twice
    city, water, township = sorted(office.departments.all(), key=lambda unit: unit.code != "CG")
    assert (city.name("zh_CN"), city.name("en")) == ("城管局", "City management")
    assert [handler.name for handler in office.departments.handlers(city.id)] == ["陈", "林"]
    assert {water.kind, township.kind} == {"utility", "township"}


@pytest.mark.parametrize("written", ["13900000002", "+8613900000002", "0139 0000 0002", "１３９０００００００２"])
def test_a_handler_is_found_however_the_number_is_written(office: Bed, written: str) -> None:
    chen = office.chen
    assert office.departments.handler_by_number(written) == chen
    assert office.departments.handler(chen.id) == chen
    assert office.departments.handler_by_number("13900000009") is None


def test_a_wrong_row_names_line_and_column_and_nothing_is_taken(office: Bed) -> None:
    rows = [
        {
            "code": "CG",
            "name_zh": "城管局",
            "name_en": "City",
            "kind": "bureau",
            "handler": "陈",
            "phone": "13900000002",
        },
        {"code": "SW", "name_zh": "水", "name_en": "Water", "kind": "utility", "handler": "何", "phone": "call me"},
    ]
    with pytest.raises(FieldWrong, match="Line 3, phone") as wrong:
        office.departments.import_rows(rows)
    assert wrong.value.field == "phone"
    assert office.departments.all() == ()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("code", ("", "城管局", "City", "bureau")),
        ("name_zh", ("CG", "", "", "bureau")),
        ("kind", ("CG", "城管局", "City", "ministry")),
    ],
)
def test_a_unit_without_code_name_or_kind_is_refused(
    office: Bed, field: str, values: tuple[str, str, str, str]
) -> None:
    with pytest.raises(FieldWrong) as wrong:
        office.departments.add(*values)
    assert wrong.value.field == field


def test_adding_a_unit_again_mends_its_names(office: Bed) -> None:
    first = office.departments.add("CG", "城管局", "", "bureau")
    assert first.name("en") == "城管局"
    again = office.departments.add("CG", "城市管理局", "City management", "bureau")
    assert again.id == first.id
    assert office.departments.all() == (again,)


def test_one_number_belongs_to_one_department(office: Bed) -> None:
    chen = office.chen
    renamed = office.departments.add_handler(office.city.id, "陈大力", "139-0000-0002")
    assert (renamed.id, renamed.name) == (chen.id, "陈大力")
    with pytest.raises(FieldWrong, match="another department"):
        office.departments.add_handler(office.water.id, "何", "13900000002")


@pytest.mark.parametrize("phone", ["", "110", "10086", "106900001234", "China Mobile"])
def test_a_service_is_no_handler(office: Bed, phone: str) -> None:
    with pytest.raises(FieldWrong, match="not a telephone number"):
        office.departments.add_handler(office.city.id, "陈", phone)


def test_what_is_not_there_is_not_found(office: Bed) -> None:
    with pytest.raises(NotFound):
        office.departments.get(999)
    with pytest.raises(NotFound):
        office.departments.handler(999)
    with pytest.raises(NotFound):
        office.departments.add_handler(999, "陈", "13900000002")


def audited(office: Bed) -> list[tuple[str, str]]:
    return [(row["action"], row["role"]) for row in office.store.rows("SELECT action, role FROM audit ORDER BY seq")]


def test_who_is_registered_renamed_or_disabled_is_in_the_audit_and_nothing_twice(office: Bed) -> None:
    unit = office.departments.add("CG", "城管局", "City", "bureau")
    office.departments.add("CG", "城管局", "City", "bureau")
    office.departments.add("CG", "城管局", "City management", "bureau")
    handler = office.departments.add_handler(unit.id, "陈", "13900000002")
    office.departments.add_handler(unit.id, "陈", "13900000002")
    office.departments.add_handler(unit.id, "陈大力", "13900000002")
    office.departments.disable_handler(handler.id, None)
    office.departments.disable_handler(handler.id, None)
    assert audited(office) == [
        ("department_added", "shell"),
        ("department_changed", "shell"),
        ("handler_added", "shell"),
        ("handler_renamed", "shell"),
        ("handler_disabled", "shell"),
    ]
    assert office.audit.verify().is_whole


def test_a_disabled_handler_is_found_by_no_number_and_keeps_the_name_of_what_was_done(office: Bed) -> None:
    chen = office.chen
    office.departments.disable_handler(chen.id, office.wang)
    assert office.departments.handler_by_number(chen.phone) is None
    assert office.departments.handlers(chen.department_id) == ()
    assert office.departments.handler(chen.id) == chen
    assert audited(office)[-1] == ("handler_disabled", "lead")


def test_a_disabled_number_may_be_registered_again_even_elsewhere(office: Bed) -> None:
    chen = office.chen
    office.departments.disable_handler(chen.id, None)
    again = office.departments.add_handler(office.water.id, "何", chen.phone)
    assert again.id != chen.id
    assert office.departments.handler_by_number(chen.phone) == again


def test_nobody_is_disabled_who_is_not_there(office: Bed) -> None:
    with pytest.raises(NotFound):
        office.departments.disable_handler(999, None)


FULL = {
    "code": "LX", "name_zh": "柳溪镇", "name_en": "Liuxi", "kind": "township", "duties": "本镇事务",
    "hours": "daily 08:00-18:00", "slip": "yes", "handler": "何", "phone": "13900000005", "may": "sign reply",
    "leader": "no", "rank": "2", "handler_hours": "mon-fri 08:00-12:00",
}  # fmt: skip


def test_a_list_may_say_all_about_a_department_and_its_people(office: Bed) -> None:
    office.departments.import_rows([FULL, FULL | {"handler": "镇长", "phone": "13900000006", "may": "none",
                                                  "leader": "yes"}])  # fmt: skip
    unit = office.departments.by_code("LX")
    assert unit is not None
    assert (unit.duties, unit.hours, unit.wants_slip) == ("本镇事务", "daily 08:00-18:00", True)
    [handler] = office.departments.handlers(unit.id)
    assert (handler.may, handler.rank, handler.hours) == (frozenset({"sign", "reply"}), 2, "mon-fri 08:00-12:00")
    leader = office.departments.leader(unit.id)
    assert leader is not None
    assert leader.name == "镇长"


def test_what_a_list_leaves_empty_stays_as_it_was(office: Bed) -> None:
    office.departments.import_rows([FULL])
    before = office.departments.all(), office.departments.handler_by_number("13900000005"), office.audit.head()
    short = {name: FULL[name] for name in ("code", "name_zh", "name_en", "kind", "handler", "phone")}
    office.departments.import_rows([short])
    assert (
        office.departments.all(),
        office.departments.handler_by_number("13900000005"),
        office.audit.head(),
    ) == before
    office.departments.add("LX", "柳溪镇", "Liuxi", "township")
    assert office.departments.all() == before[0]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("slip", "perhaps"), ("leader", "maybe"), ("may", "sign everything"), ("rank", "first"), ("rank", "100"),
        ("hours", "always"), ("handler_hours", "mon 25:00-26:00"), ("duties", "长" * 501), ("name_en", "x" * 61),
    ],
)  # fmt: skip
def test_a_wrong_word_in_any_column_names_line_and_column(office: Bed, column: str, value: str) -> None:
    with pytest.raises(FieldWrong, match=f"Line 2, {column}: .+"):
        office.departments.import_rows([FULL | {column: value}])
    assert office.departments.all() == ()


def test_a_department_with_open_tickets_stays_in_use(office: Bed) -> None:
    row = office.ticket("dispatched")
    with pytest.raises(FieldWrong, match="open tickets"):
        office.departments.disable(office.city.id, office.wang)
    office.make(row.no, "take_back")
    chen = office.chen
    office.departments.disable(office.city.id, office.wang)
    office.departments.disable(chen.department_id, office.wang)  # twice is once
    assert office.departments.by_code("CG") is None
    assert office.departments.handler_by_number(chen.phone) is None
    assert office.departments.get(chen.department_id).name_zh == "城管局"
    assert audited(office)[-1] == ("department_disabled", "lead")
    assert office.city.id == chen.department_id  # put again it is there again
