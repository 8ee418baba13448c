"""RING on a line paced to 115200 Bd -> event in two browsers: from the caller's dialling to the event's last byte."""

from __future__ import annotations

import time
from pathlib import Path

from tests.bench.figure import Figure, percentile
from tests.journeys.box import Box
from tests.support import Simulator, eventually

CALLS = 200


def measure(folder: Path) -> list[Figure]:
    with Simulator(folder, "line1", "--baud", "115200") as town:
        box = Box(folder, {"line1": town.link})
        box.staff()
        with box:
            box.ready("line1")
            browsers = [box.seat(name).events() for name in ("wang", "li")]
            eventually(lambda: all(browser.is_open for browser in browsers))
            waited_ms: list[float] = []
            for turn in range(CALLS):
                before = [len(browser.came) for browser in browsers]
                begun = time.monotonic()
                town.ask("ring", number=f"138{turn:08d}")
                for browser, seen in zip(browsers, before, strict=True):
                    waited_ms.append((_first_ring(browser, seen) - begun) * 1000)
                town.ask("hangup")
                time.sleep(0.05)
    return [
        Figure("RING -> browser, p50", percentile(waited_ms, 50), "ms"),
        Figure("RING -> browser, p99", percentile(waited_ms, 99), "ms", "<= 20 ms", percentile(waited_ms, 99) <= 20),
        Figure("RING -> browser, worst", max(waited_ms), "ms", note=f"{len(waited_ms)} events, 2 browsers, 115200 Bd"),
    ]


def _first_ring(browser: object, seen: int) -> float:
    def found() -> float:
        return next((at for at, kind, _ in browser.came[seen:] if kind == "ring"), 0.0)  # type: ignore[attr-defined]

    at: float = eventually(found, 10, every_s=0.001)
    return at
