"""An office where nothing happens: memory, processor, wake-ups and bytes written."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.bench.figure import Figure
from tests.journeys.box import Box
from tests.support import Simulator

SETTLE_S = 20
WATCH_S = 130
DAY_S = 86400


def measure(folder: Path) -> list[Figure]:
    with Simulator(folder, "line1") as one, Simulator(folder, "line2") as two:
        box = Box(folder, {"line1": one.link, "line2": two.link})
        box.staff()
        with box:
            box.ready("line1", "line2")
            events = box.seat("wang").events()
            time.sleep(SETTLE_S)
            assert box.process is not None
            pid = box.process.pid
            before = _look(pid)
            time.sleep(WATCH_S)
            after = _look(pid)
            assert events.is_open
    written_mb = (after["written"] - before["written"]) * DAY_S / WATCH_S / 1e6
    cpu = (after["cpu_s"] - before["cpu_s"]) * 100 / WATCH_S
    switches = (after["switches"] - before["switches"]) / WATCH_S
    rss_mb = after["rss"] / 1e6
    return [
        Figure("idle memory (RSS), 2 modems, 1 browser", rss_mb, "MB", "<= 60 MB", rss_mb <= 60),
        Figure("idle processor", cpu, "% of a core", "<= 0.5 %", cpu <= 0.5),
        Figure("idle wake-ups", switches, "/s", "<= 20 /s", switches <= 20),
        Figure("idle bytes written", written_mb, "MB/day", "<= 1 MB/day", written_mb <= 1, f"watched {WATCH_S} s"),
    ]


def _look(pid: int) -> dict[str, float]:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    io = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    ticks = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    switches = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        for line in (task / "status").read_text().splitlines():
            if "ctxt_switches" in line:
                switches += int(line.split(":")[1])
    return {
        "rss": int(status["VmRSS"].split()[0]) * 1024,
        "written": int(io["write_bytes"]) - int(io["cancelled_write_bytes"]),
        "cpu_s": (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK"),
        "switches": switches,
    }
