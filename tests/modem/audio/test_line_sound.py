"""A line's sound end to end: a pty as the module's PCM port, real arecord and aplay as the operator's headset."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.clock import RealClock
from modem.audio import line_sound
from modem.audio.bridge import Levels
from modem.audio.levels import dbfs
from modem.audio.line_sound import LineSound
from modem.audio.pcm_tty import PcmTty
from modem.audio.tones import in_frames, key_tone, sine
from modem.events import CallAnswered, CallEnded, CallSound, EndReason, Event, KeyPressed
from tests.modem.audio.alsa_bench import AlsaBench
from tests.modem.audio.pty_sound import PtySound, frames_of
from tests.modem.audio.strongest import strongest_hz
from tests.support import eventually

ON, OFF = CallSound("line1", 7, is_on=True), CallSound("line1", 7, is_on=False)


def sound_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("sound-")]


def children_of_sound() -> list[str]:
    """arecord and aplay of this process, ended but not waited for included."""
    parents = ((path, path.read_text().rpartition(")")) for path in Path("/proc").glob("[0-9]*/stat") if path.exists())
    return [
        head for _, (head, _, rest) in parents
        if int(rest.split()[1]) == os.getpid() and head.partition("(")[2] in ("arecord", "aplay")
    ]  # fmt: skip


@pytest.fixture
def module(tmp_path: Path) -> Iterator[PtySound]:
    with PtySound(tmp_path) as module:
        yield module


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def make(told: list[Event]) -> Iterator[Callable[..., LineSound]]:
    made: list[LineSound] = []

    def make_sound(audio_device: str, handset_device: str | None = None) -> LineSound:
        made.append(LineSound("line1", audio_device, handset_device, told.append, RealClock()))
        return made[-1]

    yield make_sound
    has_ended = [sound.stop() for sound in made]
    assert all(has_ended)
    assert not children_of_sound()
    assert not sound_threads()


def test_caller_and_operator_hear_each_other(
    module: PtySound, headset: AlsaBench, make: Callable[..., LineSound], told: list[Event]
) -> None:
    sound = make(module.path, "headset")
    headset.speak(in_frames(sine(440, seconds=30, dbfs=-20)))
    module.say.extend(in_frames(sine(1000, seconds=30, dbfs=-14)))
    module.play()
    sound.on_event(CallAnswered("line1", 7))
    sound.on_event(ON)
    eventually(lambda: sound.levels().seconds > 2)
    levels = sound.levels()
    assert sound.trouble == ""
    sound.on_event(OFF)
    assert sound.stop()
    assert strongest_hz(module.hear()[-8000:]) == 440
    assert strongest_hz(headset.heard[-8000:]) == 1000
    assert levels.far_dbfs == pytest.approx(-14, abs=2)
    assert levels.near_dbfs == pytest.approx(-20, abs=4)
    assert told == []


def test_without_a_handset_keys_are_heard_and_silence_is_said(
    module: PtySound, make: Callable[..., LineSound], told: list[Event]
) -> None:
    sound = make(module.path)
    module.bundle = 2  # as SIM7600 sends
    module.play()
    sound.on_event(ON)
    eventually(lambda: sound.levels().seconds > 0.2)
    module.say.extend(in_frames(key_tone("1") + bytes(1600) + key_tone("#")))
    eventually(lambda: len(told) == 2)
    assert told == [KeyPressed("line1", 7, "1"), KeyPressed("line1", 7, "#")]
    eventually(lambda: len(module.hear()) > 8000)
    assert set(module.heard) == {0}
    assert sound.trouble == ""


def test_a_line_that_is_told_of_other_lines_and_calls_does_nothing(
    module: PtySound, make: Callable[..., LineSound]
) -> None:
    sound = make(module.path)
    sound.on_event(CallSound("line2", 7, is_on=True))
    assert not sound.is_on
    assert sound.levels() == Levels()
    sound.on_event(OFF)
    sound.on_event(ON)
    sound.on_event(CallEnded("line1", 6, EndReason.REMOTE))
    assert sound.is_on


def test_the_sound_passes_to_another_call_without_a_break(
    module: PtySound, make: Callable[..., LineSound], told: list[Event]
) -> None:
    sound = make(module.path)
    module.play()
    sound.on_event(ON)
    sound.on_event(CallSound("line1", 8, is_on=True))
    sound.on_event(OFF)  # of a call that has it no more
    assert sound.is_on
    eventually(lambda: sound.levels().seconds > 0.1)
    module.say.extend(in_frames(key_tone("5")))
    eventually(lambda: told)
    assert told == [KeyPressed("line1", 8, "5")]
    sound.on_event(CallEnded("line1", 8, EndReason.REMOTE))
    assert not sound.is_on


def test_a_hundred_calls_leave_nothing_behind(
    module: PtySound, headset: AlsaBench, make: Callable[..., LineSound]
) -> None:
    sound = make(module.path, "headset")
    headset.speak([])
    module.play()
    for call in range(20):
        sound.on_event(CallSound("line1", call, is_on=True))
        eventually(lambda: sound.levels().seconds > 0.05)
        sound.on_event(CallEnded("line1", call, EndReason.REMOTE))
    for call in range(80):
        sound.on_event(CallSound("line1", call, is_on=True))
        sound.on_event(CallSound("line1", call, is_on=False))
    sound.on_event(ON)
    eventually(lambda: sound.levels().seconds > 0.05)
    assert sound.trouble == ""
    sound.on_event(OFF)
    eventually(lambda: not sound_threads())


def test_a_port_that_is_not_there_yet_is_opened_when_it_comes(
    tmp_path: Path, make: Callable[..., LineSound], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_sound, "AGAIN_AFTER_S", 0.05)
    sound = make(str(tmp_path / "later"))
    sound.on_event(ON)
    eventually(lambda: "there is no device" in sound.trouble)
    with PtySound(tmp_path, "later") as module:
        module.play()
        eventually(lambda: sound.levels().seconds > 0.1)
        assert sound.trouble == ""
        module.unplug()
        eventually(lambda: sound.trouble)
    assert sound.is_on  # until the telephone says otherwise


def test_an_opening_that_hangs_blocks_nobody_and_is_told(
    module: PtySound, make: Callable[..., LineSound], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening a port of a module that hangs may take for ever; the next call waits for it as long as it lasts."""
    may_open = threading.Event()
    opened: list[str] = []

    def hangs(path: str) -> PcmTty:
        opened.append(path)
        may_open.wait(30)
        return PcmTty(path)

    monkeypatch.setattr(line_sound, "PcmTty", hangs)
    monkeypatch.setattr(line_sound, "OPEN_WITHIN_S", 0.1)
    sound = make(module.path)
    before_s = time.monotonic()
    for call in range(5):
        sound.on_event(CallSound("line1", call, is_on=True))
        sound.on_event(CallSound("line1", call, is_on=False))
    sound.on_event(ON)
    eventually(lambda: sound.trouble == "the module's sound port does not open")
    assert not sound.stop(0.2)
    assert time.monotonic() - before_s < 20
    sound.on_event(ON)
    assert len(opened) == 1  # one thread hangs, not one a call
    module.play()
    may_open.set()
    eventually(lambda: sound.levels().seconds > 0.1)
    assert sound.trouble == ""


def test_a_fault_of_ours_leaves_the_call_with_sound(
    module: PtySound, make: Callable[..., LineSound], told: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_sound, "AGAIN_AFTER_S", 0.05)
    fails = iter([True])

    def deliver(event: Event) -> None:
        if next(fails, False):
            raise RuntimeError("a bug")
        told.append(event)

    sound = LineSound("line1", module.path, None, deliver, RealClock())
    module.play()
    sound.on_event(ON)
    eventually(lambda: sound.levels().seconds > 0.1)
    module.say.extend(in_frames(key_tone("1", seconds=0.2)))
    eventually(lambda: sound.trouble == "internal error, see the log" or sound.levels().seconds < 0.1)
    eventually(lambda: sound.levels().seconds > 0.1)
    module.say.extend(in_frames(key_tone("2")))
    eventually(lambda: KeyPressed("line1", 7, "2") in told)
    assert sound.stop()


def test_a_sound_card_may_be_the_module(headset: AlsaBench, make: Callable[..., LineSound], told: list[Event]) -> None:
    """Quectel's modules can be a USB sound card (UAC)."""
    sound = make("alsa:headset")
    headset.speak(in_frames(bytes(8000) + key_tone("3", seconds=0.2) + sine(700, seconds=5)))
    sound.on_event(ON)
    eventually(lambda: told == [KeyPressed("line1", 7, "3")])
    assert sound.trouble == ""


def test_a_module_that_is_silent_is_told_of(
    module: PtySound, make: Callable[..., LineSound], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modem.audio.bridge.DEAF_AFTER_S", 0.2)
    sound = make(module.path)
    sound.on_event(ON)
    eventually(lambda: sound.trouble == "no sound comes from the module")
    eventually(lambda: len(module.hear()) > 16000)  # and still gets its frames
    assert all(dbfs(frame) < -90 for frame in frames_of(module.hear()))
