"""Calls end at random on every kind of modem at once, over true ports and with a true process: no line is held.

The endings are those of test_landline_endings.py, which tells a hundred of them in fake time.
"""

from __future__ import annotations

import random
import re
import time
import urllib.error
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from appliance.callflow.plan import Plan
from appliance.callflow.plan_form import typed_of
from appliance.intake.call_log import ON_TELEPHONE
from tests import rounds
from tests.journeys.call_endings import HANG_UPS, MOMENTS, Ending, deal
from tests.journeys.call_endings import tell as tell_ending
from tests.journeys.landlines import SPEECH, Landline, landlines, on_each
from tests.support import eventually
from web.telephone_words import BOX_STEPS, DIALLED

EACH = rounds.count(3, soak=60)  # on each of nine modems
HELD_AT_MOST_S = 10.0
# Those that are soon reached. Who has gone without a sound is not noticed before the box has spoken to its end.
SLOW = ("announcement", "rating", "number", "progress", "urgent", "goodbye")
TOLD_HERE = [name for name in MOMENTS if name not in SLOW]
HOW = ("busy", "congestion", "loop")
LABELS: dict[str, str] = {}  # what the card says, and the first step that it says so of
for key, label in (*BOX_STEPS.items(), *DIALLED.items()):
    LABELS.setdefault(str(label.label), key)


@pytest.mark.slow
def test_the_line_is_never_held(tmp_path: Path, tell: Callable[[str], None]) -> None:
    def story(line: Landline) -> None:
        chance = random.Random(f"{line.profile} 20261122")
        scene = RealScene(line)
        for turn in range(EACH):
            moment = chance.choice(TOLD_HERE)
            ending = deal(chance, f"{line.citizen[:8]}{turn:03d}", moment=moment, how=chance.choice(HOW))
            tell_ending(scene, ending)
            scene.check(ending)

    with landlines(tmp_path) as (lines, _mobile):
        on_each(lines, story)
        longest_s = max(line.held_too_long_s() for line in lines)
        rows = lines[0].box.export("calls")
        left = [row["id"] for row in rows if not row["ended_at"] and row["end_reason"] != ON_TELEPHONE]
        assert left == [], "calls without an end"
    tell(f"{EACH * len(lines)} endings of calls on true ports: held at most {longest_s:.1f} s")


class RealScene:
    """One line of a true process, seen as a seat sees it."""

    look_every_s = 0.7  # each look is a page, and there are nine of them

    def __init__(self, line: Landline) -> None:
        self.line = line

    @property
    def now_s(self) -> float:
        return time.monotonic()

    def later(self, seconds: float) -> None:
        time.sleep(seconds)

    def set_plan(self, plan: Plan) -> None:
        typed = typed_of(plan)
        ticked = [(name, value) for name, values in typed.ticked.items() for value in values]
        path = f"/lines/{self.line.name}/flow"
        self.line.box.seat("li").post_list(path, [*typed.values.items(), *ticked, ("do", "save")])

    def is_telephone_lifted(self) -> bool:
        return bool(self.line.town.state()["telephone_lifted"])

    def step(self) -> str:
        card = self.line.card()
        state = re.search(r'data-state="(\w+)"', card)
        if state is None or state[1] == "ended":
            return ""
        if "being recorded" in card:
            return "recording"
        if "on the telephone" in card:
            return "telephone"
        for label, step in LABELS.items():
            if f"{label} <span" in card:
                return step
        return state[1]

    def do(self, word: str, value: Any = None) -> None:
        match word:
            case "F2" | "F4" | "F8":
                self._press(word)
            case "dial":
                seat, form = self.line.wang, {"number": value, "line": self.line.name}
                with suppress(urllib.error.HTTPError):
                    seat.post("/calls/dial", form, page="/")
            case "fault":
                if "office" not in value:  # there is no way to take a true process its mind
                    self.line.town.say("fault", **value)
            case _:
                fields: dict[str, dict[str, Any]] = {
                    "ring": {"number": value},
                    "hangup": HANG_UPS.get(value, {}),
                    "say": {"wav": str(SPEECH)},
                    "dtmf": {"digits": value},
                }
                self.line.town.say(word, **fields.get(word, {}))  # not everything is possible any more

    def _press(self, key: str) -> None:
        card = self.line.card()
        found = re.search(r'data-call="(\d+)"', card)
        for what in BUTTONS[key]:
            if found and f'/calls/{found[1]}/{what}"' in card:
                with suppress(urllib.error.HTTPError):  # it is not possible any more: the page says so
                    self.line.press(what)
                return

    def check(self, ending: Ending) -> None:
        """Nobody but the modem can hold the line now; and the next caller can call."""
        town = self.line.town
        try:
            eventually(lambda: town.state()["line"] == "idle", 30.0, every_s=0.2)
            held_s = self.line.held_too_long_s()
            assert held_s <= HELD_AT_MOST_S, f"the line was held for {held_s:.1f} s"
        except AssertionError as failure:
            raise AssertionError(f"{failure}: {ending}; {town.state()}") from failure
        town.say("fault", never_ends=False, swallow_results=0, drop_bytes=0, drop_sent_bytes=0)
        town.say("fault", ignore_stop=0, late_result=0)
        self.line.box.ready(self.line.name, within_s=60.0)


BUTTONS = {"F2": ("lifted", "take"), "F4": ("record/stop", "record"), "F8": ("release",)}
