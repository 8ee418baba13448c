"""The landline over a real pty: port, conversation and the simulator in a process of its own, in real time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modem.audio.tones import sine
from modem.commands import Answer, HangUp, Listen, Play, Wake
from modem.events import (
    CallAnswered,
    CallEnded,
    CallerKnown,
    CallRang,
    CallRinging,
    EndReason,
    KeyPressed,
    LineChanged,
    LineState,
    SoundEnd,
    SoundEnded,
    TimeUp,
)
from modem.port import Port
from modem.voice import VoiceConversation
from tests.modem.fast_landline import CITIZEN, clip, measured
from tests.modem.pty_module import MovableClock
from tests.modem.waiting import Listener
from tests.support import VoiceSimulator, eventually

RING_EVERY_S = 2.5
PROFILES = ("standard", "deaf", "cancel", "usr", "conexant", "classy")


class Line(Listener):
    def __init__(self, town: VoiceSimulator, profile: str, **more: Any) -> None:
        super().__init__()
        self.port = Port(
            "line1", str(town.link), 115200, deliver=self.take, clock=MovableClock(),
            make_conversation=lambda: VoiceConversation("line1", measured(profile), **more),
        )  # fmt: skip
        self.port.start()


@pytest.fixture
def lines() -> Iterator[list[Line]]:
    lines: list[Line] = []
    yield lines
    for line in lines:
        line.port.stop()
        line.port.join(3)
        assert not line.port.is_alive()


@pytest.mark.parametrize("profile", PROFILES)
def test_a_call_is_answered_played_to_heard_and_ended(profile: str, tmp_path: Path, lines: list[Line]) -> None:
    with VoiceSimulator(tmp_path, "--profile", profile) as town:
        line = Line(town, profile)
        lines.append(line)
        line.sees(LineChanged, state=LineState.READY)
        town.ask("set", ring_interval_s=RING_EVERY_S)
        town.ask("ring", number=CITIZEN)
        call = line.sees(CallRinging).call
        line.sees(CallerKnown, number=CITIZEN)
        line.sees(CallRang, rings=2)
        line.port.send(Wake(1, 0.2))
        line.sees(TimeUp, ref=1)
        line.port.send(Answer(call))
        line.sees(CallAnswered)
        line.port.send(Play(call, 2, (clip(sine(600, seconds=1.0)),)))
        line.sees(SoundEnded, ref=2, why=SoundEnd.PLAYED)
        heard = town.ask("heard", seconds=1.0)
        line.port.send(Listen(call, 3, 20.0, until_keys="#"))
        eventually(lambda: town.state()["stream"] == "record")
        town.ask("dtmf", digits="15#")
        for key in "15#":
            line.sees(KeyPressed, key=key)
        line.sees(SoundEnded, ref=3, why=SoundEnd.KEY)
        line.port.send(HangUp(call))
        line.sees(CallEnded, reason=EndReason.LOCAL)
        state = town.state()
    assert heard["hz"] == pytest.approx(600.0, abs=20.0)
    assert state["underruns"] == 0


def test_a_modem_pulled_out_in_a_call_comes_back_ready(tmp_path: Path, lines: list[Line]) -> None:
    with VoiceSimulator(tmp_path) as town:
        line = Line(town, "standard")
        lines.append(line)
        line.sees(LineChanged, state=LineState.READY)
        town.ask("ring", number=CITIZEN)
        call = line.sees(CallRinging).call
        line.port.send(Answer(call))
        line.sees(CallAnswered)
        line.port.send(Listen(call, 3, 60.0))
        eventually(lambda: town.state()["stream"] == "record")
        town.ask("fault", unplug=1.0)
        line.sees(SoundEnded, why=SoundEnd.FAILED)
        line.sees(CallEnded, reason=EndReason.LOST)
        line.sees(LineChanged, state=LineState.READY)
        assert town.state()["off_hook"] is False
