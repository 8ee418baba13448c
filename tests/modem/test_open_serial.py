"""A tty that dies while it is opened or asked is an OSError for everybody who opens one: termios.error is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import serial

from modem import probe
from modem.asking import OpenPort
from modem.audio.frames import SoundGone
from modem.audio.pcm_tty import PcmTty
from modem.events import LineState
from modem.identify import Found, identify
from modem.nodes import node_at
from modem.open_serial import open_serial
from modem.serial_device import DeviceGone, SerialDevice
from modem.survey import ask_port
from tests.modem.pty_module import MovableClock


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> str:
    """A tty that is unplugged in the middle of Serial.open(), right before its tcflush."""
    master, slave = os.openpty()
    path = os.ttyname(slave)

    def unplugged(port: serial.Serial) -> None:
        os.close(slave)
        os.close(master)
        monkeypatch.undo()
        port._reset_input_buffer()  # type: ignore[attr-defined]

    monkeypatch.setattr(serial.Serial, "_reset_input_buffer", unplugged)
    return path


def test_a_tty_that_dies_while_it_is_opened_is_an_os_error(dying: str) -> None:
    with pytest.raises(OSError, match="Input/output error"):
        open_serial(dying, 115200)


def test_a_line_is_told_why(dying: str) -> None:
    with pytest.raises(DeviceGone, match="Input/output error") as gone:
        SerialDevice(dying, 115200)
    assert gone.value.state is LineState.BROKEN


def test_the_finder_finds_it_broken(dying: str) -> None:
    assert identify(dying, (9600, 115200), MovableClock()).found is Found.BROKEN


def test_the_survey_tells_of_it(dying: str) -> None:
    node = node_at(dying)
    assert node is not None
    assert ask_port(node, 115200, MovableClock()).found is Found.BROKEN


def test_a_technicians_question_ends_with_a_sentence(dying: str) -> None:
    with pytest.raises(probe.ProbeFailed, match="Input/output error"):
        probe.ask_once(dying, "AT", 115200)


def test_the_sound_ends_with_a_sentence(dying: str) -> None:
    with pytest.raises(SoundGone, match="Input/output error"):
        PcmTty(dying)


def test_a_tty_that_dies_before_it_is_asked_is_an_os_error() -> None:
    master, slave = os.openpty()
    with OpenPort(os.ttyname(slave), 115200, MovableClock()) as port:
        os.close(slave)
        os.close(master)
        with pytest.raises(OSError, match="Input/output error"):
            port.ask("AT", 1.0)


def test_nobody_opens_a_port_past_the_one_opener() -> None:
    """A new way to a serial port would have to learn all this again."""
    folder = Path(__file__).parents[2]
    sources = [path for name in ("modem", "appliance", "tools") for path in (folder / name).rglob("*.py")]
    opening = [path.name for path in sources if "serial.Serial(" in path.read_text(encoding="utf-8")]
    assert opening == ["open_serial.py"]
