"""However a call ends, and whatever the modem does meanwhile: the line is let go of within ten seconds.

The script here is the worst there could be: it goes on and on, and never hangs up.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from modem.audio.tones import sine
from modem.commands import Answer, Command, Dial, HandOver, HangUp, Join, Listen, Play
from modem.events import CallAnswered, CallEnded, CallRang, Event, SoundEnded
from tests.modem.fast_landline import CITIZEN, PROFILES, FastLandline, clip, measured

HELD_AT_MOST_S = 10.0  # after both sides have hung up
LONG, SHORT = clip(sine(300, seconds=7.0)), clip(sine(300, seconds=1.0))
FAULTS: tuple[Callable[[random.Random], dict[str, Any]], ...] = (
    lambda chance: {},
    lambda chance: {"drop_bytes": chance.randint(1, 400)},
    lambda chance: {"drop_sent_bytes": chance.randint(1, 100)},
    lambda chance: {"ignore_stop": chance.randint(1, 3)},
    lambda chance: {"swallow_results": chance.randint(1, 2)},
    lambda chance: {"never_ends": True},
    lambda chance: {"mute": chance.uniform(0.5, 4.0)},
)


class Kept:
    def write(self, frames: Any) -> bool:
        return True

    def close(self) -> None:
        pass


def endless(chance: random.Random) -> Callable[[Event], Command | None]:
    refs = iter(range(1, 10_000))

    def script(event: Event) -> Command | None:
        if not isinstance(event, CallAnswered | SoundEnded) or chance.random() < 0.15:
            return None
        return chance.choice(
            (
                Play(event.call, next(refs), (LONG,)),
                Play(event.call, next(refs), (SHORT, SHORT)),
                Listen(event.call, next(refs), 30.0, until_keys="#", quiet_s=chance.choice((None, 4.0))),
                Listen(event.call, next(refs), 30.0, keep=True, beep=True),
            )
        )

    return script


def begin(line: FastLandline, how: str, chance: random.Random) -> None:
    if how == "dial":
        line.send(Dial(9, "13900002222"))
        line.later(chance.uniform(4.0, 10.0))
        line.town.say(chance.choice(("pickup", "refuse")))
        return
    line.ask("ring", number=CITIZEN)
    line.until(CallRang, 20.0)
    if how == "join":
        line.ask("lift")
        line.later(chance.uniform(0.1, 9.0))
        line.send(Join(line.call))
    else:
        line.later(chance.random())
        line.send(Answer(line.call))


def end(line: FastLandline, how: str, chance: random.Random) -> None:
    """Both sides hang up, in either order; somebody may take the call, or the box be told to let go."""
    acts: list[tuple[str, dict[str, Any]]] = [("hangup", {"loop": chance.random() < 0.3})]
    if how == "join" or chance.random() < 0.3:
        line.town.say("lift")
        line.later(chance.uniform(0.0, 3.0))
        acts.append(("put_down", {}))
        if chance.random() < 0.5:
            line.send(HandOver(line.call))
    if chance.random() < 0.2:
        line.send(HangUp(line.call))
    chance.shuffle(acts)
    for word, fields in acts:
        line.later(chance.uniform(0.0, 5.0))
        line.town.say(word, **fields)  # not everything is possible any more


@pytest.mark.parametrize("seed", range(100))
def test_no_call_holds_the_line(seed: int) -> None:
    chance = random.Random(seed)
    profile = chance.choice([name for name in PROFILES if name != "novoice"])
    how = chance.choice(("answer", "answer", "join", "dial"))
    line = FastLandline(profile, known=measured(profile), open_sink=lambda *_: Kept())
    line.later(3.0)
    line.on_event = endless(chance)
    begin(line, how, chance)
    line.later(chance.uniform(0.0, 10.0))
    if fault := chance.choice(FAULTS)(chance):
        line.ask("fault", **fault)
    end(line, how, chance)
    line.later(25.0)
    state = line.state()
    assert state["both_gone_s"] <= HELD_AT_MOST_S, (profile, how, fault, line.events[-10:])
    assert state["line"] == "idle"
    assert line.of(CallEnded)
    line.ask("fault", never_ends=False)
    line.later(60.0)  # whatever it was, the next call is told again
    before = len(line.of(CallRang))
    line.ask("ring", number=CITIZEN)
    line.later(12.0)
    assert len(line.of(CallRang)) > before
