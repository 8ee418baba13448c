"""A million cases over the AT engine, the conversation and the PDU code; ten million in the soak."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import rounds
from tests.modem.fuzz import drive
from tests.modem.fuzz.plants import PLANTS

ROOT = Path(__file__).parents[3]
CASES = rounds.count(1_000_000, soak=10_000_000)
SHARES = {"conversation": 0.01, "engine": 0.09, "submit": 0.03, "pdu": 0.55, "join": 0.32}  # the slowest first
PLANTED_CASES = 50_000
PATIENCE_S = rounds.count(1800, soak=40_000)

Ran = tuple[int, str]


def fuzz(target: str, *words: str) -> Ran:
    """Exit code and what was said of the run and its end."""
    command = [sys.executable, "-m", "tests.modem.fuzz.drive", target, *words]
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE_S, check=False
    )
    return done.returncode, done.stdout.decode(errors="replace")[-20_000:]


@pytest.mark.slow
@pytest.mark.parametrize("target", SHARES)
def test_no_case_breaks_anything(target: str) -> None:
    code, text = fuzz(target, "--runs", str(round(CASES * SHARES[target])))
    assert code == 0, text
    done = re.search(r"Done (\d+) runs", text)
    assert done, text
    assert int(done[1]) >= round(CASES * SHARES[target])


def test_every_target_has_its_share() -> None:
    assert set(SHARES) == set(drive.TARGETS)
    assert sum(SHARES.values()) == pytest.approx(1.0)


def test_the_search_is_led_by_coverage_where_that_can_be_installed() -> None:
    has_wheel = sys.platform == "linux" and platform.machine() == "x86_64"  # as pyproject.toml asks for it
    assert drive.has_atheris() or not has_wheel


@pytest.mark.slow
@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_bug_is_found_and_can_be_replayed(plant: str) -> None:
    target, _ = PLANTS[plant]
    code, text = fuzz(target, "--plant", plant, "--runs", str(PLANTED_CASES))
    assert code == drive.FAILED, text
    again = re.search(r"^again: python -m tests\.modem\.fuzz\.drive (.*)$", text, re.MULTILINE)
    assert again, text
    assert fuzz(*again[1].split())[0] == drive.FAILED
    repaired = [word for word in again[1].split() if word not in ("--plant", plant)]
    assert fuzz(*repaired)[0] == 0


@pytest.mark.parametrize("target", drive.TARGETS)
def test_our_own_mutator_runs_every_target(target: str) -> None:
    assert fuzz(target, "--search", "own", "--runs", "300") == (0, "Done 300 runs\n")


def test_our_own_mutator_finds_a_planted_bug() -> None:
    code, text = fuzz("pdu", "--search", "own", "--plant", "decode-fails-on-one-octet", "--runs", "100000")
    assert code == drive.FAILED, text
    assert "IndexError" in text
