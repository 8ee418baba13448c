from __future__ import annotations

import pytest

from appliance.casework import duty_ledger
from appliance.casework.duty_ledger import DutyLedger
from appliance.casework.lifecycle import Actor
from appliance.errors import FieldWrong, NotAllowed, NotFound
from appliance.people.roles import Role
from tests.appliance.office_bed import Bed


@pytest.fixture
def ledger(office: Bed) -> DutyLedger:
    return office.dispatch.duty_ledger


def returned(office: Bed) -> int:
    row = office.ticket("dispatched")
    office.make(row.no, "return", Actor.UNIT, reason="不属于我局职责")
    return row.no


def test_a_return_stands_in_the_ledger_until_somebody_has_the_duty(office: Bed, ledger: DutyLedger) -> None:
    no = returned(office)
    month = ledger.month(office.li)
    assert (month.month, month.matters, month.unclear, month.clarified) == ("2026-11", 1, 1, 0)
    [entry] = month.entries
    assert (entry.no, entry.kind, entry.department, entry.outcome) == (no, "return", office.city, "")
    assert entry.reason == "不属于我局职责"
    office.make(no, "approve_return")
    assert ledger.month(office.li).unclear == 1
    office.make(no, "dispatch", department_id=office.water.id)
    [entry] = ledger.month(office.li).entries
    assert (entry.outcome, entry.settled) == ("dispatched", office.water)
    assert ledger.month(office.li).clarified == 1


def test_a_return_that_was_refused_counts_against_who_returned(office: Bed, ledger: DutyLedger) -> None:
    office.make(returned(office), "refuse_return", reason="职责清单第三条")
    month = ledger.month(office.li)
    assert (month.returns, month.refused, month.unclear) == (1, 1, 0)
    [unit] = month.units
    assert (unit.department, unit.returns, unit.refused) == (office.city, 1, 1)


def test_a_consultation_after_a_return_is_one_matter_with_two_entries(office: Bed, ledger: DutyLedger) -> None:
    no = returned(office)
    office.make(no, "confer", reason="两家推诿")
    assert (ledger.month(office.li).matters, ledger.month(office.li).conferences) == (1, 1)
    office.make(no, "decide", Actor.LEAD, department_id=office.water.id, text="纪要")
    assert {(each.kind, each.outcome) for each in ledger.month(office.li).entries} == {
        ("confer", "decided"),
        ("return", "decided"),
    }


def test_a_ticket_that_ends_without_anybody_is_no_longer_unclear(office: Bed, ledger: DutyLedger) -> None:
    office.make(returned(office), "withdraw", reason="撤诉")
    [entry] = ledger.month(office.li).entries
    assert (entry.outcome, entry.settled) == ("ended", None)


def test_another_month_has_its_own_page(office: Bed, ledger: DutyLedger) -> None:
    returned(office)
    assert ledger.month(office.li, "2026-10").entries == ()
    assert len(ledger.month(office.li, "2026-11").entries) == 1
    assert ledger.month(office.li, "2026-12").month == "2026-12"
    for edge in ("0001-01", "9999-12"):
        assert ledger.month(office.li, edge).entries == ()
    for wrong in ("November", "2026-13", "2026"):
        with pytest.raises(FieldWrong):
            ledger.month(office.li, wrong)


def test_only_the_desk_reads_the_ledger_for_reasons_may_speak_of_citizens(office: Bed, ledger: DutyLedger) -> None:
    for who in (office.user("unit", Role.UNIT, office.city), office.user("chief", Role.LEADER)):
        with pytest.raises(NotAllowed):
            ledger.month(who)
        with pytest.raises(NotAllowed):
            ledger.exclusions(who)


def test_a_department_asks_that_its_ticket_not_count_and_a_lead_decides(office: Bed, ledger: DutyLedger) -> None:
    row = office.ticket("dispatched")
    unit = office.user("unit", Role.UNIT, office.city)
    request_id = ledger.ask_exclusion(row.no, "停电三天，无法施工", unit)
    [asked] = ledger.exclusions(office.li)
    assert (asked.id, asked.no, asked.department, asked.state) == (request_id, row.no, office.city, "open")
    assert asked.reason == "停电三天，无法施工"
    office.tickets.decide(request_id, True, office.wang, "属实")
    [granted] = ledger.exclusions(office.li)
    assert (granted.state, granted.decided_by, granted.decision) == ("granted", "Wang", "属实")
    assert office.tickets.row(row.no).status == "dispatched"


def test_what_waits_is_shown_however_many_newer_ones_were_decided(
    office: Bed, ledger: DutyLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duty_ledger, "MOST_SHOWN", 2)
    rows = [office.ticket("dispatched") for _ in range(3)]
    waits, *others = [ledger.ask_exclusion(row.no, "停电三天，无法施工", office.li) for row in rows]
    for request_id in others:
        office.tickets.decide(request_id, True, office.wang, "属实")
    assert [each.id for each in ledger.exclusions(office.li)] == [waits, others[-1]]


def test_without_a_reason_a_department_or_the_right_to_see_it_nothing_is_asked(office: Bed, ledger: DutyLedger) -> None:
    row, other = office.ticket("dispatched"), office.ticket("accepted")
    with pytest.raises(FieldWrong):
        ledger.ask_exclusion(row.no, "  ", office.li)
    with pytest.raises(FieldWrong, match="No department"):
        ledger.ask_exclusion(other.no, "原因", office.li)
    with pytest.raises(NotFound):
        ledger.ask_exclusion(row.no, "原因", office.user("strangers", Role.UNIT, office.water))
    with pytest.raises(NotAllowed):
        ledger.ask_exclusion(row.no, "原因", office.user("chief", Role.LEADER))
    assert ledger.exclusions(office.li) == ()
