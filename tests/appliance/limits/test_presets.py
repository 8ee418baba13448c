"""Every preset, every type, over every kind of break: dates worked out by hand with the printed calendars.

2025 and 2026 are as the government's notices have them, with the days worked in exchange. 2027 was not published:
there the statutory days alone are off.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest

from appliance.casework import categories, lifecycle
from appliance.limits import due, presets
from appliance.limits.hours import OfficeHours
from appliance.limits.presets import DEFAULT, OWN_HOURS, PRESETS, TYPES, preset
from tests.appliance.office_bed import HOURS, local

# Working days allowed, in the order of TYPES: enquiry, help, suggestion, complaint, report, praise.
WORKDAYS = {
    "default": (2, 5, 5, 10, 15, 5),
    "guangdong_2022": (2, 10, 10, 15, 15, 10),
    "shandong_2020": (5, 5, 5, 5, 5, 5),
    "shandong_2017": (2, 5, 5, 15, 15, 5),
    "bureau": (3, 3, 13, 13, 13, 13),
    "hengyang": (5, 5, 5, 5, 5, 5),
}
# Dispatched at; the last day of 2, 3, 5, 10, 13 and 15 working days.
BREAKS = {
    "Spring Festival 2025, Sunday 26 January and Saturday 8 February worked": (
        local(2025, 1, 23, 10, 0), "01-26 01-27 02-06 02-12 02-17 02-19",
    ),
    "National Day 2025, Sunday 28 September and Saturday 11 October worked": (
        local(2025, 9, 26, 16, 0), "09-29 09-30 10-10 10-16 10-21 10-23",
    ),
    "New Year 2026, Sunday 4 January worked": (
        local(2025, 12, 30, 9, 0), "01-04 01-05 01-07 01-14 01-19 01-21",
    ),
    "Labour Day 2026, Saturday 9 May worked": (
        local(2026, 4, 29, 10, 0), "05-06 05-07 05-09 05-15 05-20 05-22",
    ),
    "Mid-autumn and National Day 2026, Sunday 20 September and Saturday 10 October worked": (
        local(2026, 9, 18, 10, 0), "09-21 09-22 09-24 10-09 10-13 10-15",
    ),
    "New Year 2027, not published": (
        local(2026, 12, 29, 10, 0), "12-31 01-04 01-06 01-13 01-18 01-20",
    ),
    "Spring Festival 2027, not published": (
        local(2027, 2, 3, 10, 0), "02-09 02-10 02-12 02-19 02-24 02-26",
    ),
    "National Day 2027, not published": (
        local(2027, 9, 30, 10, 0), "10-05 10-06 10-08 10-15 10-20 10-22",
    ),
}  # fmt: skip
COLUMNS = (2, 3, 5, 10, 13, 15)


def last_day(sent: datetime, day: str) -> date:
    """The first such day after it was sent."""
    month, number = map(int, day.split("-"))
    return date(sent.year + ((month, number) < (sent.month, sent.day)), month, number)


@pytest.mark.parametrize("dispatched", BREAKS)
@pytest.mark.parametrize("key", WORKDAYS)
def test_every_type_of_every_preset_is_due_when_the_printed_calendar_says(key: str, dispatched: str) -> None:
    sent, row = BREAKS[dispatched]
    printed = dict(zip(COLUMNS, row.split(), strict=True))
    hours = HOURS.under(preset=preset(key))
    for type_, days in zip(TYPES, WORKDAYS[key], strict=True):
        expected = last_day(sent, printed[days])
        worked_out = due.due_at(sent, type_, "normal", hours)
        assert worked_out.at == local(expected.year, expected.month, expected.day, 17, 30), type_
        basis = json.loads(worked_out.basis)
        assert (basis["preset"], basis["rule"], basis["workdays"]) == (key, type_, days)
        assert basis.get("provisional", False) is (expected.year == 2027)


@pytest.mark.parametrize("key", WORKDAYS)
def test_what_is_urgent_runs_by_the_clock_in_every_preset(key: str) -> None:
    hours, sent = HOURS.under(preset=preset(key)), local(2026, 10, 1, 22, 0)
    urgent = 8 if key == "bureau" else 24
    assert due.due_at(sent, "help", "urgent", hours).at == sent + timedelta(hours=urgent)
    assert due.due_at(sent, "help", "critical", hours).at == sent + timedelta(hours=2)


@pytest.mark.parametrize(
    ("key", "longest_complaint", "returned_by"),
    [
        ("default", 10, local(2026, 11, 24, 17, 30)),
        ("guangdong_2022", 15, local(2026, 11, 24, 17, 30)),
        ("shandong_2020", 10, local(2026, 11, 25, 17, 30)),
        ("shandong_2017", 7, local(2026, 11, 24, 17, 30)),
        ("bureau", 13, local(2026, 11, 24, 17, 30)),
        ("hengyang", 5, local(2026, 11, 24, 17, 30)),
    ],
)
def test_what_a_department_may_ask_for_is_the_presets(key: str, longest_complaint: int, returned_by: datetime) -> None:
    hours, sent = HOURS.under(preset=preset(key)), local(2026, 11, 23, 9, 0)
    complaint = due.due_at(sent, "complaint", "normal", hours)
    assert due.longest_extension_days(complaint.basis, hours) == longest_complaint
    assert due.return_until(sent, hours) == returned_by


def test_every_preset_has_a_name_and_every_type_a_limit() -> None:
    assert [row.key for row in PRESETS] == list(WORKDAYS)
    assert set(presets.LABELS) == {*WORKDAYS, presets.CUSTOM}
    assert len({row.label for row in PRESETS}) == len(PRESETS)
    assert set(TYPES) == {row.key for row in categories.types()}
    assert {"normal", *DEFAULT.clock_hours} == {row.key for row in categories.urgencies()}
    assert set(OWN_HOURS) == {str(clock) for clock in lifecycle.OwnClock}
    assert preset("default") is DEFAULT


def test_an_unknown_type_has_five_days() -> None:
    assert DEFAULT.workdays_of("something_new") == 5


def test_a_new_preset_and_a_new_calendar_count_at_once_for_everybody_who_holds_the_hours() -> None:
    office = OfficeHours.parse("mon-fri 08:30-17:30").at(HOURS.calendar, HOURS.zone)
    held, sent = office.of_unit("mon-fri 08:00-16:00"), local(2026, 11, 23, 9, 0)
    before = office.under()
    office.in_force.become(preset=preset("bureau"))
    assert due.due_at(sent, "help", "normal", held).at == local(2026, 11, 26, 16, 0)
    assert due.due_at(sent, "help", "normal", before).at == local(2026, 11, 30, 17, 30)
    office.in_force.become(calendar=type(HOURS.calendar)())
    assert held.preset.key == "bureau"
    assert held.calendar.is_provisional(date(2026, 11, 23))
    assert office.of_unit(" ") is office
