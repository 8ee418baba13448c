"""Who keeps the line busy for nothing is held off for a time, by a decision; a word of danger always passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.casework.approvals import FULL, MODE
from appliance.errors import FieldWrong, NotAllowed, NotFound
from appliance.people.roles import Role
from tests.appliance.small_office import WANG, ZHAO, SmallOffice

WHY = "一天拨打四十次,只骂人不说事"


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def is_full(office: SmallOffice) -> None:
    with office.store.transaction() as tx:
        tx.execute(
            "INSERT INTO setting (name, value, changed_at) VALUES (?, ?, '') ON CONFLICT (name) DO UPDATE"
            " SET value = excluded.value",
            (MODE, FULL),
        )


def put(office: SmallOffice, level: str = "block", *, by: Any = None, **more: Any) -> int:
    given = {"reason": WHY, "days": 7, "per_day": 3 if level == "limit" else None, **more}
    return office.office.nuisance.put(WANG, level, by or office.lead, **given)


def outcome(office: SmallOffice, text: str, from_: str = WANG) -> str:
    return str(office.sms_row(office.text(from_=from_, text=text))["outcome"])


def test_a_blocked_citizens_text_is_filed_and_not_answered(office: SmallOffice) -> None:
    put(office)
    assert outcome(office, "你们都是骗子") == "held"
    assert outcome(office, "东街路灯不亮了", ZHAO) == "draft"
    office.deliver()
    assert office.phone(WANG) == []
    assert len(office.phone(ZHAO)) == 1


def test_a_blocked_callers_missed_call_owes_him_nothing(office: SmallOffice) -> None:
    put(office)
    office.hang_up(office.ring(from_=WANG))
    office.hang_up(office.ring(from_=ZHAO))
    office.deliver()
    assert [row.number for row in office.office.callbacks.rows()] == [ZHAO]
    assert office.phone(WANG) == []


def test_a_word_of_danger_always_passes(office: SmallOffice) -> None:
    put(office)
    assert outcome(office, "燃气泄漏了,味道很大,快来人") != "held"


@pytest.mark.parametrize("level", ["watch", "warn"])
def test_who_is_watched_or_warned_is_served(office: SmallOffice, level: str) -> None:
    put(office, level, by=office.li)
    assert outcome(office, "东街路灯不亮了") == "draft"
    citizen = office.office.citizens.by_number(WANG)
    assert citizen is not None
    assert office.office.nuisance.level_of(citizen.id) == level


def test_who_is_limited_is_served_so_often_a_day(office: SmallOffice) -> None:
    put(office, "limit")
    outcomes = [outcome(office, f"第{word}件事,请你们处理") for word in "一二三四五"]
    assert [found == "held" for found in outcomes] == [False, False, False, True, True]
    office.clock.advance(86400)
    assert outcome(office, "第二天的事情请处理") != "held"


def test_it_ends_by_itself(office: SmallOffice) -> None:
    put(office, days=2)
    office.clock.advance(2 * 86400 + 60)
    assert outcome(office, "东街路灯不亮了") == "draft"
    assert office.office.nuisance.sweep() == 1
    assert office.office.nuisance.sweep() == 0
    (row,) = office.office.nuisance.rows(office.li)
    assert row.ended_at is not None


def test_it_is_lifted_by_hand(office: SmallOffice) -> None:
    nuisance_id = put(office)
    office.office.nuisance.lift(nuisance_id, office.li)
    assert outcome(office, "东街路灯不亮了") == "draft"
    with pytest.raises(NotFound):
        office.office.nuisance.lift(nuisance_id, office.li)


def test_in_a_full_office_an_operator_only_asks_and_a_lead_decides(office: SmallOffice) -> None:
    is_full(office)
    nuisance_id = put(office, by=office.li)
    assert outcome(office, "东街路灯不亮了") == "draft"
    with pytest.raises(NotAllowed):
        office.office.nuisance.decide(nuisance_id, office.li, grant=True)
    office.office.nuisance.decide(nuisance_id, office.lead, grant=True)
    assert outcome(office, "又来说几句闲话") == "held"
    with pytest.raises(NotFound):
        office.office.nuisance.decide(nuisance_id, office.lead, grant=True)


def test_a_lead_may_say_no(office: SmallOffice) -> None:
    is_full(office)
    nuisance_id = put(office, "limit", by=office.li)
    office.office.nuisance.decide(nuisance_id, office.lead, grant=False)
    assert office.office.nuisance.rows(office.li)[0].ended_at is not None


def test_alone_an_operator_decides_and_it_is_stamped(office: SmallOffice) -> None:
    put(office, by=office.li)
    assert office.count("audit WHERE action = 'nuisance_block_self_approved'") == 1


def test_a_new_level_takes_the_place_of_the_one_before(office: SmallOffice) -> None:
    put(office)
    put(office, "watch")
    assert outcome(office, "东街路灯不亮了") == "draft"


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("level", {"level": "hang"}), ("reason", {"reason": "坏"}), ("days", {"days": 31}), ("days", {"days": 0}),
        ("days", {"days": None}), ("per_day", {"level": "limit", "per_day": None}),
        ("per_day", {"level": "limit", "per_day": 0}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_field_by_field(office: SmallOffice, field: str, more: dict[str, Any]) -> None:
    with pytest.raises(FieldWrong) as refused:
        put(office, **more)
    assert refused.value.field == field
    assert office.count("nuisance") == 0


def test_only_the_desk_decides(office: SmallOffice) -> None:
    unit = replace(office.li, role=Role.UNIT)
    with pytest.raises(NotAllowed):
        put(office, by=unit)
    with pytest.raises(NotAllowed):
        office.office.nuisance.rows(unit)


def test_a_protected_person_can_be_held_without_being_named(office: SmallOffice) -> None:
    office.text(from_=WANG, text="举报李科长向摊位收钱")
    office.take_in(office.last_no(), type_="report", title="举报李科长向摊位收钱")
    put(office)
    assert outcome(office, "你们都是骗子") == "held"
    (row,) = office.office.nuisance.rows(office.li)
    assert WANG not in (row.phone, row.name)


def test_the_months_paper_forgets_what_ended_long_ago(office: SmallOffice) -> None:
    put(office, days=1)
    office.clock.advance(timedelta(days=2).total_seconds())
    office.office.nuisance.sweep()
    office.clock.advance(timedelta(days=40).total_seconds())
    assert office.office.nuisance.rows(office.li) == ()
