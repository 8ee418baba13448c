"""The suite's own rules in tests/conftest.py, tried on small suites in a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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
GATED = """\
import pytest

@pytest.mark.coverage_gate
def test_gate():
    pass

def test_other():
    pass
"""


def suite(folder: Path, text: str, *words: str, ci: str, under_coverage: bool = False) -> tuple[int, str]:
    (folder / "test_small.py").write_text(text, encoding="utf-8")
    measured = ["-m", "coverage", "run", f"--data-file={folder / 'data'}"] if under_coverage else []
    command = [sys.executable, *measured, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", *words]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    options = ["-c", os.devnull, "--rootdir", str(folder), "-o", "markers=coverage_gate"]
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


def test_the_coverage_gate_comes_last_and_only_where_coverage_is_measured(tmp_path: Path) -> None:
    code, text = suite(tmp_path, GATED, "-v", ci="", under_coverage=True)
    assert code == 0, text
    assert 0 < text.index("::test_other PASSED") < text.index("::test_gate PASSED")
    code, text = suite(tmp_path, GATED, "-v", ci="")
    assert code == 0, text
    assert "1 passed, 1 deselected" in text


def test_a_missing_program_is_named_with_its_package(tmp_path: Path) -> None:
    text = "from tests import needs\n\ndef test_it():\n    needs.program('no-such-program', package='its-package')\n"
    _, said = suite(tmp_path, text, ci="")
    assert "no-such-program is not installed (as root: apt-get install its-package)" in said
    assert needs.program("sh", package="dash").endswith("/sh")


def test_the_soak_repeats_more_often() -> None:
    assert rounds.count(200, soak=20_000) == (20_000 if rounds.is_soak() else 200)
