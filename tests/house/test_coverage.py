"""The deciding cores are tested to the last line and branch. The list stands in pyproject.toml, [tool.hotline]."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

import coverage
import pytest

from tests.house.tree import ROOT

PURE_CORES: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hotline"][
    "pure_cores"
]


def percent_covered(measured: coverage.Coverage, patterns: list[str], root: Path) -> tuple[float, str]:
    """Branch coverage of the files, and the report with what is missing."""
    report = io.StringIO()
    paths = [str(path) for pattern in patterns for path in root.glob(pattern)]
    percent = measured.report(include=paths, show_missing=True, skip_covered=True, file=report)
    return percent, report.getvalue()


@pytest.mark.parametrize("pattern", PURE_CORES)
def test_every_listed_core_exists(pattern: str) -> None:
    assert list(ROOT.glob(pattern))


@pytest.mark.coverage_gate
def test_pure_cores_are_covered_to_the_last_branch() -> None:
    measured = coverage.Coverage.current()
    assert measured is not None
    percent, report = percent_covered(measured, PURE_CORES, ROOT)
    assert percent == 100, report


def test_one_branch_never_taken_is_less_than_all(tmp_path: Path) -> None:
    module = tmp_path / "half_tested.py"
    module.write_text("def sign(number):\n    if number < 0:\n        return -1\n    return 1\n\n\nsign(3)\n")
    measured = coverage.Coverage(branch=True, data_file=None, include=[str(module)], config_file=False)
    with measured.collect():
        exec(compile(module.read_text(), str(module), "exec"), {})
    percent, report = percent_covered(measured, ["half_tested.py"], tmp_path)
    assert percent < 100
    assert "half_tested.py" in report
