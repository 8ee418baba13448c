"""What the reliability stories counted is shown at the end of the run, one line each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

TOLD = "told"


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Keeps one line for the end of the run, in whichever process it is told."""
    return lambda line: record_property(TOLD, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    told = [str(line) for report in reports for name, line in report.user_properties if name == TOLD]
    if told:
        terminalreporter.section("reliability")
        for line in told:
            terminalreporter.line(line)
