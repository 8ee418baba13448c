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
    in_all = {row["status"]: row["n"] for row in store.rows("SELECT status, count(*) AS n FROM ticket GROUP BY 1")}
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
    for story in stories:
        if story["title"]:
            assert rows[story["title"]] == ends[story["until"]], story["title"]
    assert sum(in_all.values()) > sample.HISTORY_TICKETS + len(stories)
    assert in_all["archived"] > 300, "three months of history"
    assert office.audit.verify().is_whole
    assert store.row("SELECT count(*) AS n FROM outbox WHERE state IN ('queued', 'sending')")["n"] == 0  # type: ignore[index]
    store.close()


def test_the_county_has_its_particular_cases(tmp_path: Path) -> None:
    settings = demo.settings_for(0, tmp_path)
    sample.make(settings)
    store = Store(tmp_path / "hotline.db", kind="demo")
    office = Services.for_command(settings, store, RealClock()).office
    cases = sample.county()["cases"]

    def count(what: str) -> int:
        row = store.row(f"SELECT count(*) AS n FROM {what}")
        return int(row["n"]) if row else 0

    assert count("ticket WHERE status = 'merged'") == len(cases["event"]["texts"]) - 1
    assert count(f"ticket_words WHERE title LIKE '{cases['surge']['text'][:10]}%'") == cases["surge"]["count"]
    assert count("conference WHERE state = 'decided'") == 1
    assert count("ticket WHERE redos = 1") == 1
    assert count("ticket WHERE is_confidential = 1 AND status = 'dispatched'") == 1
    assert [row.level for row in office.nuisance.rows(next(u for u in office.users.all() if u.role == "lead"))] == [
        "warn"
    ]
    assert [item.state.key for item in office.agency.items()] == ["received"]
    assert count("article WHERE title_zh <> '' AND title_en <> ''") == 60
    assert count("article_gap WHERE state = 'answered'") == 1
    assert count("ticket_article") == 1
    assert 800 <= count("citizen") <= 1000
    assert count("department") == 23
    assert count("handler") == 25
    assert count("user") == 4
    office.roster.look()
    assert office.roster.phone("leader") == cases["duty"]["leader"][1]
    # Whoever reported wrongdoing is in the vault alone.
    phone = cases["confidential"]["phone"].encode()
    store.close()
    assert not any(phone in path.read_bytes() for path in tmp_path.rglob("hotline.db*"))


def test_the_demo_listens_on_loopback_whatever_the_port(tmp_path: Path) -> None:
    settings = demo.settings_for(8080, tmp_path)
    assert settings.web.listen == ("127.0.0.1", 8080)
    assert replace(settings).data.directory == tmp_path
