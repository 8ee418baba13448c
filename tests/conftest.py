"""Rules for the whole suite: the house is looked at first, its coverage last, and CI accepts no skipped test."""

from __future__ import annotations

import os
from collections.abc import Generator

import coverage
import pytest
from hypothesis import HealthCheck, settings

from tests import rounds

IN_CI = os.environ.get("CI") == "true"

# No deadline: how fast a shared machine happens to be proves nothing (speed is measured by `./install.sh bench`).
settings.register_profile(
    "hotline",
    deadline=None,
    max_examples=rounds.count(100, soak=5000),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("hotline")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    gates = [item for item in items if item.get_closest_marker("coverage_gate")]
    others = [item for item in items if item not in gates]
    others.sort(key=lambda item: "tests/house/" not in item.nodeid)
    # Only `coverage run -m pytest` over the whole suite can tell what is covered.
    is_measured = coverage.Coverage.current() is not None
    items[:] = others + gates if is_measured else others
    if not is_measured:
        config.hook.pytest_deselected(items=gates)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CI=true, and this was skipped. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report
