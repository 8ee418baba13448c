"""The landline conversation and the simulated modem in every profile, in fake time: whole calls, as citizens make."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

from modem.audio.frames import FRAME_BYTES
from modem.audio.goertzel import DtmfDetector
from modem.audio.laws import decode
from modem.audio.tones import in_frames, sine
from modem.commands import Answer, Dial, HandOver, HangUp, Join, Listen, Measure, Play, RawCommand, SendKeys
from modem.events import (
    CallAnswered,
    CallDialing,
    CallEnded,
    CallerKnown,
    CallRang,
    CallRinging,
    CallTone,
    CommandRefused,
    EndReason,
    KeyPressed,
    LineState,
    ProfileMeasured,
    RawAnswer,
    SoundEnd,
    SoundEnded,
    TelephoneMoved,
    ToneHeard,
)
from modem.simulator.tones import to_bytes, to_samples
from modem.simulator.voice.codings import coding
from modem.voice_profile import VoiceProfile
from tests.modem.fast_landline import CITIZEN, PROFILES, FastLandline, clip, measured
from tests.modem.simulator.voice.bench import read_wav, write_wav

SPEAKING = tuple(name for name in PROFILES if name != "novoice")
SEEN_ON_HOOK = ("standard", "cancel", "conexant", "chatty", "classy")  # chips that see the telephone beside them
GREETING = clip(sine(300, seconds=6.0))
SHORT = clip(sine(300, seconds=1.0))
HELD_AT_MOST_S = 10.0


class Tape:
    """A sink in memory."""

    def __init__(self, most_frames: int = 10**6) -> None:
        self.sound = bytearray()
        self.is_closed = False
        self._most_bytes = most_frames * FRAME_BYTES

    def write(self, frames: Any) -> bool:
        assert not self.is_closed
        assert all(len(frame) == FRAME_BYTES for frame in frames)
        self.sound += b"".join(frames)
        return len(self.sound) < self._most_bytes

    def close(self) -> None:
        self.is_closed = True


def landline(profile: str, **more: Any) -> FastLandline:
    line = FastLandline(profile, known=measured(profile), **more)
    line.later(3.0)
    assert line.picture is not None
    assert line.picture.state is LineState.READY
    return line


def rung(profile: str, **more: Any) -> FastLandline:
    """Two rings, and the number between them."""
    line = landline(profile, **more)
    line.ask("ring", number=CITIZEN)
    line.until(CallRang, 20.0)
    return line


def answered(profile: str, **more: Any) -> FastLandline:
    line = rung(profile, **more)
    line.later(1.0)
    line.send(Answer(line.call))
    line.until(CallAnswered, 5.0)
    return line


def speech(seconds: float, seed: int = 1) -> list[int]:
    """Loud and quiet, with noise: what a voice is to a codec."""
    chance = random.Random(seed)
    return [
        round(6000 * math.sin(0.2 * n) * (0.6 + 0.4 * math.sin(0.0007 * n)) + chance.gauss(0, 600))
        for n in range(round(8000 * seconds))
    ]


def let_go(line: FastLandline) -> None:
    """The line is free, and was soon after nobody was there any more."""
    line.later(HELD_AT_MOST_S + 2)
    state = line.state()
    assert state["line"] == "idle"
    assert state["both_gone_s"] <= HELD_AT_MOST_S


@pytest.mark.parametrize("profile", SPEAKING)
def test_a_citizen_leaves_a_message_after_the_greeting(profile: str, tmp_path: Path) -> None:
    tape = Tape()
    line = answered(profile, open_sink=lambda name, call, ref: tape)
    assert line.of(CallRinging)[0].number is None
    assert line.of(CallerKnown)[0].number == CITIZEN
    line.send(Play(line.call, 1, (GREETING,)))
    played = line.until(SoundEnded, 15.0)
    assert (played.ref, played.why) == (1, SoundEnd.PLAYED)
    assert played.seconds == pytest.approx(6.0, abs=0.1)
    line.send(Listen(line.call, 2, 120, until_keys="#", quiet_s=5.0, keep=True, beep=True))
    line.later(2.0)
    line.ask("say", wav=write_wav(tmp_path / "said.wav", speech(3.0)))
    line.later(3.5)
    line.ask("hangup")
    assert line.until(SoundEnded, 10.0).why is SoundEnd.HUNG_UP
    assert line.until(CallEnded, 5.0).reason is EndReason.REMOTE
    let_go(line)
    line.ask("spoken", wav=str(tmp_path / "spoken.wav"))
    assert tape.is_closed
    form = line.conversation.profile.sample_format
    sent = coding(line.town.hardware.mode.coding).encode(read_wav(tmp_path / "spoken.wav"))
    assert_is_on(decode(sent, form), bytes(tape.sound))


def assert_is_on(spoken: bytes, tape: bytes) -> None:
    """Exactly what was said, sample by sample: only what the modem's code makes of it is lost."""
    samples = to_samples(spoken)
    first = next(at for at, sample in enumerate(samples) if abs(sample) > 3000)
    through = to_bytes(samples[first : first + 20_000])
    place = tape.find(through[:4000])
    assert place >= 0, "what the citizen said is not on the recording"
    assert tape[place : place + len(through)] == through


@pytest.mark.parametrize("profile", SPEAKING)
def test_keys_are_told_once_each_while_playing_and_while_listening(profile: str) -> None:
    line = answered(profile)
    line.send(Play(line.call, 1, (clip(sine(300, seconds=8.0)),)))
    line.later(2.0)
    line.ask("dtmf", digits="1")
    played = line.until(SoundEnded, 15.0)
    hears = profile != "deaf"
    assert played.why is (SoundEnd.KEY if hears else SoundEnd.PLAYED)
    line.send(Listen(line.call, 2, 12.0, until_keys="#"))
    line.later(0.5)
    line.ask("dtmf", digits="00447788*0#")
    assert line.until(SoundEnded, 12.0).why is SoundEnd.KEY
    assert "".join(key.key for key in line.of(KeyPressed)) == ("1" if hears else "") + "00447788*0#"
    line.send(HangUp(line.call))
    assert line.until(CallEnded, 5.0).reason is EndReason.LOCAL
    let_go(line)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_caller_who_gives_up_is_missed_for_certain_where_the_modem_can_look(profile: str) -> None:
    line = rung(profile)
    line.ask("hangup")
    ended = line.until(CallEnded, 15.0)
    assert ended.reason is (EndReason.UNSEEN if profile == "novoice" else EndReason.NO_ANSWER)
    let_go(line)
    line.ask("ring", number="13900003333")  # and the next one is told as well
    line.until(CallerKnown, 10.0, number="13900003333")


@pytest.mark.parametrize("profile", PROFILES)
def test_a_call_taken_on_the_telephone_is_never_missed(profile: str) -> None:
    line = rung(profile)
    line.ask("lift")
    ended = line.until(CallEnded, 15.0)
    assert ended.reason is (EndReason.UNSEEN if profile == "novoice" else EndReason.ELSEWHERE)
    assert [moved.is_lifted for moved in line.of(TelephoneMoved)] == ([True] if profile in SEEN_ON_HOOK else [])
    line.later(3.0)
    line.ask("hangup")
    line.ask("put_down")
    let_go(line)


@pytest.mark.parametrize("profile", SPEAKING)
def test_a_call_taken_from_the_box_goes_on_at_the_telephone(profile: str) -> None:
    line = answered(profile)
    line.send(Play(line.call, 1, (GREETING,)))
    line.later(2.0)
    line.ask("lift")
    line.later(1.0)
    line.send(HandOver(line.call))
    assert line.until(CallEnded, 10.0).reason is EndReason.ELSEWHERE
    line.later(1.0)
    assert line.state()["line"] == "talking"  # nobody was cut off
    line.ask("hangup")
    line.ask("put_down")
    let_go(line)


@pytest.mark.parametrize("profile", SPEAKING)
def test_a_talk_is_joined_recorded_and_let_go_of(profile: str) -> None:
    tape = Tape()
    line = rung(profile, open_sink=lambda name, call, ref: tape)
    line.ask("lift")
    line.until(CallEnded, 15.0)
    line.send(Join(line.call))
    line.until(CallAnswered, 5.0)
    line.send(Listen(line.call, 3, 14400.0, quiet_s=8.0, keep=True))
    line.later(1.0)
    line.ask("tone", hz=700, seconds=2)
    line.later(3.0)
    line.ask("put_down")
    line.later(1.0)
    line.ask("hangup")
    line.until(CallEnded, 15.0)
    assert len(tape.sound) >= 2 * 16000
    let_go(line)


def test_the_notice_is_heard_by_the_citizen_also_where_the_modem_joins_by_listening_only(tmp_path: Path) -> None:
    """+VLS=3 taps the line and sends nothing: who is not told that he is recorded must not be."""
    tape, wav = Tape(), tmp_path / "heard.wav"
    line = FastLandline("standard", known=measured("standard").found(vls_join=3), open_sink=lambda *_: tape)
    line.later(3.0)
    line.ask("ring", number=CITIZEN)
    line.until(CallRang, 20.0)
    line.ask("lift")
    line.until(CallEnded, 15.0)
    line.send(Join(line.call))
    line.until(CallAnswered, 5.0)
    line.send(Play(line.call, 2, (clip(sine(700, seconds=2.0)),)))
    line.until(SoundEnded, 10.0)
    line.ask("record", wav=str(wav))
    heard = to_bytes(read_wav(wav))
    assert sum(any(frame) for frame in in_frames(heard)) * 0.02 == pytest.approx(2.0, abs=0.1)
    line.send(Listen(line.call, 3, 14400.0, quiet_s=8.0, keep=True))
    line.later(1.0)
    assert not line.state()["off_hook"], "it listens again without holding the line"
    line.ask("say", wav=str(wav))
    line.later(3.0)
    line.ask("put_down")  # and nobody holds the line any more
    line.until(SoundEnded, 15.0)
    assert len(tape.sound) >= 3 * 16000
    let_go(line)


@pytest.mark.parametrize("profile", SPEAKING)
def test_click_to_dial_to_the_moment_the_handset_is_lifted(profile: str) -> None:
    line = landline(profile)
    line.send(Dial(9, "13900002222"))
    assert line.of(CallDialing)[0].ref == 9
    line.later(12.0)
    assert line.of(ToneHeard)[0].tone is CallTone.RING_BACK
    assert line.ask("calls")["current"][0]["number"] == "13900002222"
    line.ask("pickup")
    line.ask("tone", hz=500, seconds=3)
    line.until(ToneHeard, 10.0, tone=CallTone.VOICE)
    line.ask("lift")
    line.later(1.0)
    line.send(HandOver(line.call))
    assert line.until(CallEnded, 5.0).reason is EndReason.ELSEWHERE
    line.later(2.0)
    assert line.state()["line"] == "talking"
    line.ask("hangup")
    line.ask("put_down")
    let_go(line)


@pytest.mark.parametrize("profile", SPEAKING)
def test_a_busy_number_and_one_that_nobody_answers(profile: str) -> None:
    line = landline(profile)
    line.send(Dial(1, "057185000000"))
    line.later(7.0)
    line.ask("refuse")
    assert line.until(CallEnded, 10.0).reason is EndReason.BUSY
    let_go(line)
    line.send(Dial(2, "057185000000"))
    assert line.until(CallEnded, 80.0).reason is EndReason.NO_ANSWER
    let_go(line)


def test_a_callee_to_whom_nobody_of_ours_speaks_is_not_kept() -> None:
    line = landline("standard")
    line.send(Dial(1, "057185000000"))
    line.later(7.0)
    line.ask("pickup")
    line.ask("tone", hz=500, seconds=3)
    line.until(ToneHeard, 10.0, tone=CallTone.VOICE)
    assert line.until(CallEnded, 25.0).reason is EndReason.LOCAL


@pytest.mark.parametrize("profile", SPEAKING)
def test_the_box_speaks_to_whom_it_has_called_and_hears_the_key(profile: str) -> None:
    line = landline(profile)
    line.send(Dial(9, "13900002222", speaks=True))
    line.later(12.0)
    line.ask("pickup")
    line.ask("tone", hz=500, seconds=2)
    line.until(CallAnswered, 10.0)
    line.later(1.0)  # it is not let go of at once
    line.send(Play(line.call, 1, (clip(sine(400, seconds=3.0)),)))
    line.until(SoundEnded, 15.0, ref=1, why=SoundEnd.PLAYED)
    assert line.ask("heard", seconds=2)["level_dbfs"] > -40
    line.send(Listen(line.call, 2, 6.0, until_keys="1"))
    line.later(1.0)
    line.ask("dtmf", digits="1")
    assert line.until(KeyPressed, 5.0).key == "1"
    line.until(SoundEnded, 5.0, ref=2, why=SoundEnd.KEY)
    line.send(HangUp(line.call))
    assert line.until(CallEnded, 5.0).reason is EndReason.LOCAL
    let_go(line)


def test_who_lifts_without_a_word_is_noticed_by_the_tone_that_stops() -> None:
    line = landline("standard")
    line.send(Dial(9, "13900002222", speaks=True))
    line.until(ToneHeard, 15.0, tone=CallTone.RING_BACK)
    line.ask("pickup")
    line.until(CallAnswered, 9.0)


@pytest.mark.parametrize("how", ["refuse", "rings"])
def test_nobody_is_up_whom_the_box_calls_and_who_does_not_answer(how: str) -> None:
    line = landline("standard")
    line.send(Dial(9, "13900002222", speaks=True))
    line.later(8.0)
    if how == "refuse":
        line.ask("refuse")
        assert line.until(CallEnded, 10.0).reason is EndReason.BUSY
    else:
        line.later(17.0)
        assert not line.of(CallAnswered), "it still rings"
        line.send(HangUp(line.call))
        assert line.until(CallEnded, 5.0).reason is EndReason.LOCAL
    assert not line.of(CallAnswered)
    let_go(line)


def test_a_called_line_that_the_office_forgets_is_let_go_of() -> None:
    line = landline("standard")
    line.send(Dial(9, "13900002222", speaks=True))
    line.later(8.0)
    line.ask("pickup")
    line.ask("tone", hz=500, seconds=2)
    line.until(CallAnswered, 10.0)
    assert line.until(CallEnded, 10.0).reason is EndReason.LOCAL


def test_who_rings_in_the_moment_in_which_the_box_wants_to_call_comes_first() -> None:
    line = landline("standard")
    line.send(Dial(9, "13900002222", speaks=True))
    line.ask("ring", number=CITIZEN)
    ringing = line.until(CallRinging, 5.0)
    ours = line.of(CallDialing)[0].call
    assert [(event.call, event.reason) for event in line.of(CallEnded)] == [(ours, EndReason.FAILED)]
    assert ringing.call != ours
    line.until(CallerKnown, 10.0, number=CITIZEN)
    assert line.state()["line"] == "ringing", "nobody has picked up for him"
    line.send(Answer(ringing.call))
    line.until(CallAnswered, 10.0)
    line.ask("hangup")
    let_go(line)


def test_the_box_does_not_call_on_a_line_whose_telephone_is_lifted() -> None:
    line = landline("standard")
    line.ask("lift")
    line.until(TelephoneMoved, 5.0, is_lifted=True)
    line.send(Dial(9, "13900002222", speaks=True))
    assert line.of(CommandRefused)[-1].command == Dial(9, "13900002222", speaks=True)
    assert not line.state()["off_hook"]


def test_keys_are_sent_in_a_call(tmp_path: Path) -> None:
    line = answered("standard")
    line.send(SendKeys(line.call, "12#"))
    line.later(3.0)
    line.ask("record", wav=str(tmp_path / "heard.wav"))
    ears = DtmfDetector()
    assert [key for frame in in_frames(to_bytes(read_wav(tmp_path / "heard.wav"))) for key in ears.feed(frame)] == [
        *"12#"
    ]


@pytest.mark.parametrize("profile", SPEAKING)
def test_a_refused_caller_hears_that_he_was(profile: str) -> None:
    line = rung(profile)
    line.send(HangUp(line.call))
    assert line.until(CallEnded, 5.0).reason is EndReason.LOCAL
    let_go(line)


def test_a_recording_that_can_take_no_more_ends_and_the_call_goes_on() -> None:
    tape = Tape(most_frames=100)
    line = answered("standard", open_sink=lambda name, call, ref: tape)
    line.send(Listen(line.call, 1, 60.0, keep=True))
    ended = line.until(SoundEnded, 10.0)
    assert ended.why is SoundEnd.FULL
    assert ended.seconds == pytest.approx(2.0, abs=0.3)
    assert tape.is_closed
    line.send(Play(line.call, 2, (SHORT,)))
    assert line.until(SoundEnded, 5.0).why is SoundEnd.PLAYED


def test_a_modem_without_voice_tells_rings_and_numbers_and_says_so() -> None:
    line = rung("novoice")
    assert line.picture is not None
    assert "no voice" in line.picture.detail
    assert line.of(CallerKnown)[0].number == CITIZEN
    for command in (Answer(line.call), HangUp(line.call), Measure(1)):
        line.send(command)
        assert line.of(CommandRefused)[-1].command == command
    line.later(2.0)
    line.send(Dial(3, "110"))
    assert line.of(CommandRefused)[-1].command == Dial(3, "110")


@pytest.mark.parametrize("profile", SPEAKING)
def test_a_modem_that_nobody_knows_is_measured_once_and_told(profile: str) -> None:
    asked: list[str] = []

    def profile_of(identity: str) -> VoiceProfile | None:
        asked.append(identity)
        return None

    line = FastLandline(profile, profile_of=profile_of)
    told = line.until(ProfileMeasured, 40.0)
    assert told.identity == asked[0] != ""
    assert VoiceProfile.from_json(told.profile) == line.conversation.profile
    let_go(line)
    line.ask("ring", number=CITIZEN)
    line.until(CallerKnown, 10.0)


def test_the_office_may_have_a_known_modem_measured_again() -> None:
    line = landline("standard")
    line.send(Measure(7))
    line.send(Dial(8, "110"))  # the modem is not free for half a minute
    assert line.of(CommandRefused)[-1].command == Dial(8, "110")
    line.send(Measure(9))
    assert line.of(CommandRefused)[-1].command == Measure(9)
    assert line.until(ProfileMeasured, 30.0).ref == 7
    let_go(line)


def test_a_line_on_which_somebody_talks_is_not_measured() -> None:
    line = landline("standard")
    line.ask("lift")
    line.later(1.0)
    line.send(Measure(7))
    assert line.of(CommandRefused)[-1].command == Measure(7)


@pytest.mark.parametrize("after_s", [0.5, 8.0, 10.0, 18.0])
def test_a_call_while_the_modem_is_measured_is_told_with_its_number_and_the_rest_is_measured_later(
    after_s: float,
) -> None:
    line = FastLandline("standard")
    line.later(after_s)
    assert line.state()["line"] == "idle"
    line.ask("ring", number=CITIZEN)
    line.until(CallRinging, 5.0)
    assert line.until(CallRang, 12.0).rings == 2
    assert [known.number for known in line.of(CallerKnown)] == [CITIZEN]
    line.send(Answer(line.call))
    line.until(CallAnswered, 10.0)
    line.send(HangUp(line.call))
    line.until(CallEnded, 5.0)
    if not line.of(ProfileMeasured):  # it was over already
        line.until(ProfileMeasured, 60.0)
    let_go(line)


@pytest.mark.parametrize("form", ["fsk", "dtmf", "raw", "none"])
@pytest.mark.parametrize("before_first", [False, True])
def test_callers_are_known_by_every_kind_of_caller_id(form: str, before_first: bool) -> None:
    line = landline("standard")
    line.ask("ring", number=CITIZEN, id=form, before_first=before_first)
    line.until(CallRang, 20.0)
    numbers = [line.of(CallRinging)[0].number, *(known.number for known in line.of(CallerKnown))]
    assert [number for number in numbers if number] == ([] if form == "none" else [CITIZEN])


@pytest.mark.parametrize("profile", ["plain", "chatty"])
def test_a_number_that_comes_as_keys_before_the_first_ring_is_the_callers(profile: str) -> None:
    """These chips tell the keys of the exchange as events, one by one."""
    line = landline(profile)
    line.ask("ring", number=CITIZEN, id="dtmf", before_first=True)
    assert line.until(CallRinging, 20.0).number == CITIZEN
    line.until(CallRang, 20.0)
    assert not line.of(KeyPressed)


def test_the_line_is_free_when_our_program_dies_in_a_call_whatever_is_stored_in_the_modem() -> None:
    line = landline("standard")
    line.send(RawCommand("AT&D0S0=2&W", 1))
    line.later(10.0)  # started up again, for settings may have changed
    line.send(RawCommand("ATS0?", 2))
    assert line.until(RawAnswer, 5.0, ref=2).lines == ("000", "OK"), "or it would answer by itself"
    line.later(10.0)
    line.ask("ring", number=CITIZEN)
    line.until(CallRinging, 10.0)
    line.send(Answer(line.call))
    line.until(CallAnswered, 10.0)
    assert line.state()["off_hook"]
    line.town.serial.client_left(line.now_s)
    assert not line.state()["off_hook"]
