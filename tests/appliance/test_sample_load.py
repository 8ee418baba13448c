"""The sample load looks like casework: consistent rows, whole histories, found by search, never among people's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.casework import lifecycle
from appliance.cli import main
from appliance.sample_load import Loader, NotForSamples
from tests.appliance.office_bed import Bed


def loader(bed: Bed, seed: int = 1) -> Loader:
    units = [bed.city.id, bed.water.id]
    return Loader(bed.store, bed.clock, bed.key, departments=units, towns=["CQ", "LH"], seed=seed)


@pytest.fixture
def full(tmp_path: Path) -> Bed:
    bed = Bed(tmp_path)
    bed.staff()
    assert loader(bed).load(600) == 600
    return bed


def test_every_ticket_is_where_its_history_leads_and_every_step_is_one_of_the_table(full: Bed) -> None:
    moves = {row.key: row for row in lifecycle.MOVES}
    at: dict[int, str] = {}
    for step in full.store.rows("SELECT * FROM ticket_move ORDER BY ticket_id, id"):
        assert at.get(step["ticket_id"], "") == step["from_status"]
        assert step["to_status"] in (moves[step["move"]].to_status, moves[step["move"]].or_status)
        at[step["ticket_id"]] = step["to_status"]
    shown = {row["id"]: row["status"] for row in full.store.rows("SELECT id, status FROM ticket")}
    assert at == shown
    for row in full.store.rows("SELECT status, is_open, closed_at, due_at, department_id FROM ticket"):
        assert bool(row["is_open"]) is lifecycle.status(row["status"]).is_open
        assert (row["closed_at"] is None) is bool(row["is_open"])
        assert (row["due_at"] is None) is (row["department_id"] is None)


def test_the_office_shows_searches_and_counts_it_like_any_other(full: Bed) -> None:
    row = full.tickets.rows(limit=1).rows[0]
    assert full.tickets.page(row.no, full.li).timeline
    assert any(found.no == row.no for found in full.tickets.search(row.title, limit=600, user=full.li).rows)
    assert full.tickets.check_search(600).is_whole
    assert sum(full.tickets.counts(full.li)[stage.key] for stage in lifecycle.STAGES) == 600
    assert full.tickets.queue(full.li)


def test_the_same_seed_makes_the_same_tickets_and_more_can_be_added(tmp_path: Path, full: Bed) -> None:
    (tmp_path / "other").mkdir()
    other = Bed(tmp_path / "other")
    other.staff()
    loader(other).load(600)
    assert other.rows("note_words") == full.rows("note_words")
    words = [row[1:6] for row in full.rows("ticket_words")]
    assert [row[1:6] for row in other.rows("ticket_words")] == words
    loader(full, seed=2).load(100)
    assert len(full.rows("ticket")) == 700


def test_among_peoples_own_tickets_it_is_refused(tmp_path: Path) -> None:
    bed = Bed(tmp_path)
    bed.ticket("accepted")
    with pytest.raises(NotForSamples):
        loader(bed).load(5)
    assert len(bed.rows("ticket")) == 1


def test_a_new_ticket_gets_the_next_number(full: Bed) -> None:
    assert full.ticket("accepted").no == 601


def test_the_command_fills_an_empty_box_with_the_sample_county(tmp_path: Path) -> None:
    config = tmp_path / "config.ini"
    config.write_text(f"[office]\nname = t\nshort_name = t\n[data]\ndirectory = {tmp_path / 'data'}\n", "utf-8")
    done = CliRunner().invoke(main, ["--config", str(config), "sample-data", "--tickets", "50"])
    assert (done.exit_code, "50 invented tickets" in done.output) == (0, True)
    shown = CliRunner().invoke(main, ["--config", str(config), "export", "tickets"])
    assert shown.output.count("\n") >= 50
    assert CliRunner().invoke(main, ["--config", str(config), "sample-data", "--tickets", "0"]).exit_code == 2
