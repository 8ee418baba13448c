"""Who is reached where, and who of them is on duty."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from appliance.knowledge.directory import Directory
from appliance.people.handlers import Duties
from tests.appliance.knowledge.shelf import Shelf
from tests.appliance.office_bed import HOURS, SHANGHAI


def directory(shelf: Shelf) -> Directory:
    bed = shelf.office
    bed.departments.put(replace(shelf.water, duties="停水、水压", hours="daily 07:00-21:00"), shelf.lead)
    return Directory(bed.departments, bed.clock, HOURS, clock_ok=lambda: bed.is_clock_ok)


def test_units_are_found_by_name_duty_and_people(shelf: Shelf) -> None:
    found = directory(shelf)
    shelf.office.departments.add_handler(shelf.city.id, "杨帆", "13900010012")
    for query, code in (("水压", "ZL"), ("water", "ZL"), ("杨帆", "CG"), ("010012", "CG"), ("城管", "CG")):
        assert [row.unit.code for row in found.find(query)] == [code], query
    assert {row.unit.code for row in found.find()} == {"CG", "ZL"}
    assert found.find("飞碟") == ()


def test_after_hours_it_shows_who_is_open_and_who_is_on_duty(shelf: Shelf) -> None:
    bed, found = shelf.office, directory(shelf)
    day = bed.departments.add_handler(shelf.water.id, "何源", "13900010016")
    night = bed.departments.add_handler(shelf.water.id, "施雨", "13900010019")
    bed.departments.set_duties(day.id, Duties(hours="daily 07:00-15:00", backup_id=night.id), shelf.lead)
    evening = datetime(2026, 11, 23, 20, 0, tzinfo=SHANGHAI)
    bed.clock.advance((evening - bed.clock.now()).total_seconds())
    water = found.find("水压")[0]
    assert water.is_open is True
    assert [(person.name, person.id in water.on_duty) for person in water.people] == [("施雨", True), ("何源", False)]
    assert found.find("城管")[0].is_open is False


def test_while_the_time_is_unknown_nothing_is_said_about_it(shelf: Shelf) -> None:
    found = directory(shelf)
    shelf.office.is_clock_ok = False
    water = found.find("水压")[0]
    assert (water.is_open, water.on_duty) == (None, frozenset())
