"""The plug is pulled again and again while texts arrive and answers go out: nothing lost, doubled, or sent twice.

Seeded bugs this test has been shown to fail on: the module's copy deleted before the commit (messages lost), no unique
key on the PDU (tickets doubled), `sending` resent after a start (texts doubled on a telephone).
"""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from tests import rounds
from tests.journeys.box import Box
from tests.support import Simulator, eventually

MESSAGES = rounds.count(200, soak=1000)
KILLS = rounds.count(50, soak=500)
REPEATED_PERCENT = 2
LONG = "东街路灯不亮已经一周了，孩子晚上放学看不清路😀，𠮷田先生和㐂婆婆都摔过跤，请尽快派人来修理，谢谢你们！"


def story(turn: int) -> str:
    """One in five is longer than one part, with emoji and surnames outside the basic plane."""
    return f"第{turn}件：" + (LONG * 2 if turn % 5 == 0 else LONG[: 10 + turn % 40])


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_sent_twice_under_kill_9(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    wanted = {f"135{turn:08d}": story(turn) for turn in range(MESSAGES)}
    with Simulator(tmp_path, "line1", "--module-slots", "10", "--sim-slots", "20") as town:
        town.ask("set", redeliver_percent=REPEATED_PERCENT, cmgs_delay_s=0.05)
        box = Box(tmp_path, {"line1": town.link})
        box.staff()
        senders = list(wanted)
        with box:
            for kill in range(KILLS):
                share = senders[kill * MESSAGES // KILLS : (kill + 1) * MESSAGES // KILLS]
                for number in share:
                    town.ask("sms", number=number, text=wanted[number])
                time.sleep(chance.uniform(0.0, 0.6))
                box.kill()
                box.start()
            eventually(lambda: _arrived(box, town) >= MESSAGES, 240, every_s=1)
            eventually(lambda: not _waiting(box), 240, every_s=1)
            assert box.stop() == 0

        kept = [row for row in box.export("messages") if row["direction"] == "in"]
        assert Counter(row["number"] for row in kept) == Counter(wanted.keys()), "lost or doubled messages"
        assert {row["number"]: row["text"] for row in kept} == wanted, "changed messages"
        tickets = Counter(row["phone"] for row in box.export("tickets"))
        assert tickets == Counter(wanted.keys()), "lost or doubled tickets"

        on_air = Counter(message["to"] for message in town.ask("phones")["messages"])
        assert max(on_air.values()) == 1, "a citizen got the same receipt twice"
        states = Counter(row["state"] for row in box.export("messages") if row["direction"] == "out")
        assert sum(states.values()) == MESSAGES
        assert set(states) <= {"sent", "delivered", "unknown"}
        for row in box.export("messages"):
            if row["direction"] == "out" and row["state"] in {"sent", "delivered"}:
                assert on_air[row["number"]] == 1, "called sent, but no telephone shows it"
        assert states["unknown"] <= KILLS, "at most one message is in the air at a kill"


def _arrived(box: Box, town: Simulator) -> int:
    state = town.ask("state")
    if state["waiting"] or state["on_sim"]:
        return 0
    return sum(row["direction"] == "in" and row["state"] != "waiting" for row in box.export("messages"))


def _waiting(box: Box) -> list[str]:
    return [row["number"] for row in box.export("messages") if row["state"] in {"queued", "sending"}]
