"""Random endings of calls on a landline: at which moment, how, who else has a hand in it, and what breaks meanwhile.

The same endings are told in fake time (test_landline_endings.py) and to a true process
(test_landline_endings_in_real_time.py).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from appliance.callflow.plan import HoursPlan, Plan

LINE = "line1"
Deed = tuple[str, Any]  # what somebody does, and with what: ("dtmf", "5"), ("lift", None), ("F2", None)

COMES_WITHIN_S = 90.0  # the moment; else the call has gone elsewhere, and ends there
AFTERWARDS_S = 12.0  # deeds that come when the far side has gone


class Scene(Protocol):
    """A landline, its town and a seat: fake, or a true process."""

    look_every_s: float  # how often people look what goes on

    @property
    def now_s(self) -> float: ...

    def later(self, seconds: float) -> None: ...

    def do(self, word: str, value: Any = None) -> None:
        """A deed. One that is not possible any more does nothing."""

    def step(self) -> str:
        """Where the call stands: "ringing", a step of the box, "telephone", "recording", a tone of a call of ours;
        "" before it and after it.
        """

    def set_plan(self, plan: Plan) -> None: ...

    def is_telephone_lifted(self) -> bool: ...


@dataclass(frozen=True)
class Moment:
    """When the far side hangs up."""

    at: frozenset[str]  # as soon as it stands so
    most_s: float  # and at random so long after that
    plan: Plan
    on: Mapping[str, Sequence[Deed]] = field(default_factory=dict)  # what people do when it stands so, on the way
    just_before: Sequence[Deed] = ()  # when the moment has come
    has_number: bool = True
    is_ours: bool = False  # the office calls


def plan(*, records: bool = False, notice: bool = False, rates: bool = False, **hours: Any) -> Plan:
    """The same at all hours."""
    always = HoursPlan(**{"acts": True, "rings": 2, "message_s": 30, "wait_s": 30, **hours})
    return Plan(LINE, always, always, records_talks=records, plays_notice=notice, rates_talks=rates)


SKIP: Deed = ("dtmf", "5")  # a key ends the words, where the modem hears it
TALKS: dict[str, Sequence[Deed]] = {"ringing": [("wait", 3.0), ("lift", None)]}  # the number came after the first ring
MOMENTS: dict[str, Moment] = {
    "first ring": Moment(frozenset({"ringing"}), 0.9, plan()),
    "between two rings": Moment(frozenset({"ringing"}), 4.5, plan()),
    "greeting": Moment(frozenset({"greeting"}), 9.0, plan()),
    "menu": Moment(frozenset({"menu"}), 9.0, plan(menu=("1", "3")), {"greeting": [SKIP]}),
    "key": Moment(frozenset({"menu"}), 0.3, plan(menu=("1", "3")), {"greeting": [SKIP]}, [("dtmf", "3")]),
    "message": Moment(
        frozenset({"message"}), 14.0, plan(), {"greeting": [SKIP]}, [("wait", 1.0), SKIP, ("wait", 1.0), ("say", None)]
    ),
    "number": Moment(
        frozenset({"number"}), 9.0, plan(asks_number=True), {"greeting": [SKIP]}, [("dtmf", "05718")], has_number=False
    ),
    "announcement": Moment(
        frozenset({"announcement"}), 5.0, plan(menu=("1", "2")), {"greeting": [("dtmf", "2")], "menu": [("dtmf", "2")]}
    ),
    "progress": Moment(
        frozenset({"asking", "not_found", "found"}),
        4.0,
        plan(menu=("3",)),
        {"greeting": [("dtmf", "3")], "menu": [("dtmf", "3")], "progress": [("wait", 4.0), ("dtmf", "17#")]},
    ),
    "urgent": Moment(
        frozenset({"urgent"}), 7.0, plan(menu=("1", "0")), {"greeting": [("dtmf", "0")], "menu": [("dtmf", "0")]}
    ),
    "waiting": Moment(frozenset({"waiting", "hold"}), 14.0, plan(waits=True)),
    "goodbye": Moment(frozenset({"bye"}), 2.0, plan(takes_messages=False), {"greeting": [SKIP]}),
    "talk": Moment(frozenset({"telephone"}), 8.0, plan(), TALKS),
    "recorded talk": Moment(frozenset({"recording"}), 9.0, plan(records=True), TALKS),
    "recorded with F4": Moment(
        frozenset({"recording"}), 9.0, plan(notice=True), {**TALKS, "telephone": [("F2", None), ("F4", None)]}
    ),
    "rating": Moment(
        frozenset({"recording"}), 7.0, plan(records=True, rates=True), TALKS, [("wait", 2.0), ("put_down", None)]
    ),
    "taken from the box": Moment(
        frozenset({"telephone"}), 6.0, plan(), {"greeting": [("wait", 2.0), ("lift", None), ("F2", None)]}
    ),
    "dialling": Moment(frozenset({"dialling"}), 9.0, plan(), is_ours=True),
    "ring-back": Moment(frozenset({"ring_back"}), 9.0, plan(), is_ours=True),
    "called party speaks": Moment(
        frozenset({"voice"}), 9.0, plan(), {"ring_back": [("pickup", None), ("say", None)]}, is_ours=True
    ),
    "handed over": Moment(
        frozenset({"telephone"}),
        6.0,
        plan(),
        {"ring_back": [("pickup", None), ("say", None)], "voice": [("lift", None), ("F2", None)]},
        is_ours=True,
    ),
}
HANG_UPS: dict[str, dict[str, Any]] = {
    "busy": {}, "congestion": {"then": "congestion"}, "loop": {"loop": True}, "silence": {"then": "silence"}
}  # fmt: skip
HOW = {"busy": 40, "congestion": 20, "loop": 25, "silence": 15}
NEARBY = ("lift", "put_down", "F2", "F4", "F8", "dtmf", "say")


@dataclass(frozen=True)
class Ending:
    """One call, and everything that is left to chance in it."""

    moment: str
    how: str
    number: str
    after_s: float
    meanwhile: Sequence[tuple[float, Deed]]  # seconds after it began
    put_down_after_s: float

    def __str__(self) -> str:
        deeds = ", ".join(f"{word} {value or ''} at {at_s:.1f} s" for at_s, (word, value) in self.meanwhile)
        return f"{self.moment} + {self.after_s:.1f} s, then {self.how}, put down {self.put_down_after_s:.1f} s; {deeds}"

    @property
    def is_undisturbed(self) -> bool:
        return not self.meanwhile


def deal(
    chance: random.Random, number: str, *, moment: str = "", how: str = "", fault: dict[str, Any] | None = None
) -> Ending:
    """`moment` and `how` "": any. `fault`: this and nothing else beside the call; {}: nothing; None: anything."""
    moment = moment or chance.choice(list(MOMENTS))
    how = how or chance.choices(list(HOW), list(HOW.values()))[0]
    meanwhile: list[tuple[float, Deed]] = [(chance.uniform(7, 10), ("fault", fault))] if fault else []
    if fault is None and chance.random() < 0.4:
        for _ in range(chance.randint(1, 3)):
            word = chance.choice(NEARBY)
            meanwhile.append((chance.uniform(0, 30), (word, chance.choice("0123456789*#") if word == "dtmf" else None)))
    if fault is None and chance.random() < 0.4:
        meanwhile.append((chance.uniform(0, 25), ("fault", a_fault(chance))))
    after_s = chance.uniform(0, MOMENTS[moment].most_s)
    return Ending(moment, how, number, after_s, sorted(meanwhile), chance.uniform(0.1, 6))


def a_fault(chance: random.Random) -> dict[str, Any]:
    """Of the modem, its cable, or the office's mind."""
    return chance.choice(
        (
            {"drop_bytes": chance.randint(1, 400)},
            {"drop_sent_bytes": chance.randint(1, 100)},
            {"never_ends": True},
            {"ignore_stop": chance.randint(1, 8)},
            {"swallow_results": chance.randint(1, 2)},
            {"late_result": chance.uniform(0.5, 6.0)},
            {"mute": chance.uniform(0.5, 4.0)},
            {"noise": bytes(chance.randrange(256) for _ in range(20)).hex()},
            {"event": chance.choice("pPhHblqsdv")},
            {"unplug": chance.uniform(0.5, 5.0)},
            {"reset": True},
            {"office": "loses its mind"},
        )
    )


def tell(scene: Scene, ending: Ending) -> None:
    """The whole story; afterwards nobody but the modem can hold the line."""
    moment = MOMENTS[ending.moment]
    scene.set_plan(moment.plan)
    began_s = scene.now_s
    waiting = list(ending.meanwhile)

    def later(seconds: float) -> None:
        """What happens beside it happens at its own time."""
        until_s = scene.now_s + seconds
        while waiting and began_s + waiting[0][0] <= until_s:
            at_s, (word, value) = waiting.pop(0)
            scene.later(max(0.0, began_s + at_s - scene.now_s))
            scene.do(word, value)
        scene.later(max(0.0, until_s - scene.now_s))

    def do(deeds: Sequence[Deed]) -> None:
        for word, value in deeds:
            if word == "wait":
                later(value)
            else:
                scene.do(word, value)

    if moment.is_ours:
        scene.do("dial", ending.number)
    else:
        scene.do("ring", ending.number if moment.has_number else "")
    last, has_begun = "", False
    while scene.now_s < began_s + COMES_WITHIN_S:
        step = scene.step()
        has_begun = has_begun or step != ""
        if step in moment.at or (has_begun and not step):
            break
        if step != last:
            last = step
            do(moment.on.get(step, ()))
        later(scene.look_every_s)
    do(moment.just_before)
    later(ending.after_s)
    scene.do("refuse")  # of whom we called and who has not picked up
    if moment.is_ours and not scene.is_telephone_lifted() and scene.step():
        scene.do("F8")
    scene.do("hangup", ending.how)
    if not moment.is_ours or not scene.is_telephone_lifted():
        later(ending.put_down_after_s)
    scene.do("put_down")
    later(max(0.0, min(AFTERWARDS_S, max((at_s for at_s, _ in waiting), default=0.0))))
    for _, (word, value) in waiting:
        if word not in ("lift", "dtmf", "say"):
            scene.do(word, value)
    scene.do("hangup", "busy")  # somebody lifted it once more: he hears that nobody is there, and puts it down
    scene.do("put_down")
