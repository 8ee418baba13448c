"""SMS intake: from the first message handed to the module to the last one deleted, each committed with FULL before."""

from __future__ import annotations

import time
from pathlib import Path

from tests.bench.figure import Figure
from tests.journeys.box import Box
from tests.support import Simulator, eventually

MESSAGES = 350
WAYS = {"115200 Bd": ("--baud", "115200"), "no pacing": (), "real delays": ("--baud", "115200", "--profile", "real")}
LEAST_BYTES = 365  # list once, delete each: the least dialogue for 70-character messages
BAUD_BYTES_PER_S = 11520


def measure(folder: Path) -> list[Figure]:
    figures = []
    for name, options in WAYS.items():
        rate, bytes_each = _one(folder / name.replace(" ", "-"), options, 100 if "real" in name else MESSAGES)
        goal, is_reached = {
            "115200 Bd": (">= 28 PDU/s", rate >= 28),
            "no pacing": (">= 300 PDU/s", rate >= 300),
        }.get(name, ("", None))
        share = 100 * rate / (BAUD_BYTES_PER_S / LEAST_BYTES)
        note = f"{share:.0f} % of the wire's limit" if name == "115200 Bd" else ""
        figures.append(Figure(f"SMS intake, {name}", rate, "PDU/s", goal, is_reached, note))
        if name == "115200 Bd":
            figures.append(Figure(f"bytes on the line, {name}", bytes_each, "B/PDU", "<= 400", bytes_each <= 400))
    return figures


def _one(folder: Path, options: tuple[str, ...], messages: int) -> tuple[float, float]:
    folder.mkdir()
    with Simulator(folder, "line1", *options, "--sim-slots", "50") as town:
        box = Box(folder, {"line1": town.link})
        box.staff()
        with box:
            box.ready("line1")
            time.sleep(2)  # the start-up dialogue isn't what is measured
            before = town.ask("state")
            texts = [
                {
                    "number": f"139{turn:08d}",
                    "text": f"{turn:04d} " + "东街路灯不亮，晚上看不清路，请来修理。" * 3 + "谢谢",
                }
                for turn in range(messages)
            ]
            for one in texts:
                one["text"] = one["text"][:70]
            town.ask("sms", messages=texts)
            eventually(lambda: town.ask("state")["deleted"] - before["deleted"] >= messages, 300, every_s=0.5)
            after = town.ask("state")
            kept = [row for row in box.export("messages") if row["direction"] == "in"]
    assert len(kept) == messages, f"{len(kept)} of {messages} kept"
    assert all(row["ticket"] for row in kept)
    taken = after["last_delete_at_s"] - after["first_handover_at_s"]
    carried = sum(after[way] - before[way] for way in ("bytes_to_module", "bytes_to_client"))
    return messages / taken, carried / messages
