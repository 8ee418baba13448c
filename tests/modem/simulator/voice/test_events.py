"""What each chip tells the computer, when, and in which words."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest

from modem.simulator import tones
from tests.modem.simulator.voice.bench import CITIZEN, VoiceBench, write_wav


def speech(folder: Path, hz: float = 700.0, seconds: float = 1.0) -> str:
    return write_wav(folder / "speech.wav", tones.sine(hz, seconds, -12))


def in_call(profile: str = "standard") -> VoiceBench:
    bench = VoiceBench(profile)
    bench.at("AT+VSD=128,0")
    bench.answered()
    bench.later(1.0)
    bench.take()
    return bench


def while_playing(bench: VoiceBench, seconds: float = 4.0) -> bytes:
    """Silence is played without a gap; what the modem says meanwhile."""
    bench.at("AT+VTX")
    bench.write(bench.coded(array("h", bytes(2 * round(seconds * 8000)))))
    bench.take()
    bench.later(seconds - 0.5)
    return bench.take()


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ("standard", b"\x10/\x105\x10~"),
        ("classy", b"\x10/\x105\x10\x7f"),
        ("plain", b"\x105"),
        ("usr", b"\x10/\x105\x105\x105\x10~"),
        ("deaf", b""),
    ],
)
def test_a_key_between_commands(profile: str, said: bytes) -> None:
    bench = in_call(profile)
    bench.ask("dtmf", digits="5")
    bench.later(1.0)
    assert bench.take() == said
    assert bench.state()["keys"] == "5"


@pytest.mark.parametrize("profile", ["standard", "deaf", "usr"])
def test_every_chip_tells_keys_in_a_recording(profile: str) -> None:
    bench = in_call(profile)
    bench.ask("dtmf", digits="5#")
    _, events = bench.recorded(1.0)
    assert [code for place, code in enumerate(events) if place == 0 or events[place - 1] != code] == list("/5~/#~")


@pytest.mark.parametrize(("profile", "said"), [("standard", b"\x10/\x105\x10~"), ("deaf", b"")])
def test_some_chips_are_deaf_while_they_play(profile: str, said: bytes) -> None:
    bench = in_call(profile)
    bench.at("AT+VTX")
    bench.write(bench.coded(array("h", bytes(2 * 16000))))
    bench.ask("dtmf", digits="5")
    bench.take()
    bench.later(1.5)
    assert bench.take() == said
    bench.later(1.0)
    assert bench.take() == b"\x10u"  # even these say that the buffer ran dry


def test_a_chip_that_missed_the_busy_tone_while_playing_hears_it_when_it_listens() -> None:
    bench = in_call("deaf")
    bench.ask("hangup")
    assert while_playing(bench) == b""
    bench.write(b"\x10\x03")
    bench.until(b"OK")
    _, events = bench.recorded(3.0)
    assert events == ["b"]


@pytest.mark.parametrize(("profile", "code"), [("standard", "b"), ("chatty", "K"), ("plain", "")])
def test_busy_tone_is_sure_after_three_cycles(profile: str, code: str) -> None:
    bench = in_call(profile)
    bench.ask("hangup")
    _, events = bench.recorded(1.9, b"\x10\x1b")
    assert code not in events or not code
    _, events = bench.recorded(2.4, b"\x10\x1b")
    assert set(events) == ({code} if code else set())


def test_one_chip_knows_dial_tone_and_ring_back() -> None:
    bench = VoiceBench("chatty")
    bench.at("AT+VLS=1")
    _, events = bench.recorded(3.0)
    assert set(events) == {"i"}
    standard = VoiceBench()
    standard.at("AT+VLS=1")
    assert standard.recorded(3.0)[1] == []
    bench.at("AT+VLS=0")
    bench.at("AT+VLS=1")
    for key in CITIZEN:
        bench.at(f"AT+VTS={{{key},8}},[0,0,8]")
    _, events = bench.recorded(7.0)
    assert set(events) == {"r"}


def test_quiet_after_speech_and_no_sound_at_all(tmp_path: Path) -> None:
    bench = in_call()
    bench.at("AT+VSD=128,20")
    assert bench.recorded(3.0)[1] == ["s"]
    bench.ask("say", wav=speech(tmp_path))
    assert bench.recorded(2.9)[1] == []
    bench.ask("say", wav=speech(tmp_path))
    assert bench.recorded(3.2)[1] == ["q"]
    bench.at("AT+VSD=128,0")
    assert bench.recorded(3.0)[1] == []


def test_a_chatty_chip_says_everything_over_and_over(tmp_path: Path) -> None:
    bench = in_call("chatty")
    bench.at("AT+VSD=128,10")
    bench.ask("say", wav=speech(tmp_path))
    assert bench.recorded(8.0)[1].count("q") == 25
    bench.ask("tone", hz=1100, seconds=0.6)
    assert 1 < bench.recorded(1.0)[1].count("c") < 8


def test_a_calling_fax_is_told_once() -> None:
    bench = in_call()
    bench.ask("tone", hz=1100, seconds=0.5)
    assert bench.recorded(1.0)[1] == ["c"]


@pytest.mark.parametrize(
    ("profile", "on_hook", "off_hook"),
    [
        ("standard", b"\x10P\x10p", b"\x10P\x10p"),
        ("chatty", b"\x10H\x10h", b"\x10H\x10h"),
        ("usr", b"", b"\x10H\x10h"),
        ("mislabelled", b"", b""),
        ("plain", b"", b""),
        ("deaf", b"", b""),
        ("conexant", b"", b""),
    ],
)
def test_the_telephone_beside_it_is_seen_by_some(profile: str, on_hook: bytes, off_hook: bytes) -> None:
    bench = VoiceBench(profile)
    bench.ask("lift")
    bench.ask("put_down")
    assert bench.take() == on_hook
    bench.answered()
    bench.later(0.1)
    bench.take()
    bench.ask("lift")
    bench.ask("put_down")
    assert bench.take() == off_hook


def test_a_deaf_chip_sees_it_in_a_recording() -> None:
    bench = in_call("deaf")
    bench.at("AT+VRX")
    bench.later(0.2)
    bench.take()
    bench.ask("lift")
    bench.later(0.1)
    assert b"\x10H" in bench.take()


def test_conexant_sees_what_ste_asks_for() -> None:
    bench = VoiceBench("conexant")
    bench.at("AT-STE=2")
    bench.ask("lift")
    assert bench.take() == b"\x10P"
    bench.ask("put_down")
    bench.answered()
    bench.take()
    bench.ask("hangup", loop=True)
    assert bench.take() == b""
    bench.at("ATH")
    bench.at("AT-STE=6")
    bench.answered()
    bench.take()
    bench.ask("hangup", loop=True)
    assert bench.take() == b"\x10l"


def test_in_class_0_no_event_is_told() -> None:
    bench = VoiceBench(voice=False)
    bench.ask("lift")
    assert bench.take() == b""


def test_usr_takes_itself_for_the_telephone() -> None:
    bench = VoiceBench("usr")
    bench.ask("ring", number=CITIZEN)
    bench.until(b"RING\r\n")
    bench.write(b"AT+VLS=1\r")
    bench.later(0.2)
    assert bench.take() == b"\r\nOK\r\n\x10H"
    bench.write(b"AT+VLS=1\r")  # it is off the hook already
    bench.later(0.2)
    assert bench.take() == b"\r\nOK\r\n"


def test_one_chip_rings_in_both_ways() -> None:
    bench = VoiceBench("chatty")
    bench.ask("ring", number=CITIZEN)
    bench.later(1.0)
    assert bench.take() == b"\x10R\r\nRING\r\n"
    bench = VoiceBench("chatty", voice=False)
    bench.ask("ring", number=CITIZEN)
    bench.later(1.0)
    assert bench.take() == b"\r\nRING\r\n"


def test_rings_wait_for_a_half_typed_line_and_for_the_end_of_an_answer() -> None:
    bench = VoiceBench()
    bench.write(b"AT+V")
    bench.ask("ring", number=CITIZEN, id="none")
    bench.later(0.4)
    assert bench.take() == b""
    bench.later(0.6)
    assert bench.take() == b"\r\nRING\r\n"  # somebody went away in the middle of a line
    bench.write(b"GT?\r")
    bench.later(0.1)
    assert bench.take() == b"\r\n128\r\n\r\nOK\r\n"
    bench.ask("hangup")
    bench.ask("ring", number=CITIZEN, id="none")
    bench.write(b"AT+VTS=[933,,60]\r")
    bench.later(0.5)
    assert bench.take() == b""
    bench.later(0.5)
    assert bench.take() == b"\r\nOK\r\n\r\nRING\r\n"
