"""The documents say what is there: every folder, setting and command, and no link leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from appliance.cli import main
from appliance.config import ConfigError, option_names, parse
from tests.house.tree import ROOT, files

DOCUMENTS = [path for path in files() if path.suffix == ".md" and "vendor" not in path.parts]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:appliance|modem|web|db|tests|tools|systemd|docs)/[\w./-]*)`")


def text(name: str | Path) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def dead_links(document: Path, root: Path = ROOT) -> list[str]:
    links = LINK.findall((root / document).read_text(encoding="utf-8"))
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    return [link for link in local if not (root / document.parent / link).exists()]


def missing_paths(words: str) -> list[str]:
    """Every path of ours in `code marks` that isn't there."""
    return [path for path in PATH.findall(words) if not (ROOT / path).exists()]


def commands(command: click.Command, name: str = "hotline") -> Iterator[str]:
    """Every command that does something, by its full name."""
    if isinstance(command, click.Group):
        for word, part in command.commands.items():
            yield from commands(part, f"{name} {word}")
    else:
        yield name


def undocumented_options(book: str, sections: dict[str, tuple[str, ...]]) -> list[str]:
    """[section] option for each that has no row in the section's table."""
    chapters = dict(re.findall(r"^### `\[(\w+)[^\]]*\]`\n(.*?)(?=^##|\Z)", book, re.MULTILINE | re.DOTALL))
    rows = {
        name: "".join(line.partition("|")[2].partition("|")[0] for line in chapter.splitlines())
        for name, chapter in chapters.items()
    }
    return [
        f"[{name}] {option}"
        for name, options in sections.items()
        for option in options
        if f"`{option}`" not in rows.get(name, "")
    ]


def undocumented_commands(book: str, names: Iterator[str]) -> list[str]:
    return [name for name in names if not re.search(rf"`{re.escape(name)}(?: [^`]*)?`", book)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_no_link_leads_nowhere(document: Path) -> None:
    assert dead_links(document) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_file_that_is_named_exists(document: Path) -> None:
    assert missing_paths(text(document)) == []


def test_architecture_names_every_folder_of_the_product() -> None:
    named = set(PATH.findall(text("docs/architecture.md")))
    packages = {f"{path.parts[0]}/" for path in files() if len(path.parts) > 1 and not path.parts[0].startswith(".")}
    inner = {
        f"{path.parts[0]}/{path.parts[1]}/" for path in files() if path.name == "__init__.py" and len(path.parts) == 3
    }
    wanted = {folder for folder in packages | inner if not folder.startswith("tests/")} | {"tests/"}
    assert wanted - named - {f"{name}/" for name in named} == set()


def test_every_setting_stands_in_the_technicians_book() -> None:
    assert undocumented_options(text("docs/technician.md"), option_names()) == []


def wrong_sections(book: str) -> list[str]:
    """What check-config would say of the lines that a page shows for config.ini."""
    problems: list[str] = []
    for block in re.findall(r"^```\n(.*?)^```", book, re.S | re.M):
        if block.startswith("["):
            try:
                parse(block)
            except ConfigError as wrong:
                problems += wrong.problems
    return problems


def test_every_section_of_the_technicians_book_can_be_copied() -> None:
    assert "```\n[modem " in text("docs/technician.md")
    assert wrong_sections(text("docs/technician.md")) == []
    assert "needs a name" in wrong_sections("```\n[modem town hall]\ndevice = /dev/x\n```\n")[0]


def test_every_command_stands_in_the_technicians_book() -> None:
    assert undocumented_commands(text("docs/technician.md"), commands(main)) == []


def test_the_two_readmes_have_the_same_chapters_commands_and_links() -> None:
    english, chinese = text("README.md"), text("README.zh-CN.md")
    assert english.count("\n## ") == chinese.count("\n## ")
    assert english.count("\n- ") == chinese.count("\n- ")
    for command in ("./install.sh demo", "./install.sh test"):
        assert command in english
        assert command in chinese
    of_english = {link.replace("desk.zh-CN.png", "desk.png") for link in LINK.findall(english)} - {"README.zh-CN.md"}
    of_chinese = {link.replace("desk.zh-CN.png", "desk.png") for link in LINK.findall(chinese)} - {"README.md"}
    assert of_english == of_chinese


def test_the_desk_is_shown_once_its_picture_exists() -> None:
    for name, picture in (("README.md", "desk.png"), ("README.zh-CN.md", "desk.zh-CN.png")):
        path = Path("docs/pictures") / picture
        assert (f"({path})" in text(name)) is (ROOT / path).exists(), name


def test_what_is_missing_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("[here](page.md) [gone](gone.md) [web](https://example.org/)", encoding="utf-8")
    assert dead_links(Path("page.md"), tmp_path) == ["gone.md"]
    assert missing_paths("`db/store.py` and `db/no_such_file.py`") == ["db/no_such_file.py"]

    book = "### `[web]`\n| option | meaning |\n|---|---|\n| `listen` | not `port` |\n## 4\n`hotline user add NAME`\n"
    assert undocumented_options(book, {"web": ("listen", "port"), "log": ("level",)}) == ["[web] port", "[log] level"]
    assert undocumented_commands(book, iter(["hotline user add", "hotline user", "hotline run"])) == ["hotline run"]


def test_the_technicians_guide_says_every_answer_of_healthz() -> None:
    said = text("docs/technician.md").partition("GET /healthz")[2].partition("\n## ")[0]
    source = text("appliance/upkeep/health.py")
    answers = set(re.findall(r'status = "(\w+)"', source))
    assert answers == {"ok", "degraded", "down"}
    assert all(f'"{answer}"' in said for answer in answers)
    assert said.index("200") < said.index('"degraded"') < said.index("503") < said.index('"down"')
