"""Playing, recording and both: how streams begin, flow and end, chip by chip."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest

from modem.simulator import tones
from modem.simulator.tones import Samples
from modem.simulator.voice.chips import CHIPS
from tests.modem.simulator.bench import lines
from tests.modem.simulator.voice.bench import VoiceBench, parted, read_wav, write_wav

VOICES = [name for name in CHIPS if name != "novoice"]
SPEECH = array("h", [*tones.sine(700, 0.5, -3), *tones.sine(1200, 0.5, -20)])
STOPS = {"conexant": b"\x10^", "mislabelled": b"\x10^", "plain": b"\x10\x1b", "classy": b"\x10!\x10!\x10!"}


def said(folder: Path, samples: Samples = SPEECH) -> str:
    return write_wav(folder / "speech.wav", samples)


@pytest.mark.parametrize("profile", VOICES)
def test_what_the_caller_says_is_recorded_sample_by_sample(tmp_path: Path, profile: str) -> None:
    bench = VoiceBench(profile, baud=230400)
    bench.answered()
    bench.ask("say", wav=said(tmp_path))
    sound, _ = bench.recorded(1.5, STOPS.get(profile, b"\x10!"))
    bench.ask("spoken", wav=str(tmp_path / "spoken.wav"))
    assert SPEECH.tobytes() in read_wav(tmp_path / "spoken.wav").tobytes()
    assert bench.decoded(SPEECH).tobytes() in sound.tobytes()


@pytest.mark.parametrize("profile", VOICES)
def test_what_is_played_reaches_the_caller_sample_by_sample(tmp_path: Path, profile: str) -> None:
    bench = VoiceBench(profile, baud=230400)
    bench.answered()
    bench.played(SPEECH)
    bench.ask("record", wav=str(tmp_path / "heard.wav"))
    assert bench.decoded(SPEECH).tobytes() in read_wav(tmp_path / "heard.wav").tobytes()
    state = bench.state()
    assert (state["frames"], state["underruns"]) == (50, 0)


@pytest.mark.parametrize("profile", ["mislabelled", "standard"])
def test_an_idle_line_shows_the_true_format(profile: str) -> None:
    bench = VoiceBench(profile)
    bench.at("AT+VSM=1,8000")
    bench.answered()
    bench.at("AT+VRX")
    bench.take()
    bench.later(1.0)
    heard = set(bench.take())
    assert heard == ({0xFF, 0x7F} if profile == "mislabelled" else {0x80, 0x7F})


@pytest.mark.parametrize("stop", [b"\x10!", b"\x10\x1b", b"\x10^", b"\x10!\x10!\x10!", b"\x10\x10\x10!"])
@pytest.mark.parametrize("profile", VOICES)
def test_each_chip_has_its_own_ways_to_end_a_recording(profile: str, stop: bytes) -> None:
    codes = {
        "standard": "!\x1b",
        "deaf": "!",
        "usr": "!",
        "mislabelled": "^",
        "conexant": "^!",
        "classy": "",
    }.get(profile, "!\x1b")
    thrice = stop.count(b"!") == 3 or stop == b"\x10\x10\x10!"
    ends = (thrice and "!" in codes + ("!" if profile == "classy" else "")) or chr(stop[-1]) in codes
    bench = VoiceBench(profile)
    bench.answered()
    bench.at("AT+VRX")
    bench.write(stop)
    bench.later(0.5)
    assert bench.take().endswith(b"\x10\x03\r\nOK\r\n") is ends
    assert bench.state()["stream"] == ("" if ends else "record")


def test_playing_ends_when_the_last_sample_is_over() -> None:
    bench = VoiceBench()
    bench.answered()
    start_s = bench.clock.at_s
    bench.played(SPEECH)
    assert bench.clock.at_s - start_s == pytest.approx(1.0, abs=0.05)


def test_cancel_throws_away_what_waits(tmp_path: Path) -> None:
    bench = VoiceBench()
    bench.answered()
    bench.at("AT+VTX")
    bench.write(bench.coded(SPEECH[:1600]))
    bench.later(0.1)
    bench.write(b"\x10\x18")
    bench.later(0.5)
    assert bench.state()["stream"] == "play"
    assert bench.ask("heard")["seconds"] <= 0.1
    bench.write(b"\x10\x03")
    assert bench.until(b"OK\r\n") == b"\x10u\r\nOK\r\n"


def test_on_some_chips_cancel_is_the_end_and_the_rest_is_taken_for_commands() -> None:
    bench = VoiceBench("cancel")
    bench.answered()
    bench.take()
    bench.at("AT+VTX")
    bench.write(bench.coded(SPEECH[:800]) + b"\x10\x18" + b"\x80\x81\r" * 3 + b"ATI0\r")
    bench.later(0.5)
    assert lines(bench.take()) == ["OK", "ERROR", "ERROR", "ERROR", "33600", "OK"]


def test_elsewhere_lines_without_at_are_passed_over() -> None:
    bench = VoiceBench()
    bench.write(b"\x80\x81\rATI0\r")
    bench.later(0.5)
    assert lines(bench.take()) == ["33600", "OK"]


def test_a_dry_buffer_is_told_once_and_counted_in_frames() -> None:
    bench = VoiceBench()
    bench.answered()
    bench.at("AT+VTX")
    bench.write(bench.coded(SPEECH[:800]))
    bench.later(0.5)
    assert bench.take().count(b"\x10u") == 1
    missing = bench.state()["underruns"]
    assert missing == pytest.approx(19, abs=2)
    bench.write(bench.coded(SPEECH[:800]) + b"\x10\x03")
    bench.until(b"OK")
    assert bench.state()["frames"] == 10
    assert bench.take() == b"\r\n"


def test_the_modem_takes_a_quarter_of_a_second_ahead_and_no_more() -> None:
    bench = VoiceBench()
    bench.answered()
    bench.at("AT+VTX")
    taken = 0
    while room := bench.modem.room():
        bench.modem.receive(bytes(min(100, room)), bench.clock.at_s)
        taken += min(100, room)
    assert taken / 8000 == pytest.approx(0.26)
    bench.later(1.0)
    assert bench.modem.room() == 13 * 160


def test_sound_right_behind_the_command_is_not_lost() -> None:
    bench = VoiceBench()
    bench.answered()
    bench.write(b"AT+VTX\r" + bench.coded(SPEECH) + b"\x10\x03")
    bench.until(b"CONNECT")
    bench.until(b"OK")
    assert bench.state()["frames"] == 50


def test_a_last_piece_shorter_than_a_frame_is_played() -> None:
    bench = VoiceBench()
    bench.answered()
    bench.played(SPEECH[:250])
    assert bench.state()["frames"] == 2


def test_both_ways_at_once(tmp_path: Path) -> None:
    bench = VoiceBench()
    bench.answered()
    bench.ask("say", wav=said(tmp_path))
    assert bench.at("AT+VTR") == ["CONNECT"]
    bench.take()
    bench.write(bench.coded(tones.sine(2000, 0.5, -10)))
    bench.later(1.2)
    assert bench.ask("heard", seconds=2)["hz"] == pytest.approx(2000, abs=3)
    bench.write(b"\x10\x18\x10^")
    bench.later(0.2)
    data = bench.take()
    assert data.endswith(b"\x10\x03\r\nOK\r\n")
    sound, events = parted(data.removesuffix(b"\r\nOK\r\n").removeprefix(b"\r\n"), "ulaw")
    assert bench.decoded(SPEECH).tobytes() in sound.tobytes()
    assert events == ["u"]


def test_a_serial_line_that_is_too_slow_loses_sound_and_says_so(tmp_path: Path) -> None:
    bench = VoiceBench(baud=57600)
    bench.answered()
    bench.at("AT+VRX")
    bench.later(4.0)
    assert bench.take().count(b"\x10o") >= 1
    assert bench.state()["overruns"] > 20
    fast = VoiceBench(baud=115200)
    fast.answered()
    fast.at("AT+VRX")
    fast.later(4.0)
    assert fast.state()["overruns"] == 0


def test_on_the_hook_nobody_hears_and_nothing_is_heard() -> None:
    bench = VoiceBench()
    bench.ask("ring", number="1")
    bench.played(SPEECH)
    sound, _ = bench.recorded(0.5)
    assert max(map(abs, sound)) < 10
    assert bench.ask("heard")["seconds"] == 0


def test_a_simulator_that_slept_loses_no_sound(tmp_path: Path) -> None:
    bench = VoiceBench()
    bench.answered()
    bench.at("AT+VRX")
    bench.ask("say", wav=said(tmp_path))
    bench.take()
    bench.later(0.3)
    bench.clock.at_s += 2.0  # nobody looked
    bench.later(1.5)
    bench.write(b"\x10!")
    bench.later(0.1)
    sound, _ = parted(bench.take().removesuffix(b"\r\nOK\r\n"), "ulaw")
    assert bench.decoded(SPEECH).tobytes() in sound.tobytes()
