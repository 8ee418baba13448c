"""Programs of Debian that some tests drive. Where one is missing the test is skipped and says how to get it;
with CI=true tests/conftest.py turns that skip into a failure.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def find(name: str) -> str | None:
    """The full path of a program, or None where it is not installed."""
    return shutil.which(name, path=_PATH)


def program(name: str, *, package: str) -> str:
    """The full path of a program, or the test is skipped."""
    found = find(name)
    if found is None:
        pytest.skip(f"{name} is not installed (as root: apt-get install {package})")
    return found


def folder(path: Path, *, package: str) -> Path:
    """A folder that Debian packages fill, or the test is skipped."""
    if not path.is_dir():
        pytest.skip(f"{path} is not there (as root: apt-get install {package})")
    return path
