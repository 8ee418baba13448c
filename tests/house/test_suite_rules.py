"""The suite's own rules in tests/conftest.py, tried on small suites in a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import needs, rounds
from tests.house.tree import ROOT

SKIPS = """\
import pytest

def test_that_passes():
    pass

def test_that_lacks_a_program():
    pytest.skip("no such program here")
"""
SKIPS_WHOLE = """\
import pytest

pytest.importorskip("a_package_nobody_has")
"""
HALF_TESTED = """\
def test_the_cores_are_imported_and_nothing_more():
    import modem.tpdu
"""


def suite(folder: Path, text: str, *words: str, ci: str, coverage: str = "") -> tuple[int, str]:
    (folder / "test_small.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", *words]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "HOTLINE_COVERAGE": coverage}
    environment.pop("HOTLINE_COVERAGE_FOLDER", None)
    options = ["-c", os.devnull, "--rootdir", str(folder)]
    done = subprocess.run(
        [*command, *options, "-rA"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_skipped_test_is_a_failure_in_ci_and_names_its_reason(tmp_path: Path) -> None:
    code, text = suite(tmp_path, SKIPS, ci="true")
    assert code == 1
    assert "1 failed, 1 passed" in text
    assert "no such program here" in text


def test_a_skipped_test_is_a_skip_elsewhere(tmp_path: Path) -> None:
    code, text = suite(tmp_path, SKIPS, ci="")
    assert code == 0
    assert "1 passed, 1 skipped" in text


def test_a_whole_file_skipped_is_a_failure_in_ci(tmp_path: Path) -> None:
    code, text = suite(tmp_path, SKIPS_WHOLE, ci="true")
    assert code != 0
    assert "a_package_nobody_has" in text
    assert suite(tmp_path, SKIPS_WHOLE, ci="")[0] != 1


@pytest.mark.parametrize("processes", [[], ["-n", "2"]], ids=["one process", "two workers"])
def test_a_run_that_leaves_a_core_uncovered_fails_and_names_it(tmp_path: Path, processes: list[str]) -> None:
    code, text = suite(tmp_path, HALF_TESTED, *processes, ci="", coverage="1")
    assert code == 1, text
    assert "modem/tpdu.py" in text
    assert "1 passed" in text
    assert suite(tmp_path, HALF_TESTED, ci="")[0] == 0


def test_a_missing_program_is_named_with_its_package(tmp_path: Path) -> None:
    text = "from tests import needs\n\ndef test_it():\n    needs.program('no-such-program', package='its-package')\n"
    _, said = suite(tmp_path, text, ci="")
    assert "no-such-program is not installed (as root: apt-get install its-package)" in said
    assert needs.program("sh", package="dash").endswith("/sh")


def test_the_soak_repeats_more_often() -> None:
    assert rounds.count(200, soak=20_000) == (20_000 if rounds.is_soak() else 200)
