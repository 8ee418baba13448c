"""Whoever is blocked rings for nobody: on the wire, the exchange finds his call refused and the line free again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.journeys.box import Box
from tests.support import Simulator, eventually

NUISANCE, CITIZEN = "13700099999", "13800010001"


def test_a_blocked_callers_ring_is_ended_and_the_next_citizen_gets_through(tmp_path: Path) -> None:
    with Simulator(tmp_path, "line1", "--baud", "115200") as simulator:

        def current() -> list[dict[str, Any]]:
            calls: list[dict[str, Any]] = simulator.ask("calls")["current"]
            return calls

        box = Box(tmp_path, {"line1": simulator.link})
        box.staff()
        with box:
            box.ready("line1")
            seat = box.seat("li")
            block = {"number": NUISANCE, "level": "block", "reason": "一天拨打四十次,只骂人不说事", "days": "7"}
            seat.post("/citizens/nuisance", block, page="/citizens/nuisance")

            simulator.ask("ring", number=NUISANCE)
            eventually(lambda: not current(), 90)  # nobody hung up but the box
            eventually(lambda: [call["outcome"] for call in box.export("calls")] == ["blocked"], 90)
            assert [call["why"] for call in simulator.ask("calls")["past"]] == ["local"]

            events = seat.events()
            simulator.ask("ring", number=CITIZEN)
            events.wait_for("ring", number=CITIZEN, line="line1")
            assert [call["state"] for call in current()] == ["incoming"]
            simulator.ask("hangup")
            eventually(lambda: any(text["to"] == CITIZEN for text in simulator.ask("phones")["messages"]), 180)
            assert not any(text["to"] == NUISANCE for text in simulator.ask("phones")["messages"])
            assert "is-held-off" in seat.get("/calls")
            assert box.stop() == 0
