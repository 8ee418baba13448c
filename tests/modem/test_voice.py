"""The landline conversation against a modem of few words: every state, and all that can go wrong in it."""

from __future__ import annotations

from typing import Any

import pytest

from modem.audio.laws import decode, encode
from modem.audio.tones import key_tone, sine
from modem.commands import (
    Answer,
    Dial,
    HandOver,
    HangUp,
    Join,
    Listen,
    Measure,
    Play,
    RawCommand,
    ReadStores,
    SendKeys,
    SendSms,
    StopSound,
)
from modem.events import (
    CallAnswered,
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
    Unrecognised,
)
from modem.voice import STRIKES
from modem.voice_landline import Landline
from modem.voice_profile import SampleFormat, VoiceProfile
from modem.voice_sounds import MOST_WAITING
from tests.modem.voice_modem import COMMAND, DEAF, KNOWN, PLAYING, RECORDING, Office, VoiceModem

TONE = encode(sine(300, seconds=1.0), SampleFormat.ULAW)
LONG = TONE * 6
SPEECH = (sine(700, 950, seconds=0.3) + bytes(1600)) * 5  # words and pauses
DIAL_TONE = sine(450, seconds=4.0)
BUSY_TONE = (sine(450, seconds=0.35) + bytes(5600)) * 6


def up(office: Office | None = None) -> Office:
    """A call that the box has answered."""
    office = (office or Office()).start()
    call = office.ring(2)
    office.send(Answer(call))
    office.wait(0.1)
    assert office.told(CallAnswered)
    office.modem.asked.clear()
    return office


def ended(office: Office) -> SoundEnded:
    return office.told(SoundEnded)[-1]  # type: ignore[no-any-return]


# -- rise


def test_the_start_asks_what_it_is_and_makes_it_tell_callers() -> None:
    office = Office(None, profile_of=lambda identity: KNOWN)
    office.conversation.start(office.now_s)
    office.wait(2.0)
    asked = office.modem.asked
    assert asked.index("AT+FCLASS=8") < asked.index("AT+VSM=?") < asked.index("AT+VCID=1")
    assert {"ATZ", "ATH0", "ATE0", "AT+GCI=26", "AT+VIT=0", "AT+VNH=1"} <= set(asked)
    assert "AT+VNH=0" not in asked
    assert office.picture is not None or office.told(CommandRefused) == []
    assert office.conversation.profile == KNOWN


def test_every_step_but_at_may_be_refused() -> None:
    modem = VoiceModem()
    modem.refuses_all = True
    office = Office(None, modem).start()
    assert office.picture is not None
    assert office.picture.state is LineState.READY
    assert "no voice" in office.picture.detail
    assert not office.picture.has_voice
    assert office.ring() == 1


def test_every_step_but_at_may_stay_without_an_answer() -> None:
    modem = VoiceModem()
    modem.answers["AT+GCI=26"] = ()
    office = Office(KNOWN, modem)
    office.conversation.start(office.now_s)
    office.wait(12.0)
    assert office.ring() == 1
    assert office.conversation.wants_reopen is False


def test_a_modem_that_was_left_in_a_stream_is_got_out_of_it() -> None:
    for mode in (RECORDING, PLAYING):
        modem = VoiceModem()
        modem.mode = mode
        office = Office(KNOWN, modem).start()
        assert modem.mode == COMMAND
        assert office.picture is not None
        assert office.picture.state is LineState.READY


def test_a_silent_modem_is_told_and_opened_again_until_it_answers() -> None:
    office = Office()
    office.modem.is_mute = True
    office._told(office.conversation.start(office.now_s))
    office.wait(10.0)
    assert office.conversation.wants_reopen
    assert office.state == LineState.SILENT
    office._told(office.conversation.start(office.now_s))
    assert office.state == LineState.SILENT  # until it does answer
    office.modem.is_mute = False
    office.wait(3.0)
    assert office.state == LineState.READY


def test_commands_before_the_modem_is_ready_are_refused() -> None:
    office = Office()
    office.conversation.start(office.now_s)
    for command in (Dial(1, "110"), Measure(2)):
        office.send(command)
        assert office.told(CommandRefused)[-1].command == command
    office.send(Play(1, 3, (TONE,)))
    assert office.told(CommandRefused)[-1].command == Play(1, 3, (TONE,))


def test_texts_are_not_for_landlines() -> None:
    office = Office().start()
    for command in (SendSms(1, "13900001111", "hello"), ReadStores()):
        office.send(command)
        assert "no text messages" in office.told(CommandRefused)[-1].reason


def test_a_profile_without_a_format_takes_the_best_that_is_offered() -> None:
    office = Office(VoiceProfile()).start()
    assert (office.conversation.profile.vsm, office.conversation.profile.sample_format) == (
        "4,8000", SampleFormat.ULAW,
    )  # fmt: skip


def test_what_was_measured_of_the_format_stands_against_its_name() -> None:
    modem = VoiceModem()
    modem.answers["AT+VSM=?"] = ("+VSM=0-1,8000-8000", "OK")
    office = Office(VoiceProfile().found(sample_format=SampleFormat.ULAW), modem).start()
    assert office.conversation.profile.vsm == "1,8000"
    assert office.conversation.profile.sample_format is SampleFormat.ULAW


def test_a_modem_that_offers_nothing_is_left_as_it_is() -> None:
    modem = VoiceModem()
    modem.answers["AT+VSM=?"] = ("ERROR",)
    office = up(Office(None, modem, profile_of=lambda identity: VoiceProfile()))
    assert not [asked for asked in office.modem.asked if asked.startswith("AT+VSM=")]


def test_caller_id_is_switched_on_again_after_each_call_and_every_ten_minutes() -> None:
    office = up()
    office.send(HangUp(1))
    office.wait(1.0)
    assert office.modem.asked[-2:] == ["AT+FCLASS=8", "AT+VCID=1"]
    office.modem.asked.clear()
    office.wait(605.0)
    assert office.modem.asked == ["AT+FCLASS=8", "AT+VCID=1"]
    office.wait(600.0)
    assert office.modem.asked == ["AT+FCLASS=8", "AT+VCID=1"] * 2


def test_a_technicians_command_is_answered_and_settings_are_made_again_after_it() -> None:
    office = Office().start()
    office.send(RawCommand("ATI3", 1))
    assert office.told(RawAnswer)[-1].lines == ("V1.0", "OK")
    office.modem.asked.clear()
    office.send(RawCommand("AT+VCID=0", 2))
    office.wait(1.0)
    assert office.told(RawAnswer)[-1].lines == ("OK",)
    assert "AT+VCID=1" in office.modem.asked
    office.conversation.lost("unplugged", office.now_s)
    office.send(RawCommand("ATI3", 3))
    assert office.told(CommandRefused)[-1].command == RawCommand("ATI3", 3)


def test_a_modem_that_starts_anew_without_a_word_is_set_up_again() -> None:
    office = Office().start()
    office.modem.echoes = True
    office.modem.asked.clear()
    office.wait(610.0)
    office.modem.echoes = False
    office.wait(5.0)
    assert "ATE0" in office.modem.asked


# -- rings


def test_a_ring_is_told_at_once_and_counted_once() -> None:
    office = Office().start()
    office.modem.say("RING")
    office.exchange()
    assert office.told(CallRinging)[0].call == 1
    for _ in range(3):
        office.wait(1.0)
        office.modem.tell("R")  # the same ring by another word, and its end
        office.modem.say("RING")
        office.wait(4.0)
        office.modem.say("RING")
    office.exchange()
    assert [rang.rings for rang in office.told(CallRang)] == [2, 3, 4]


@pytest.mark.parametrize("step_bytes", [0, 1])
def test_callers_are_told_as_lines_as_a_packet_and_before_the_ring(step_bytes: int) -> None:
    office = Office(step_bytes=step_bytes).start()
    office.modem.say("NMBR = 13900001111", "RING")
    office.exchange()
    assert office.told(CallRinging)[0].number == "13900001111"
    office.wait(10.0)
    office.modem.say("RING")
    office.modem.send(b"\x10XNMBR=13900002222\r\nnonsense\r\n\x10.")
    office.exchange()
    office.modem.say("NMBR=P")
    office.wait(3.0)
    assert [known.number for known in office.told(CallerKnown)] == ["13900002222", ""]


def test_a_number_sent_as_keys_before_the_first_ring_is_the_callers() -> None:
    office = Office().start()
    for key in "D13900001111C":
        office.modem.tell(key)
        office.wait(0.1)
    office.modem.say("RING")
    office.exchange()
    assert office.told(CallRinging)[0].number == "13900001111"


def test_rings_that_stop_on_a_line_that_plays_no_dial_tone_went_elsewhere() -> None:
    office = Office().start()
    office.ring()
    office.wait(10.0)
    assert office.told(CallEnded)[0].reason is EndReason.ELSEWHERE
    assert not office.modem.is_off_hook


@pytest.mark.parametrize("way", ["sound", "event"])
def test_rings_that_stop_on_a_free_line_were_nobodys(way: str) -> None:
    office = Office().start()
    office.ring()
    if way == "sound":
        office.modem.line_sound = DIAL_TONE
        office.wait(10.0)
    else:
        while office.modem.mode == COMMAND:
            office.wait(0.02)
        office.modem.tell("b")
        office.modem.tell("d")
        office.wait(2.0)
    assert office.told(CallEnded)[0].reason is EndReason.NO_ANSWER


@pytest.mark.parametrize("refused", ["AT+VRX", "AT+VLS=1"])
def test_rings_that_stop_where_the_modem_cannot_look_are_unseen(refused: str) -> None:
    office = Office()
    office.modem.answers[refused] = ("ERROR",)
    office.start()
    office.ring()
    office.wait(10.0)
    assert office.told(CallEnded)[0].reason is EndReason.UNSEEN


def test_a_lifted_telephone_while_it_rings_took_the_call_without_a_look() -> None:
    office = Office().start()
    office.ring()
    office.modem.tell("PP")
    office.wait(10.0)
    assert office.told(TelephoneMoved) == [TelephoneMoved("line1", True)]
    assert office.told(CallEnded)[0].reason is EndReason.ELSEWHERE
    assert "AT+VRX" not in office.modem.asked
    office.modem.tell("p")
    office.wait(1.0)
    assert office.told(TelephoneMoved)[-1].is_lifted is False


# -- answering


def test_a_modem_that_says_ok_and_goes_on_ringing_answers_by_another_way_and_the_play_begins_again() -> None:
    office = up()
    office.send(Play(1, 5, (LONG,)))
    office.wait(3.0)
    office.modem.played.clear()
    office.modem.tell("R")
    office.wait(0.3)
    assert "ATA" in office.modem.asked
    office.wait(8.0)
    assert bytes(office.modem.played).endswith(LONG)
    assert ended(office).why is SoundEnd.PLAYED
    office.send(Listen(1, 6, 20.0))
    office.wait(10.0)
    measured = VoiceProfile.from_json(office.told(ProfileMeasured)[-1].profile)
    assert measured.answers_by == "ATA"
    assert "answers_by" in measured.measured


def test_a_modem_that_never_answers_is_told_of_and_the_line_let_go() -> None:
    office = up()
    office.send(Listen(1, 5, 60.0))
    for _ in range(3):
        office.wait(3.0)
        office.modem.tell("R")
        office.exchange()
    office.wait(2.0)
    assert ended(office).why is SoundEnd.FAILED
    assert "goes on ringing" in office.told(CommandRefused)[-1].reason
    assert office.told(CallEnded)[-1].reason is EndReason.FAILED


def test_it_is_answered_again_also_while_nothing_plays() -> None:
    office = up()
    office.wait(2.0)
    office.modem.say("RING")
    office.exchange()
    assert "ATA" in office.modem.asked
    office.wait(4.0)
    assert office.told(CallEnded) == []


def test_the_end_of_the_last_ring_is_no_proof_that_it_was_not_answered() -> None:
    office = up()
    office.modem.say("RING")
    office.wait(0.5)
    assert "ATA" not in office.modem.asked


def test_a_modem_that_refuses_every_way_to_answer() -> None:
    office = Office()
    for way in ("AT+VLS=1", "ATA", "ATH1"):
        office.modem.answers[way] = ("ERROR",)
    office.start()
    office.send(Answer(office.ring(2)))
    office.wait(1.0)
    assert office.told(CommandRefused)[-1].command == Answer(1)
    assert office.told(CallEnded)[-1].reason is EndReason.FAILED


def test_a_number_that_hangs_up_while_it_is_being_answered() -> None:
    office = Office()
    office.modem.answers["AT+VLS=1"] = ()
    office.start()
    office.send(Answer(office.ring(2)))
    office.send(HangUp(1))
    office.wait(20.0)
    assert office.told(CallEnded)[-1].reason is EndReason.LOCAL
    assert office.told(CommandRefused) == []
    assert "ATA" not in office.modem.asked


def test_conexants_silence_detection_and_four_parameters() -> None:
    office = Office()
    office.modem.answers |= {"AT+VSD=128,0": ("ERROR",), "AT+VSM=4,8000": ("ERROR",)}
    office.start()
    office.send(Answer(office.ring(2)))
    assert "AT+VSD=0,0" in office.modem.asked
    assert "AT+VSM=4,8000,0,0" in office.modem.asked


@pytest.mark.parametrize(
    "command", [Answer(9), HangUp(9), HandOver(9), Join(9), SendKeys(9, "1"), Play(9, 1, (TONE,)), Listen(9, 1, 5.0)]
)
def test_what_is_asked_of_a_call_that_is_not_there_is_refused(command: Any) -> None:
    for office in (Office().start(), up()):
        office.send(command)
        assert office.told(CommandRefused)[-1].command == command
        office.send(StopSound(9))


def test_what_cannot_be_asked_of_a_call_as_it_stands() -> None:
    office = Office().start()
    office.ring()
    for command in (HandOver(1), SendKeys(1, "1"), Play(1, 1, (TONE,)), Dial(2, "110")):
        office.send(command)
        assert office.told(CommandRefused)[-1].command == command
    office = up()
    for other in (Answer(1), Join(1), SendKeys(1, "12x"), Dial(2, "110"), Measure(3)):
        office.send(other)
        assert office.told(CommandRefused)[-1].command == other
    office.send(HangUp(1))
    office.wait(1.0)
    office.send(Dial(3, "no number"))
    assert office.told(CommandRefused)[-1].command == Dial(3, "no number")


# -- playing


@pytest.mark.parametrize("step_bytes", [0, 1])
@pytest.mark.parametrize("form", list(SampleFormat))
def test_a_clip_is_played_whole_in_the_modems_own_format(form: SampleFormat, step_bytes: int) -> None:
    office = up(Office(KNOWN.found(sample_format=form), step_bytes=step_bytes))
    office.modem.sample_bytes = 2 if form is SampleFormat.LINEAR16 else 1
    office.send(Play(1, 5, (TONE, TONE)))
    office.wait(3.0)
    assert bytes(office.modem.played) == encode(decode(TONE + TONE, SampleFormat.ULAW), form)
    assert ended(office) == SoundEnded("line1", 1, 5, SoundEnd.PLAYED, 2.0)


def test_a_key_ends_a_clip_unless_it_is_not_to() -> None:
    office = up()
    office.send(Play(1, 5, (LONG,)))
    office.wait(1.0)
    office.modem.tell("/5~")
    office.wait(0.3)
    assert office.told(KeyPressed)[-1].key == "5"
    assert ended(office).why is SoundEnd.KEY
    assert ended(office).seconds == pytest.approx(1.1, abs=0.2)
    office.send(Play(1, 6, (LONG,), until_key=False))
    office.wait(1.0)
    office.modem.tell("/7~")
    office.wait(9.0)
    assert office.told(KeyPressed)[-1].key == "7"
    assert ended(office).why is SoundEnd.PLAYED


def test_sounds_wait_for_each_other_and_stop_together() -> None:
    office = up()
    for ref in range(5, 5 + MOST_WAITING + 2):
        office.send(Play(1, ref, (LONG,)))
    assert office.told(CommandRefused)[-1].command.ref == 5 + MOST_WAITING + 1
    office.send(StopSound(1))
    office.wait(1.0)
    assert {sound.why for sound in office.told(SoundEnded)} == {SoundEnd.STOPPED}
    assert len(office.told(SoundEnded)) == MOST_WAITING + 1
    assert office.modem.mode == COMMAND


def test_stopping_and_playing_at_once_stops_only_what_was_there() -> None:
    office = up()
    office.send(Play(1, 5, (LONG,)))
    office.wait(1.0)
    office.send(StopSound(1))
    office.send(Play(1, 6, (TONE,)))
    office.wait(3.0)
    assert [(sound.ref, sound.why) for sound in office.told(SoundEnded)] == [
        (5, SoundEnd.STOPPED), (6, SoundEnd.PLAYED),
    ]  # fmt: skip


def test_a_modem_that_does_not_play_is_said_not_to() -> None:
    office = up()
    office.modem.answers["AT+VTX"] = ("ERROR",)
    office.send(Play(1, 5, (TONE,)))
    office.wait(1.0)
    assert ended(office).why is SoundEnd.FAILED
    assert not office.told(CallEnded)


def test_a_chip_whose_cancel_ends_the_stream_is_learned_and_gets_not_one_byte_more() -> None:
    modem = VoiceModem()
    modem.cancel_ends = True
    office = up(Office(VoiceProfile(vsm="4,8000", cancel_ends=False), modem))
    office.modem.junk.clear()
    office.send(Play(1, 5, (LONG,)))
    office.wait(1.0)
    office.send(StopSound(1))
    office.wait(0.5)
    assert ended(office).why is SoundEnd.STOPPED
    assert office.modem.junk == []
    assert office.conversation.profile.cancel_ends is True


def test_a_chip_that_wants_etx_after_cancel_is_learned_and_got_in_step() -> None:
    office = up(Office(VoiceProfile(vsm="4,8000")))
    office.send(Play(1, 5, (LONG,)))
    office.wait(1.0)
    office.send(StopSound(1))
    office.wait(2.0)
    assert ended(office).why is SoundEnd.STOPPED
    assert office.conversation.profile.cancel_ends is False
    office.send(Play(1, 6, (TONE,)))
    office.wait(2.0)
    assert ended(office).why is SoundEnd.PLAYED


def test_a_modem_that_is_deaf_while_it_plays_is_given_pieces_and_listened_to_between_them() -> None:
    office = up(Office(DEAF))
    office.send(Play(1, 5, (LONG,)))
    office.wait(9.0)
    assert office.modem.asked.count("AT+VTX") == 2
    assert office.modem.asked.count("AT+VRX") == 1
    assert bytes(office.modem.played) == LONG
    assert ended(office).why is SoundEnd.PLAYED


def test_a_hang_up_is_noticed_between_two_pieces() -> None:
    office = up(Office(DEAF))
    office.send(Play(1, 5, (LONG * 3,)))
    office.wait(2.0)
    office.modem.line_sound = BUSY_TONE
    office.wait(6.0)
    assert ended(office).why is SoundEnd.HUNG_UP
    assert office.told(CallEnded)[-1].reason is EndReason.REMOTE


def test_a_modem_that_tells_a_busy_tone_while_it_plays_needs_no_pieces_any_more() -> None:
    office = up(Office(DEAF))
    office.send(Play(1, 5, (LONG,)))
    office.wait(1.0)
    office.modem.tell("b")
    office.wait(1.0)
    assert ended(office).why is SoundEnd.HUNG_UP
    assert office.conversation.profile.hears_while_playing is True


def test_a_stream_that_the_modem_ends_by_itself_is_tried_again_and_then_given_up() -> None:
    office = up()
    office.send(Play(1, 5, (TONE,)))
    office.wait(0.5)
    office.modem.break_off()
    office.wait(4.0)
    assert ended(office).why is SoundEnd.PLAYED


# -- listening


class Tape:
    def __init__(self, most_frames: int = 10**6) -> None:
        self.frames: list[bytes] = []
        self.is_closed = False
        self._most = most_frames

    def write(self, frames: Any) -> bool:
        self.frames += frames
        return len(self.frames) < self._most

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("step_bytes", [0, 1, 7])
@pytest.mark.parametrize("form", [SampleFormat.ULAW, SampleFormat.LINEAR16])
def test_what_is_heard_is_kept_sample_by_sample(form: SampleFormat, step_bytes: int) -> None:
    tape, ear = Tape(), Tape()
    office = Office(
        KNOWN.found(sample_format=form), step_bytes=step_bytes, open_sink=lambda *_: tape, ear=ear.frames.extend
    )  # fmt: skip
    office.modem.form = form
    up(office)
    spoken = sine(500, seconds=1.0)
    office.modem.line_sound = spoken
    office.send(Listen(1, 5, 1.5, keep=True))
    office.wait(3.0)
    kept = b"".join(tape.frames)
    assert kept.startswith(decode(encode(spoken, form), form))
    assert tape.is_closed
    assert tape.frames == ear.frames
    assert ended(office).why is SoundEnd.TIME
    assert ended(office).seconds == pytest.approx(1.5, abs=0.1)


def test_quiet_ends_it_and_speech_does_not() -> None:
    office = up()
    office.modem.line_sound = SPEECH + SPEECH[: 2 * 8000]
    office.send(Listen(1, 5, 30.0, quiet_s=2.0))
    office.wait(4.5)
    assert not office.told(SoundEnded)
    office.wait(1.5)
    assert ended(office).why is SoundEnd.QUIET
    assert not office.told(CallEnded)


def test_a_key_by_event_and_in_the_sound_is_one_press_and_one_still_held_none() -> None:
    office = up()
    office.send(Play(1, 4, (LONG,)))
    office.wait(0.5)
    office.modem.tell("/5~")
    office.modem.line_sound = key_tone("5", seconds=0.5) + bytes(8000) + key_tone("7") + bytes(8000) + key_tone("#")
    office.wait(0.1)
    office.send(Listen(1, 5, 30.0, until_keys="#"))
    office.wait(0.9)
    office.modem.tell("/7~")
    office.wait(1.5)
    assert "".join(key.key for key in office.told(KeyPressed)) == "57#"
    assert ended(office).why is SoundEnd.KEY


def test_a_sink_that_is_not_there_or_full_ends_the_recording_and_not_the_call() -> None:
    office = up(Office(open_sink=lambda *_: None))
    office.send(Listen(1, 5, 30.0, keep=True))
    office.wait(0.1)
    assert ended(office).why is SoundEnd.FULL
    tape = Tape(most_frames=20)
    office = up(Office(open_sink=lambda *_: tape))
    office.send(Listen(1, 5, 30.0, keep=True))
    office.wait(1.0)
    assert ended(office).why is SoundEnd.FULL
    assert not office.told(CallEnded)


@pytest.mark.parametrize("stops", [b"!", b"\x1b", b"^"])
def test_every_way_out_of_a_recording_is_found_and_remembered(stops: bytes) -> None:
    modem = VoiceModem()
    modem.stops = stops
    office = up(Office(modem=modem))
    for ref in (5, 6):
        began_s = office.now_s
        office.send(Listen(1, ref, 1.0))
        while not office.told(SoundEnded) or ended(office).ref != ref:
            office.wait(0.02)
        took_s = office.now_s - began_s
    assert took_s < 1.2  # the second time at once
    assert office.conversation.profile.stop_recording == stops.decode("latin-1")


def test_a_stream_that_never_ends_has_the_port_opened_again_and_the_call_is_lost() -> None:
    tape = Tape()
    office = up(Office(open_sink=lambda *_: tape))
    office.modem.never_ends = True
    office.send(Listen(1, 5, 1.0, keep=True))
    office.wait(8.0)
    assert office.conversation.wants_reopen
    assert ended(office).why is SoundEnd.FAILED
    assert office.told(CallEnded)[-1].reason is EndReason.LOST
    assert tape.is_closed


def test_where_only_ath_ends_a_recording_the_call_is_over() -> None:
    office = up()
    office.modem.stops = b""
    office.send(Listen(1, 5, 1.0))
    office.wait(6.0)
    assert ended(office).why in (SoundEnd.FAILED, SoundEnd.TIME)
    assert office.told(CallEnded)[-1].reason is EndReason.LOCAL
    assert not office.conversation.wants_reopen


def test_a_recording_goes_on_over_a_stream_that_a_lost_byte_seemed_to_end() -> None:
    tape = Tape()
    office = up(Office(open_sink=lambda *_: tape))
    office.send(Listen(1, 5, 8.0, keep=True))
    office.wait(2.0)
    office.modem.send(b"\x10\x03")
    office.wait(8.0)
    assert ended(office).why is SoundEnd.TIME
    assert 4.0 < len(tape.frames) * 0.02 < 8.2
    assert tape.is_closed


def test_a_modem_that_ends_every_recording_by_itself_is_given_up() -> None:
    office = up()
    office.send(Listen(1, 5, 30.0))
    for _ in range(3):
        office.wait(0.2)
        office.modem.break_off()
    office.wait(1.0)
    assert ended(office).why is SoundEnd.FAILED


def test_one_that_ends_it_now_and_then_is_listened_to_on() -> None:
    office = up()
    office.send(Listen(1, 5, 10.0))
    for _ in range(4):
        office.wait(1.5)
        office.modem.break_off()
    office.wait(6.0)
    assert ended(office).why is SoundEnd.TIME


@pytest.mark.parametrize("shape", ["", "[{hz},{hz},{ticks}]"])
def test_a_beep_goes_before_it_by_the_modem_or_as_sound(shape: str) -> None:
    office = up(Office(KNOWN.found(tone_shape=shape)))
    office.send(Listen(1, 5, 1.0, beep=True))
    office.wait(3.0)
    if shape:
        assert "AT+VTS=[933,933,30]" in office.modem.asked
    else:
        assert len(office.modem.played) == 2400
    assert ended(office).why is SoundEnd.TIME


def test_a_beep_that_the_modem_refuses_is_played() -> None:
    office = up()
    office.modem.answers["AT+VTS=[933,,30]"] = ("ERROR",)
    office.send(Listen(1, 5, 1.0, beep=True))
    office.wait(3.0)
    assert len(office.modem.played) == 2400


@pytest.mark.parametrize("told", ["event b", "event d", "event l", "words", "sound"])
def test_whoever_has_hung_up_ends_it_and_the_line_is_let_go_of_at_once(told: str) -> None:
    office = up()
    office.send(Listen(1, 5, 60.0))
    office.send(Play(1, 6, (TONE,)))
    office.wait(2.0)
    if told == "sound":
        office.modem.line_sound = BUSY_TONE
        office.wait(3.0)
    elif told == "words":
        office.send(StopSound(1))
        office.wait(0.2)
        office.modem.say("NO CARRIER")
        office.exchange()
    else:
        office.modem.tell(told[-1])
    office.wait(0.5)
    if told != "words":
        assert [sound.why for sound in office.told(SoundEnded)] == [SoundEnd.HUNG_UP, SoundEnd.STOPPED]
    assert office.told(CallEnded)[-1].reason is EndReason.REMOTE
    assert not office.modem.is_off_hook


def test_a_telephone_lifted_in_the_boxs_call_ends_the_sound_but_not_what_usr_says_of_itself() -> None:
    office = Office().start()
    office.send(Answer(office.ring(2)))
    office.send(Play(1, 5, (LONG,)))
    office.wait(0.3)
    office.modem.tell("Hl")
    office.wait(0.5)
    assert not office.told(SoundEnded)
    assert not office.told(TelephoneMoved)
    office.modem.tell("H")
    office.wait(0.5)
    assert not office.told(TelephoneMoved)  # it goes on being told
    office.wait(2.0)
    office.modem.tell("H")
    office.wait(0.5)
    assert office.told(TelephoneMoved) == [TelephoneMoved("line1", True)]
    assert ended(office).why is SoundEnd.LIFTED
    office.send(HandOver(1))
    office.wait(0.2)
    assert office.told(CallEnded)[-1].reason is EndReason.ELSEWHERE
    assert not office.modem.is_off_hook


def test_a_line_that_nobody_uses_is_let_go_of_after_five_seconds() -> None:
    office = up()
    office.wait(4.7)
    assert not office.told(CallEnded)
    office.wait(0.5)
    assert office.told(CallEnded)[-1].reason is EndReason.LOCAL
    assert not office.modem.is_off_hook


def test_noise_and_rings_in_a_stream_are_told_as_what_they_are() -> None:
    office = up()
    office.send(Play(1, 5, (LONG,)))
    office.wait(0.5)
    office.modem.say("what is this?", "RING")
    office.wait(0.2)
    assert office.told(Unrecognised)[-1].raw == b"what is this?"
    office.wait(7.0)
    assert ended(office).why is SoundEnd.PLAYED


# -- joining


def joined(office: Office | None = None) -> Office:
    office = (office or Office(KNOWN.found(vls_join=3))).start()
    office.ring()
    office.modem.tell("P")
    office.wait(8.0)
    assert office.told(CallEnded)[-1].reason is EndReason.ELSEWHERE
    office.send(Join(1))
    office.wait(1.0)
    return office


def test_a_call_that_went_to_the_telephone_is_joined_there_and_left_with_it() -> None:
    office = joined()
    assert "AT+VLS=3" in office.modem.asked
    assert office.told(CallAnswered)[-1].call == 1
    office.send(Listen(1, 5, 600.0))
    office.wait(2.0)
    office.modem.tell("p")
    office.wait(0.3)
    assert ended(office).why is SoundEnd.PUT_DOWN
    office.send(HangUp(1))
    office.wait(0.3)
    assert office.told(CallEnded)[-1].reason is EndReason.LOCAL


def test_eight_seconds_of_nothing_beside_the_telephone_are_the_end() -> None:
    office = joined()
    office.send(Listen(1, 5, 600.0))
    office.wait(7.5)
    assert not office.told(SoundEnded)
    office.wait(1.5)
    assert ended(office).why is SoundEnd.QUIET
    assert office.told(CallEnded)[-1].reason is EndReason.LOCAL


def test_where_listening_beside_it_is_refused_the_modem_takes_the_line() -> None:
    modem = VoiceModem()
    modem.answers["AT+VLS=3"] = ("ERROR",)
    office = joined(Office(KNOWN.found(vls_join=3), modem))
    assert modem.asked.index("AT+VLS=3") < modem.asked.index("AT+VLS=1")
    assert office.told(CallAnswered)


def test_where_all_is_refused_nothing_is_joined() -> None:
    modem = VoiceModem()
    modem.answers |= {"AT+VLS=3": ("ERROR",), "AT+VLS=1": ("ERROR",)}
    office = joined(Office(KNOWN.found(vls_join=3), modem))
    assert office.told(CommandRefused)[-1].command == Join(1)
    assert office.told(CallEnded)[-1].reason is EndReason.ELSEWHERE


def test_a_ringing_call_is_joined_when_the_telephone_has_just_been_lifted() -> None:
    office = Office().start()
    office.ring(2)
    office.send(Join(1))
    office.wait(0.2)
    assert office.told(CallAnswered)
    office.send(HangUp(1))
    office.wait(0.2)
    assert office.told(CallEnded)[-1].reason is EndReason.LOCAL


def test_joining_that_is_taken_back_at_once_joins_nothing() -> None:
    modem = VoiceModem()
    modem.answers["AT+VLS=1"] = ()
    office = Office(KNOWN, modem).start()
    office.ring(2)
    office.send(Join(1))
    office.send(HangUp(1))
    office.wait(14.0)
    assert not office.told(CallAnswered)
    assert not office.told(CommandRefused)
    assert office.told(CallEnded)[-1].reason is EndReason.LOCAL


# -- dialling


def test_dialling_hears_every_tone_once_and_a_busy_one_ends_it() -> None:
    office = Office().start()
    office.modem.line_sound = DIAL_TONE
    office.send(Dial(7, "+8657185000000"))
    office.wait(1.5)
    office.modem.line_sound = b""
    office.wait(3.0)
    assert office.modem.mode == RECORDING
    office.modem.tell("r")
    office.wait(3.0)
    office.modem.tell("r")
    office.wait(1.0)
    office.modem.line_sound = BUSY_TONE
    office.wait(4.0)
    assert [tone.tone for tone in office.told(ToneHeard)] == [CallTone.RING_BACK, CallTone.BUSY]
    assert office.told(CallEnded)[-1].reason is EndReason.BUSY


def test_a_line_without_dial_tone_is_not_dialled_on() -> None:
    office = Office().start()
    office.send(Dial(7, "110"))
    office.wait(5.0)
    assert office.told(CallEnded)[-1].reason is EndReason.FAILED
    assert "AT+VTX" not in office.modem.asked
    assert not office.modem.is_off_hook


@pytest.mark.parametrize("refused", ["AT+VLS=1", "AT+VTX"])
def test_a_modem_that_cannot_dial(refused: str) -> None:
    modem = VoiceModem()
    modem.answers[refused] = ("ERROR",)
    modem.line_sound = DIAL_TONE
    office = Office(KNOWN, modem).start()
    office.send(Dial(7, "110"))
    office.wait(5.0)
    assert office.told(CallEnded)[-1].reason is EndReason.FAILED


def dialled(office: Office) -> Office:
    office.start()
    office.modem.line_sound = DIAL_TONE
    office.send(Dial(7, "110"))
    office.wait(1.5)
    office.modem.line_sound = b""
    while office.modem.asked[-1] != "AT+VRX":
        office.wait(0.1)
    return office


def test_who_spoke_and_hung_up_was_not_busy() -> None:
    office = dialled(Office())
    office.modem.line_sound = SPEECH
    office.wait(3.0)
    assert office.told(ToneHeard)[-1].tone is CallTone.VOICE
    office.modem.tell("b")
    office.wait(0.3)
    assert office.told(CallEnded)[-1].reason is EndReason.REMOTE


def test_a_callee_whom_nobody_of_ours_speaks_to_is_let_go_after_twenty_seconds() -> None:
    office = dialled(Office())
    office.modem.line_sound = SPEECH
    office.wait(19.0)
    assert not office.told(CallEnded)
    office.wait(4.0)
    assert office.told(CallEnded)[-1].reason is EndReason.LOCAL


def test_nobody_answers_for_a_minute() -> None:
    office = dialled(Office())
    office.wait(55.0)
    assert not office.told(CallEnded)
    office.wait(6.0)
    assert office.told(CallEnded)[-1].reason is EndReason.NO_ANSWER


def test_a_stream_that_ends_by_itself_while_it_rings_is_begun_again_and_at_last_given_up() -> None:
    office = dialled(Office())
    for _ in range(3):
        assert not office.told(CallEnded)
        office.modem.break_off()
        office.wait(1.0)
    assert office.told(CallEnded)[-1].reason is EndReason.FAILED


def test_a_line_current_that_breaks_while_dialling_is_the_exchange_working() -> None:
    office = dialled(Office())
    office.modem.tell("lL")
    office.wait(1.0)
    assert not office.told(CallEnded)
    office.modem.tell("P")
    office.wait(0.2)
    assert office.told(TelephoneMoved)
    office.send(HandOver(1))
    office.wait(0.5)
    assert office.told(CallEnded)[-1].reason is EndReason.ELSEWHERE


def test_keys_that_the_modem_does_not_send_are_refused() -> None:
    office = up()
    office.modem.answers["AT+VTX"] = ("ERROR",)
    office.send(SendKeys(1, "1"))
    office.wait(0.2)
    assert office.told(CommandRefused)[-1].command == SendKeys(1, "1")


# -- fall


def test_a_port_that_goes_in_a_call_ends_it_all_and_leaves_nothing_open() -> None:
    tape = Tape()
    office = up(Office(open_sink=lambda *_: tape))
    office.send(Listen(1, 5, 60.0, keep=True))
    office.send(Play(1, 6, (TONE,)))
    office.wait(1.0)
    office.send(RawCommand("ATI3", 8))
    office._told(office.conversation.lost("unplugged", office.now_s))
    assert [(sound.ref, sound.why) for sound in office.told(SoundEnded)] == [
        (5, SoundEnd.FAILED), (6, SoundEnd.FAILED),
    ]  # fmt: skip
    assert office.told(CallEnded)[-1].reason is EndReason.LOST
    assert office.told(CommandRefused)[-1].command == RawCommand("ATI3", 8)
    assert tape.is_closed
    assert office.conversation.next_deadline() is None
    office.modem = VoiceModem()
    office.start()
    assert office.ring() == 2  # numbers go on


def test_a_successor_goes_on_counting() -> None:
    office = up()
    heir = office.conversation.successor()
    assert heir.is_sending is False
    office.conversation = heir
    office.modem = VoiceModem()
    office.start()
    assert office.ring() == 2


def test_a_modem_that_falls_silent_in_a_call_is_opened_again() -> None:
    office = up()
    office.modem.is_mute = True
    office.send(HangUp(1))
    office.wait(30.0)
    assert office.conversation.wants_reopen
    assert office.told(CallEnded)[-1].reason is EndReason.LOST


def test_a_modem_that_answers_at_alone_is_opened_again_after_some_commands() -> None:
    office = Office().start()
    office.modem.only_at = True
    office.wait(600.0 + 40.0 * STRIKES)
    assert office.conversation.wants_reopen


def test_a_modem_that_does_not_let_go_of_the_line_is_opened_again() -> None:
    office = up()
    office.modem.answers |= {"AT+VLS=0": ("ERROR",), "ATH0": ("ERROR",)}
    office.send(HangUp(1))
    office.wait(1.0)
    assert office.told(CallEnded)[-1].reason is EndReason.LOCAL
    assert office.conversation.wants_reopen
    assert office.picture is not None
    assert "does not let go" in office.picture.detail


def test_a_refusal_that_fails_still_ends_the_call_on_the_hook() -> None:
    modem = VoiceModem()
    modem.answers["AT+VLS=1"] = ("ERROR",)
    office = Office(KNOWN, modem).start()
    office.send(HangUp(office.ring()))
    office.wait(0.5)
    assert office.told(CallEnded)[-1].reason is EndReason.LOCAL


def test_late_answers_belong_to_nobody() -> None:
    office = up()
    office.modem.answers["AT+VRX"] = ()
    office.send(Listen(1, 5, 10.0))
    office.wait(5.5)
    office.modem.say("OK")
    del office.modem.answers["AT+VRX"]
    office.wait(1.0)
    assert office.modem.mode == RECORDING


def test_an_end_of_a_stream_that_is_long_over_is_swallowed() -> None:
    office = Office().start()
    office.modem.send(b"\x10\x03\r\nRING\r\n")
    office.exchange()
    assert office.told(CallRinging)


def test_garbage_between_commands_is_told_as_noise() -> None:
    office = Office().start()
    office.modem.send(b"\x80\x81 what\r\n\x10")
    office.wait(1.0)
    assert office.told(Unrecognised)
    office.modem.say("RING")
    office.wait(0.1)


# -- and what else may come


def test_a_sound_that_is_not_wanted_any_more_when_it_begins_ends_at_once() -> None:
    office = up()
    office.modem.answers["AT+VRX"] = ()
    office.send(Listen(1, 5, 60.0))
    office.send(HangUp(1))
    office.modem.say("CONNECT")
    office.modem.mode = RECORDING
    office.wait(0.5)
    assert ended(office).why is SoundEnd.STOPPED
    assert office.told(CallEnded)[-1].reason is EndReason.LOCAL


def test_tones_that_mean_nothing_now_change_nothing() -> None:
    office = Office().start()
    office.modem.tell("bd")
    office.ring()
    office.wait(3.0)
    office.modem.tell("bdl")
    office.wait(1.0)
    assert not office.told(CallEnded)
    office = up()
    office.modem.tell("rl")
    office.wait(0.5)
    assert not office.told(CallEnded)


def test_a_telephone_that_stays_where_it_is_has_not_moved() -> None:
    office = Office().start()
    for _ in range(3):
        office.modem.tell("p")
        office.wait(5.0)
    assert office.told(TelephoneMoved) == [TelephoneMoved("line1", False)]


def test_keys_while_we_dial_are_nobodys() -> None:
    office = dialled(Office())
    office.modem.tell("/5~")
    office.wait(0.5)
    assert not office.told(KeyPressed)


def test_a_play_is_lost_with_the_port() -> None:
    office = up()
    office.send(Play(1, 5, (LONG,)))
    office.wait(1.0)
    office._told(office.conversation.lost("unplugged", office.now_s))
    assert ended(office).why is SoundEnd.FAILED


def test_a_modem_without_voice_does_what_it_can() -> None:
    modem = VoiceModem()
    modem.refuses_all = True
    office = Office(None, modem).start()
    assert VoiceProfile.from_json(office.told(ProfileMeasured)[0].profile).has_voice is False
    office.send(Measure(1))
    assert office.told(CommandRefused)[-1].command == Measure(1)
    office.ring()
    office.wait(10.0)
    assert office.told(CallEnded)[-1].reason is EndReason.UNSEEN
    for command in (Join(1), Dial(2, "110")):
        office.send(command)
        assert office.told(CommandRefused)[-1].command == command
    modem.asked.clear()
    office.wait(610.0)
    assert modem.asked == ["AT+VCID=1", "AT#CID=1"]


def test_what_is_known_already_is_not_told_again() -> None:
    land = Landline("line1", VoiceProfile(), 1)
    land.found(stop_recording="^")
    land.found(stop_recording="^")
    assert len(land.events) == 1
    land.found(stop_recording="!")
    assert len(land.events) == 2


def test_a_line_that_rings_has_its_telephone_on_the_hook_whatever_was_told_last() -> None:
    """Some chips tell lifting and nothing else: the second call too is seen to be taken."""
    office = Office().start()
    for _ in range(2):
        office.ring()
        office.wait(3.0)
        office.modem.tell("P")
        office.wait(30.0)
    assert [event.reason for event in office.told(CallEnded)] == [EndReason.ELSEWHERE] * 2
    assert "AT+VLS=1" not in office.modem.asked


def test_a_modem_whose_telephone_is_lifted_is_measured_only_with_it() -> None:
    office = Office().start()
    office.modem.tell("P")
    office.wait(1.0)
    office.send(Measure(1))
    assert office.told(CommandRefused)[-1].reason == "the telephone is lifted; hang it up first"
    office.send(Measure(2, with_telephone=True))
    assert office.told(ProfileMeasured) == []
    office.send(Measure(3))
    refused = office.told(CommandRefused)[-1]
    assert (refused.command, refused.reason) == (Measure(3), "the modem is being measured already")
    office.wait(60.0)
    assert [event.ref for event in office.told(ProfileMeasured)] == [2]


@pytest.mark.parametrize(("told", "number"), [("057185330000", "057185330000"), ("P", "")])
def test_the_next_caller_of_a_busy_line_is_a_call_of_his_own(told: str, number: str) -> None:
    office = Office().start()
    office.ring()
    office.modem.say("NMBR=13900001111")
    office.wait(5.0)
    office.ring()
    office.wait(2.0)  # he gives up, and the next is through before the rings can be said to have stopped
    office.ring()
    office.modem.say(f"NMBR={told}")
    office.wait(1.0)
    assert office.told(CallEnded) == [CallEnded("line1", 1, EndReason.NO_ANSWER)]
    assert office.told(CallRinging) == [CallRinging("line1", 1, None), CallRinging("line1", 2, number)]
    office.send(Answer(2))
    office.wait(3.0)
    assert office.told(CallAnswered) == [CallAnswered("line1", 2)]


def test_one_number_told_in_two_forms_is_one_caller() -> None:
    office = Office().start()
    office.ring()
    office.modem.say("NMBR=013900001111")
    office.wait(5.0)
    office.ring()
    office.modem.say("NMBR=13900001111")
    office.wait(1.0)
    assert not office.told(CallEnded)
    assert office.told(CallerKnown)[-1].number == "13900001111"


def test_the_next_caller_is_not_taken_for_the_last_one() -> None:
    office = Office().start()
    office.ring()
    office.modem.say("NMBR=13900001111")
    office.wait(1.0)
    office.send(HangUp(1))
    office.wait(3.0)
    assert office.told(CallEnded)
    office.ring()
    assert office.told(CallRinging)[-1] == CallRinging("line1", 2, None)


def test_a_hang_up_that_was_suspected_in_one_call_delays_nothing_in_the_next() -> None:
    office = up()
    office.modem.line_sound = bytes(16000) + sine(450, seconds=0.3)
    office.send(Listen(1, 5, 1.3))
    office.wait(2.0)
    office.send(HangUp(1))
    office.wait(10.0)
    office.ring()
    office.send(Answer(2))
    office.wait(1.0)
    office.modem.asked.clear()
    office.send(Play(2, 6, (TONE,)))
    office.wait(5.0)
    assert [asked for asked in office.modem.asked if asked in ("AT+VRX", "AT+VTX")] == ["AT+VTX"]


def test_a_modem_that_cannot_be_made_to_speak_into_a_talk_says_that_nothing_was_played() -> None:
    modem = VoiceModem()
    office = Office(KNOWN.found(vls_join=3), modem).start()
    office.ring(2)
    office.send(Join(1))
    office.wait(1.0)
    modem.answers["AT+VLS=1"] = ("ERROR",)
    office.send(Play(1, 2, (TONE,)))
    office.wait(1.0)
    assert ended(office).why is SoundEnd.FAILED
    assert not modem.played


def test_who_hangs_up_while_the_notice_plays_is_not_put_beside_the_telephone_again() -> None:
    office = joined()
    office.send(Play(1, 2, (TONE * 20,)))
    office.wait(0.5)
    asked_before = len(office.modem.asked)
    office.send(HangUp(1))
    office.wait(2.0)
    assert "AT+VLS=3" not in office.modem.asked[asked_before:]
    assert office.told(CallEnded)[-1].reason is EndReason.LOCAL
