"""Who is at a port: a module by its IMEI, or a word for what else there is. Nothing but harmless questions is asked."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import serial

from modem.asking import within
from modem.identify import Found, Seen, identify, imei_in
from tests.modem.pty_module import MovableClock, PtyModule
from tests.support import Simulator

Plug = Callable[..., PtyModule]


def who(path: object, baudrates: tuple[int, ...] = (115200,)) -> Seen:
    return identify(str(path), baudrates, MovableClock())


def test_a_module_tells_its_imei_and_is_asked_nothing_else(plug_in: Plug) -> None:
    module = plug_in()
    assert who(module.path) == Seen(Found.MODULE, "860000000000017")
    assert module.asked == ["AT", "AT+CGSN"]


def test_the_simulated_module_tells_its_own(tmp_path: Path) -> None:
    with Simulator(tmp_path, "gsm", "--imei", "004999010640777") as town:
        assert who(town.link).imei == "004999010640777"


@pytest.mark.parametrize(
    ("lines", "imei"),
    [
        (("860000000000017",), "860000000000017"),
        (('+CGSN: "860000000000017"',), "860000000000017"),
        (("IMEI:860000000000017",), "860000000000017"),
        (("RING", "860000000000017"), "860000000000017"),
        (("8600000000000171",), ""),  # 16 digits are something else
        (("A serial number",), ""),
        ((), ""),
    ],
)
def test_the_imei_is_found_in_any_wording(lines: tuple[str, ...], imei: str) -> None:
    assert imei_in(lines) == imei


def test_a_modem_without_imei_is_another_thing(plug_in: Plug) -> None:
    module = plug_in()
    del module.answers["AT+CGSN"]
    assert who(module.path).found is Found.OTHER


def test_a_silent_port_is_asked_at_every_baud_rate(plug_in: Plug) -> None:
    module = plug_in()
    module.is_mute = True
    seen = who(module.path, (9600, 115200))
    assert seen.found is Found.SILENT
    assert str(module.path) in seen.detail
    assert module.asked == ["AT"] * 4


def test_nonsense_is_no_modem(plug_in: Plug) -> None:
    module = plug_in()
    module.is_mute = True
    asked = module.asked

    class Babbling(list[str]):
        def append(self, line: str) -> None:
            asked.append(line)
            module.say_bytes(b"$GPGSV,2,1,08,01,40,083,46\r\n")

    module.asked = Babbling()
    assert who(module.path).found is Found.GARBLED


def test_a_port_in_use_is_left_alone(plug_in: Plug) -> None:
    module = plug_in()
    with serial.Serial(str(module.path), exclusive=True):
        assert who(module.path).found is Found.IN_USE
    assert module.asked == []


def test_what_is_no_serial_port_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert who(tmp_path / "file").found is Found.BROKEN
    assert who(tmp_path / "nothing").found is Found.BROKEN


def test_work_that_hangs_is_not_waited_for() -> None:
    read, write = os.pipe()
    assert within(0.05, lambda: os.read(read, 1), "hanging") is None
    os.write(write, b"x")
    assert within(5.0, lambda: "done", "quick") == "done"
    os.close(write)
