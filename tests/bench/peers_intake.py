"""SMS intake, ours beside others: the same messages, the same simulated module, one program after the other.

The mix: parts of one message each, 70 UCS2 characters, from ten citizens who have an open ticket ("answerless": the box
adds a note and owes no receipt; the others never answer anything), or each from another citizen: then the box opens a
ticket for each, and its receipts share the line. The clock runs from the hand-over of the first to the last delete;
before that every program has started and taken ten messages. The SIM has 50 slots and is filled again at once.
Ours commits each message with synchronous=FULL, on a ticket, before it is deleted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.figure import Figure, SideBySide
from tests.bench.processes import cost_of
from tests.bench.programs import GAMMU, GSMMODEM, MAKERS, OURS, SMSTOOLS, Message, fresh, installed, missing
from tests.support import Simulator, eventually

SLOTS = 50
CITIZENS = 10
LETTERS = 70
LINE_BYTES_PER_S = 11520  # 115200 Bd, ten bits a byte
# The least dialogue for this mix: a listing of 50, then one command that deletes what was read; no news of arrivals.
LEAST_BYTES = 349
Goal = tuple[str, bool | None]  # in words, and whether it was reached
STILL_S = 30.0  # a program that has deleted nothing for so long has stopped


@dataclass(frozen=True)
class Way:
    name: str
    options: tuple[str, ...]
    counts: Mapping[str, int]  # messages, by program: the slow ones get fewer
    is_answerless: bool


@dataclass(frozen=True)
class Taken:
    rate: float
    bytes_each: float
    cpu_ms: float
    waited_ms: float
    peak_mb: float
    lost: int


SERIAL = ("--baud", "115200")
WAYS = (
    Way("115200 Bd", SERIAL, {OURS: 400, GAMMU: 120, SMSTOOLS: 30, GSMMODEM: 300}, is_answerless=True),
    Way(
        "real delays",
        (*SERIAL, "--profile", "real"),
        {OURS: 250, GAMMU: 50, SMSTOOLS: 30, GSMMODEM: 80},
        is_answerless=True,
    ),
    Way("no pacing", (), {OURS: 1200, GAMMU: 1200, SMSTOOLS: 30, GSMMODEM: 600}, is_answerless=False),
    # What receipts cost: they share the line, and a modem takes 2.5 s for each.
    Way("115200 Bd, a receipt for each", SERIAL, {OURS: 400}, is_answerless=False),
    Way("real delays, a receipt for each", (*SERIAL, "--profile", "real"), {OURS: 250}, is_answerless=False),
)


def measure(folder: Path) -> list[Figure | SideBySide]:
    return [row for way in WAYS for row in of_way(folder, way)]


def of_way(folder: Path, way: Way) -> list[Figure | SideBySide]:
    """All rows of one way; the programs run one after the other."""
    found: dict[str, Taken] = {}
    for name in installed():
        if name in way.counts:
            sys.stderr.write(f"  {way.name}: {name}, {way.counts[name]} messages\n")
            found[name] = taken_by(fresh(folder / name), name, way)
    return _rows(way, found)


def _rows(way: Way, found: Mapping[str, Taken]) -> list[Figure | SideBySide]:
    rates = {name: taken.rate for name, taken in found.items()}
    rows: list[Figure | SideBySide] = [
        SideBySide(f"intake, {way.name}", "PDU/s", rates, *_goal(way, rates), missing()),
    ]
    if way.options:
        shares = {name: 100 * rate * LEAST_BYTES / LINE_BYTES_PER_S for name, rate in rates.items()}
        goal: Goal = (">= 90 %", shares[OURS] >= 90) if way.name == "115200 Bd" else ("", None)
        rows.append(SideBySide("  of the wire's limit", "%", shares, *goal, f"limit: {LEAST_BYTES} B/PDU"))
    bytes_each = {name: taken.bytes_each for name, taken in found.items()}
    goal = ("<= 400", bytes_each[OURS] <= 400) if way.is_answerless else ("", None)
    lost = {name: float(taken.lost) for name, taken in found.items()}
    counts = ", ".join(f"{name} {way.counts[name]}" for name in found)
    rows += [
        SideBySide("  bytes on the line", "B/PDU", bytes_each, *goal),
        SideBySide("  processor", "ms/PDU", {name: taken.cpu_ms for name, taken in found.items()}),
        SideBySide("  waited for a core", "ms/PDU", {name: taken.waited_ms for name, taken in found.items()}),
        SideBySide("  peak memory (RSS)", "MB", {name: taken.peak_mb for name, taken in found.items()}),
        SideBySide("  lost", "PDU", lost, "0", lost[OURS] == 0, f"of {counts}"),
    ]
    return rows


def _goal(way: Way, rates: Mapping[str, float]) -> Goal:
    ours = rates[OURS]
    times = ours / rates[GAMMU] if rates.get(GAMMU) else None
    if way.name == "115200 Bd":
        return f">= 2.2 x {GAMMU}", times >= 2.2 if times is not None else None
    if way.name == "real delays":
        return f">= 15, >= 2.5 x {GAMMU}", ours >= 15 and (times is None or times >= 2.5)
    return (">= 300", ours >= 300) if way.name == "no pacing" else ("", None)


def taken_by(folder: Path, name: str, way: Way) -> Taken:
    options = (*way.options, "--sim-slots", str(SLOTS), "--module-slots", str(SLOTS))
    count = way.counts[name]
    with Simulator(folder, "line1", *options) as town:
        town.ask("set", report_copies=0, cmgs_delay_s=0)
        with MAKERS[name](folder, town.link) as program:
            _hand_over(town, [(_citizen(turn), _text(turn)) for turn in range(CITIZENS)])
            _wait_for(town, CITIZENS)
            time.sleep(2)  # receipts are out, nothing of the start is measured
            town.ask("set", cmgs_delay_s=None)
            before, cost = town.ask("state"), cost_of(program.pid)
            messages = [(_sender(way, turn), _text(turn)) for turn in range(CITIZENS, CITIZENS + count)]
            _hand_over(town, messages)
            _wait_for(town, before["deleted"] + count)
            after, end = town.ask("state"), cost_of(program.pid)
            time.sleep(1)  # one of them writes its files after it has deleted
            kept = set(program.kept())
    taken = after["deleted"] - before["deleted"]
    carried = sum(after[each] - before[each] for each in ("bytes_to_module", "bytes_to_client"))
    return Taken(
        rate=taken / (after["last_delete_at_s"] - before["now_s"]),
        bytes_each=carried / taken,
        cpu_ms=1000 * (end.cpu_s - cost.cpu_s) / taken,
        waited_ms=1000 * (end.waited_s - cost.waited_s) / taken,
        peak_mb=end.peak_rss_mb,
        lost=sum(text not in kept for _, text in messages),
    )


def _hand_over(town: Simulator, messages: list[Message]) -> None:
    town.ask("sms", messages=[{"number": number, "text": text} for number, text in messages])


def _wait_for(town: Simulator, deleted: int) -> None:
    """Until so many are deleted, or nothing moves any more."""
    seen: tuple[Any, float] = (None, time.monotonic())

    def is_over() -> bool:
        nonlocal seen
        now = town.ask("state")["deleted"]
        if now != seen[0]:
            seen = (now, time.monotonic())
        return bool(now >= deleted) or time.monotonic() - seen[1] > STILL_S

    eventually(is_over, 600, every_s=0.2)


def _sender(way: Way, turn: int) -> str:
    return _citizen(turn % CITIZENS if way.is_answerless else turn)


def _citizen(turn: int) -> str:
    return f"139{turn:08d}"


def _text(turn: int) -> str:
    """70 characters, no two messages alike."""
    return (f"{turn:05d} " + "东街路灯不亮，晚上看不清路，请来修理。" * 4)[:LETTERS]
