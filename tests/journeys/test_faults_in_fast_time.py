"""The line breaks in the middle of everything, a hundred times: the module restarts, the cable is pulled, the module
falls silent for a minute. Nothing is lost, doubled or sent twice, and the line comes back within half a minute.

In fake time, so every wait is as long as it would be and the times can be asserted; the same with true ports and
processes is in test_faults_in_real_time.py.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.counting import all_came_once, at_percent, none_went_twice, recovery_line
from tests.journeys.fast_office import FastOffice
from tests.journeys.seeded_box import BUGS

LONG = "东街路灯不亮已经一周了，孩子晚上放学看不清路😀，𠮷田先生和㐂婆婆都摔过跤，请尽快派人来修理，谢谢你们！"
BACK_WITHIN_S = 30.0
PULLED_S = (0.5, 5.0)

# What our side writes when it begins, and how long the module is at it.
MOMENTS = (
    (b"AT+CMGL", 0.1),  # reading
    (b"AT+CMGD", 0.06),  # deleting
    (b"AT+CMGS", 0.02),  # the prompt
    (b"\x1a", 3.0),  # sending
)


MUTE_S = 60.0
STALL_S = 20.0


@pytest.mark.slow
@pytest.mark.parametrize(("trouble", "rounds"), [("reset", 100), ("unplug", 100), ("mute", 20)])
def test_nothing_is_lost_doubled_or_sent_twice(
    trouble: str, rounds: int, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    tell(tell_story(tmp_path, trouble, rounds))


@pytest.mark.parametrize(
    ("trouble", "bug", "is_seen_as"),
    [
        ("reset", "no-unique-key", "lost or doubled messages"),
        ("unplug", "refused-is-failed", "messages in other states"),
        ("mute", "resend-unclear", "the same message twice"),
    ],
)
def test_the_story_fails_on_a_seeded_bug(
    trouble: str, bug: str, is_seen_as: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    BUGS[bug](monkeypatch.setattr)
    with pytest.raises(AssertionError, match=is_seen_as):
        tell_story(tmp_path, trouble, 20)


def tell_story(folder: Path, trouble: str, rounds: int) -> str:
    """Two citizens a round write and get their receipts, a third calls; then the line breaks. Returns one line."""
    chance = random.Random(20261122)
    town = FastOffice(folder, desk_s=0.03, sim_slots=4, module_slots=4)
    town.ask("set", redeliver_percent=2, redeliver_after_s=5, report_delay_s=4)
    wanted: dict[str, str] = {}
    recoveries_s: list[float] = []
    for turn in range(rounds):
        when, lasts_s = MOMENTS[turn % len(MOMENTS)]
        fault, away_s = fault_of(trouble, chance)
        assert town.ask("ring", number=f"136{turn:08d}")["state"] == "incoming"
        town.later(0.2)
        town.ambush(when, chance.uniform(0, lasts_s), **fault)
        is_crowded = turn % 8 == 0  # the card stalls, and more come than the module has room for
        if is_crowded:
            town.stall(STALL_S)
        for _ in range(8 if is_crowded else 2):
            number = f"135{len(wanted):08d}"
            wanted[number] = f"第{len(wanted)}件：" + LONG * (1 + len(wanted) % 2)
            town.ask("sms", number=number, text=wanted[number])
            town.later(chance.uniform(0, 0.5))
        if turn % 2 and town.ask("calls")["current"]:
            town.ask("hangup")
        while town.lies_in_wait:
            town.later(0.5)
        back_at_s = town.faults_at_s[-1] + away_s
        town.later(max(0.0, back_at_s - town.now_s) + 2 * BACK_WITHIN_S)
        recoveries_s.append(town.recovery_s(back_at_s))
        if town.ask("calls")["current"]:
            town.ask("hangup")
    town.settle(3600)
    all_came_once(wanted, town.kept())
    assert town.small.count("ticket WHERE source = 'sms'") == len(wanted), "lost or doubled tickets"
    assert town.small.count("call") == rounds, "lost or doubled calls"
    states = none_went_twice(town.sent(), town.shown(), most_unknown=rounds)
    assert town.small.count("callback WHERE closed_at IS NULL") == rounds, "a caller whom nobody calls back"
    assert at_percent(95, recoveries_s) <= BACK_WITHIN_S
    return (
        f"{rounds} x {trouble}: {len(wanted)} messages and {rounds} calls came, 0 lost, 0 doubled;"
        f" {len(town.sent())} messages went, 0 twice, {dict(states)}; {recovery_line(recoveries_s)}"
    )


def fault_of(trouble: str, chance: random.Random) -> tuple[dict[str, Any], float]:
    """What is asked of the simulator, and how long the module is away."""
    if trouble == "reset":
        return {"reset": True}, 0.0
    away_s = MUTE_S if trouble == "mute" else chance.uniform(*PULLED_S)
    return {trouble: away_s}, away_s
