"""One office with its pages per test, copied from one that was furnished once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.house import House, copy_of, furnish


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("furnished")
    furnish(folder)
    return folder


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    house = House(copy_of(furnished, tmp_path / "data"))
    yield house
    house.close()


@pytest.fixture
def demo(furnished: Path, tmp_path: Path) -> Iterator[House]:
    """The same with the simulated town's page."""
    house = House(copy_of(furnished, tmp_path / "data"), is_demo=True)
    yield house
    house.close()
