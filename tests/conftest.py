"""Rules for the whole suite: the house is looked at first, coverage is measured, and CI accepts no skipped test."""

from __future__ import annotations

import os
from collections.abc import Generator

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
    if os.environ.get("HOTLINE_COVERAGE") == "1":
        config.pluginmanager.register(Measured(config))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The house first; each worker begins with its share of the slow tests, so that none is left alone with one."""
    for item in items:
        if _has_true_processes(item):
            item.add_marker(pytest.mark.flaky(reruns=1))
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


def _has_true_processes(item: pytest.Item) -> bool:
    """Whether other processes take part in it: they share two cores, and a browser may die in its machine code.

    Such a test has a second try; the first one's failure is printed (install.sh asks for it), and twice it fails. What
    hypothesis found is no matter of luck.
    """
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        return False
    is_among_them = item.nodeid.startswith(("tests/journeys/", "tests/modem/"))
    return is_among_them or any(item.get_closest_marker(name) for name in ("browser", "slow"))


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
