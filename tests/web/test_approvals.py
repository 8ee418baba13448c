"""The page that says who decides, and what was decided by one person alone."""

from __future__ import annotations

import pytest

from tests.web.house import House

PAGE = "/settings/approvals"
WORDS = "县长批示：限期办结"


def supervised(house: House) -> int:
    """A ticket that an operator alone put under supervision."""
    no = house.ticket("accepted")
    tickets = house.office.tickets
    tickets.move(no, "supervise", house.user("wang"), version=tickets.row(no).version, reason=WORDS)
    return no


def test_what_one_person_decided_alone_stands_in_the_months_list(house: House) -> None:
    no, wang = supervised(house), house.seat("wang")
    shown = wang.html(PAGE)
    assert f"{no:06d}" in shown
    assert WORDS in shown
    assert "month=2026-10" in shown
    assert "month=2026-12" not in shown
    before = wang.html(f"{PAGE}?month=2026-10")
    assert f"{no:06d}" not in before
    assert "month=2026-11" in before


@pytest.mark.parametrize("month", ["", "x", "2026-13", "0000-01", "2026-11-01", "2026%00"])
def test_a_month_that_is_none_is_this_one(house: House, month: str) -> None:
    no = supervised(house)
    assert f"{no:06d}" in house.seat("wang").html(f"{PAGE}?month={month}")


@pytest.mark.parametrize("month", ["0001-01", "9999-12"])
def test_the_ends_of_the_calendar_are_months_too(house: House, month: str) -> None:
    assert month in house.seat("wang").html(f"{PAGE}?month={month}")


def test_only_a_lead_changes_how_the_office_works(house: House) -> None:
    wang, li = house.seat("wang"), house.seat("li")
    assert wang.post(f"{PAGE}/mode", {"mode": "full"}, page=PAGE).status_code == 403
    assert house.office.tickets.is_simple()
    assert li.post(f"{PAGE}/mode", {"mode": "other"}, page=PAGE).status_code == 422
    assert li.post(f"{PAGE}/mode", {"mode": "full"}, page=PAGE).status_code == 302
    assert not house.office.tickets.is_simple()
    assert 'value="full" checked' in li.html(PAGE)
    assert 'type="radio"' not in wang.html(PAGE)
