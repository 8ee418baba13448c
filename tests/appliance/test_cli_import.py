"""The office's lists from the command line: taken whole, or refused with line, column and cure."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.casework import routing_table
from appliance.cli import main
from appliance.cli_import import LISTS
from appliance.clock import RealClock
from appliance.knowledge import columns
from appliance.people import departments, places
from appliance.people.keys import BoxKey
from appliance.upkeep.audit import Audit
from db import people, routing
from db import places as place_rows
from db.store import Store

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`hotline import ...` in an office of its own."""
    config = tmp_path / "config.ini"
    config.write_text(f"[data]\ndirectory = {tmp_path / 'data'}\n", encoding="utf-8")

    def ran(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["--config", str(config), "import", *words])
        return result.exit_code, result.output

    return ran


def shipped(name: str) -> str:
    return str(resources.files("appliance").joinpath(name))


def test_the_columns_told_are_those_that_are_read() -> None:
    told = {each.name: (each.needs, each.may_have) for each in LISTS}
    assert told == {
        "departments": (departments.COLUMNS, departments.MORE),
        "places": (places.COLUMNS, ()),
        "routing": (routing_table.COLUMNS, ()),
        "knowledge": (columns.COLUMNS, columns.MORE),
    }


def test_the_sample_county_is_taken_list_by_list(run: Run, tmp_path: Path) -> None:
    for name, rows in (("places", 88), ("departments", 26), ("routing", 95), ("knowledge", 60)):
        code, said = run(name, shipped(f"sample_{name}.csv"))
        assert (code, said) == (0, f"{rows} rows of {name} are known now.\n")
    store = Store(tmp_path / "data" / "hotline.db")
    assert (len(people.departments(store)), len(place_rows.all_places(store))) == (23, 88)
    assert len(routing.rules(store, "valid")) == 95
    key = BoxKey.load(tmp_path / "data")
    assert Audit(store, RealClock(), key).verify().is_whole
    store.close()


def test_a_table_whose_departments_are_unknown_says_what_to_do_first(run: Run) -> None:
    code, said = run("routing", shipped("sample_routing.csv"))
    assert code == 1
    assert "Line 2, lead: No department has the code" in said
    assert "Import the departments first." in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "missing: code"),
        ("code,name\nA,B\n", "missing: parent"),
        ("code,parent,name_zh,name_en,initials\nA,,甲镇,,\nB,C,乙村,,\n", "Line 3, parent: There is no town"),
    ],
)
def test_a_wrong_file_says_where_and_nothing_of_it_is_taken(run: Run, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "places.csv"
    file.write_text(text, encoding="utf-8")
    code, told = run("places", str(file))
    assert code == 1
    assert said in told
    store = Store(tmp_path / "data" / "hotline.db")
    assert place_rows.all_places(store) == []
    store.close()
