"""What the whole suite covers, over all of its processes: measured where HOTLINE_COVERAGE=1 asks for it.

Every worker of pytest-xdist measures itself; when all have ended, their figures are put together, and less than every
line and branch of the deciding cores (pyproject.toml, [tool.hotline] pure_cores) makes the run a failure.
"""

from __future__ import annotations

import io
import os
import tempfile
import tomllib
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).parents[1]
PURE_CORES: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hotline"][
    "pure_cores"
]
TESTS_A_SAVE = 50
FOLDER = "HOTLINE_COVERAGE_FOLDER"  # where the workers leave their figures


def percent_covered(measured: coverage.Coverage, patterns: list[str], root: Path) -> tuple[float, str]:
    """Branch coverage of the files, and the report with what is missing."""
    report = io.StringIO()
    percent = measured.report(include=_files(patterns, root), show_missing=True, skip_covered=True, file=report)
    return percent, report.getvalue()


def _files(patterns: list[str], root: Path) -> list[str]:
    return [str(path) for pattern in patterns for path in root.glob(pattern)]


class Measured:
    """A pytest plugin: one object in the controller, one in each worker."""

    def __init__(self, config: pytest.Config) -> None:
        self._worker: str = getattr(config, "workerinput", {}).get("workerid", "")
        if FOLDER not in os.environ:
            os.environ[FOLDER] = tempfile.mkdtemp(prefix="hotline-coverage-")
        self._data = Path(os.environ[FOLDER]) / "coverage"
        self._is_split = bool(getattr(config.option, "numprocesses", None))
        self._report, self._tests, self._is_on = "", 0, True
        self._coverage: coverage.Coverage | None = None
        if self._worker or not self._is_split:
            # Only what is judged: to follow every line of the product would double the time of the run.
            self._coverage = coverage.Coverage(
                data_file=str(self._data),
                data_suffix=self._worker or True,
                config_file=str(ROOT / "pyproject.toml"),
                source_pkgs=[],
                include=_files(PURE_CORES, ROOT),
            )
            self._coverage.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """The browser's driver runs in greenlets, which the tracer would count on the wrong stack: it looks away."""
        if self._coverage is None:
            return
        is_wanted = item.get_closest_marker("browser") is None
        if is_wanted and not self._is_on:
            self._coverage.start()
        elif self._is_on and not is_wanted:
            self._coverage.stop()
        self._is_on = is_wanted

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self) -> None:
        """Figures on disk survive a worker that crashes."""
        self._tests += 1
        if self._coverage is not None and self._tests % TESTS_A_SAVE == 0:
            self._coverage.save()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._coverage is not None:
            self._coverage.stop()
            self._coverage.save()
        if not self._worker:
            self._judge(session)

    def _judge(self, session: pytest.Session) -> None:
        together = coverage.Coverage(data_file=str(self._data), config_file=str(ROOT / "pyproject.toml"))
        together.combine([str(self._data.parent)])
        percent, report = percent_covered(together, PURE_CORES, ROOT)
        self._report = f"{percent:.2f} % of the deciding cores' lines and branches are covered"
        if percent < 100:
            self._report = f"FAILED: {report}\n{self._report}; all are asked for"
            session.exitstatus = max(session.exitstatus, pytest.ExitCode.TESTS_FAILED)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("coverage")
        terminalreporter.line(self._report)
