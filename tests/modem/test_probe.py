"""One AT command from the shell: answered, or refused in plain words, and never hanging."""

from __future__ import annotations

from pathlib import Path

import pytest
import serial

from modem import probe
from tests.support import Simulator


def test_a_module_answers_one_command(tmp_path: Path) -> None:
    with Simulator(tmp_path, "gsm") as town:
        assert probe.ask_once(str(town.link), "AT", 115200)[-1] == "OK"
        assert any("SIMULATED" in line for line in probe.ask_once(str(town.link), "AT+CGMI", 115200))


def test_a_port_in_use_is_said_to_be_in_use(tmp_path: Path) -> None:
    with (
        Simulator(tmp_path, "gsm") as town,
        serial.Serial(str(town.link), exclusive=True),
        pytest.raises(probe.ProbeFailed, match="in use: stop the service"),
    ):
        probe.ask_once(str(town.link), "AT", 115200)


def test_a_missing_device_is_named(tmp_path: Path) -> None:
    with pytest.raises(probe.ProbeFailed, match="isn't there"):
        probe.ask_once(str(tmp_path / "nothing"), "AT", 115200)


@pytest.mark.parametrize("command", ["AT\rATD110;", "AT\x1a", "路灯"])
def test_only_plain_text_on_one_line_reaches_the_port(command: str) -> None:
    with pytest.raises(probe.ProbeFailed, match="plain ASCII"):
        probe.ask_once("/dev/null", command, 115200)
