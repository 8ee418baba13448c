"""install.sh: what it refuses, what a dry run says, and that a second start builds nothing.

A real .venv is made here from empty lock files (no network); the full lock is proven by whoever runs this suite
through `./install.sh test`, and on a bare system by `make fresh-root`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

OFFICE = """\
import os, sys
print("office", os.getcwd(), *sys.argv[1:])
"""


def start(
    folder: Path, *arguments: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(folder / "install.sh"), *arguments],
        cwd=cwd or folder,
        env={**os.environ, "HOTLINE_PYTHON": sys.executable, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def unpack(folder: Path) -> Path:
    """The installer in a tree of its own, with a two-line office and nothing to download."""
    (folder / "appliance").mkdir(parents=True)
    (folder / "appliance" / "__main__.py").write_text(OFFICE, encoding="utf-8")
    (folder / "requirements.txt").write_text("# empty\n", encoding="utf-8")
    (folder / "requirements-dev.txt").write_text("# empty\n", encoding="utf-8")
    shutil.copy(ROOT / "install.sh", folder)
    return folder


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    return unpack(tmp_path / "hotline box")  # people do keep things in folders with a blank


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree whose demo was started once. Tests leave it as they found it."""
    folder = unpack(tmp_path_factory.mktemp("built") / "hotline box")
    first = start(folder, "demo", "--port", "8080", cwd=folder.parent)
    assert first.returncode == 0, first.stderr
    assert "making .venv" in first.stderr
    assert first.stdout == f"office {folder.parent} demo --port 8080\n"  # from where it was called, options handed on
    return folder


def test_a_second_start_builds_nothing_and_says_nothing(built: Path) -> None:
    second = start(built, "demo")
    assert second.stdout == f"office {built} demo\n"
    assert second.stderr == ""


def test_hotline_command_works_from_any_folder(built: Path, tmp_path: Path) -> None:
    command = [str(built / ".venv" / "bin" / "hotline"), "status", "--json"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said == f"office {tmp_path} status --json\n"


def test_a_changed_lock_file_builds_the_venv_anew(built: Path) -> None:
    lock = built / "requirements.txt"
    lock.write_text("# changed\n", encoding="utf-8")
    plan = start(built, "demo", "--dry-run").stderr
    lock.write_text("# empty\n", encoding="utf-8")
    assert "-m venv --clear" in plan
    assert "-m venv" not in start(built, "demo", "--dry-run").stderr


def test_a_venv_that_no_longer_runs_is_built_anew(built: Path) -> None:
    python = built / ".venv" / "bin" / "python"
    kept = python.rename(python.with_name("python.kept"))  # as when the system's Python moved on
    plan = start(built, "demo", "--dry-run").stderr
    kept.rename(python)
    assert "-m venv --clear" in plan


def test_a_moved_folder_is_noticed(built: Path) -> None:
    moved = built.rename(built.with_name("moved"))
    plan = start(moved, "demo", "--dry-run").stderr
    moved.rename(built)
    assert "-m venv --clear" in plan


def test_the_tests_build_on_the_venv_of_the_demo(built: Path) -> None:
    plan = start(built, "bench", "--dry-run").stderr
    assert "-m venv" not in plan
    assert "requirements-dev.txt" in plan


def test_a_package_without_its_checksum_is_refused(unpacked: Path) -> None:
    (unpacked / "requirements.txt").write_text("click==8.1.8\n", encoding="utf-8")
    refused = start(unpacked, "demo")
    assert refused.returncode != 0
    assert "hash" in refused.stderr.lower()
    assert "office" not in refused.stdout


@pytest.mark.parametrize("mode", ["demo", "test", "bench", "soak"])
def test_dry_run_says_the_steps_and_leaves_no_trace(mode: str, unpacked: Path) -> None:
    before = sorted(unpacked.rglob("*"))
    plan = start(unpacked, mode, "--dry-run")
    assert plan.returncode == 0, plan.stderr
    assert plan.stdout == ""
    assert "would run" in plan.stderr
    assert "pip install" in plan.stderr
    assert "--require-hashes" in plan.stderr
    assert sorted(unpacked.rglob("*")) == before


@pytest.mark.parametrize("arguments", [[], ["--offline", "wheels"], ["--uninstall"], ["--unattended", "answers"]])
def test_what_this_version_cannot_do_is_said(arguments: list[str], unpacked: Path) -> None:
    refused = start(unpacked, *arguments)
    assert refused.returncode == 2
    assert "not in this version" in refused.stderr


def test_an_unknown_mode_shows_the_usage(unpacked: Path) -> None:
    refused = start(unpacked, "dmeo")
    assert refused.returncode == 2
    assert "unknown mode: dmeo" in refused.stderr
    assert "Usage:" in refused.stderr


def test_a_python_that_does_not_fit_is_named(unpacked: Path) -> None:
    refused = start(unpacked, "demo", HOTLINE_PYTHON="/usr/bin/false")
    assert refused.returncode == 1
    assert "HOTLINE_PYTHON=/usr/bin/false" in refused.stderr


def test_half_a_script_does_nothing(unpacked: Path) -> None:
    script = (unpacked / "install.sh").read_text(encoding="utf-8").splitlines(keepends=True)
    assert script[-1] == 'main "$@"\n'
    (unpacked / "install.sh").write_text("".join(script[:-1]), encoding="utf-8")
    cut = start(unpacked, "demo")
    assert (cut.returncode, cut.stdout, cut.stderr) == (0, "", "")


def test_ci_calls_the_test_mode_and_nothing_else() -> None:
    commands = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert commands[0] == "#!/usr/bin/env bash"
    assert commands[-1] == "exec ./install.sh test"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert os.access(ROOT / "install.sh", os.X_OK)
