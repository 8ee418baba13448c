"""The plug is pulled again and again while texts arrive and answers go out: nothing lost, doubled, or sent twice.

Each promise is kept for a reason that the second test takes away; then the same story must fail.
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
    tell_story(tmp_path, messages=MESSAGES, kills=KILLS, redeliver_percent=REPEATED_PERCENT)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bug", "is_seen_as", "send_s"),
    [
        ("delete-before-commit", "lost or doubled messages", 0.0),
        ("no-unique-key", "lost or doubled messages", 0.0),
        ("resend-after-start", "the same receipt twice", 0.3),
    ],
)
def test_the_story_fails_on_a_seeded_bug(bug: str, is_seen_as: str, send_s: float, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=is_seen_as):
        tell_story(
            tmp_path,
            messages=30,
            kills=15,
            redeliver_percent=20,
            send_s=send_s,
            program=("-m", "tests.journeys.seeded_box", bug),
        )


def tell_story(
    folder: Path,
    *,
    messages: int,
    kills: int,
    redeliver_percent: int,
    send_s: float = 0.05,
    program: tuple[str, ...] = ("-m", "appliance"),
) -> None:
    """Citizens write, the process is killed at random, the network repeats itself; then everything is counted."""
    chance = random.Random(20261122)
    wanted = {f"135{turn:08d}": story(turn) for turn in range(messages)}
    with Simulator(folder, "line1", "--module-slots", "10", "--sim-slots", "20") as town:
        town.ask("set", redeliver_percent=redeliver_percent, cmgs_delay_s=send_s)
        box = Box(folder, {"line1": town.link}, program=program)
        box.staff()
        senders = list(wanted)
        with box:
            for kill in range(kills):
                for number in senders[kill * messages // kills : (kill + 1) * messages // kills]:
                    town.ask("sms", number=number, text=wanted[number])
                if kill % 2:  # one kill in two anywhere, also in the start; the other while messages come in
                    eventually(lambda: "became ready" in box.log_of_this_start())
                time.sleep(chance.uniform(0.0, 0.3))
                box.kill()
                box.start()
            eventually(lambda: _is_still(box, town), 240, every_s=0.5)
            assert box.stop() == 0
        kept = [row for row in box.export("messages") if row["direction"] == "in"]
        assert Counter(row["number"] for row in kept) == Counter(wanted.keys()), "lost or doubled messages"
        assert {row["number"]: row["text"] for row in kept} == wanted, "changed messages"
        tickets = Counter(row["phone"] for row in box.export("tickets"))
        assert tickets == Counter(wanted.keys()), "lost or doubled tickets"
        _count_receipts(box, town, messages=messages, kills=kills)


def _count_receipts(box: Box, town: Simulator, *, messages: int, kills: int) -> None:
    on_air = Counter(message["to"] for message in town.ask("phones")["messages"])
    assert max(on_air.values()) == 1, "a citizen got the same receipt twice"
    sent = [row for row in box.export("messages") if row["direction"] == "out"]
    states = Counter(row["state"] for row in sent)
    assert len(sent) == messages
    assert set(states) <= {"sent", "delivered", "unknown"}
    for row in sent:
        assert row["state"] == "unknown" or on_air[row["number"]] == 1, "called sent, but no telephone shows it"
    assert states["unknown"] <= kills, "at most one message is in the air at a kill"


def _is_still(box: Box, town: Simulator) -> bool:
    """Nothing waits anywhere: not in the network, not on the SIM, not in the box."""
    state = town.ask("state")
    if state["waiting"] or state["on_sim"]:
        return False
    return not any(row["state"] in {"queued", "sending", "waiting"} for row in box.export("messages"))
