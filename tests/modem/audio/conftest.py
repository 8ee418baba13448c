from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import needs
from tests.modem.audio.alsa_bench import AlsaBench


@pytest.fixture
def headset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AlsaBench]:
    needs.program("arecord", package="alsa-utils")
    needs.program("aplay", package="alsa-utils")
    bench = AlsaBench(tmp_path, monkeypatch)
    yield bench
    bench.stop()
