"""The demo's county: made by the office's own services, so its history is one the office could have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from appliance import demo, sample
from appliance.clock import RealClock
from appliance.services import Services
from db.store import Store


def test_every_story_of_the_county_reaches_the_move_its_file_names(tmp_path: Path) -> None:
    settings = demo.settings_for(0, tmp_path)
    sample.make(settings)
    store = Store(tmp_path / "hotline.db", kind="demo")
    office = Services.for_command(settings, store, RealClock()).office
    rows = {row.title or row.no: row.status for row in office.tickets.rows(limit=50).rows}
    ends = {
        "draft": "draft",
        "accept": "accepted",
        "answer": "closed",
        "dispatch": "dispatched",
        "sign": "in_progress",
        "reply": "review",
        "approve": "survey",
        "rate": "closed",
    }
    stories = sample.county()["tickets"]
    assert len(rows) == len(stories)
    for story in stories:
        if story["title"]:
            assert rows[story["title"]] == ends[story["until"]], story["title"]
    assert office.audit.verify().is_whole
    assert store.row("SELECT count(*) AS n FROM outbox WHERE state IN ('queued', 'sending')")["n"] == 0  # type: ignore[index]
    store.close()


def test_the_demo_listens_on_loopback_whatever_the_port(tmp_path: Path) -> None:
    settings = demo.settings_for(8080, tmp_path)
    assert settings.web.listen == ("127.0.0.1", 8080)
    assert replace(settings).data.directory == tmp_path
