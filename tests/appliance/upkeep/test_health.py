"""One honest answer to "does it work?"."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.upkeep.health import ALARMS
from modem.events import LineState
from tests.appliance.small_office import SmallOffice


@pytest.fixture
def small(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def test_an_office_with_a_ready_line_is_well(small: SmallOffice) -> None:
    report = small.office.health.report()
    assert report["status"] == "ok"
    assert report["lines"] == [{"name": "line1", "state": "ready"}]


def test_a_line_that_is_not_ready_degrades_it(small: SmallOffice) -> None:
    small.line("line1", LineState.NO_SIM)
    assert small.office.health.report()["status"] == "degraded"


def test_a_disk_that_takes_no_write_is_down_until_one_works_again(small: SmallOffice) -> None:
    writer = small.store._writer
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count = {pages}")  # SQLite itself says: the disk is full
    for turn in range(1000):
        small.text(from_=f"138{turn:08d}", text="水管爆了" * 15)
        if small.store.trouble:
            break
    assert "full" in small.store.trouble
    assert small.office.health.report()["status"] == "down"
    assert small.office.health.alarms() == (ALARMS["disk"],)
    writer.execute("PRAGMA max_page_count = 1000000")
    small.services.every_minute["writer"]()
    assert small.office.health.report()["status"] == "ok"
    assert small.office.health.alarms() == ()


def test_a_wrong_clock_is_told_to_everybody(tmp_path: Path) -> None:
    lost = SmallOffice(tmp_path, now=datetime(1970, 1, 1, tzinfo=UTC))
    assert lost.office.health.alarms() == (ALARMS["clock"],)
