"""Programs that we did not write take a call on the simulated landline modem, unmodified: answer, play, key, record.

vm (mgetty-voice) is told to speak plain V.253; callattendant has drivers of its own for two makers. What they play
must reach the caller, and what the caller says must reach them, sample by sample.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import wave
from array import array
from pathlib import Path

import pytest

from modem.simulator import tones
from modem.simulator.tones import Samples
from modem.simulator.voice.codings import coding
from tests.modem.clients.vm import Vm, read_rmd, write_rmd
from tests.modem.simulator.voice.bench import read_wav, write_wav
from tests.support import ROOT, VoiceSimulator, eventually

pytestmark = pytest.mark.clients

CITIZEN = "13900001111"
ATTENDANT = ROOT / "tests/modem/clients/attendant.py"


def sweep(seconds: float, from_hz: float, to_hz: float) -> Samples:
    """A sound no part of which is like another, so that a lost or doubled byte shows."""
    count = round(seconds * tones.RATE_HZ)
    slope = (to_hz - from_hz) / seconds
    times = (place / tones.RATE_HZ for place in range(count))
    return array("h", [round(9000 * math.sin(math.tau * (from_hz + slope * t / 2) * t)) for t in times])


GREETING, CITIZENS_WORDS = sweep(1.6, 400, 3000), sweep(2.0, 2800, 300)


def coded(samples: Samples, name: str) -> bytes:
    data = coding(name).encode(samples)
    assert b"\x10" not in data  # callattendant neither shields nor unshields
    return data


def heard_by_the_caller(town: VoiceSimulator, folder: Path) -> Samples:
    path = folder / "heard.wav"
    town.ask("record", wav=str(path))
    return read_wav(path)


def assert_within(part: Samples, whole: Samples) -> None:
    assert part.tobytes() in whole.tobytes()


def stream_is(town: VoiceSimulator, kind: str, process: subprocess.Popen[str]) -> bool:
    assert process.poll() is None, process.communicate()
    return bool(town.state()["stream"] == kind)


def test_vm_knows_the_modem_and_walks_its_devices(tmp_path: Path) -> None:
    with VoiceSimulator(tmp_path, "--baud", "115200") as town:
        said = Vm(tmp_path, town.link).run("devicetest")
        assert "Test Dialup Line: OK" in said
        # It only taps a line that the telephone beside it holds.
        assert "Test Dialup Line and Local Handset: not supported by modem" in said
        assert not town.state()["off_hook"]


@pytest.mark.parametrize("profile", ["standard", "plain"])
def test_vm_answers_plays_hears_a_key_and_records(tmp_path: Path, profile: str) -> None:
    with VoiceSimulator(tmp_path, "--baud", "115200", "--profile", profile) as town:
        vm = Vm(tmp_path, town.link)
        greeting = write_rmd(tmp_path / "greeting.rmd", coded(GREETING, "ulaw"))
        message = tmp_path / "message.rmd"
        town.ask("ring", number=CITIZEN)
        process = vm.shell("device=DIALUP_LINE", f"play={greeting}", "keys=20", f"record={message}")
        eventually(lambda: town.state()["frames"] == len(GREETING) // tones.FRAME_SAMPLES, 40)
        eventually(lambda: stream_is(town, "", process))
        town.ask("dtmf", digits="7")
        eventually(lambda: stream_is(town, "record", process))
        town.ask("say", wav=write_wav(tmp_path / "words.wav", CITIZENS_WORDS))
        said = vm.finish(process)
        (call,) = town.ask("calls")["past"]
        state = town.state()
        assert "keys: 7" in said
        assert coded(CITIZENS_WORDS, "ulaw") in read_rmd(message)
        assert_within(coding("ulaw").decode(coded(GREETING, "ulaw")), heard_by_the_caller(town, tmp_path))
    assert (call["answered_by"], call["why"]) == ("modem", "local")
    assert state["events"]["q"] == 1  # which ended the recording
    assert (state["underruns"], state["overruns"], state["off_hook"]) == (0, 0, False)


@pytest.mark.parametrize(("profile", "model"), [("usr", "USR"), ("conexant", "CONEXANT")])
def test_callattendant_answers_plays_waits_for_a_key_and_records(tmp_path: Path, profile: str, model: str) -> None:
    greeting, message = tmp_path / "greeting.wav", tmp_path / "message.wav"
    with wave.open(str(greeting), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(tones.RATE_HZ)
        file.writeframes(coded(GREETING, "unsigned"))
    with VoiceSimulator(tmp_path, "--baud", "115200", "--profile", profile) as town:
        words = [sys.executable, str(ATTENDANT), str(town.link), str(greeting), str(message)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            eventually(lambda: town.state()["saved"])  # AT&W0, its last word before it listens
            town.ask("ring", number=CITIZEN, name="LI MING")
            eventually(lambda: town.state()["frames"] == len(GREETING) // tones.FRAME_SAMPLES, 40)
            eventually(lambda: stream_is(town, "", process))
            eventually(lambda: town.state()["silence_s"] == 10.0)  # it waits for a key
            town.ask("dtmf", digits="7")
            eventually(lambda: stream_is(town, "record", process))
            town.ask("say", wav=write_wav(tmp_path / "words.wav", CITIZENS_WORDS))
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
        (call,) = town.ask("calls")["past"]
        state = town.state()
        heard = heard_by_the_caller(town, tmp_path)
    assert process.returncode == 0, err
    assert "Error" not in err, err  # it goes on after most of them
    told = json.loads(out)
    caller = told.pop("caller")
    assert (caller["NMBR"], caller["NAME"]) == (CITIZEN, "LI MING")
    assert told == {
        "model": model,
        "started": True,
        "picked_up": True,
        "played": [True, None],
        "key": [True, "7"],
        "recorded": True,
        "hung_up": True,
    }, err
    with wave.open(str(message), "rb") as file:
        assert coded(CITIZENS_WORDS, "unsigned") in file.readframes(file.getnframes())
    assert_within(coding("unsigned").decode(coded(GREETING, "unsigned")), heard)
    assert (call["answered_by"], call["why"], call["id_told"]) == ("modem", "local", True)
    assert (state["underruns"], state["overruns"], state["off_hook"]) == (0, 0, False)
