"""What may not stand in this repository, whoever writes it. Each rule is also shown a file that breaks it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path, PurePath

import pytest

from tests.house.tree import ROOT, files, text_of

# One letter of each word stands in [brackets], so that this file passes its own rules.
MACHINE_PATH = re.compile(
    r"""(?<![\w.])/(?:[w]ork|[t]mp/[a-z]|[r]oot(?=/)|[h]ome/(?!pi\b)\w+|[U]sers/\w+|[m]nt/\w+)(?=/|\b(?![\w-]))"""
)
# Words about how this was written, not about what it does: digests, so that they do not stand here either.
WORKPLACE_WORDS = frozenset(
    {
        "29447fab346b", "3ea125d0bff3", "487b91042c7c", "60965168ce76", "7813670ff886", "7d3194f79e64",
        "897939b397a8", "94a168d2da57", "c70eca6b0f88", "c857d09db23e", "d298391b0743", "de2187af3fb0",
    }
)  # fmt: skip
WORKPLACE_PLACE = re.compile(r"[.][l]ibrary/|\b[i]ssues show\b|/[t]mp/contract")
WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
INDEX_ADDRESS = re.compile(r"(?i)https?://|--(?:extra-)?index-url|--find-links|--trusted-host|\bfile:/")
CHINESE = re.compile(r"[\u2e80-\u2fdf\u3000-\u303f\u3105-\u312f\u31c0-\u31ef\u3400-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")  # fmt: skip  # noqa: E501

CODE = {".py", ".js", ".html", ".css", ".sh", ".jinja"}
SPEAKS_CHINESE = ("tests/",)  # what citizens and offices write is the tests' material
OTHERS = "web/static/vendor/"


def found(rule: re.Pattern[str], paths: Iterable[PurePath], root: Path = ROOT) -> list[str]:
    """Every line that the rule matches, as file:line: what."""
    hits = []
    for path in paths:
        text = text_of(root / path)
        for number, line in enumerate((text or "").splitlines(), start=1):
            if (match := rule.search(line)) is not None:
                hits.append(f"{path}:{number}: {match[0]!r}")
    return hits


def words_found(digests: frozenset[str], paths: Iterable[PurePath], root: Path = ROOT) -> list[str]:
    """Every word whose digest is listed, as file: word."""
    hits = []
    for path in paths:
        words = {word.lower() for word in WORD.findall(text_of(root / path) or "")}
        hits += [f"{path}: {word}" for word in sorted(words) if digest(word) in digests]
    return hits


def digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()[:12]


def ours() -> list[Path]:
    return [path for path in files() if not path.as_posix().startswith(OTHERS)]


def code() -> list[Path]:
    return [path for path in ours() if path.suffix in CODE and not path.as_posix().startswith(SPEAKS_CHINESE)]


def locks() -> list[Path]:
    return [path for path in ours() if path.name.startswith("requirements") and path.suffix == ".txt"]


def test_no_path_of_one_machine_stands_in_the_repository() -> None:
    assert found(MACHINE_PATH, ours()) == []


def test_the_repository_speaks_of_the_product_alone() -> None:
    assert found(WORKPLACE_PLACE, ours()) == []
    assert words_found(WORKPLACE_WORDS, ours()) == []


def test_no_chinese_stands_outside_catalogues_and_data_files() -> None:
    assert found(CHINESE, code()) == []


def test_lock_files_name_no_address() -> None:
    assert len(locks()) == 2
    assert found(INDEX_ADDRESS, locks()) == []


def test_scripts_and_settings_name_no_package_index() -> None:
    rule = re.compile(r"(?i)--(?:extra-)?index-url|--trusted-host|\b(?:pypi|registry)\.[a-z]+|\bPIP_[A-Z_]*INDEX")
    own = [path for path in ours() if path.name in {"install.sh", "Makefile", "pyproject.toml"} or path.suffix == ".sh"]
    assert own
    assert found(rule, own) == []


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (MACHINE_PATH, "path = '/w~ork/main/appliance'"),
        (MACHINE_PATH, "source /t~mp/v/bin/activate"),
        (MACHINE_PATH, "cd /h~ome/li/hotline"),
        (MACHINE_PATH, "cat /r~oot/.config"),
        (WORKPLACE_PLACE, "see `i~ssues show 2`"),
        (CHINESE, 'label = "待受理"'),
        (CHINESE, "label = '，'"),
        (CHINESE, "name = '𠮷'"),
        (INDEX_ADDRESS, "--index-url https://example.org/simple"),
        (INDEX_ADDRESS, "click @ https://example.org/click.whl"),
    ],
)
def test_each_rule_finds_a_file_that_breaks_it(rule: re.Pattern[str], line: str, tmp_path: Path) -> None:
    seeded = line.replace("~", "")  # the mark keeps the rules from finding these very lines
    (tmp_path / "seeded.py").write_text(f"first = 1\n{seeded}\n", encoding="utf-8")
    hits = found(rule, [Path("seeded.py")], tmp_path)
    assert len(hits) == 1
    assert hits[0].startswith("seeded.py:2: ")


def test_a_listed_word_is_found_in_any_case(tmp_path: Path) -> None:
    (tmp_path / "seeded.md").write_text("Written with Tin-Robot.\n", encoding="utf-8")
    assert words_found(frozenset({digest("tin-robot")}), [Path("seeded.md")], tmp_path) == ["seeded.md: tin-robot"]


@pytest.mark.parametrize(
    "line", ["href='/worklist'", "'/tickets/new'", "a/work/b.py", "/tmp/hotline-demo", "/homepage", "/root_page"]
)
def test_addresses_of_pages_are_no_machine_paths(line: str) -> None:
    assert MACHINE_PATH.search(line) is None


def test_a_new_file_is_seen_before_it_is_tracked(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "new.html").write_text("<p>", encoding="utf-8")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "old.pyc").write_bytes(b"\0")
    assert files(tmp_path) == (Path("web/new.html"),)
