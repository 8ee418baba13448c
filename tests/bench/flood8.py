"""Eight lines flooded at once while calls ring on them: does a line starve, does a call still pop up at once?

Every message is a new ticket with its receipt, committed with synchronous=FULL before it is deleted. Box, eight
simulated modules, two browsers and the measuring itself share this machine: on two cores that is ten processes.

Three floods. "all at once": no pacing, as on USB. "backlog": the same on lines of 115200 Bd, where a listing of a full
SIM takes 1.5 s of wire, and a module that says RING meanwhile is heard behind it, whoever listens; so there only the
lines are compared, and how long the ring took is told without a goal. "stream": at 115200 Bd, ten messages a second
come in on each line, more than any network delivers.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figure import Figure, SideBySide, percentile
from tests.bench.processes import cost_of
from tests.bench.programs import fresh
from tests.journeys.box import Box, Events
from tests.support import Simulator, eventually

LINES = 8
SLOTS = 50
RING_GOAL_MS = 100.0
MEMORY_GOAL_MB = 100.0
BETWEEN_CALLS_S = 0.1


@dataclass(frozen=True)
class Flood:
    name: str
    options: tuple[str, ...]
    messages: int  # on each line
    handover_s: float  # air time of one message
    ring_has_goal: bool


@dataclass(frozen=True)
class Outcome:
    taken_s: tuple[float, ...]  # by line: from the first hand-over to the last delete
    ring_ms: tuple[float, ...]
    unheard: int  # calls that were over before a browser heard of them
    lost: int
    peak_mb: float


FLOODS = (
    Flood("all at once", (), 500, 0.0, ring_has_goal=True),
    Flood("backlog at 115200 Bd", ("--baud", "115200"), 250, 0.0, ring_has_goal=False),
    Flood("stream at 115200 Bd", ("--baud", "115200"), 150, 0.1, ring_has_goal=True),
)


def measure(folder: Path) -> list[Figure | SideBySide]:
    rows: list[Figure | SideBySide] = []
    for flood in FLOODS:
        sys.stderr.write(f"  {flood.name}: {LINES} lines, {flood.messages} messages each\n")
        rows += _rows(flood, of(fresh(folder / "flood"), flood))
    return rows


def _rows(flood: Flood, outcome: Outcome) -> list[Figure]:
    total = LINES * flood.messages
    name, rings = f"8 lines, {flood.name}", outcome.ring_ms
    p99 = percentile(rings, 99)
    goal: tuple[str, bool | None] = (
        (f"<= {RING_GOAL_MS:.0f} ms", p99 <= RING_GOAL_MS) if flood.ring_has_goal else ("", None)
    )
    ratio = max(outcome.taken_s) / min(outcome.taken_s)
    heard = f"{len(rings)} calls; worst {max(rings):.0f} ms; {outcome.unheard} unheard"
    peak = outcome.peak_mb
    return [
        Figure(f"{name}: intake", total / max(outcome.taken_s), "PDU/s", note=f"{total} messages, each a new ticket"),
        Figure("  lost", outcome.lost, "PDU", "0", outcome.lost == 0),
        Figure("  slowest line : fastest line", ratio, "x", "<= 1.5 x", ratio <= 1.5, "time until all is deleted"),
        Figure("  dialled -> browser, p50", percentile(rings, 50), "ms"),
        Figure("  dialled -> browser, p99", p99, "ms", *goal, heard),
        Figure("  peak memory (RSS)", peak, "MB", f"<= {MEMORY_GOAL_MB:.0f} MB", peak <= MEMORY_GOAL_MB),
    ]


def of(folder: Path, flood: Flood, lines: int = LINES) -> Outcome:
    """One flood on a fresh box."""
    with ExitStack() as stack:
        options = (*flood.options, "--sim-slots", str(SLOTS))
        names = [f"line{number}" for number in range(1, lines + 1)]
        towns = [stack.enter_context(Simulator(folder, name, *options)) for name in names]
        box = Box(folder, {name: town.link for name, town in zip(names, towns, strict=True)})
        box.staff()
        stack.enter_context(box)
        box.ready(*names, within_s=60)
        browsers = [box.seat(user).events() for user in ("wang", "li")]
        eventually(lambda: all(browser.is_open for browser in browsers))
        time.sleep(2)
        begun_s = time.monotonic()
        for place, town in enumerate(towns):
            town.ask("set", handover_s=flood.handover_s, report_copies=0)
            town.ask("sms", messages=[_message(place, turn) for turn in range(flood.messages)])
        ring_ms, unheard = _ring_while_flooded(towns, browsers, flood.messages)
        eventually(lambda: all(_deleted(town) >= flood.messages for town in towns), 300, every_s=0.2)
        taken = tuple(town.ask("state")["last_delete_at_s"] - begun_s for town in towns)
        assert box.process is not None
        peak_mb = cost_of(box.process.pid).peak_rss_mb
        kept = {row["text"] for row in box.export("messages") if row["direction"] == "in" and row["ticket"]}
    lost = lines * flood.messages - len(kept)
    return Outcome(taken, tuple(ring_ms), unheard, lost, peak_mb)


def _ring_while_flooded(towns: list[Simulator], browsers: list[Events], messages: int) -> tuple[list[float], int]:
    """One call after the other, on each line in turn, as long as a line still has messages."""
    waited_ms: list[float] = []
    unheard = turn = 0
    while any(_deleted(town) < messages for town in towns):
        for town in towns:
            number = f"138{turn:08d}"
            turn += 1
            seen = [len(browser.came) for browser in browsers]
            begun_s = time.monotonic()
            town.ask("ring", number=number)
            for browser, since in zip(browsers, seen, strict=True):
                at_s = _heard_at_s(browser, since)
                if at_s is None:
                    unheard += 1
                else:
                    waited_ms.append((at_s - begun_s) * 1000)
            town.ask("hangup")
            time.sleep(BETWEEN_CALLS_S)
    return waited_ms, unheard


def _heard_at_s(browser: Events, since: int) -> float | None:
    until_s = time.monotonic() + 10
    while time.monotonic() < until_s:
        for at_s, kind, _ in browser.came[since:]:
            if kind == "ring":
                return at_s
        time.sleep(0.001)
    return None


def _deleted(town: Simulator) -> int:
    deleted: int = town.ask("state")["deleted"]
    return deleted


def _message(place: int, turn: int) -> Mapping[str, str]:
    text = (f"{place}-{turn:05d} " + "东街路灯不亮，晚上看不清路，请来修理。" * 4)[:70]
    return {"number": f"13{place}{turn:08d}", "text": text}
