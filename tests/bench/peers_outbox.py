"""SMS sending, ours beside others: the same texts queued before each program starts, then sent in one go.

The mix: one part each, 70 UCS2 characters, to as many numbers; no status report comes back. Rates count from the
first message that a citizen's telephone shows to the last, so no start-up is in them. "Overhead" is what lies between
two messages beyond the network's own time, on a line that costs no time (USB): at 115200 Bd one such message is
35 ms on the wire whoever sends it. Ours commits `sending` before the module hears of it, and `sent` after.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.bench.figure import Figure, SideBySide
from tests.bench.processes import cost_of
from tests.bench.programs import GAMMU, GSMMODEM, MAKERS, OURS, SMSTOOLS, Ours, Program, fresh, installed, missing
from tests.support import Simulator, eventually

LETTERS = 70
COUNTS = {OURS: 60, GAMMU: 12, SMSTOOLS: 20, GSMMODEM: 120}  # the slow ones get fewer
NETWORK_S = 0.25  # CMGS time where the overhead is measured: it must only be known, not real


@dataclass(frozen=True)
class Way:
    name: str
    options: tuple[str, ...]
    network_s: float


@dataclass(frozen=True)
class Sent:
    each_ms: float
    bytes_each: float
    cpu_ms: float


WAYS = (
    Way("no delay", (), 0.0),
    Way("115200 Bd", ("--baud", "115200"), 0.0),
    Way(f"network {NETWORK_S * 1000:.0f} ms", (), NETWORK_S),
)


def measure(folder: Path, counts: Mapping[str, int] = COUNTS) -> list[Figure | SideBySide]:
    prepared = queued_box(folder / "queue", counts[OURS])
    found: dict[str, dict[str, Sent]] = {way.name: {} for way in WAYS}
    for way in WAYS:
        for name in installed():
            if name in counts:
                sys.stderr.write(f"  {way.name}: {name}, {counts[name]} messages\n")
                found[way.name][name] = sent_by(fresh(folder / name), name, way, counts[name], prepared)
    return _rows(found, counts)


def _rows(found: Mapping[str, Mapping[str, Sent]], counts: Mapping[str, int]) -> list[Figure | SideBySide]:
    plain, wire, network = (found[way.name] for way in WAYS)
    rates = {way.name: {name: 1000 / sent.each_ms for name, sent in found[way.name].items()} for way in WAYS[:2]}
    overhead = {name: sent.each_ms - 1000 * NETWORK_S for name, sent in network.items()}
    mix = "of " + ", ".join(f"{name} {counts[name]}" for name in plain)
    return [
        *(SideBySide(f"outbox, {name}", "PDU/s", rate, note=missing() or mix) for name, rate in rates.items()),
        SideBySide("  overhead over the network's time", "ms/PDU", overhead, "<= 20", overhead[OURS] <= 20),
        SideBySide("  bytes on the line", "B/PDU", {name: sent.bytes_each for name, sent in wire.items()}),
        SideBySide("  processor", "ms/PDU", {name: sent.cpu_ms for name, sent in wire.items()}),
    ]


def queued_box(folder: Path, count: int) -> Path:
    """The data of a box with so many messages queued: each costs a start of `hotline`, so they are queued once."""
    box = Ours(fresh(folder), folder / "no-device")
    box.queue([(_number(turn), _text(turn)) for turn in range(count)])
    return box.data


def sent_by(folder: Path, name: str, way: Way, count: int, prepared: Path) -> Sent:
    with Simulator(folder, "line1", *way.options) as town:
        town.ask("set", report_copies=0, cmgs_delay_s=way.network_s)
        program = _loaded(folder, name, town, count, prepared)
        with program:
            before = eventually(lambda: _after(town, 1), 60, every_s=0.005)
            cost = cost_of(program.pid)
            after = eventually(lambda: _after(town, count), 120, every_s=0.05)
            end = cost_of(program.pid)
        shown = town.ask("phones")["messages"]
    assert len({message["text"] for message in shown}) == count, f"{name} sent {len(shown)} of {count}"
    moments = sorted(datetime.fromisoformat(message["at"]) for message in shown)
    between = max(1, after["sent"] - before["sent"])
    carried = sum(after[each] - before[each] for each in ("bytes_to_module", "bytes_to_client"))
    return Sent(
        each_ms=(moments[-1] - moments[0]).total_seconds() * 1000 / (count - 1),
        bytes_each=carried / between,
        cpu_ms=1000 * (end.cpu_s - cost.cpu_s) / between,
    )


def _loaded(folder: Path, name: str, town: Simulator, count: int, prepared: Path) -> Program:
    if name == OURS:
        ours = Ours(folder, town.link, with_staff=False)
        shutil.copytree(prepared, ours.data)
        return ours
    program = MAKERS[name](folder, town.link)
    program.queue([(_number(turn), _text(turn)) for turn in range(count)])
    return program


def _after(town: Simulator, sent: int) -> dict[str, float] | None:
    state = town.ask("state")
    return state if state["sent"] >= sent else None


def _number(turn: int) -> str:
    return f"137{turn:08d}"


def _text(turn: int) -> str:
    """70 characters, no two messages alike."""
    return (f"{turn:05d} " + "您好，您的短信已收到，我们会尽快处理。" * 4)[:LETTERS]
