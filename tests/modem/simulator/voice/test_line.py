"""The analog line and its exchange: ringing, hooks, dialling, tones, and who hears whom."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest

from modem.simulator import tones
from modem.simulator.tones import Samples
from tests.modem.simulator.voice.bench import CITIZEN, VoiceBench, read_wav, write_wav


@pytest.fixture
def bench() -> VoiceBench:
    return VoiceBench()


def words(folder: Path, hz: float = 700.0, seconds: float = 1.0, dbfs: float = -12.0) -> tuple[str, Samples]:
    samples = tones.sine(hz, seconds, dbfs)
    return write_wav(folder / f"{hz:.0f}.wav", samples), samples


def keys(digits: str) -> Samples:
    sound = array("h")
    for digit in digits:
        sound.extend(tones.key_tone(digit))
    return sound


def on_off(samples: Samples) -> list[float]:
    """Lengths in seconds of sound and silence in turns; the first and the last, which are cut off, are left out."""
    loud = [any(abs(sample) > 500 for sample in samples[start : start + 40]) for start in range(0, len(samples), 40)]
    lengths, last = [1], loud[0]
    for one in loud[1:]:
        if one is last:
            lengths[-1] += 1
        else:
            lengths.append(1)
            last = one
    return [round(length * 0.005, 2) for length in lengths[1:-1]]


# ringing


def test_it_rings_every_five_seconds_until_the_caller_gives_up(bench: VoiceBench) -> None:
    bench.ask("ring", number=CITIZEN, id="none")
    bench.later(59.9)
    assert bench.take().count(b"\r\nRING\r\n") == 12
    bench.later(20.0)
    assert bench.take() == b""
    (call,) = bench.ask("calls")["past"]
    assert (call["why"], call["rings"], call["answered"]) == ("no_answer", 12, False)
    assert bench.state()["line"] == "idle"


def test_a_caller_who_hangs_up_stops_the_ringing(bench: VoiceBench) -> None:
    bench.ask("ring", number=CITIZEN, id="none")
    bench.later(6.0)
    bench.ask("hangup")
    bench.take()
    bench.later(20.0)
    assert bench.take() == b""
    assert bench.ask("calls")["past"][0]["why"] == "remote"


def test_a_second_caller_is_told_busy(bench: VoiceBench) -> None:
    bench.ask("ring", number=CITIZEN)
    second = bench.ask("ring", number="13900002222")
    assert (second["state"], second["why"]) == ("ended", "busy")
    assert [call["number"] for call in bench.ask("calls")["current"]] == [CITIZEN]


def test_answering_and_hanging_up(bench: VoiceBench) -> None:
    bench.answered()
    assert bench.state()["line"] == "talking"
    bench.later(3.0)
    bench.at("AT+VLS=0")
    state = bench.state()
    assert (state["line"], state["off_hook"]) == ("idle", False)
    assert state["off_hook_s"] == pytest.approx(3.05, abs=0.01)
    (call,) = bench.ask("calls")["past"]
    assert (call["answered_by"], call["why"]) == ("modem", "local")


@pytest.mark.parametrize("word", ["hangup", "pickup", "refuse", "say", "dtmf", "near_say", "near_dtmf"])
def test_what_needs_a_call_says_so(bench: VoiceBench, word: str) -> None:
    assert bench.say(word, digits="1", wav="x")["ok"] is False


# the far side hangs up


def test_the_exchange_plays_busy_tone_then_nothing(bench: VoiceBench) -> None:
    bench.answered()
    bench.ask("hangup")
    sound, _ = bench.recorded(8.0)
    assert tones.strongest_hz(sound[800:2400]) == pytest.approx(450, abs=2)
    assert on_off(sound) == pytest.approx([0.35] * len(on_off(sound)), abs=0.011)
    assert len(on_off(sound)) >= 18
    bench.later(60.0)
    silent, _ = bench.recorded(2.0)
    assert max(map(abs, silent)) < 10
    assert bench.state()["line"] == "silent"


def test_the_modem_is_told_how_long_it_held_the_line_alone(bench: VoiceBench) -> None:
    bench.answered()
    bench.later(2.0)
    assert bench.state()["both_gone_s"] == 0.0
    bench.ask("hangup")
    bench.later(4.0)
    assert bench.state()["both_gone_s"] == pytest.approx(4.0, abs=0.01)
    bench.at("AT+VLS=0")
    bench.later(5.0)
    bench.answered()
    bench.ask("hangup")
    bench.later(0.5)
    bench.at("ATH")
    state = bench.state()
    assert state["both_gone_s"] == pytest.approx(0.5, abs=0.02)
    assert state["both_gone_longest_s"] == pytest.approx(4.0, abs=0.02)


def test_a_telephone_that_is_still_lifted_is_somebody(bench: VoiceBench) -> None:
    bench.answered()
    bench.ask("lift")
    bench.ask("hangup")
    bench.later(3.0)
    assert bench.state()["both_gone_s"] == 0.0
    bench.ask("put_down")
    bench.later(2.0)
    assert bench.state()["both_gone_s"] == pytest.approx(2.0, abs=0.01)


def test_a_loop_that_breaks_gives_silence_then_dial_tone(bench: VoiceBench) -> None:
    bench.answered()
    bench.take()
    bench.ask("hangup", loop=True)
    assert bench.take() == b"\x10l"
    sound, _ = bench.recorded(2.0)
    assert max(map(abs, sound[:3200])) < 10
    assert on_off(sound) == []
    assert tones.strongest_hz(sound[-4000:]) == pytest.approx(450, abs=2)
    assert bench.state()["both_gone_s"] > 2.0  # the caller has gone, whatever the exchange says


def test_a_hang_up_may_sound_like_congestion_or_like_nothing(bench: VoiceBench) -> None:
    bench.answered()
    bench.ask("hangup", then="congestion")
    sound, events = bench.recorded(4.0)
    assert on_off(sound)[1:3] == pytest.approx([0.7, 0.7], abs=0.03)
    assert events == []  # no chip knows it
    bench.at("AT+VLS=0")
    bench.answered()
    bench.ask("hangup", then="silence")
    sound, _ = bench.recorded(3.0)
    assert max(map(abs, sound)) < 10
    assert bench.state()["both_gone_s"] >= 3.0
    assert bench.say("hangup", then="music")["ok"] is False


# the telephone beside the modem


def test_lifting_answers_and_stops_the_rings(bench: VoiceBench) -> None:
    bench.ask("ring", number=CITIZEN)
    bench.later(1.0)
    bench.take()
    assert bench.ask("lift")["line"] == "talking"
    assert bench.take() == b"\x10P"
    bench.later(30.0)
    assert bench.take() == b""
    assert bench.ask("calls")["current"][0]["answered_by"] == "telephone"
    assert bench.ask("put_down")["line"] == "idle"
    assert bench.take() == b"\x10p"


def test_the_call_is_held_as_long_as_anybody_is_off_the_hook(bench: VoiceBench) -> None:
    bench.ask("ring", number=CITIZEN)
    bench.later(1.0)
    bench.ask("lift")
    bench.at("AT+VLS=1")
    bench.ask("put_down")
    assert bench.state()["line"] == "talking"
    bench.ask("lift")
    bench.at("AT+VLS=0")
    assert bench.state()["line"] == "talking"
    bench.ask("put_down")
    assert bench.ask("calls")["past"][0]["why"] == "local"


def test_two_sets_hear_both_sides_at_half_the_level(bench: VoiceBench, tmp_path: Path) -> None:
    bench.answered()
    bench.ask("lift")
    far, spoken = words(tmp_path, 700, 0.5)
    near, _ = words(tmp_path, 1500, 0.5)
    bench.at("AT+VRX")
    bench.ask("say", wav=far)
    bench.later(1.0)
    bench.ask("near_say", wav=near)
    bench.later(1.0)
    bench.write(b"\x10!")
    bench.later(0.2)
    bench.ask("spoken", wav=str(tmp_path / "spoken.wav"))
    said = read_wav(tmp_path / "spoken.wav")
    assert spoken.tobytes() in said.tobytes()
    assert bench.ask("heard", seconds=1.2)["hz"] == pytest.approx(1500, abs=3)
    assert bench.ask("heard", seconds=1.2)["level_dbfs"] == pytest.approx(-18, abs=0.2)  # -12, halved by the second set
    heard = bench.ask("heard", at="near", seconds=2.2)
    assert heard["hz"] == pytest.approx(700, abs=3)


def test_one_set_alone_loses_nothing(bench: VoiceBench, tmp_path: Path) -> None:
    bench.ask("ring", number=CITIZEN)
    bench.later(1.0)
    bench.ask("lift")
    near, samples = words(tmp_path, 1500, 0.5)
    bench.ask("near_say", wav=near)
    bench.later(1.0)
    bench.ask("record", wav=str(tmp_path / "far.wav"))
    assert samples.tobytes() in read_wav(tmp_path / "far.wav").tobytes()


def test_a_tap_hears_without_holding_and_only_beside_a_lifted_telephone(bench: VoiceBench, tmp_path: Path) -> None:
    assert bench.at("AT+VLS=3") == ["ERROR"]
    bench.ask("ring", number=CITIZEN)
    bench.later(1.0)
    bench.ask("lift")
    assert bench.at("AT+VLS=3")[-1] == "OK"
    assert bench.state()["off_hook"] is False
    far, _ = words(tmp_path, 700, 1.0)
    bench.ask("say", wav=far)
    sound, _ = bench.recorded(0.8)
    assert tones.strongest_hz(sound[800:4000]) == pytest.approx(700, abs=3)
    assert max(sound) > 8000  # not halved
    bench.ask("put_down")
    assert bench.state()["line"] == "idle"
    assert bench.state()["line_mode"] == 0


# calls of the office


def test_off_hook_without_a_call_there_is_dial_tone_then_busy_tone(bench: VoiceBench) -> None:
    bench.at("AT+VLS=1")
    sound, events = bench.recorded(3.0)
    assert on_off(sound) == []
    assert tones.strongest_hz(sound[800:4000]) == pytest.approx(450, abs=2)
    assert events == []
    bench.later(13.0)
    assert bench.state()["line"] == "busy"
    assert bench.state()["both_gone_s"] > 0.5


@pytest.mark.parametrize("how", ["ATDT", "+VTS", "PCM", "telephone"])
def test_dialling_rings_back_and_is_answered_with_speech(bench: VoiceBench, tmp_path: Path, how: str) -> None:
    if how == "ATDT":
        assert bench.at(f"ATDT{CITIZEN};") == ["OK"]
    elif how == "telephone":
        bench.ask("lift")
        bench.ask("near_dtmf", digits=CITIZEN)
        bench.later(2.0)
        bench.at("AT+VLS=1")
    else:
        bench.at("AT+VLS=1")
        bench.later(1.0)
        if how == "PCM":
            bench.played(keys(CITIZEN))
        else:
            assert bench.at("AT+VTD=10;+VTS=" + ",".join(f"{digit},[0,0,7]" for digit in CITIZEN))[-1] == "OK"
    bench.later(0.5)
    (call,) = bench.ask("calls")["current"]
    assert (call["number"], call["direction"], call["state"]) == (CITIZEN, "out", "alerting")
    sound, _ = bench.recorded(11.0)
    assert on_off(sound)[:3] in ([1.0, 4.0, 1.0], [4.0, 1.0, 4.0], [4.0, 1.0])
    greeting, _ = words(tmp_path, 900, 1.0)
    bench.ask("pickup", wav=greeting)
    sound, _ = bench.recorded(1.0)
    assert tones.strongest_hz(sound[800:4000]) == pytest.approx(900, abs=3)
    assert bench.ask("calls")["current"][0]["answered"] is True


def test_a_short_or_half_number_waits_for_its_digits(bench: VoiceBench) -> None:
    bench.at("AT+VLS=1")
    bench.played(keys("88"))
    assert bench.state()["line"] == "dialling"
    bench.later(2.0)
    bench.played(keys("123456"))
    bench.later(2.5)
    assert bench.ask("calls")["current"] == []
    bench.later(1.0)
    assert bench.ask("calls")["current"][0]["number"] == "88123456"


def test_urgent_numbers_and_hash_need_no_waiting(bench: VoiceBench) -> None:
    bench.at("AT+VLS=1")
    bench.played(keys("120"))
    bench.later(0.5)
    assert bench.ask("calls")["current"][0]["number"] == "120"
    bench.at("ATH")
    bench.at("AT+VLS=1")
    bench.played(keys("8812#"))
    bench.later(0.5)
    assert bench.ask("calls")["current"][0]["number"] == "8812"


def test_a_refused_call_hears_busy_and_one_that_nobody_answers_too(bench: VoiceBench) -> None:
    bench.at(f"ATDT{CITIZEN}")
    bench.later(0.5)
    bench.ask("refuse")
    assert bench.state()["line"] == "busy"
    assert bench.ask("calls")["past"][0]["why"] == "busy"
    bench.at("ATH")
    bench.at(f"ATDT{CITIZEN}")
    bench.later(62.0)
    assert bench.state()["line"] == "busy"
    assert bench.ask("calls")["past"][1]["why"] == "no_answer"


def test_called_parties_may_pick_up_by_themselves(bench: VoiceBench, tmp_path: Path) -> None:
    bench.ask("set", answer_after_s=2)
    bench.at(f"ATDT{CITIZEN}")
    bench.later(1.0)
    wav, _ = words(tmp_path, 900, 1.0)
    bench.ask("say", wav=wav)  # waits until the call is up
    bench.later(1.0)
    assert bench.state()["line"] == "alerting"
    bench.later(0.5)
    assert bench.state()["line"] == "talking"
    sound, _ = bench.recorded(0.5)
    assert tones.strongest_hz(sound[800:]) == pytest.approx(900, abs=3)


def test_keys_of_the_office_are_heard_by_the_far_party(bench: VoiceBench) -> None:
    bench.answered()
    bench.at("AT+VTS={1,8},[0,0,8],{2,8},[0,0,8]")
    bench.played(keys("#3"))
    assert bench.ask("calls")["current"][0]["keys_heard"] == "12#3"


def test_the_far_party_hears_what_is_played_sample_by_sample(bench: VoiceBench, tmp_path: Path) -> None:
    bench.answered()
    bench.played(tones.sine(650, 0.73, -9.0))
    bench.ask("record", wav=str(tmp_path / "far.wav"))
    expected = bench.decoded(tones.sine(650, 0.73, -9.0))
    assert expected.tobytes() in read_wav(tmp_path / "far.wav").tobytes()
