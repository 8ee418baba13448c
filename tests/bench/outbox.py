"""What our side adds to the network's own time for one outgoing message."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.bench.figure import Figure
from tests.journeys.box import Box
from tests.support import Simulator, eventually

MESSAGES = 40


def measure(folder: Path) -> list[Figure]:
    with Simulator(folder, "line1", "--baud", "115200") as town:
        box = Box(folder, {"line1": town.link})
        box.staff()
        for turn in range(MESSAGES):  # queued while nothing runs, sent in one go
            box.hotline("sms", "send", f"137{turn:08d}", "您好，您的短信已收到，我们会尽快处理。")
        with box:
            eventually(lambda: town.ask("state")["sent"] >= MESSAGES, 120, every_s=0.1)
            eventually(lambda: all(row["state"] in {"sent", "delivered"} for row in box.export("messages")))
            shown = town.ask("phones")["messages"]
    moments = sorted(datetime.fromisoformat(each["at"]) for each in shown)
    each_ms = (moments[-1] - moments[0]).total_seconds() * 1000 / (len(moments) - 1)
    return [
        Figure("outgoing SMS, all of it at 115200 Bd", each_ms, "ms/PDU", note="the network itself takes no time here")
    ]
