"""The files of this repository, for tests about the repository itself."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What never belongs to the product; used where there is no git to ask (an unpacked archive, a bare system).
_STRAY = {
    ".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache",
    "__pycache__", "demo-data", "build", ".coverage",
}  # fmt: skip


def files(root: Path = ROOT) -> tuple[Path, ...]:
    """Every file of the product, tracked or about to be, as paths relative to `root`."""
    listed = _of_git(root) or _of_disk(root)
    return tuple(sorted(path for path in listed if (root / path).is_file()))


def _of_git(root: Path) -> list[Path]:
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return []
    # The folder may belong to somebody else (CI checks out as another user): that is no danger for a listing.
    ask = [git, "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(ask, cwd=root, capture_output=True, text=True, check=True).stdout
    return [Path(name) for name in answer.split("\0") if name]


def _of_disk(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        inside = path.relative_to(root)
        if not _STRAY.intersection(inside.parts) and not inside.name.endswith(".pyc"):
            yield inside


def text_of(path: Path) -> str | None:
    """The text of a file; None for pictures and other binary files."""
    raw = path.read_bytes()
    if b"\0" in raw:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
