"""From exec to the first page, and the memory held then."""

from __future__ import annotations

import statistics
import time
import urllib.request
from pathlib import Path

from tests.bench.figure import Figure
from tests.journeys.box import Box
from tests.support import Simulator

STARTS = 7


def measure(folder: Path) -> list[Figure]:
    with Simulator(folder, "line1") as town:
        box = Box(folder, {"line1": town.link})
        box.staff()
        taken = []
        for _ in range(STARTS):
            begun = time.monotonic()
            with box:
                urllib.request.urlopen(box.url + "/login", timeout=5).read()
                taken.append(time.monotonic() - begun)
                begun = time.monotonic()
                box.stop()
                stopping = time.monotonic() - begun
    return [
        Figure(
            "start to first page, median", statistics.median(taken), "s", "<= 1.0 s", statistics.median(taken) <= 1.0
        ),
        Figure("clean stop, last", stopping, "s", "<= 5 s", stopping <= 5),
    ]
