"""The deciding cores are tested to the last line and branch. The list stands in pyproject.toml, [tool.hotline]."""

from __future__ import annotations

from pathlib import Path

import coverage
import pytest

from tests.covered import PURE_CORES, percent_covered
from tests.house.tree import ROOT


@pytest.mark.parametrize("pattern", PURE_CORES)
def test_every_listed_core_exists(pattern: str) -> None:
    assert list(ROOT.glob(pattern))


def test_one_branch_never_taken_is_less_than_all(tmp_path: Path) -> None:
    module = tmp_path / "half_tested.py"
    module.write_text("def sign(number):\n    if number < 0:\n        return -1\n    return 1\n\n\nsign(3)\n")
    measured = coverage.Coverage(branch=True, data_file=None, include=[str(module)], config_file=False)
    with measured.collect():
        exec(compile(module.read_text(), str(module), "exec"), {})
    percent, report = percent_covered(measured, ["half_tested.py"], tmp_path)
    assert percent < 100
    assert "half_tested.py" in report
