"""What the reliability stories counted is shown at the end of the run, one line each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

TOLD = pytest.StashKey[list[str]]()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keeps one line for the end of the run."""
    told: list[str] = request.config.stash.setdefault(TOLD, [])
    return told.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told = terminalreporter.config.stash.get(TOLD, [])
    if told:
        terminalreporter.section("reliability")
        for line in told:
            terminalreporter.line(line)
