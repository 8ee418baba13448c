"""The plug is pulled again and again while texts arrive and answers go out: nothing lost, doubled, or sent twice.

Each promise is kept for a reason that the second test takes away; then the same story must fail.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import rounds
from tests.journeys.box import Box
from tests.journeys.counting import all_came_once, none_went_twice
from tests.support import Simulator, eventually

MESSAGES = rounds.count(200, soak=1000)
KILLS = rounds.count(50, soak=500)
REPEATED_PERCENT = 2
LONG = "东街路灯不亮已经一周了，孩子晚上放学看不清路😀，𠮷田先生和㐂婆婆都摔过跤，请尽快派人来修理，谢谢你们！"


def story(turn: int) -> str:
    """One in five is longer than one part, with emoji and surnames outside the basic plane."""
    return f"第{turn}件：" + (LONG * 2 if turn % 5 == 0 else LONG[: 10 + turn % 40])


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_sent_twice_under_kill_9(tmp_path: Path, tell: Callable[[str], None]) -> None:
    tell(tell_story(tmp_path, messages=MESSAGES, kills=KILLS, redeliver_percent=REPEATED_PERCENT))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bug", "is_seen_as", "send_s"),
    [
        ("delete-before-commit", "lost or doubled messages", 0.0),
        ("no-unique-key", "lost or doubled messages", 0.0),
        ("resend-after-start", "the same message twice", 0.3),
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
) -> str:
    """Citizens write, the process is killed at random, the network repeats itself; then everything is counted.

    Returns it as one line.
    """
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
            eventually(lambda: _is_still(box, town), 240 + messages, every_s=0.5)
            assert box.stop() == 0
        rows = box.export("messages")
        all_came_once(wanted, [row for row in rows if row["direction"] == "in"])
        tickets = Counter(row["phone"] for row in box.export("tickets"))
        assert tickets == Counter(wanted.keys()), "lost or doubled tickets"
        sent = [row for row in rows if row["direction"] == "out"]
        assert Counter(row["number"] for row in sent) == Counter(wanted.keys()), "not one receipt for each"
        states = none_went_twice(sent, town.ask("phones")["messages"], most_unknown=kills)
        again = town.ask("state")["duplicated"]
    return (
        f"{kills} kills: {messages} messages came, {again} of them twice: 0 lost, 0 doubled;"
        f" {len(sent)} receipts went, 0 twice, {dict(states)}"
    )


def _is_still(box: Box, town: Simulator) -> bool:
    """Nothing waits anywhere: not in the network, not on the SIM, not in the box."""
    state = town.ask("state")
    if state["waiting"] or state["on_sim"]:
        return False
    return not any(row["state"] in {"queued", "sending", "waiting"} for row in box.export("messages"))
