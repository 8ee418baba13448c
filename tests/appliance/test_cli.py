"""What a technician can mend is said in a sentence, with exit code 1 or 2, and never with a Python trace."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli import main


class Shell:
    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.config = folder / "config.ini"
        self.config.write_text(f"[data]\ndirectory = {self.data}\n")

    def run(self, *words: str, stdin: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(main, ["--config", str(self.config), *words], input=stdin)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        return done.exit_code, done.stderr


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    assert shell.run("user", "list") == (0, "")
    return shell


def damage_database(shell: Shell) -> None:
    (shell.data / "hotline.db").write_bytes(b"not a database " * 500)


def empty_database(shell: Shell) -> None:
    for path in shell.data.glob("hotline.db*"):
        path.unlink()
    (shell.data / "hotline.db").touch()


def damage_key(shell: Shell) -> None:
    (shell.data / "keys" / "box.key").write_text("short")


def block_folder(shell: Shell) -> None:
    shell.config.write_text("[data]\ndirectory = /dev/null\n")


@pytest.mark.parametrize(
    "words", [("user", "list"), ("run",), ("sms", "send", "13800010001", "x"), ("search", "rebuild")]
)
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (damage_database, "Restore a backup"),
        (empty_database, "Restore a backup"),
        (damage_key, "Restore it from a backup"),
        (block_folder, "/dev/null"),
    ],
)
def test_what_is_broken_is_named_with_its_cure(
    shell: Shell, harm: Callable[[Shell], None], said: str, words: tuple[str, ...]
) -> None:
    harm(shell)
    code, spoken = shell.run(*words)
    assert (code, said in spoken, "Traceback" in spoken) == (1, True, False), spoken


def test_an_emptied_database_is_not_taken_for_a_new_office(shell: Shell) -> None:
    empty_database(shell)
    shell.run("run")
    assert (shell.data / "hotline.db").stat().st_size == 0


def test_a_place_that_cannot_be_written_is_named(shell: Shell, tmp_path: Path) -> None:
    code, spoken = shell.run("export", "messages", "--to", str(tmp_path / "nowhere" / "x"))
    assert (code, "can't be written" in spoken) == (1, True)


def test_an_export_is_readable_by_its_owner_alone(shell: Shell, tmp_path: Path) -> None:
    os.umask(0o022)
    assert shell.run("export", "audit", "--to", str(tmp_path / "audit.jsonl"))[0] == 0
    assert (tmp_path / "audit.jsonl").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("first_line", ["", "code|name_zh|name_en|kind|handler|phone", "name_zh,code"])
def test_a_list_without_its_columns_names_them(shell: Shell, tmp_path: Path, first_line: str) -> None:
    (tmp_path / "units.csv").write_text(f"{first_line}\nx,y,z,bureau,a,13800010001\n")
    code, spoken = shell.run("import", "departments", str(tmp_path / "units.csv"))
    assert (code, "code,name_zh,name_en,kind,handler,phone" in spoken) == (1, True)


@pytest.mark.parametrize(
    "words",
    [("user", "add"), ("export", "secrets"), ("sms",), ("nonsense",), ("export", "calls", "--since", "22.11.2026")],
)
def test_wrong_usage_ends_with_2(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell.run(*words)[0] == 2
