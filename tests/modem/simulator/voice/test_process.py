"""The landline modem as a process: its pty, real time, and a client that dies."""

from __future__ import annotations

import subprocess
import sys
import time
from array import array
from pathlib import Path

import serial

from modem.simulator import tones
from modem.simulator.voice.codings import coding
from tests.modem.simulator.voice.bench import CITIZEN, parted, read_wav, write_wav
from tests.support import ROOT, VoiceSimulator, eventually

SPEECH = array("h", [*tones.sine(700, 1.0, -10), *tones.sine(1200, 1.0, -20)])


class Port:
    def __init__(self, town: VoiceSimulator) -> None:
        self.serial = serial.Serial(str(town.link), 115200, timeout=10, write_timeout=10)

    def at(self, command: str, end: bytes = b"OK\r\n") -> bytes:
        self.serial.write(command.encode() + b"\r")
        data = bytes(self.serial.read_until(end))
        assert data.endswith(end), data
        return data

    def answer(self, town: VoiceSimulator) -> None:
        for command in ("ATE0", "AT+FCLASS=8", "AT+VCID=1"):
            self.at(command)
        town.ask("ring", number=CITIZEN)
        assert self.serial.read_until(b"RING\r\n").endswith(b"RING\r\n")
        self.at("AT+VLS=1")


def test_a_whole_call_in_real_time(tmp_path: Path) -> None:
    with VoiceSimulator(tmp_path, "--baud", "115200", "--profile", "chatty") as town:
        port = Port(town)
        port.answer(town)
        port.at("AT+VRX", b"CONNECT\r\n")
        town.ask("say", wav=write_wav(tmp_path / "speech.wav", SPEECH))
        data, until_s = b"", time.monotonic() + 3.0
        while time.monotonic() < until_s:
            data += port.serial.read(port.serial.in_waiting or 1)
        port.serial.write(b"\x10!")
        data += port.serial.read_until(b"\x10\x03\r\nOK\r\n")
        sound, _ = parted(data.removesuffix(b"\r\nOK\r\n"), "ulaw")
        coder = coding("ulaw")
        assert coder.decode(coder.encode(SPEECH)).tobytes() in sound.tobytes()
        port.at("AT+VTX", b"CONNECT\r\n")
        port.serial.write(coder.encode(SPEECH).replace(b"\x10", b"\x10\x10") + b"\x10\x03")
        port.serial.read_until(b"OK\r\n")
        town.ask("record", wav=str(tmp_path / "heard.wav"))
        assert coder.decode(coder.encode(SPEECH)).tobytes() in read_wav(tmp_path / "heard.wav").tobytes()
        assert town.state()["underruns"] == 0
        port.at("ATH")
        port.serial.close()


def test_a_client_that_dies_lets_go_of_the_line(tmp_path: Path) -> None:
    with VoiceSimulator(tmp_path) as town:
        port = Port(town)
        port.answer(town)
        port.at("AT+VRX", b"CONNECT\r\n")
        port.serial.close()
        eventually(lambda: not town.state()["off_hook"])
        assert town.ask("calls")["past"][0]["why"] == "local"
        assert b"OK" in Port(town).at("AT")


def test_unplugged_and_back(tmp_path: Path) -> None:
    with VoiceSimulator(tmp_path) as town:
        port = Port(town)
        port.answer(town)
        town.ask("fault", unplug=0.2)
        assert town.state()["off_hook"] is False
        eventually(town.link.exists)
        assert Port(town).at("AT")
        town.ask("fault", renumber={"link": str(tmp_path / "other.tty"), "after_s": 0.1})
        eventually((tmp_path / "other.tty").exists)
        assert not town.link.exists()


def test_hotline_simulate_voice_is_the_same(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from appliance.cli import main; main()", "simulate", "voice", "--help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert "mislabelled" in said.stdout, said.stderr
    refused = subprocess.run(
        [sys.executable, "-m", "modem.simulator", "voice", "--link", str(tmp_path / "x"), "--profile", "nothing"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert refused.returncode == 1
    assert "no such profile" in refused.stderr
