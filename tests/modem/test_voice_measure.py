"""Measuring a landline modem: what is found out, and that it is safe whatever the modem does."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modem.audio.tones import sine
from modem.voice_measure import LEAVE_S, MOST_S, Measuring, Outcome, Stopped
from modem.voice_measure_steps import LIFTED_WITHIN_S, identity_of
from modem.voice_profile import SampleFormat, VoiceProfile
from tests.modem.measured_modem import Modem, measure

NOISE = random.Random(11)


def outcome_of(modem: Modem, profile: VoiceProfile | None = None, *, with_telephone: bool = False) -> Outcome:
    measuring = Measuring(profile, with_telephone=with_telephone)
    took_s = measure(modem, measuring)
    assert took_s <= MOST_S + LEAVE_S + (LIFTED_WITHIN_S if with_telephone else 0) + 0.1
    assert modem.vls == 0
    assert measuring.outcome is not None
    return measuring.outcome


def profile_of(modem: Modem) -> VoiceProfile:
    outcome = outcome_of(modem)
    assert outcome.stopped is Stopped.NO
    return outcome.profile


def test_a_good_modem_is_measured_whole_and_left_on_hook_ready_for_a_call() -> None:
    modem = Modem()
    outcome = outcome_of(modem)
    found = outcome.profile
    assert outcome.stopped is Stopped.NO
    assert outcome.identity == "Example 56K"
    assert found == VoiceProfile(
        vsm="4,8000", cancel_ends=False, has_duplex=False, tone_shape="[{hz},,{ticks}]", measured=found.measured
    )
    assert {"sample_format", "stop_recording", "cancel_ends", "tone_shape", "has_duplex", "has_voice"} <= {
        *found.measured
    }
    assert modem.stream == ""
    assert modem.commands[-2:] == ["+FCLASS=8", "+VCID=1"]


def test_bytes_may_come_one_by_one() -> None:
    alone, whole = Measuring(), Measuring()
    measure(Modem(told_recording="d"), alone, portion=1)
    measure(Modem(told_recording="d"), whole)
    assert alone.outcome == whole.outcome


def test_it_takes_less_than_half_a_minute() -> None:
    assert measure(Modem(), Measuring()) < 15.0


@pytest.mark.parametrize("form", list(SampleFormat))
def test_the_true_format_is_found_whatever_its_name(form: SampleFormat) -> None:
    modem = Modem(form=form, vsm="+VSM: 0-1,8000-8000", takes_vsm="1,8000")
    found = profile_of(modem)
    assert found.sample_format is form
    assert "sample_format" in found.measured


@pytest.mark.parametrize("form", list(SampleFormat)[:4])
def test_where_silence_says_nothing_the_dial_tone_does(form: SampleFormat) -> None:
    modem = Modem(form=form, vsm="", takes_vsm="1,8000,0,0", idle=NOISE.randbytes)
    found = profile_of(modem)
    assert (found.sample_format, found.vsm) == (form, "1,8000,0,0")
    assert "sample_format" in found.measured


def test_without_silence_and_dial_tone_the_format_is_as_named_and_not_called_measured() -> None:
    found = profile_of(Modem(idle=NOISE.randbytes, dial_tone=b""))
    assert found.sample_format is SampleFormat.ULAW
    assert "sample_format" not in found.measured


def test_a_modem_without_voice_is_asked_no_more_than_for_caller_id() -> None:
    modem = Modem(classes="+FCLASS: (0,1,2)")
    found = profile_of(modem)
    assert not found.has_voice
    assert modem.commands[-2:] == ["+FCLASS=0", "+VCID=1"]
    assert not any(command.startswith("+VLS=1") for command in modem.commands)


def test_caller_id_only_in_voice_mode_is_noticed() -> None:
    assert profile_of(Modem(id_needs_voice=True)).id_needs_voice
    assert not profile_of(Modem()).id_needs_voice


@pytest.mark.parametrize(("refused", "last"), [((), "+VCID=1"), (("+VCID",), "#CID=1"), (("+VCID", "#CID"), "#CID=1")])
def test_caller_id_is_switched_on_in_the_way_it_knows(refused: tuple[str, ...], last: str) -> None:
    modem = Modem(refuses=refused)
    assert not profile_of(modem).id_needs_voice
    assert modem.commands[-1] == last


@pytest.mark.parametrize("stop", ["!", "\x1b", "^", "!!!"])
def test_what_ends_a_recording_is_found(stop: str) -> None:
    assert profile_of(Modem(stops=(stop,))).stop_recording == stop


def test_a_recording_that_nothing_ends_is_left_by_hanging_up() -> None:
    outcome = outcome_of(Modem(stops=(), hangs_up_in_streams=True))
    assert outcome.stopped is Stopped.NO
    assert "stop_recording" not in outcome.profile.measured
    assert ("recording ended by", "nothing") in outcome.evidence


@pytest.mark.parametrize("ends", [True, False])
def test_whether_cancelling_ends_playing_is_found(ends: bool) -> None:
    found = profile_of(Modem(cancel_ends=ends))
    assert found.cancel_ends is ends
    assert "cancel_ends" in found.measured


@pytest.mark.parametrize(
    ("refused", "shape"),
    [
        ((), "[{hz},,{ticks}]"),
        (("+VTS=[933,,",), "[{hz},{hz},{ticks}]"),
        (("+VTS=[933,,", "+VTS=[933,933"), "[{hz},0,{ticks}]"),
        (("+VTS",), ""),
    ],
)
def test_how_it_wants_its_tones_is_found(refused: tuple[str, ...], shape: str) -> None:
    found = profile_of(Modem(refuses=(*refused, "+VTR")))
    assert found.tone_shape == shape
    assert "tone_shape" in found.measured


def test_duplex_is_found_and_left_again() -> None:
    modem = Modem(refuses=())
    assert profile_of(modem).has_duplex
    assert modem.stream == ""


@pytest.mark.parametrize(
    ("recorded", "played", "hears", "is_measured"),
    [("d", "d", True, True), ("d", "u", False, True), ("", "u", False, False), ("H", "H", False, False)],
)
def test_whether_it_hears_while_playing_is_found_where_it_can_be(
    recorded: str, played: str, hears: bool, is_measured: bool
) -> None:
    found = profile_of(Modem(told_recording=recorded, told_playing=played))
    assert found.hears_while_playing is hears
    assert ("hears_while_playing" in found.measured) is is_measured


def test_a_modem_that_records_only_off_hook_takes_the_line_for_it() -> None:
    found = profile_of(Modem(records_on_hook=False))
    assert found.sample_format is SampleFormat.ULAW
    assert "cancel_ends" in found.measured


@pytest.mark.parametrize("refused", [("+VRX",), ("+VTX",), ("+VLS",), ("+V",), ("+VRX", "+VTX", "-", "+G", "I")])
def test_what_is_refused_is_not_called_measured(refused: tuple[str, ...]) -> None:
    modem = Modem(refuses=refused)
    found = profile_of(modem)
    assert ("sample_format" in found.measured) is ("+VRX" not in refused and "+V" not in refused)
    assert ("cancel_ends" in found.measured) is (refused == ("+VLS",))


def test_a_format_that_no_setting_brings_is_measured_all_the_same() -> None:
    found = profile_of(Modem(takes_vsm="9,8000"))
    assert (found.vsm, found.sample_format) == ("", SampleFormat.ULAW)


def test_an_echo_is_no_answer() -> None:
    outcome = outcome_of(Modem(echoes=True))
    assert outcome.profile == outcome_of(Modem()).profile
    assert ("ATE0", "OK") in outcome.evidence


def test_a_stream_that_goes_on_whatever_is_said_is_given_up() -> None:
    assert outcome_of(Modem(stops=())).stopped in (Stopped.SILENT, Stopped.TIME)


def test_duplex_that_nothing_ends_is_left_by_hanging_up() -> None:
    modem = Modem(refuses=(), duplex_stop="never", stops=(), hangs_up_in_streams=True)
    assert outcome_of(modem).profile.has_duplex
    assert modem.stream == ""


def test_nothing_is_known_of_hearing_while_playing_where_nothing_is_played() -> None:
    assert "hears_while_playing" not in profile_of(Modem(refuses=("+VTX", "+VTR"), told_recording="d")).measured


def test_a_modem_that_does_not_record_off_hook_has_no_dial_tone() -> None:
    found = profile_of(Modem(records_off_hook=False, told_recording="d"))
    assert "hears_while_playing" not in found.measured


def test_what_was_known_stays_where_it_could_not_be_measured() -> None:
    before = VoiceProfile().found(sees_telephone="pP", vls_join=3, stop_recording="^")
    found = outcome_of(Modem(refuses=("+VRX",)), before).profile
    assert (found.sees_telephone, found.vls_join, found.stop_recording) == ("pP", 3, "^")


# -- safety


@pytest.mark.parametrize("tenths", range(1, 110, 6))
@pytest.mark.parametrize("ring", [b"\r\nRING\r\n", b"\r\nNMBR=13800138000\r\n"])
def test_a_call_stops_it_within_seconds_and_finds_the_modem_ready(tenths: int, ring: bytes) -> None:
    modem = Modem(rings_at_s=tenths / 10, rings_with=ring)
    measuring = Measuring()
    took_s = measure(modem, measuring)
    assert measuring.outcome is not None
    if measuring.outcome.stopped is Stopped.RANG:
        assert (modem.vls, modem.stream) == (0, "")
        assert modem.commands[-2:] == ["+FCLASS=8", "+VCID=1"]
        assert took_s < tenths / 10 + 7.0
    else:
        assert tenths > 60  # it rings no more while we have the line
    assert "138" not in str(measuring.outcome.evidence)


@pytest.mark.parametrize("tenths", range(0, 58, 6))
def test_a_modem_that_dies_is_given_up(tenths: int) -> None:
    modem = Modem(dies_at_s=tenths / 10)
    measuring = Measuring()
    assert measure(modem, measuring) <= MOST_S + LEAVE_S + 0.1
    assert measuring.outcome is not None
    assert measuring.outcome.stopped in (Stopped.SILENT, Stopped.TIME)


@pytest.mark.parametrize("tenths", range(20, 60, 3))
def test_a_call_while_playing_is_heard_also_where_only_cancelling_ends_that(tenths: int) -> None:
    modem = Modem(cancel_ends=True, etx_ends_playing=False, rings_at_s=tenths / 10)
    assert outcome_of(modem).stopped in (Stopped.NO, Stopped.RANG)
    assert modem.stream == ""


def test_a_modem_slow_with_everything_ends_in_time() -> None:
    slow = Modem(ignores=("+G", "+VTS", "+VSD", "+VIT", "+VCDT", "-STE", "+VLS=?", "I", "+VTR"), stops=("!!!",))
    outcome = outcome_of(slow)
    assert outcome.stopped is Stopped.TIME


def test_playing_that_nothing_ends_does_not_hold_the_line() -> None:
    modem = Modem(etx_ends_playing=False)
    measuring = Measuring()
    measure(modem, measuring)
    assert measuring.outcome is not None
    assert measuring.outcome.stopped is Stopped.SILENT
    assert modem.vls == 0


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_noise_ends_in_an_outcome(data: st.DataObject) -> None:
    measuring, now_s = Measuring(with_telephone=data.draw(st.booleans())), 0.0
    measuring.start(now_s)
    pieces = st.one_of(
        st.binary(max_size=40),
        st.sampled_from([b"\r\nOK\r\n", b"\r\nERROR\r\n", b"\r\nCONNECT\r\n", b"\x10\x03", b"\x10P", b"\r\nRING\r\n"]),
    )
    for piece in data.draw(st.lists(pieces, max_size=200)):
        measuring.receive(piece, now_s)
        measuring.data_to_send()
        now_s += 0.05
        if (deadline_s := measuring.next_deadline()) is not None and now_s >= deadline_s:
            measuring.tick(now_s)
    for _ in range(1000):
        deadline_s = measuring.next_deadline()
        if deadline_s is None:
            break
        now_s = max(now_s, deadline_s)
        measuring.tick(now_s)
    assert measuring.outcome is not None
    assert now_s <= MOST_S + LEAVE_S + LIFTED_WITHIN_S + 0.1


# -- the telephone beside it


@pytest.mark.parametrize(("code", "sees"), [("P", "pP"), ("H", "hH"), ("p", "Pp")])
def test_the_event_of_a_lifted_telephone_is_learnt(code: str, sees: str) -> None:
    outcome = outcome_of(Modem(lifts=code), with_telephone=True)
    assert outcome.profile.sees_telephone == sees
    assert outcome.profile.vls_join == 3
    assert {"sees_telephone", "vls_join"} == {*outcome.profile.measured}


def test_a_telephone_that_is_not_seen_is_known_to_be_unseen() -> None:
    modem = Modem(refuses=("+VLS=3", "+VLS=5"))
    outcome = outcome_of(modem, VoiceProfile(vls_line=1), with_telephone=True)
    assert (outcome.profile.sees_telephone, outcome.profile.vls_join) == ("", 1)
    assert "sees_telephone" in outcome.profile.measured


@pytest.mark.parametrize(
    "modem", [Modem(dial_tone=b""), Modem(refuses=("+VRX",)), Modem(dial_tone=sine(1.0, seconds=1, dbfs=-80))]
)
def test_a_way_to_join_through_which_nothing_is_heard_is_not_taken(modem: Modem) -> None:
    assert outcome_of(modem, with_telephone=True).profile.vls_join == 1


@pytest.mark.parametrize(
    ("answers", "identity"),
    [
        ([["V90"], ["V90"], [], ['"CX93010"']], "V90 / CX93010"),
        ([["+GMM: V 90"]], "V 90"),
        ([[], []], ""),
        ([["  ", "a" * 500]], "a" * 60),
    ],
)
def test_what_a_modem_says_of_itself_is_one_short_line(answers: list[list[str]], identity: str) -> None:
    assert identity_of(answers) == identity
