"""The lock files: every package exact and with its sums, and in step with pyproject.toml."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from appliance import __version__
from tests.house.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ["requirements.txt", "requirements-dev.txt"]


def pinned(text: str) -> dict[str, tuple[str, int]]:
    """Name -> (version, number of sums) of a lock file. ValueError for a line that pins nothing."""
    packages: dict[str, tuple[str, int]] = {}
    joined = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^\s*#.*\n", "", text))
    for line in filter(None, joined.splitlines()):
        match = re.fullmatch(r"([\w.-]+)==([\w.]+)\s*(?:;[^#]*?)?((?:\s*--hash=sha256:[0-9a-f]{64})+)", line.strip())
        if match is None:
            raise ValueError(line)
        packages[canonicalize_name(match[1])] = (match[2], match[3].count("--hash"))
    return packages


def lock(name: str) -> dict[str, tuple[str, int]]:
    return pinned((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_one_version_with_sums(name: str) -> None:
    packages = lock(name)
    assert packages
    assert all(sums >= 1 for _, sums in packages.values())


@pytest.mark.parametrize(
    "line", ["click>=8.1", "click==8.1.8", "-r other.txt", "click @ file.whl --hash=sha256:" + "0" * 64]
)
def test_a_loose_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=re.escape(line[:5])):
        pinned(line + "\n")


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        (PROJECT["project"]["dependencies"], "requirements.txt"),
        (PROJECT["dependency-groups"]["dev"], "requirements-dev.txt"),
    ],
)
def test_lock_follows_the_project(wanted: list[str], name: str) -> None:
    packages = lock(name)
    for requirement in map(Requirement, wanted):
        version, _ = packages[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement}, but {name} has {version}: run `make lock`"


def test_developers_have_all_that_the_box_has_in_the_same_version() -> None:
    ours, developers = lock("requirements.txt"), lock("requirements-dev.txt")
    assert {name: developers.get(name) for name in ours} == ours


def test_huey_stays_below_four() -> None:
    # appliance/jobs.py overrides a method of its consumer; a new major version has to be read first.
    huey = next(each for each in map(Requirement, PROJECT["project"]["dependencies"]) if each.name == "huey")
    assert huey.specifier.contains("3.5.4")
    assert not huey.specifier.contains("4.0")
    assert not huey.specifier.contains("3.4.9")


def test_the_two_places_that_name_the_python_agree() -> None:
    installer = (ROOT / "install.sh").read_text(encoding="utf-8")
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.14"
    assert "not (3, 11) <= sys.version_info[:2] < (3, 14)" in installer
    assert Path(ROOT / "requirements.txt").is_file()


def imported_by(package: str) -> set[str]:
    """Top-level names of everything the package's files import."""
    names: set[str] = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("package", ["appliance", "modem", "web", "db"])
def test_what_the_product_imports_is_asked_for_in_the_project_file(package: str) -> None:
    asked = {canonicalize_name(Requirement(each).name) for each in PROJECT["project"]["dependencies"]}
    brought_by = importlib.metadata.packages_distributions()
    ours = {"appliance", "modem", "web", "db"}
    unasked = {
        name
        for name in imported_by(package) - ours - set(sys.stdlib_module_names)
        if not asked & {canonicalize_name(each) for each in brought_by.get(name, [])}
    }
    assert unasked == set()


def test_a_release_has_its_chapter_in_the_changelog() -> None:
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
