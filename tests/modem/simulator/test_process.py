"""The simulator as a process: its pty as clients come and go, its control socket, its end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from modem.simulator import control, tones
from modem.simulator.tones import FRAME_BYTES
from tests.support import ROOT, Simulator, eventually

CITIZEN = "13900001111"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path) as running:
        yield running


class Port:
    """A client that reads until it has what it waits for."""

    def __init__(self, link: Path, *, exclusive: bool = False) -> None:
        self.serial = serial.Serial(str(link), 115200, timeout=5, write_timeout=5, exclusive=exclusive)

    def until(self, end: bytes) -> bytes:
        data = bytes(self.serial.read_until(end))
        assert data.endswith(end), data
        return data

    def at(self, command: str) -> bytes:
        self.serial.write(command.encode() + b"\r")
        return self.until(b"\r\nOK\r\n")

    def close(self) -> None:
        self.serial.close()


def test_the_link_is_a_device_that_answers(town: Simulator) -> None:
    assert town.link.is_symlink()
    assert town.link.resolve().is_char_device()
    port = Port(town.link)
    assert port.at("AT") == b"AT\r\r\nOK\r\n"
    port.close()


def test_a_client_that_sets_no_terminal_mode_gets_plain_bytes(town: Simulator) -> None:
    device = os.open(town.link, os.O_RDWR | os.O_NOCTTY)
    try:
        assert not termios.tcgetattr(device)[3] & (termios.ECHO | termios.ICANON)
        os.write(device, b"ATE0\r")
        eventually(lambda: select_read(device).endswith(b"OK\r\n"))
        os.write(device, b"AT\r")
        assert eventually(lambda: select_read(device)) == b"\r\nOK\r\n"
    finally:
        os.close(device)


def opened(town: Simulator) -> int:
    """The bare device, without what a serial library does when it opens one."""
    return os.open(town.link, os.O_RDWR | os.O_NOCTTY)


def select_read(device: int) -> bytes:
    os.set_blocking(device, False)
    try:
        return os.read(device, 4096)
    except BlockingIOError:
        return b""


def test_one_client_after_the_other_and_settings_outlive_them(town: Simulator) -> None:
    for serial_number in range(3):
        port = Port(town.link, exclusive=True)
        port.at("ATE0" if serial_number == 0 else "AT+CMEE=2")
        port.close()
    port = Port(town.link)
    assert port.at("AT+CMEE?") == b"\r\n+CMEE: 2\r\n\r\nOK\r\n"
    port.close()


def test_what_is_said_while_nobody_listens_is_lost_but_the_message_is_not(town: Simulator) -> None:
    device = opened(town)
    os.write(device, b"ATE0\r")
    eventually(lambda: select_read(device).endswith(b"OK\r\n"))
    os.close(device)
    eventually(lambda: not town.ask("state")["has_client"])
    town.ask("sms", number=CITIZEN, text="路灯")
    town.ask("ring", number=CITIZEN)
    eventually(lambda: town.ask("state")["news_told"] == 2)
    device = opened(town)
    os.write(device, b"AT+CMGL=4\r")
    assert eventually(lambda: select_read(device)).startswith(b"\r\n+CMGL: 1,0,,")
    os.close(device)


def test_what_one_client_left_unread_the_next_one_does_not_see(town: Simulator) -> None:
    device = opened(town)
    os.write(device, b"ATE0\rAT+CLAC\r")
    eventually(lambda: town.ask("state")["command_lines"] == 2)
    os.close(device)
    eventually(lambda: not town.ask("state")["has_client"])
    device = opened(town)
    os.write(device, b"AT\r")
    assert eventually(lambda: select_read(device)) == b"\r\nOK\r\n"
    os.close(device)


def test_a_client_killed_in_the_prompt_leaves_the_prompt_to_the_next_one(town: Simulator) -> None:
    script = (
        f"import os; device = os.open({str(town.link)!r}, os.O_RDWR);"
        "os.write(device, b'ATE0;+CMGS=20\\r'); os.read(device, 1); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script], check=False)
    port = Port(town.link)
    port.serial.write(b"AT\r")
    port.serial.timeout = 0.3
    assert b"OK" not in port.serial.read(100)
    port.serial.timeout = 5
    port.serial.write(b"\x1bAT\r")
    port.until(b"OK\r\n")
    port.close()


def test_a_client_that_never_reads_does_not_stop_the_module(town: Simulator) -> None:
    device = os.open(town.link, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    for _ in range(300):
        with contextlib.suppress(BlockingIOError):
            os.write(device, b"AT+CLAC\r" * 20)
    state = eventually(lambda: (state := town.ask("state"))["bytes_to_client"] > 200_000 and state)
    assert state["running"]
    os.close(device)
    port = Port(town.link)
    port.serial.timeout = 0.2

    def answers() -> bool:
        port.serial.write(b"\rAT\r")
        return bool(port.serial.read_until(b"\r\nOK\r\n"))

    eventually(answers)
    port.close()


def test_unplugging_hangs_up_on_the_client_and_replugging_gives_another_node(town: Simulator) -> None:
    port = Port(town.link)
    port.at("AT")
    before = town.link.resolve()
    town.ask("fault", unplug=True)
    assert not town.link.is_symlink()
    with pytest.raises((OSError, serial.SerialException)):
        port.serial.read(1)
    town.ask("sms", number=CITIZEN, text="a")
    assert town.ask("state")["waiting"] == 1
    town.ask("fault", replug=True)
    assert town.link.resolve() != before
    port.close()
    eventually(lambda: town.ask("state")["on_sim"] == 1)
    port = Port(town.link)
    eventually(lambda: port.at("AT"))
    port.close()


def test_unplugging_for_a_while(town: Simulator) -> None:
    town.ask("fault", unplug=0.2)
    eventually(town.link.is_symlink)
    eventually(lambda: town.ask("state")["registered"])


def test_a_module_comes_back_under_another_link(town: Simulator, tmp_path: Path) -> None:
    other = tmp_path / "other.tty"
    (tmp_path / "file").write_text("data")
    answer = town.say("fault", renumber=str(tmp_path / "file"))
    assert "is no link to a simulated modem" in answer["error"]
    assert (tmp_path / "file").read_text() == "data"
    eventually(town.link.is_symlink)
    town.ask("fault", renumber={"link": str(other), "after_s": 0.1})
    assert not town.link.is_symlink()
    eventually(other.is_symlink)
    eventually(lambda: town.ask("state")["running"])
    port = Port(other)
    assert b"004999010640000" in port.at("AT+CGSN")
    port.close()
    assert "no PCM tty" in town.say("fault", renumber={"pcm_link": str(tmp_path / "x")})["error"]
    eventually(other.is_symlink)


def test_the_pcm_tty_carries_a_calls_sound_both_ways(tmp_path: Path) -> None:
    pcm_link = tmp_path / "pcm.tty"
    with Simulator(tmp_path, "line1", "--profile", "quectel", "--pcm-link", str(pcm_link)) as town:
        port, pcm = Port(town.link), Port(pcm_link)
        town.ask("ring", number=CITIZEN)
        port.at("ATA")
        port.at("AT+QPCMV=1,0")
        town.ask("tone", hz=1000, seconds=30, dbfs=-12)
        speech = tones.to_bytes(tones.sine(440, 1.0, -20)) * 30
        heard = bytearray()
        for start in range(0, 200 * FRAME_BYTES, FRAME_BYTES):  # four seconds
            heard += pcm.serial.read(FRAME_BYTES)
            pcm.serial.write(speech[start : start + FRAME_BYTES])
        assert len(heard) == 200 * FRAME_BYTES
        assert tones.strongest_hz(tones.to_samples(bytes(heard[-8000:]))) == pytest.approx(1000, abs=2)
        answer = town.ask("heard", seconds=2)
        assert answer["hz"] == pytest.approx(440, abs=5)
        assert answer["frames"] > 100
        port.at("AT+QPCMV=0")
        port.at("AT+CHUP")
        town.ask("fault", renumber={"pcm_link": str(tmp_path / "pcm2.tty")})
        eventually((tmp_path / "pcm2.tty").is_symlink)
        assert not pcm_link.is_symlink()
        for each in (port, pcm):
            each.close()
    assert not (tmp_path / "pcm2.tty").is_symlink()


def test_a_pcm_tty_that_the_make_has_not_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "modem.simulator", "gsm", "--link", str(tmp_path / "a")]
    options = ["--pcm-link", str(tmp_path / "b"), "--control", str(tmp_path / "sock")]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 1
    assert "leave --pcm-link out" in done.stderr


def test_control_answers_several_clients_and_half_lines(town: Simulator) -> None:
    slow = socket.socket(socket.AF_UNIX)
    slow.connect(str(town.control))
    slow.sendall(b'{"do": "st')
    assert town.ask("state")["running"]
    slow.sendall(b'ate"}\n{"do": "calls"}\nnonsense\n[]\n')
    received = b""
    while received.count(b"\n") < 4:
        received += slow.recv(65536)
    answers = [json.loads(line) for line in received.splitlines()]
    assert [answer["ok"] for answer in answers] == [True, True, False, False]
    slow.close()


def test_control_clients_that_vanish_or_do_not_read_harm_nobody(town: Simulator) -> None:
    deaf = socket.socket(socket.AF_UNIX)
    deaf.connect(str(town.control))
    deaf.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        for _ in range(2000):
            deaf.send(b'{"do": "state"}\n')
    gone = socket.socket(socket.AF_UNIX)
    gone.connect(str(town.control))
    gone.sendall(b'{"do": "state"}\n')
    gone.close()
    assert town.ask("state")["running"]
    port = Port(town.link)
    port.at("AT")
    port.close()
    deaf.close()


def test_many_threads_may_ask_at_once(town: Simulator) -> None:
    threads = [
        threading.Thread(target=lambda: [town.ask("sms", number=CITIZEN, text="x") for _ in range(20)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = town.ask("state")
    assert state["handed_over"] + state["waiting"] == 80


def test_nobody_but_its_user_may_use_the_control_socket(town: Simulator) -> None:
    assert town.control.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(town: Simulator, number: signal.Signals) -> None:
    assert town.process is not None
    town.process.send_signal(number)
    assert town.process.wait(5) == 0
    assert not town.link.is_symlink()
    assert not town.control.exists()


def test_the_word_stop_ends_it_too(town: Simulator) -> None:
    assert town.process is not None
    town.ask("stop")
    assert town.process.wait(5) == 0


def test_it_ends_with_its_parent_if_told_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "modem.simulator", "gsm", "--with-stdin"]
    paths = ["--link", str(tmp_path / "tty"), "--control", str(tmp_path / "sock")]
    process = subprocess.Popen([*command, *paths], stdin=subprocess.PIPE, cwd=ROOT)
    eventually((tmp_path / "sock").exists)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(5) == 0


def test_a_living_simulators_socket_is_not_taken_and_a_dead_ones_is(town: Simulator, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "modem.simulator", "gsm", "--control", str(town.control)]
    second = subprocess.run(
        [*command, "--link", str(tmp_path / "other")], cwd=ROOT, capture_output=True, text=True, timeout=10, check=False
    )
    assert second.returncode == 1
    assert "another simulator answers there" in second.stderr
    assert not (tmp_path / "other").is_symlink()
    assert town.process is not None
    town.process.kill()
    town.process.wait(5)
    assert town.control.exists()
    with Simulator(tmp_path) as again:
        assert again.ask("state")["running"]


def test_a_file_in_the_place_of_the_link_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("data")
    command = [sys.executable, "-m", "modem.simulator", "gsm", "--control", str(tmp_path / "sock")]
    done = subprocess.run(
        [*command, "--link", str(precious)], cwd=ROOT, capture_output=True, text=True, timeout=10, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert precious.read_text() == "data"


def test_words_can_be_typed(town: Simulator) -> None:
    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "modem.simulator", *words, "--control", str(town.control)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=10, check=False)

    assert json.loads(typed("ring", CITIZEN).stdout)["call"] == 1
    assert json.loads(typed("sms", CITIZEN, "路灯坏了").stdout)["parts"] == 1
    assert typed("hangup").returncode == 0
    assert typed("hangup").returncode == 1
    assert typed("say", "x.wav").returncode == 1
    assert "gives no sound" in typed("tone", "400").stdout
    assert "simulator: could not convert" in typed("tone", "high").stderr
    assert typed("heard").returncode == 1
    assert typed("ring").returncode == 2


def test_asking_nobody_says_so(tmp_path: Path) -> None:
    with pytest.raises(control.SimulatorSilent, match="no simulator answers there"):
        control.ask(tmp_path / "nobody", {"do": "state"})


@pytest.mark.parametrize("words", [("ring",), ("sms", CITIZEN), ("nonsense",), ("hangup", "1")])
def test_a_word_typed_wrong_gets_the_usage(words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="ring NUMBER, sms NUMBER TEXT"):
        control.message(words[0], words[1:])
