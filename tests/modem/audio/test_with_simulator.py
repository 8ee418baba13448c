"""Whole calls with sound: the simulated module in its own process, our fleet, real arecord and aplay as the headset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from modem.audio.laws import encode
from modem.audio.tones import in_frames, sine
from modem.commands import Answer, HangUp, Listen, Play, StopSound
from modem.events import (
    CallEnded,
    CallRinging,
    CallSound,
    CommandRefused,
    KeyPressed,
    LineChanged,
    LineState,
    SoundEnd,
    SoundEnded,
)
from modem.fleet import Fleet, LineSettings
from modem.voice_profile import SampleFormat
from tests.modem.audio.alsa_bench import AlsaBench
from tests.modem.audio.strongest import strongest_hz
from tests.modem.pty_module import MovableClock
from tests.modem.waiting import Listener
from tests.support import Simulator, eventually

CALLER = "13900001111"
KEYS = "0123456789*#"


class Office(Listener):
    """A line with sound, answered by hand."""

    def __init__(self, town: Simulator, pcm: Path, handset: str) -> None:
        super().__init__()
        self.town = town
        settings = LineSettings("line1", str(town.link), audio_device=str(pcm), handset_device=handset)
        self.kept: list[bytes] = []
        self.heard_in: list[str] = []
        self.fleet = Fleet(
            [settings], MovableClock(), at_once=self.take, open_sink=lambda line, call, ref: self,
            ear=lambda line, frames: self.heard_in.append(line),
        )  # fmt: skip
        sound = self.fleet.sound("line1")
        assert sound is not None
        self.sound = sound

    def write(self, frames: Sequence[bytes]) -> bool:
        self.kept += frames
        return True

    def close(self) -> None:
        self.kept.append(b"closed")

    def answers(self) -> int:
        self.town.ask("ring", number=CALLER)
        call = self.sees(CallRinging).call
        assert self.fleet.send("line1", Answer(call))
        self.sees(CallSound, call=call, is_on=True)
        eventually(lambda: self.sound.levels().seconds > 0.3)
        return call

    def keys(self) -> str:
        return "".join(event.key for event in self.events if isinstance(event, KeyPressed))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Callable[[str, str], Office]]:
    offices: list[Office] = []

    def open_office(make: str, handset: str) -> Office:
        pcm = tmp_path / "pcm.tty"
        town = Simulator(tmp_path, "gsm", "--profile", f"demo+{make}", "--pcm-link", str(pcm))
        town.__enter__()
        offices.append(Office(town, pcm, handset))
        offices[-1].fleet.start()
        offices[-1].sees(LineChanged, state=LineState.READY)
        return offices[-1]

    yield open_office
    for each in offices:
        assert each.fleet.stop(5.0)
        each.town.__exit__()


def heard_hz(town: Simulator) -> int | None:
    hz = town.ask("heard", seconds=1)["hz"]
    return None if hz is None else round(hz)


@pytest.mark.parametrize("make", ["quectel", "simcom", "huawei"])
def test_caller_and_operator_hear_each_other_in_one_call_after_another(
    make: str, office: Callable[[str, str], Office], headset: AlsaBench
) -> None:
    """The second call finds out whether sound was switched off in the right order: else it is mute both ways."""
    here = office(make, "headset")
    headset.speak(frame for _ in range(1000) for frame in in_frames(sine(440, seconds=0.1, dbfs=-20)))
    for _ in range(2):
        call = here.answers()
        here.town.ask("tone", hz=1000, seconds=20, dbfs=-15)
        eventually(lambda: strongest_hz(headset.heard[-4000:]) == 1000)
        eventually(lambda: heard_hz(here.town) == 440)
        eventually(lambda: here.sound.levels().far_dbfs == pytest.approx(-15, abs=1))
        assert here.sound.trouble == ""
        assert here.fleet.send("line1", HangUp(call))
        here.sees(CallEnded, call=call)
        eventually(lambda: not here.sound.is_on)


@pytest.mark.parametrize("make", ["quectel", "simcom", "huawei"])
def test_each_key_counts_once_though_module_and_sound_tell_it(make: str, office: Callable[[str, str], Office]) -> None:
    here = office(make, "")
    call = here.answers()
    here.town.ask("dtmf", digits=KEYS)
    eventually(lambda: len(here.keys()) >= len(KEYS))
    here.town.ask("dtmf", digits="55")
    eventually(lambda: len(here.keys()) >= len(KEYS) + 2)
    assert here.fleet.send("line1", HangUp(call))
    here.sees(CallEnded, call=call)
    assert here.keys() == KEYS + "55"


def test_the_module_is_never_left_without_frames(office: Callable[[str, str], Office]) -> None:
    """Without a handset it gets silence, steadily: a frame that is missing is counted by the simulated module."""
    here = office("quectel", "")
    here.answers()
    eventually(lambda: here.town.ask("heard")["frames"] > 250)
    told = here.town.ask("heard", seconds=1)
    assert told["hz"] is None
    assert told["underruns"] <= told["frames"] // 5  # the bench says how few; a busy machine may lose some


def test_far_end_that_hangs_up_closes_the_port(office: Callable[[str, str], Office]) -> None:
    here = office("simcom", "")
    call = here.answers()
    here.town.ask("hangup")
    here.sees(CallEnded, call=call)
    eventually(lambda: not here.sound.is_on)


def test_a_caller_hears_a_clip_presses_a_key_and_is_recorded(office: Callable[[str, str], Office]) -> None:
    here = office("quectel", "")
    call = here.answers()
    clip = encode(sine(700, seconds=0.1), SampleFormat.ULAW) * 300
    assert here.fleet.send("line1", Play(call, 1, (clip,)))
    eventually(lambda: heard_hz(here.town) == 700)
    here.town.ask("dtmf", digits="5")
    here.sees(SoundEnded, ref=1, why=SoundEnd.KEY)
    assert here.keys() == "5"
    assert here.fleet.send("line1", Listen(call, 2, 60.0, until_keys="#", keep=True))
    here.town.ask("tone", hz=1000, seconds=1, dbfs=-15)
    eventually(lambda: strongest_hz(b"".join(here.kept[-10:])) == 1000)
    here.town.ask("dtmf", digits="1#")
    here.sees(SoundEnded, ref=2, why=SoundEnd.KEY)
    assert here.kept[-1] == b"closed"
    assert set(here.heard_in) == {"line1"}
    here.fleet.send("line1", Play(call, 3, (clip,)))
    here.town.ask("hangup")
    here.sees(SoundEnded, ref=3, why=SoundEnd.HUNG_UP)
    here.fleet.send("line1", StopSound(call))
    here.fleet.send("line1", Play(call, 4, (clip,)))
    here.sees(CommandRefused, reason="no such call is up")
    ended = [event.ref for event in here.events if isinstance(event, SoundEnded)]
    assert ended == [1, 2, 3]
