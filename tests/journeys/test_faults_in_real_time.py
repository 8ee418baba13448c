"""The cable is pulled and comes back as another node, or under another name; the module restarts; the module hangs.

With the true processes, ports and disk: nothing lost, doubled or sent twice, calls included; how soon the line is back
is told at the end. Few rounds here, large counts in the soak run; exact times are in test_faults_in_fast_time.py.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from modem.simulator.identity import Identity
from tests import rounds
from tests.journeys.box import Box
from tests.journeys.counting import all_came_once, at_percent, none_went_twice, recovery_line
from tests.support import Simulator, eventually

LONG = "东街路灯不亮已经一周了，孩子晚上放学看不清路😀，𠮷田先生和㐂婆婆都摔过跤，请尽快派人来修理，谢谢你们！"
BACK_WITHIN_S = 30.0
MUTE_S = 60.0
TROUBLES = [
    ("unplug", rounds.count(4, soak=100)),
    ("renumber", rounds.count(2, soak=100)),
    ("reset", rounds.count(4, soak=100)),
]
if rounds.is_soak():  # twenty minutes
    TROUBLES.append(("mute", 20))


@pytest.mark.slow
@pytest.mark.parametrize(("trouble", "times"), TROUBLES)
def test_nothing_is_lost_doubled_or_sent_twice(
    trouble: str, times: int, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    tell(Story(tmp_path, trouble).tell(times))


@pytest.mark.slow
def test_the_story_fails_on_a_seeded_bug(tmp_path: Path) -> None:
    story = Story(tmp_path, "unplug", program=("-m", "tests.journeys.seeded_box", "remember-the-node"), patience_s=10)
    with pytest.raises(AssertionError, match="still False after"):
        story.tell(2)


class Story:
    """Citizens write and call; the line breaks anywhere in between."""

    def __init__(
        self, folder: Path, trouble: str, *, program: tuple[str, ...] = ("-m", "appliance"), patience_s: float = 120.0
    ) -> None:
        self._folder, self._trouble, self._program, self._patience_s = folder, trouble, program, patience_s
        self._chance = random.Random(20261122)
        self._wanted: dict[str, str] = {}
        self._recoveries_s: list[float] = []

    def tell(self, times: int) -> str:
        """Everything so many times, then everything is counted. Returns it as one line."""
        with Simulator(self._folder, "line1", "--profile", "demo", "--module-slots", "10", "--sim-slots", "20") as town:
            town.ask("set", redeliver_percent=2)
            box = self._box(town)
            box.staff()
            with box:
                box.ready("line1")
                ears = box.seat("wang").events()
                for turn in range(times):
                    town.ask("ring", number=f"136{turn:08d}")
                    ears.wait_for("ring", number=f"136{turn:08d}")
                    for _ in range(3):
                        self._write(town)
                    time.sleep(self._chance.uniform(0.0, 1.5))  # in the middle of reading, deleting, prompt or sending
                    self._break(town, box)
                    town.say("hangup")  # where the call has outlived it
                eventually(lambda: _is_still(box, town), 240 + 10 * times, every_s=0.5)
                assert box.stop() == 0
            return self._count(box, town, times)

    def _box(self, town: Simulator) -> Box:
        """Where names change, the line knows its module by the IMEI."""
        if self._trouble != "renumber":
            return Box(self._folder, {"line1": town.link}, program=self._program)
        search = f"\n[ports]\nsearch = {self._folder}/*.tty\n"
        return Box(self._folder, {"line1": Path(f"imei:{Identity().imei}")}, office=search, program=self._program)

    def _write(self, town: Simulator) -> None:
        serial = len(self._wanted)
        number, text = f"135{serial:08d}", f"第{serial}件：" + LONG * (1 + serial % 2)
        self._wanted[number] = text
        town.ask("sms", number=number, text=text)

    def _break(self, town: Simulator, box: Box) -> None:
        """Let it happen, and measure from the port's return until the line is ready."""
        readies = _readies(box)
        back_at_s = BREAKS[self._trouble](self, town)
        if self._trouble == "mute":  # one that ends while a message waits for its answer is never noticed: no matter
            eventually(lambda: _is_taken_in(town), self._patience_s)
        else:
            eventually(lambda: _readies(box) > readies, self._patience_s)
        self._recoveries_s.append(time.monotonic() - back_at_s)

    def _unplug(self, town: Simulator) -> float:
        node = town.link.resolve()
        town.ask("fault", unplug=True)
        time.sleep(self._chance.uniform(0.05, 2.0))
        self._write(town)
        town.ask("fault", replug=True)
        assert town.link.resolve() != node, "the node has kept its name"
        return time.monotonic()

    def _renumber(self, town: Simulator) -> float:
        away_s = self._chance.uniform(0.05, 2.0)
        name = self._folder / f"usb{len(self._recoveries_s)}.tty"
        town.ask("fault", renumber={"link": str(name), "after_s": away_s})
        self._write(town)
        time.sleep(away_s)
        return time.monotonic()

    def _reset(self, town: Simulator) -> float:
        town.ask("fault", reset=True)
        return time.monotonic()

    def _mute(self, town: Simulator) -> float:
        town.ask("fault", mute=MUTE_S)
        time.sleep(MUTE_S)
        back_at_s = time.monotonic()
        self._write(town)
        return back_at_s

    def _count(self, box: Box, town: Simulator, times: int) -> str:
        rows, calls = box.export("messages"), box.export("calls")
        all_came_once(self._wanted, [row for row in rows if row["direction"] == "in"])
        assert len(box.export("tickets")) == len(self._wanted), "lost or doubled tickets"
        assert Counter(row["number"] for row in calls) == {f"136{turn:08d}": 1 for turn in range(times)}
        sent = [row for row in rows if row["direction"] == "out"]
        states = none_went_twice(sent, town.ask("phones")["messages"], most_unknown=times)
        if rounds.is_soak():
            assert at_percent(95, self._recoveries_s) <= BACK_WITHIN_S
        return (
            f"{times} x {self._trouble}: {len(self._wanted)} messages and {times} calls came, 0 lost, 0 doubled;"
            f" {len(sent)} messages went, 0 twice, {dict(states)}; {recovery_line(self._recoveries_s)}"
        )


BREAKS = {"unplug": Story._unplug, "renumber": Story._renumber, "reset": Story._reset, "mute": Story._mute}


def _readies(box: Box) -> int:
    return box.log_of_this_start().count("line1 became ready")


def _is_taken_in(town: Simulator) -> bool:
    """The network and the SIM are empty: the box reads again."""
    state = town.ask("state")
    return not state["waiting"] and not state["on_sim"]


def _is_still(box: Box, town: Simulator) -> bool:
    """Nothing waits anywhere: not in the network, not on the SIM, not in the box."""
    return _is_taken_in(town) and not any(
        row["state"] in {"queued", "sending", "waiting"} for row in box.export("messages")
    )
