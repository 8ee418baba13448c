"""What can break, and the words that break it."""

from __future__ import annotations

from pathlib import Path

import pytest

from modem.simulator import tones
from modem.simulator.voice.fault_words import FAULTS
from tests.modem.simulator.voice.bench import CITIZEN, VoiceBench, parted, write_wav


@pytest.fixture
def bench() -> VoiceBench:
    return VoiceBench()


def test_lost_bytes_are_lost_once(bench: VoiceBench) -> None:
    bench.answered()
    bench.at("AT+VRX")
    bench.take()
    bench.ask("fault", drop_bytes=1001)
    bench.later(1.0)
    assert len(bench.take()) == pytest.approx(8000 - 1001, abs=170)
    bench.write(b"\x10!")
    bench.later(0.2)
    bench.take()
    bench.ask("fault", drop_sent_bytes=800)
    bench.played(tones.sine(700, 0.5, -10))
    assert bench.state()["frames"] == 20


def test_a_stream_that_never_ends_ends_with_the_port(bench: VoiceBench) -> None:
    bench.answered()
    bench.at("AT+VRX")
    bench.ask("fault", never_ends=True)
    bench.take()
    bench.write(b"\x10!\x10\x1b\x10^\x10!\x10!\x10!ATH\r")
    bench.later(1.0)
    assert set(bench.take()) <= {0xFF, 0x7F}
    bench.serial.client_left(bench.clock.at_s)
    state = bench.state()
    assert (state["off_hook"], state["stream"]) == (False, "")
    assert bench.at("AT") == ["OK"]


def test_playing_that_never_ends(bench: VoiceBench) -> None:
    bench.answered()
    bench.at("AT+VTX")
    bench.ask("fault", never_ends=True)
    bench.take()
    bench.write(b"\x10\x03\x10\x18")
    bench.later(2.0)
    assert bench.take() == b""


def test_dtr_is_heeded_unless_it_was_switched_off(bench: VoiceBench) -> None:
    bench.at("AT&D0")
    bench.answered()
    bench.serial.client_left(bench.clock.at_s)
    assert bench.state()["off_hook"] is True


def test_stops_that_are_not_heard(bench: VoiceBench) -> None:
    bench.answered()
    bench.at("AT+VRX")
    bench.ask("fault", ignore_stop=2)
    for ends in (False, False, True):
        bench.take()
        bench.write(b"\x10!")
        bench.later(0.2)
        assert bench.take().endswith(b"\x10\x03\r\nOK\r\n") is ends


def test_ath_is_the_last_way_out_of_a_recording(bench: VoiceBench) -> None:
    bench.answered()
    bench.at("AT+VRX")
    bench.ask("fault", ignore_stop=99)
    bench.take()
    bench.write(b"\x10!AT")
    bench.later(0.1)
    bench.write(b"H\r")
    bench.later(0.1)
    assert bench.take().endswith(b"\x10\x03\r\nOK\r\n")
    assert bench.state()["off_hook"] is False


def test_a_relay_that_sticks(bench: VoiceBench) -> None:
    bench.ask("fault", stuck_hook=True)
    bench.ask("ring", number=CITIZEN, id="none")
    bench.until(b"RING\r\n")
    assert bench.at("AT+VLS=1") == ["OK"]
    bench.later(6.0)
    assert b"RING" in bench.take()
    assert bench.at("ATA") == ["OK"]
    assert bench.state()["line"] == "talking"


def test_results_that_are_swallowed(bench: VoiceBench) -> None:
    bench.ask("fault", swallow_results=1)
    bench.write(b"AT\r")
    bench.later(1.0)
    assert bench.take() == b""
    assert bench.at("AT") == ["OK"]


def test_mute_for_a_while(bench: VoiceBench) -> None:
    bench.ask("fault", mute=3)
    assert bench.state()["mute"] is True
    bench.ask("ring", number=CITIZEN, id="none")
    bench.write(b"AT\r")
    bench.later(2.9)
    assert bench.take() == b""
    bench.later(5.0)
    assert bench.take() == b"\r\nRING\r\n" * 2  # the first waited until it could speak
    assert bench.at("AT") == ["OK"]


def test_a_reset_hangs_up_and_forgets(bench: VoiceBench) -> None:
    bench.at("AT+VCID=1")
    bench.answered()
    bench.ask("fault", reset=True)
    state = bench.state()
    assert (state["off_hook"], state["class"], state["line"]) == (False, 0, "idle")
    assert bench.at("AT+VCID?")[-2:] == ["0", "OK"]


def test_the_plug(bench: VoiceBench) -> None:
    bench.ask("fault", unplug=True)
    bench.ask("fault", replug=True)
    bench.ask("fault", unplug=2)
    bench.later(1.9)
    assert bench.cable.done == ["unplug", "plug", "unplug"]
    bench.later(0.2)
    bench.ask("fault", renumber=True)
    bench.ask("fault", renumber="/tmp/other.tty")
    bench.ask("fault", renumber={"link": "/tmp/third.tty", "after_s": 1})
    bench.later(2.0)
    assert bench.cable.done[3:] == [
        "plug",
        "unplug",
        "rename None None",
        "plug",
        "unplug",
        "rename /tmp/other.tty None",
        "plug",
        "unplug",
        "rename /tmp/third.tty None",
        "plug",
    ]
    assert bench.say("fault", renumber={"pcm_link": "x"})["ok"] is False


def test_without_power_it_holds_nothing_and_says_nothing(bench: VoiceBench) -> None:
    bench.answered()
    bench.serial.power_off(bench.clock.at_s)
    assert bench.state()["running"] is False
    assert bench.state()["line"] == "idle"
    bench.ask("ring", number=CITIZEN)
    bench.write(b"AT\r")
    bench.later(7.0)
    assert bench.take() == b""
    bench.serial.power_on(bench.clock.at_s)
    bench.later(5.0)
    assert b"RING" in bench.take()


def test_noise_events_and_lines_out_of_the_blue(bench: VoiceBench) -> None:
    bench.ask("fault", noise="ff10")
    assert bench.take() == b"\xff\x10"
    bench.ask("fault", event="v")
    assert bench.take() == b"\x10v"
    bench.ask("fault", say_line="DRON=20")
    assert bench.take() == b"\r\nDRON=20\r\n"


def test_half_a_pair_may_be_lost(bench: VoiceBench, tmp_path: Path) -> None:
    """A byte off the front of a frame: whatever comes, the recording ends as it should."""
    bench.at("AT+VSM=1,8000")
    bench.answered()
    bench.ask("say", wav=write_wav(tmp_path / "speech.wav", tones.sine(300, 1.0, -1)))
    bench.at("AT+VRX")
    bench.take()
    for _ in range(20):
        bench.ask("fault", drop_bytes=1)
        bench.later(0.05)
    bench.write(b"\x10!")
    bench.later(0.2)
    assert bench.take().endswith(b"\x10\x03\r\nOK\r\n")


def test_a_late_result_is_said_once_and_nothing_is_heard_until_then(bench: VoiceBench) -> None:
    bench.ask("fault", late_result=3.0)
    bench.write(b"AT\rAT\r")
    bench.later(2.9)
    assert bench.take() == b""
    bench.later(0.2)
    assert bench.take().count(b"OK") == 2


@pytest.mark.parametrize(
    "fault", [{"nothing": 1}, {"mute": "x"}, {"noise": "zz"}, {"event": "ab"}, {"event": 5}, {"drop_bytes": None}]
)
def test_faults_that_cannot_be_are_refused(bench: VoiceBench, fault: dict[str, object]) -> None:
    answer = bench.say("fault", **fault)
    assert answer["ok"] is False
    assert next(iter(fault)) in answer["error"]


def test_every_fault_is_tried_here() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [name for name in FAULTS if f"{name}=" not in text] == []


def test_what_was_read_is_what_was_said() -> None:
    assert parted(b"\x80\x10\x10\x10\x1a\x105\x10\x03", "signed") == (
        parted(b"\x80\x10\x10\x10\x10\x10\x10", "signed")[0],
        ["5"],
    )
