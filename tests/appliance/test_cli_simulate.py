"""`hotline simulate`: the words typed, asked of a simulated module that really runs."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial
from click.testing import CliRunner, Result

from appliance.cli import main
from tests.support import Simulator, eventually

CITIZEN = "13900001111"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Simulator]:
    options = ("--profile", "quectel", "--pcm-link", str(tmp_path / "pcm.tty"))
    with Simulator(tmp_path, "line1", *options) as running:
        yield running


def typed(town: Simulator, *words: str) -> Result:
    return CliRunner().invoke(main, ["simulate", *words, "--control", str(town.control)])


def test_a_call_with_keys_a_tone_and_spoken_words(town: Simulator, tmp_path: Path) -> None:
    refused = typed(town, "tone", "440")
    assert refused.exit_code == 1
    assert "no call that was answered" in refused.output
    assert typed(town, "ring", CITIZEN).exit_code == 0
    assert typed(town, "heard").output == "nothing\n"
    with serial.Serial(str(town.link), timeout=5) as port:
        port.write(b"ATA\r")
        port.read_until(b"OK\r\n")
        eventually(lambda: town.ask("calls")["current"][0]["state"] == "active")
        assert typed(town, "tone", "440", "--seconds", "0.5").exit_code == 0
        assert typed(town, "dtmf", "5#").exit_code == 0
        path = tmp_path / "words.wav"
        with path.open("wb") as raw, wave.open(raw, "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(bytes(1600))
        assert typed(town, "say", str(path)).exit_code == 0
        assert typed(town, "hangup").exit_code == 0
    assert typed(town, "tone", "high").exit_code == 2


def test_messages_and_telephones(town: Simulator) -> None:
    assert typed(town, "sms", CITIZEN, "路灯坏了").exit_code == 0
    assert town.ask("state")["handed_over"] == 1
    assert typed(town, "phones").output == ""


def test_nobody_there_says_what_to_do(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["simulate", "ring", CITIZEN, "--control", str(tmp_path / "none")])
    assert done.exit_code == 1
    assert "Start the demo" in done.output
