"""Clips said and the far side heard in real calls: a pty as the module's PCM port, real arecord and aplay beside it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from appliance.clock import RealClock
from modem.audio import line_sound, turn_queue
from modem.audio.frames import SILENCE
from modem.audio.laws import encode
from modem.audio.line_sound import NO_CALL, TOO_MANY, LineSound
from modem.audio.pcm_tty import PcmTty
from modem.audio.sink import Sink
from modem.audio.tones import in_frames, key_tone, sine
from modem.audio.turn_queue import MOST_WAITING
from modem.events import CallAnswered, CallEnded, CallSound, EndReason, Event, KeyPressed, SoundEnd, SoundEnded
from modem.voice_profile import SampleFormat
from tests import rounds
from tests.modem.audio.alsa_bench import AlsaBench
from tests.modem.audio.pty_sound import PtySound
from tests.modem.audio.strongest import power, strongest_hz
from tests.support import eventually

UP, ON, OFF = CallAnswered("line1", 7), CallSound("line1", 7, is_on=True), CallSound("line1", 7, is_on=False)


class Kept:
    """A sink that holds its frames, so many of them."""

    def __init__(self, room: int = 10**6) -> None:
        self.frames: list[bytes] = []
        self.room = room
        self.is_closed = False
        self.is_broken = False

    @property
    def sound(self) -> bytes:
        return b"".join(self.frames)

    def write(self, frames: Sequence[bytes]) -> bool:
        if self.is_broken:
            raise RuntimeError("a bug of the office")
        if self.is_closed:
            return False
        self.frames += frames
        return len(self.frames) < self.room

    def close(self) -> None:
        self.is_closed = True


class Call:
    """A line, its one call, and what was told of it."""

    def __init__(self, module: PtySound, handset: str | None) -> None:
        self.module = module
        self.told: list[Event] = []
        self.sinks: dict[int, Sink | None] = {}
        self.ear: list[bytes] = []
        self.sound = LineSound(
            "line1", module.path, handset, self._take, RealClock(),
            open_sink=lambda line, call, ref: self.sinks[ref], ear=self.ear.extend,
        )  # fmt: skip

    def _take(self, event: KeyPressed | SoundEnded) -> None:
        self.told.append(event)
        if isinstance(event, KeyPressed):
            self.sound.press(event.call, event.key)  # as modem/fleet.py does

    def begins(self) -> None:
        self.module.play()
        self.sound.on_event(UP)
        self.sound.on_event(ON)
        eventually(lambda: self.sound.levels().seconds > 0.1)

    def ends(self) -> list[tuple[int, SoundEnd]]:
        return [(event.ref, event.why) for event in self.told if isinstance(event, SoundEnded)]

    def keeps(self, ref: int, sink: Sink | None) -> None:
        self.sinks[ref] = sink


@pytest.fixture
def module(tmp_path: Path) -> Iterator[PtySound]:
    with PtySound(tmp_path) as module:
        yield module


@pytest.fixture
def call_with(module: PtySound) -> Iterator[Callable[..., Call]]:
    made: list[Call] = []

    def make(handset: str | None = None) -> Call:
        made.append(Call(module, handset))
        return made[-1]

    yield make
    have_ended = [call.sound.stop(5.0) for call in made]
    assert all(have_ended)
    eventually(lambda: not [each for each in threading.enumerate() if each.name.startswith("sound-")])


@pytest.fixture
def call(call_with: Callable[..., Call]) -> Call:
    return call_with()


def clip(hz: float, seconds: float) -> bytes:
    return encode(sine(hz, seconds=seconds), SampleFormat.ULAW)


def test_a_clip_is_said_instead_of_what_the_handset_says(
    module: PtySound, headset: AlsaBench, call_with: Callable[..., Call]
) -> None:
    call = call_with("headset")
    headset.speak(in_frames(sine(440, seconds=60, dbfs=-20)))
    call.begins()
    eventually(lambda: strongest_hz(module.hear()[-4000:]) == 440)
    assert call.sound.play(7, 1, [clip(1000, 1.0)]) == ""
    eventually(lambda: strongest_hz(module.hear()[-4000:]) == 1000)
    eventually(lambda: call.told)
    assert call.told == [SoundEnded("line1", 7, 1, SoundEnd.PLAYED, 1.0)]
    eventually(lambda: strongest_hz(module.hear()[-4000:]) == 440)


def test_clips_are_said_in_turn_and_whole(module: PtySound, call: Call) -> None:
    call.begins()
    for ref, hz in ((1, 1000), (2, 600)):
        assert call.sound.play(7, ref, [clip(hz, 0.5)]) == ""
    eventually(lambda: call.ends() == [(1, SoundEnd.PLAYED), (2, SoundEnd.PLAYED)])
    eventually(lambda: len(module.hear().strip(b"\0")) > 15000)
    said = module.hear().strip(b"\0")
    assert strongest_hz(said[:7000]) == 1000
    assert strongest_hz(said[-7000:]) == 600
    assert len(said) == pytest.approx(16000, abs=800)


def test_a_key_ends_the_clip_and_is_told_first(module: PtySound, call: Call) -> None:
    call.begins()
    call.sound.play(7, 1, [clip(1000, 30)])
    module.say.extend(in_frames(bytes(16000) + key_tone("5")))
    eventually(lambda: len(call.told) == 2)
    assert call.told[0] == KeyPressed("line1", 7, "5")
    assert call.ends() == [(1, SoundEnd.KEY)]
    call.sound.play(7, 2, [clip(1000, 0.6)], until_key=False)
    module.say.extend(in_frames(key_tone("6")))
    eventually(lambda: call.ends()[1:] == [(2, SoundEnd.PLAYED)])


def test_a_recording_holds_exactly_what_the_caller_said(module: PtySound, call: Call) -> None:
    chance, sink = random.Random(1), Kept()
    speech = b"".join(chance.randrange(-9000, 9000).to_bytes(2, "little", signed=True) for _ in range(3 * 8000))
    call.keeps(1, sink)
    call.begins()
    assert call.sound.listen(7, 1, most_s=60.0, until_keys="#", keep=True) == ""
    eventually(lambda: sink.frames)
    module.say.extend(in_frames(speech))
    eventually(lambda: not module.say)
    module.say.extend(in_frames(bytes(8000) + key_tone("#")))
    eventually(lambda: call.ends() == [(1, SoundEnd.KEY)])
    assert speech in sink.sound
    assert sink.is_closed


def test_a_recording_holds_both_while_somebody_talks(
    module: PtySound, headset: AlsaBench, call_with: Callable[..., Call]
) -> None:
    call, sink = call_with("headset"), Kept()
    call.keeps(1, sink)
    headset.speak(in_frames(sine(440, seconds=60, dbfs=-20)))
    module.say.extend(in_frames(sine(1000, seconds=60, dbfs=-20)))
    call.begins()
    eventually(lambda: strongest_hz(module.hear()[-4000:]) == 440)
    call.sound.listen(7, 1, most_s=1.0, keep=True)
    eventually(lambda: call.ends() == [(1, SoundEnd.TIME)])
    kept = sink.sound[-8000:]
    assert min(power(kept, 440), power(kept, 1000)) > 100 * power(kept, 700)


def test_who_listens_in_hears_clips_and_the_far_side(module: PtySound, call: Call) -> None:
    call.begins()
    call.sound.play(7, 1, [clip(1000, 0.5)])
    eventually(call.ends)
    module.say.extend(in_frames(sine(600, seconds=1.0)))
    eventually(lambda: strongest_hz(b"".join(call.ear[-10:])) == 600)
    assert any(strongest_hz(b"".join(call.ear[at : at + 10])) == 1000 for at in range(0, len(call.ear) - 10, 5))


def test_quiet_ends_listening_and_so_does_a_busy_tone(module: PtySound, call: Call) -> None:
    call.begins()
    call.sound.listen(7, 1, most_s=60.0, quiet_s=0.5)
    eventually(lambda: call.ends() == [(1, SoundEnd.QUIET)])
    call.sound.listen(7, 2, most_s=60.0)
    module.say.extend(in_frames((sine(450, seconds=0.34) + bytes(320 * 18)) * 5))
    eventually(lambda: call.ends()[1:] == [(2, SoundEnd.HUNG_UP)])


def test_a_full_disk_ends_the_recording_and_the_call_goes_on(module: PtySound, call: Call) -> None:
    call.begins()
    call.keeps(1, Kept(room=20))
    call.keeps(2, None)
    call.sound.listen(7, 1, most_s=60.0, keep=True)
    call.sound.listen(7, 2, most_s=60.0, keep=True)
    eventually(lambda: call.ends() == [(1, SoundEnd.FULL), (2, SoundEnd.FULL)])
    assert call.sound.is_on
    assert call.sound.trouble == ""


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (EndReason.REMOTE, SoundEnd.HUNG_UP),
        (EndReason.LOCAL, SoundEnd.STOPPED),
        (EndReason.LOST, SoundEnd.FAILED),
        (EndReason.FAILED, SoundEnd.FAILED),
    ],
)
@pytest.mark.parametrize("is_hushed_first", [True, False])
def test_the_end_of_a_call_ends_what_plays_and_what_waits(
    call: Call, reason: EndReason, why: SoundEnd, is_hushed_first: bool
) -> None:
    call.begins()
    sink = Kept()
    call.keeps(1, sink)
    call.sound.listen(7, 1, most_s=60.0, keep=True)
    call.sound.play(7, 2, [clip(1000, 30)])
    eventually(lambda: sink.frames)
    if is_hushed_first:
        call.sound.on_event(OFF)
    call.sound.on_event(CallEnded("line1", 7, reason))
    assert call.ends() == [(1, why), (2, why)]
    assert sink.is_closed
    assert call.sound.play(7, 3, []) == NO_CALL


def test_stopping_ends_all_of_the_call_and_nothing_where_nothing_is(call: Call) -> None:
    call.begins()
    call.sound.stop_sound(7)
    call.sound.play(7, 1, [clip(1000, 30)])
    call.sound.listen(7, 2, most_s=60.0)
    call.sound.stop_sound(8)
    assert call.ends() == []
    call.sound.stop_sound(7)
    assert call.ends() == [(1, SoundEnd.STOPPED), (2, SoundEnd.STOPPED)]


def test_a_call_that_is_not_up_and_too_much_at_once_are_refused(call: Call) -> None:
    assert call.sound.listen(7, 1, most_s=1.0) == NO_CALL
    call.sound.on_event(UP)
    assert [call.sound.play(7, ref, []) for ref in range(MOST_WAITING + 2)][-2:] == ["", TOO_MANY]
    call.sound.on_event(CallEnded("line1", 7, EndReason.REMOTE))
    assert len(call.ends()) == MOST_WAITING + 1


def test_what_is_asked_for_before_the_sound_comes_is_said_when_it_does(module: PtySound, call: Call) -> None:
    call.sound.on_event(UP)
    assert call.sound.play(7, 1, [clip(1000, 0.5)]) == ""
    module.play()
    call.sound.on_event(ON)
    eventually(lambda: call.ends() == [(1, SoundEnd.PLAYED)])
    eventually(lambda: len(module.hear().strip(b"\0")) > 7000)


def test_sound_that_never_comes_is_told(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_queue, "CARRIED_WITHIN_S", 0.2)
    call.sound.on_event(UP)
    call.sound.play(7, 1, [clip(1000, 0.5)])
    eventually(lambda: call.ends() == [(1, SoundEnd.FAILED)])


def test_a_port_that_hangs_while_it_is_opened_is_told(
    call: Call, module: PtySound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn_queue, "CARRIED_WITHIN_S", 0.2)
    may_open = threading.Event()

    def hangs(path: str) -> PcmTty:
        may_open.wait(30)
        return PcmTty(path)

    monkeypatch.setattr(line_sound, "PcmTty", hangs)
    call.sound.on_event(UP)
    call.sound.on_event(ON)
    call.sound.play(7, 1, [clip(1000, 0.5)])
    eventually(lambda: call.ends() == [(1, SoundEnd.FAILED)])
    may_open.set()


def test_a_module_that_is_unplugged_ends_the_turn_once(
    module: PtySound, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_sound, "AGAIN_AFTER_S", 0.05)
    monkeypatch.setattr(turn_queue, "CARRIED_WITHIN_S", 0.3)
    call.begins()
    sink = Kept()
    call.keeps(1, sink)
    call.sound.listen(7, 1, most_s=60.0, keep=True)
    call.sound.play(7, 2, [clip(1000, 30)])
    eventually(lambda: sink.frames)
    module.unplug()
    eventually(lambda: call.ends() == [(1, SoundEnd.FAILED), (2, SoundEnd.FAILED)])
    assert sink.is_closed
    call.sound.on_event(CallEnded("line1", 7, EndReason.LOST))
    assert len(call.ends()) == 2


def test_a_fault_of_the_sink_ends_its_turn_and_not_the_sound(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_sound, "AGAIN_AFTER_S", 0.05)
    call.begins()
    sink = Kept()
    call.keeps(1, sink)
    call.sound.listen(7, 1, most_s=60.0, keep=True)
    eventually(lambda: sink.frames)
    sink.is_broken = True
    eventually(lambda: call.ends() == [(1, SoundEnd.FAILED)])
    assert sink.is_closed
    call.sound.play(7, 2, [clip(1000, 0.3)])
    eventually(lambda: call.ends()[1:] == [(2, SoundEnd.PLAYED)])


def test_sound_that_passes_to_another_call_takes_no_turn_with_it(
    module: PtySound, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn_queue, "CARRIED_WITHIN_S", 0.3)
    call.begins()
    call.sound.play(7, 1, [clip(1000, 30)])
    eventually(lambda: len(module.hear().strip(b"\0")) > 2000)
    call.sound.on_event(CallSound("line1", 8, is_on=True))
    eventually(lambda: call.ends() == [(1, SoundEnd.FAILED)])
    eventually(lambda: module.hear().endswith(SILENCE * 5))


def test_the_end_of_the_box_is_told_too(call: Call) -> None:
    call.begins()
    call.sound.listen(7, 1, most_s=60.0)
    assert call.sound.stop(5.0)
    assert call.ends() == [(1, SoundEnd.STOPPED)]


def test_every_play_and_listen_is_told_once_however_calls_end(
    module: PtySound, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn_queue, "CARRIED_WITHIN_S", 0.5)
    chance, ref, taken = random.Random(4), 0, []
    module.play()
    sound = call.sound
    for serial in range(rounds.count(25, soak=2000)):
        sound.on_event(CallAnswered("line1", serial))
        if chance.random() < 0.9:
            sound.on_event(CallSound("line1", serial, is_on=True))
        for _ in range(chance.randrange(4)):
            ref += 1
            call.keeps(ref, chance.choice([Kept(), Kept(room=5), None]))
            if chance.random() < 0.5:
                refused = sound.play(serial, ref, [clip(1000, chance.choice([0, 0.1, 5.0]))])
            else:
                refused = sound.listen(serial, ref, most_s=chance.choice([0.05, 5.0]), keep=chance.random() < 0.7)
            assert refused == ""
            taken.append(ref)
        threading.Event().wait(chance.choice([0, 0.01, 0.1]))
        for _ in range(chance.randrange(3)):
            chance.choice([
                lambda now=serial: sound.press(now, "5"),
                lambda now=serial: sound.stop_sound(now),
                lambda now=serial: sound.on_event(CallSound("line1", now, is_on=False)),
            ])()  # fmt: skip
        sound.on_event(CallEnded("line1", serial, chance.choice([EndReason.REMOTE, EndReason.LOCAL, EndReason.LOST])))
    eventually(lambda: len(call.ends()) >= len(taken))
    assert sorted(ended for ended, _ in call.ends()) == taken
    assert all(sink.is_closed for sink in call.sinks.values() if isinstance(sink, Kept) and sink.frames)
