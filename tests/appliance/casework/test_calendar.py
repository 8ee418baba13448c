from __future__ import annotations

from datetime import date

from appliance.casework.calendar import load_calendar
from tests.appliance.office_bed import Bed


def enter(office: Bed, day: str, *, is_workday: bool, source: str) -> None:
    with office.store.transaction() as tx:
        tx.insert("calendar_day", day_on=day, is_workday=int(is_workday), name="补", source=source)


def test_the_calendar_of_the_program_is_there_without_any_row(office: Bed) -> None:
    calendar = load_calendar(office.store)
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_provisional(date(2027, 1, 4))


def test_one_day_of_the_office_changes_that_day_alone(office: Bed) -> None:
    enter(office, "2026-11-24", is_workday=False, source="local")
    calendar = load_calendar(office.store)
    assert not calendar.is_workday(date(2026, 11, 24))
    assert calendar.is_workday(date(2026, 11, 25))
    assert calendar.is_provisional(date(2027, 1, 4))


def test_a_notice_that_was_entered_publishes_its_year(office: Bed) -> None:
    enter(office, "2027-01-01", is_workday=False, source="official")
    enter(office, "2027-01-03", is_workday=True, source="official")
    calendar = load_calendar(office.store)
    assert calendar.is_workday(date(2027, 1, 3))
    assert not calendar.is_provisional(date(2027, 5, 3))
    assert calendar.is_workday(date(2027, 6, 9))  # the notice did not free it: nothing is guessed any more
