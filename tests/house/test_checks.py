"""Style, types, import contracts and shell scripts, as tests: so a test run's one summary tells of them too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import needs
from tests.house.tree import ROOT, files

LINT_IMPORTS = ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]


def said(*command: str, cwd: Path = ROOT) -> tuple[int, str]:
    """Exit code and everything printed."""
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "160"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def python_said(*arguments: str, cwd: Path = ROOT) -> tuple[int, str]:
    return said(sys.executable, *arguments, cwd=cwd)


def test_ruff_has_no_complaint() -> None:
    code, text = python_said("-m", "ruff", "check", "--output-format=concise", ".")
    assert code == 0, text


def test_every_file_is_formatted() -> None:
    code, text = python_said("-m", "ruff", "format", "--check", ".")
    assert code == 0, text


def test_types_are_strict_and_right() -> None:
    code, text = python_said("-m", "mypy")
    assert code == 0, text


def test_import_contracts_are_kept() -> None:
    code, text = python_said(*LINT_IMPORTS)
    assert code == 0, text


def test_shell_scripts_are_clean() -> None:
    shellcheck = needs.program("shellcheck", package="shellcheck")
    scripts = [str(path) for path in files() if path.suffix == ".sh" or path.as_posix() == ".ci/run"]
    assert "install.sh" in scripts
    code, text = said(shellcheck, *scripts)
    assert code == 0, text


@pytest.fixture(scope="module")
def copy_of_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("tree")
    for package in ("appliance", "modem", "web", "db"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


@pytest.mark.parametrize(
    ("path", "line", "contract"),
    [
        ("db/store.py", "import appliance.errors", "Layers"),
        ("appliance/errors.py", "import web", "Layers"),
        ("web/__init__.py", "import db.store", "Pages ask the office alone"),
        ("modem/port.py", "import appliance.clock", "Telephones know nothing of the office"),
        ("appliance/feed.py", "import modem.gsm", "The office speaks in modem.events"),
        ("modem/gsm.py", "import threading", "Telephone cores are fed bytes"),
        ("modem/at.py", "import modem.port", "Telephone cores are fed bytes"),
        ("modem/audio/goertzel.py", "import time", "Telephone cores are fed bytes"),
        ("modem/audio/bridge.py", "import modem.gsm", "Sound knows neither AT"),
        ("modem/gsm.py", "import gsmmodem.pdu", "gsmmodem is known to modem.pdu alone"),
        ("appliance/casework/lifecycle.py", "import time", "Limits and the life of a ticket"),
        ("appliance/limits/hours.py", "import db.store", "Limits and the life of a ticket"),
        ("appliance/callflow/walk.py", "import threading", "Scripts of the call flow"),
        ("modem/fleet.py", "import modem.simulator", "The product does not know its simulator"),
    ],
)
def test_a_forbidden_import_breaks_its_contract(path: str, line: str, contract: str, copy_of_packages: Path) -> None:
    file = copy_of_packages / path
    good = file.read_text(encoding="utf-8")
    file.write_text(f"{good}\n{line}\n", encoding="utf-8")
    try:
        code, text = python_said(*LINT_IMPORTS, cwd=copy_of_packages)
    finally:
        file.write_text(good, encoding="utf-8")
    assert code == 1, text
    broken = [row for row in text.splitlines() if " BROKEN" in row]
    assert any(row.startswith(contract) for row in broken), text


def test_every_module_of_modem_is_held_pure_or_said_to_hold_a_port() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    contracts = {contract["name"]: contract for contract in project["importlinter"]["contracts"]}
    pure = set(contracts["Telephone cores are fed bytes and the time"]["source_modules"])
    with_ports = set(project["hotline"]["modem_with_ports"])
    found = {f"modem.{path.stem}" for path in (ROOT / "modem").glob("*.py") if path.stem != "__init__"}
    packages = {f"modem.{path.parent.name}" for path in (ROOT / "modem").glob("*/__init__.py")} - {"modem.simulator"}
    assert (found | packages) - pure - with_ports == set()
    assert pure & with_ports == set()
