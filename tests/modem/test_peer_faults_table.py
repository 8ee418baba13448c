"""The table of the library's faults names every test of a fault, and only tests there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
TABLE = HERE.parents[1] / "docs" / "decisions" / "0011-what-the-library-loses.md"
FAULTS = [*(f"D{number}" for number in range(1, 12)), *(f"P{number}" for number in range(1, 9))]


def rows() -> list[tuple[str, str, str, str]]:
    """Fault, what happens, library's tests, ours."""
    lines = [line for line in TABLE.read_text().splitlines() if re.match(r"\| [DP]\d", line)]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [(fault, what, shown, ours) for fault, what, shown, ours in cells]


def named(text: str) -> set[str]:
    return set(re.findall(r"`(test_\w+)`", text))


def written() -> set[str]:
    trees = [ast.parse(path.read_text()) for path in HERE.glob("test_peer_faults_*.py") if path != Path(__file__)]
    return {node.name for tree in trees for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}  # fmt: skip


def test_the_table_has_every_fault() -> None:
    assert [fault for fault in FAULTS if fault not in {row[0] for row in rows()}] == []


def test_each_row_shows_the_fault_and_names_what_ours_does() -> None:
    for fault, what, shown, ours in rows():
        begins = f"test_{fault.lower()}_"
        assert named(shown), what
        assert all(name.startswith(begins + "library_") for name in named(shown)), what
        assert named(ours) or ours == "the same test", what


def test_the_table_and_the_tests_are_in_step() -> None:
    assert named(TABLE.read_text()) == written()
