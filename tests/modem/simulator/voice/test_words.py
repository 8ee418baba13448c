"""The control words: what they refuse, and what they tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from modem.simulator import control
from tests.modem.simulator.voice.bench import CITIZEN, VoiceBench, read_wav, write_wav


@pytest.mark.parametrize(
    ("word", "fields", "why"),
    [
        ("nonsense", {}, "unknown word"),
        ("ring", {"number": 5}, "number"),
        ("ring", {"id": "esp"}, "id"),
        ("ring", {"private": "X"}, "private"),
        ("ring", {"private": []}, "private"),
        ("ring", {"before_first": 1}, "before_first"),
        ("hangup", {}, "no call"),
        ("hangup", {"loop": "yes"}, "loop"),
        ("heard", {"at": "moon"}, "at"),
        ("set", {"busy_s": "x"}, "busy_s"),
        ("set", {"nonsense": 1}, "nonsense"),
        ("record", {"wav": "/nowhere/at/all.wav"}, "wav"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(word: str, fields: dict[str, object], why: str) -> None:
    answer = VoiceBench().say(word, **fields)
    assert answer["ok"] is False
    assert why in answer["error"]


@pytest.mark.parametrize(
    ("word", "fields"), [("say", {"wav": "/nowhere.wav"}), ("dtmf", {"digits": "x"}), ("tone", {})]
)
def test_in_a_call_bad_sound_is_refused(word: str, fields: dict[str, object]) -> None:
    bench = VoiceBench()
    bench.answered()
    assert bench.say(word, **fields)["ok"] is False


def test_a_missing_greeting_leaves_the_call_ringing() -> None:
    bench = VoiceBench()
    bench.at(f"ATDT{CITIZEN}")
    bench.later(0.5)
    assert bench.say("pickup", wav="/nowhere.wav")["ok"] is False
    assert bench.state()["line"] == "alerting"
    bench.ask("pickup")
    assert bench.state()["line"] == "talking"


def test_the_state_tells_the_stream_and_the_counters(tmp_path: Path) -> None:
    bench = VoiceBench("mislabelled")
    state = bench.state()
    assert (state["line"], state["stream"], state["rings"], state["format"]) == ("idle", "", 0, "ulaw")
    bench.answered()
    assert bench.state()["rings"] == 1
    bench.at("AT+VRX")
    bench.later(1.0)
    state = bench.state()
    assert (state["stream"], state["class"], state["line_mode"]) == ("record", 8, 1)
    assert state["recorded"] == pytest.approx(50, abs=1)
    assert state["has_client"] is True
    assert state["bytes_to_client"] > 8000
    assert state["off_hook_s"] == pytest.approx(1.05, abs=0.05)


def test_what_was_said_before_the_call_is_up_waits(tmp_path: Path) -> None:
    bench = VoiceBench()
    bench.ask("ring", number=CITIZEN)
    words = [1000] * 800
    assert bench.ask("say", wav=write_wav(tmp_path / "a.wav", words))["seconds"] == 0.1
    bench.later(3.0)
    bench.at("AT+VLS=1")
    bench.later(1.0)
    bench.ask("spoken", wav=str(tmp_path / "spoken.wav"))
    assert list(read_wav(tmp_path / "spoken.wav")[:800]) == words


def test_a_new_call_has_a_new_telephone(tmp_path: Path) -> None:
    bench = VoiceBench()
    bench.answered()
    bench.played([3000] * 1600)
    assert bench.ask("heard")["seconds"] > 0
    bench.at("ATH")
    assert bench.ask("heard")["seconds"] > 0  # of the last call
    bench.answered()
    assert bench.ask("heard")["seconds"] == 0


def test_stop_and_set() -> None:
    bench = VoiceBench()
    bench.ask("stop")
    assert bench.cable.done == ["stop"]
    assert bench.ask("set", ring_interval_s=2)["switches"]["ring_interval_s"] == 2.0


def test_words_that_people_type() -> None:
    assert control.message("lift", []) == {"do": "lift"}
    assert control.message("spoken", ["/a.wav"]) == {"do": "spoken", "wav": "/a.wav"}
