"""What the keeper of the box types: commands that work on the file itself while nothing runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli import main
from appliance.clock import FastClock, RealClock
from appliance.upkeep.box_clock import BoxClock
from db.store import Store
from tests.appliance.small_office import HANDLER, OTHER_HANDLER, SmallOffice


@pytest.fixture
def config(tmp_path: Path) -> Path:
    office = SmallOffice(tmp_path / "data", are_ready=False)
    office.store.close()
    path = tmp_path / "config.ini"
    path.write_text(f"[data]\ndirectory = {tmp_path / 'data'}\n", encoding="utf-8")
    return path


def hotline(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *words])


def test_handlers_are_listed_until_they_are_disabled(config: Path) -> None:
    listed = json.loads(hotline(config, "handler", "list", "--json").stdout)
    assert [(each["department"], each["phone"]) for each in listed] == [("cgj", HANDLER), ("gas", OTHER_HANDLER)]
    assert hotline(config, "handler", "disable", HANDLER).exit_code == 0
    assert hotline(config, "handler", "list").stdout == f"gas\t{OTHER_HANDLER}\t吴师傅\n"
    again = hotline(config, "handler", "disable", HANDLER)
    assert (again.exit_code, "no handler has this number" in again.stderr) == (1, True)


def test_a_clock_that_once_ran_ahead_is_believed_again_when_a_person_says_so(config: Path) -> None:
    path = config.parent / "data" / "hotline.db"
    store = Store(path)
    ahead = FastClock(datetime(2060, 1, 1, tzinfo=UTC))
    box_clock = BoxClock(store, ahead)
    ahead.advance(days=2)
    box_clock.note()
    assert not BoxClock(store, RealClock()).is_ok()
    store.close()
    assert hotline(config, "clock", "trust").exit_code == 0
    store = Store(path)
    assert BoxClock(store, RealClock()).is_ok()
    assert store.row("SELECT 1 FROM audit WHERE action = 'clock_trusted' AND role = 'shell'") is not None
    store.close()
