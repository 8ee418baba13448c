"""What the sample data needs before there can be tickets: departments, towns, and whose duty what is."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

from appliance.clock import FastClock
from appliance.config import DataSettings, OfficeSettings, Settings
from appliance.office import Office
from appliance.sample_load import furnish
from appliance.services import Services
from db.store import Store
from tests.appliance.small_office import MORNING, SmallOffice


def empty(folder: Path) -> Office:
    settings = Settings(office=OfficeSettings(region_code="0571"), data=DataSettings(directory=folder), modems=())
    return Services.for_command(settings, Store(folder / "hotline.db"), FastClock(MORNING)).office


def test_an_empty_office_gets_the_routing_table_of_the_county_once(tmp_path: Path) -> None:
    office = empty(tmp_path)
    furnish(office)
    rules = office.routing.rules()
    assert len(rules) == 95
    furnish(office)
    assert office.routing.rules() == rules


def test_an_office_with_departments_of_its_own_gets_only_what_fits_them(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path).office
    furnish(office)
    codes = {unit.code for unit in office.departments.all()}
    assert codes == {"cgj", "gas"}
    assert all(rule.lead_id is None for rule in office.routing.rules())  # the town's own


def test_a_table_that_is_there_stays(tmp_path: Path) -> None:
    office = empty(tmp_path)
    for name, table in (("departments", office.departments), ("routing", office.routing)):
        text = resources.files("appliance").joinpath(f"sample_{name}.csv").read_text("utf-8")
        table.import_rows(list(csv.DictReader(text.splitlines()[:2] if name == "routing" else text.splitlines())))
    kept = office.routing.rules()
    assert len(kept) == 1
    furnish(office)
    assert office.routing.rules() == kept
