"""`hotline import knowledge` and `hotline export knowledge`, as a technician types them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli import main

Run = Callable[..., tuple[int, str]]
SHIPPED = {
    name: str(resources.files("appliance").joinpath(f"sample_{name}.csv")) for name in ("departments", "knowledge")
}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    config = tmp_path / "config.ini"
    config.write_text(f"[data]\ndirectory = {tmp_path / 'data'}\n", encoding="utf-8")

    def ran(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["--config", str(config), *words])
        return result.exit_code, result.output

    return ran


def test_what_was_exported_is_imported_again_and_found(run: Run, tmp_path: Path) -> None:
    assert run("import", "departments", SHIPPED["departments"])[0] == 0
    assert run("import", "knowledge", SHIPPED["knowledge"]) == (0, "60 rows of knowledge are known now.\n")
    for shape in ("csv", "jsonl"):
        file = tmp_path / f"out.{shape}"
        assert run("export", "knowledge", "--format", shape, "--to", str(file)) == (0, "60 knowledge.\n")
        assert run("import", "knowledge", str(file)) == (0, "60 rows of knowledge are known now.\n")
    assert run("search", "rebuild") == (0, "0 tickets and 60 articles are in the index.\n")
    assert run("export", "knowledge")[1].count('"version": 1') == 60


def test_without_the_departments_every_row_says_what_to_do_first(run: Run) -> None:
    code, said = run("import", "knowledge", SHIPPED["knowledge"])
    assert code == 1
    assert "rows are wrong, so nothing was taken:" in said
    assert 'Line 2, department: No department has the code "RS". Import the departments first.' in said
    assert run("export", "knowledge") == (0, "0 knowledge.\n")


def test_a_file_of_something_else_is_refused(run: Run) -> None:
    code, said = run("import", "knowledge", SHIPPED["departments"])
    assert code == 1
    assert "Unknown columns:" in said
