"""Rules for the whole suite: the house is looked at first, coverage is measured, and CI accepts no skipped test."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import rounds
from tests.covered import Measured

IN_CI = os.environ.get("CI") == "true"

# No deadline: how fast a shared machine happens to be proves nothing (speed is measured by `./install.sh bench`).
settings.register_profile(
    "hotline",
    deadline=None,
    max_examples=rounds.count(100, soak=5000),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("hotline")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_Crashes())
    if os.environ.get("HOTLINE_COVERAGE") == "1":
        config.pluginmanager.register(Measured(config))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The house first; each worker begins with its share of the slow tests, so that none is left alone with one."""
    house = [item for item in items if "tests/house/" in item.nodeid]
    others = [item for item in items if "tests/house/" not in item.nodeid]
    slow = [item for item in others if item.get_closest_marker("slow")]
    quick = [item for item in others if not item.get_closest_marker("slow")]
    count = int(getattr(config, "workerinput", {}).get("workercount", 1))
    items[:] = [
        item
        for worker in range(count)
        for share in (house, slow, quick)
        for item in share[len(share) * worker // count : len(share) * (worker + 1) // count]
    ]


class _Crashes:
    """A test whose process dies in machine code of a library is told as "rerun" and runs once more; twice it fails."""

    def __init__(self) -> None:
        self._before: set[str] = set()

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: pytest.TestReport, sched: Any) -> None:
        if crashitem not in self._before:
            self._before.add(crashitem)
            sched.mark_test_pending(crashitem)
            report.outcome = "rerun"  # type: ignore[assignment]

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        return ("rerun", "R", "RERUN") if str(report.outcome) == "rerun" else None


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
