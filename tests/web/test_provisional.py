"""A due time in a year whose holidays are not published says so wherever it is read (domain 4.3)."""

from __future__ import annotations

import pytest

from tests.web.house import House

MARK = ">provisional</small>"


@pytest.mark.parametrize(("days", "is_marked"), [(0, False), (35, True)])  # 23 November, 28 December
def test_list_page_and_slip_say_that_a_due_time_may_still_move(house: House, days: int, is_marked: bool) -> None:
    house.clock.advance(days=days)
    no = house.ticket("dispatched")
    due_at = house.office.tickets.row(no).due_at
    assert due_at is not None
    assert (due_at.year == 2027) is is_marked
    for name in ("wang", "unit"):
        seat = house.seat(name, language="en")
        for path in (f"/tickets/{no}", f"/tickets/{no}/slip", "/tickets"):
            assert (MARK in seat.html(path)) is is_marked, (name, path)
    assert ("暂定" in house.seat("wang", language="zh_CN").html("/tickets")) is is_marked


def test_what_runs_by_the_clock_moves_with_no_holiday(house: House) -> None:
    house.clock.advance(days=40)  # the 2nd of January
    no = house.ticket("dispatched", urgency="critical")
    row = house.office.tickets.row(no)
    assert row.due_at is not None
    assert row.due_at.year == 2027
    assert MARK not in house.seat("wang", language="en").html(f"/tickets/{no}")
