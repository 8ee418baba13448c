"""What the box does in a call by itself, without a call: frames in, frames out, and why it ended."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from modem.audio.frames import FRAME_S, SILENCE
from modem.audio.hearing import Hearing
from modem.audio.laws import encode
from modem.audio.sink import no_sink
from modem.audio.tones import in_frames, key_tone, sine
from modem.audio.turns import BEEP_S, Listening, Playing
from modem.events import SoundEnd
from modem.voice_profile import SampleFormat
from tests.modem.audio.exchange import BUSY, Trunk, tone
from tests.modem.audio.strongest import strongest_hz


class Kept:
    """A sink of so many frames."""

    def __init__(self, room: int = 10**6) -> None:
        self.frames: list[bytes] = []
        self.room = room
        self.closed = 0

    def write(self, frames: Sequence[bytes]) -> bool:
        self.frames += frames
        return len(self.frames) < self.room

    def close(self) -> None:
        self.closed += 1


class Caller:
    """Says frames to a turn in real time, until the turn is over."""

    def __init__(self, turn: Playing | Listening) -> None:
        self.turn, self.hearing, self.now_s = turn, Hearing(), 100.0
        self.heard: list[bytes] = []

    def says(self, sound: bytes) -> SoundEnd | None:
        return self.says_frames(in_frames(sound))

    def says_frames(self, frames: Sequence[bytes]) -> SoundEnd | None:
        for frame in frames:
            self.hearing.feed(frame)
            said = self.turn.say(1)
            self.heard += said or []
            self.turn.carried([frame])
            if why := self.turn.look(self.now_s, self.hearing):
                return why
            self.now_s += FRAME_S
        return None

    def is_gone(self, seconds: float) -> SoundEnd | None:
        """No frames come from the module."""
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            if why := self.turn.look(self.now_s, self.hearing):
                return why
            self.now_s += FRAME_S
        return None


def quiet(seconds: float) -> bytes:
    return SILENCE * round(seconds / FRAME_S)


def voice(seconds: float) -> bytes:
    return sine(220, 660, 1100, 1980, seconds=seconds, dbfs=-24)


def clip(hz: float, seconds: float) -> bytes:
    return encode(sine(hz, seconds=seconds), SampleFormat.ULAW)


def test_clips_are_said_one_after_the_other_to_the_last_sample() -> None:
    caller = Caller(Playing(7, 1, [clip(1000, 0.2), clip(600, 0.2)], until_key=True))
    assert caller.says(quiet(2)) is SoundEnd.PLAYED
    assert strongest_hz(b"".join(caller.heard[:10])) == 1000
    assert strongest_hz(b"".join(caller.heard[10:])) == 600
    assert len(caller.heard) == 20
    assert caller.turn.seconds == 0.4


def test_a_clip_that_ends_within_a_frame_is_filled_up_with_silence() -> None:
    turn = Playing(7, 1, [clip(1000, 0.05)], until_key=True)
    frames = turn.say(5)
    assert frames is not None
    assert len(frames) == 5
    assert frames[2][160:] == SILENCE[160:]
    assert frames[3:] == [SILENCE] * 2
    assert turn.seconds == 0.05


def test_nothing_to_say_is_said_at_once() -> None:
    assert Caller(Playing(7, 1, [], until_key=True)).says(quiet(0.1)) is SoundEnd.PLAYED


def test_a_clip_ends_with_a_key_only_where_it_may() -> None:
    assert Playing(7, 1, [], until_key=True).is_ended_by("5")
    assert not Playing(7, 1, [], until_key=False).is_ended_by("5")


@pytest.mark.parametrize(
    "turn", [Playing(7, 1, [clip(1000, 30)], until_key=True), Listening(7, 1, most_s=30.0)], ids=["play", "listen"]
)
@pytest.mark.parametrize("sound", [tone(BUSY, 4.0, Trunk(), random.Random(1)), sine(450, seconds=3)])
def test_the_tones_behind_a_hang_up_end_both(turn: Playing | Listening, sound: bytes) -> None:
    assert Caller(turn).says(sound) is SoundEnd.HUNG_UP


def test_listening_ends_after_its_time() -> None:
    caller = Caller(Listening(7, 1, most_s=3.0))
    assert caller.says(voice(10)) is SoundEnd.TIME
    assert caller.turn.seconds == pytest.approx(3.0, abs=0.03)
    assert caller.heard == []  # the handset may speak


def test_listening_ends_when_it_has_been_quiet() -> None:
    caller = Caller(Listening(7, 1, most_s=60.0, quiet_s=4.0))
    assert caller.says(quiet(2) + voice(3) + quiet(3.5)) is None
    assert caller.says(quiet(2)) is SoundEnd.QUIET
    assert caller.turn.seconds == pytest.approx(9.0, abs=0.3)


def test_however_quiet_it_is_nothing_ends_where_nobody_asked() -> None:
    assert Caller(Listening(7, 1, most_s=60.0)).says(quiet(20)) is None


def test_a_key_shows_that_somebody_is_there() -> None:
    caller = Caller(Listening(7, 1, most_s=60.0, quiet_s=4.0))
    assert caller.says(quiet(3) + key_tone("5") + quiet(3.5)) is None
    assert caller.says(quiet(1)) is SoundEnd.QUIET


def test_speech_before_it_began_does_not_count_but_silence_does_not_either() -> None:
    caller = Caller(Listening(7, 1, most_s=60.0, quiet_s=4.0))
    for frame in in_frames(quiet(20)):
        caller.hearing.feed(frame)
    assert caller.says(quiet(3.5)) is None
    assert caller.says(quiet(1)) is SoundEnd.QUIET


def test_a_module_that_says_nothing_at_all_is_quiet_and_has_an_end() -> None:
    assert Caller(Listening(7, 1, most_s=60.0, quiet_s=4.0)).is_gone(4.5) is SoundEnd.QUIET
    assert Caller(Listening(7, 1, most_s=6.0)).is_gone(6.5) is SoundEnd.TIME
    caller = Caller(Listening(7, 1, most_s=60.0, quiet_s=4.0))
    assert caller.says(voice(2)) is None
    assert caller.is_gone(4.5) is SoundEnd.QUIET


@pytest.mark.parametrize(("keys", "key", "is_end"), [("#", "#", True), ("#", "5", False), ("", "#", False)])
def test_only_the_keys_asked_for_end_it(keys: str, key: str, is_end: bool) -> None:
    assert Listening(7, 1, most_s=60.0, until_keys=keys).is_ended_by(key) is is_end


def test_what_is_kept_is_what_was_carried_to_the_last_sample() -> None:
    sink, spoken = Kept(), voice(3)
    caller = Caller(Listening(7, 1, most_s=60.0, open_sink=lambda: sink))
    caller.says(spoken)
    assert b"".join(sink.frames) == spoken[len(SILENCE) :]  # what came before it began is not of it
    assert caller.turn.seconds == pytest.approx(3.0, abs=0.03)
    assert not sink.closed
    caller.turn.close()
    assert sink.closed


def test_a_beep_comes_first_and_is_not_kept() -> None:
    sink = Kept()
    caller = Caller(Listening(7, 1, most_s=60.0, open_sink=lambda: sink, beep=True))
    assert caller.says(quiet(1) + voice(1)) is None
    beep = b"".join(caller.heard)
    assert strongest_hz(beep) == 930
    assert len(beep) / 16000 == pytest.approx(BEEP_S, abs=FRAME_S)
    assert caller.turn.seconds == pytest.approx(2.0 - BEEP_S, abs=0.05)
    assert len(sink.frames) * FRAME_S == pytest.approx(caller.turn.seconds)


def test_a_bundle_of_frames_is_filled_up_behind_the_beep() -> None:
    turn = Listening(7, 1, most_s=60.0, beep=True)
    said = turn.say(20)
    assert said is not None
    assert len(said) == 20
    assert said[-1] == SILENCE
    assert turn.say(1) is None


def test_a_full_disk_ends_it_and_so_does_one_that_is_full_already() -> None:
    sink = Kept(room=50)
    assert Caller(Listening(7, 1, most_s=60.0, open_sink=lambda: sink)).says(voice(3)) is SoundEnd.FULL
    assert Caller(Listening(7, 1, most_s=60.0, open_sink=lambda: None)).says(voice(3)) is SoundEnd.FULL


def test_where_nothing_is_recorded_a_recording_is_told_to_be_full_at_once() -> None:
    turn = Listening(7, 1, most_s=60.0, open_sink=lambda: no_sink("line1", 7, 1))
    assert Caller(turn).says(voice(1)) is SoundEnd.FULL


def test_a_sink_that_is_opened_too_late_is_closed_at_once() -> None:
    """The call ended on another thread just before."""
    sink = Kept()
    turn = Listening(7, 1, most_s=60.0, open_sink=lambda: sink)
    turn.close()
    turn.look(100.0, Hearing())
    assert sink.closed
