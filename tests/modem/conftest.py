"""Modules on ptys that are unplugged when a test is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.modem.pty_module import PtyModule


@pytest.fixture
def plug_in(tmp_path: Path) -> Iterator[Callable[..., PtyModule]]:
    """Plug in a module at a name below the test's own folder."""
    modules: list[PtyModule] = []

    def plug(name: str = "modem0") -> PtyModule:
        modules.append(PtyModule(tmp_path / name))
        return modules[-1]

    yield plug
    for module in modules:
        if module.path.is_symlink():
            module.unplug()
