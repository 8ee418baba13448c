"""The measurements themselves, with counts too small to mean anything: that they run, count right, draw the table."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import flood8, peers_intake, peers_outbox
from tests.bench.figure import Figure, SideBySide, percentile, tables
from tests.bench.processes import cost_of
from tests.bench.programs import GSMMODEM, OURS, fresh


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert [percentile(values, percent) for percent in (1, 50, 99, 100)] == [1.0, 50.0, 99.0, 100.0]
    assert percentile([7.0], 99) == 7.0


def test_the_table_shows_every_program_every_ratio_and_what_was_missed() -> None:
    rate = SideBySide("intake", "PDU/s", {"ours": 30.0, "slow": 12.0}, ">= 2 x slow", is_reached=True)
    lost = SideBySide("lost", "PDU", {"ours": 1.0, "slow": 0.0}, "0", is_reached=False)
    lines = tables([Figure("start", 0.5, "s", "<= 1 s", is_reached=True), rate, lost], "ours", ("slow", "gone"))
    single, compared = lines.split("\n\n")
    assert single.splitlines()[2].split() == ["start", "0.5", "s", "<=", "1", "s", "ok"]
    head, _, first, second = compared.splitlines()
    assert " ".join(head.split()) == "what unit ours slow gone ours : slow ours : gone goal note"
    assert " ".join(first.split()) == "intake PDU/s 30 12 - 2.50 - >= 2 x slow ok"
    assert " ".join(second.split()) == "lost PDU 1 0 - - - 0 NOT"


def test_the_cost_of_a_program_holds_that_of_its_children() -> None:
    child = "sum(range(5 * 10**7)); print('x', flush=True); input()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read(1) == b"x"
        cost = cost_of(process.pid)
        process.communicate(b"\n")
    assert cost.cpu_s > 0.1
    assert cost.peak_rss_mb > 10


def test_intake_is_measured_side_by_side(tmp_path: Path) -> None:
    way = peers_intake.Way("tiny", ("--baud", "115200"), {OURS: 6, GSMMODEM: 6}, is_answerless=True)
    rows = {row.what.strip(): row for row in peers_intake.of_way(tmp_path, way) if isinstance(row, SideBySide)}
    assert rows["lost"].found == {OURS: 0, GSMMODEM: 0}
    for program in (OURS, GSMMODEM):
        assert 1 < rows["intake, tiny"].found[program] < 33
        assert 340 < rows["bytes on the line"].found[program] < 1000


def test_what_a_program_loses_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.programs.Gsmmodem.kept", lambda self: [])
    way = peers_intake.Way("tiny", (), {GSMMODEM: 2}, is_answerless=False)
    assert peers_intake.taken_by(tmp_path, GSMMODEM, way).lost == 2


def test_sending_is_measured_without_the_start(tmp_path: Path) -> None:
    way = peers_outbox.Way("tiny", (), network_s=0.1)
    queue = peers_outbox.queued_box(tmp_path / "queue", 5)
    for program in (OURS, GSMMODEM):
        sent = peers_outbox.sent_by(fresh(tmp_path / program), program, way, 5, queue)
        assert 100 <= sent.each_ms < 5000
        assert sent.bytes_each > 250  # about 340; where the count begins is uncertain by half a message


def test_lines_flooded_at_once_are_measured_while_calls_ring(tmp_path: Path) -> None:
    flood = flood8.Flood("tiny", ("--baud", "115200"), 20, 0.05, ring_has_goal=True)
    outcome = flood8.of(tmp_path, flood, lines=2)
    assert (outcome.lost, outcome.unheard) == (0, 0)
    assert len(outcome.taken_s) == 2
    assert min(outcome.taken_s) >= 19 * 0.05
    assert outcome.ring_ms
    assert outcome.peak_mb > 10
