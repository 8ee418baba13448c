"""Who has a port open is named, so that a technician knows what to stop."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from modem import holders
from modem.events import LineState
from modem.serial_device import DeviceGone, SerialDevice

HOLD = (
    "import fcntl, sys\nport = open(sys.argv[1], 'rb+', buffering=0)\nfcntl.flock(port, fcntl.LOCK_EX)\n"
    "print('held', flush=True)\nsys.stdin.read()\n"
)


@pytest.fixture
def held() -> Iterator[tuple[str, int]]:
    """A pty that another program has open and locked: its path, and that program's process."""
    master, slave = os.openpty()
    path = os.ttyname(slave)
    program = subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with program:
        assert program.stdout is not None
        assert program.stdout.readline() == "held\n"
        yield path, program.pid
        assert program.stdin is not None
        program.stdin.close()
    os.close(slave)
    os.close(master)


def test_the_program_that_has_a_port_is_named(held: tuple[str, int], tmp_path: Path) -> None:
    path, pid = held
    (tmp_path / "by-path").symlink_to(path)
    for name in (path, str(tmp_path / "by-path")):
        assert [holder.pid for holder in holders.holders_of(name)] == [pid]
    assert f"(process {pid})" in holders.said_of(path)


def test_a_line_says_who_keeps_it_out(held: tuple[str, int]) -> None:
    with pytest.raises(DeviceGone, match=rf"python.* \(process {held[1]}\) uses {held[0]}") as gone:
        SerialDevice(held[0], 115200)
    assert gone.value.state is LineState.IN_USE


def test_our_own_process_is_no_stranger() -> None:
    master, slave = os.openpty()
    assert holders.said_of(os.ttyname(slave)) == ""
    os.close(slave)
    os.close(master)


def test_a_python_program_is_called_by_its_own_name(tmp_path: Path) -> None:
    for pid, command in (
        ("1", "python3 /usr/bin/modem-reader --fast"),
        ("2", "/opt/venv/bin/python -P -m appliance run"),
        ("3", "python -m smsd"),
        ("4", "python -c print()"),
        ("5", "python"),
    ):
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "comm").write_text("python\n")
        (tmp_path / pid / "cmdline").write_text(command.replace(" ", "\0") + "\0")
    names = {holder.pid: holder.name for holder in holders.processes(tmp_path)}
    assert names == {1: "modem-reader", 2: "hotline", 3: "smsd", 4: "python", 5: "python"}


def test_processes_are_known_by_name(tmp_path: Path) -> None:
    for pid, name in (("1", "systemd"), ("812", "ModemManager")):
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "comm").write_text(name + "\n")
    (tmp_path / "813").mkdir()  # has ended while we looked
    (tmp_path / "version").touch()
    assert {holder.name for holder in holders.processes(tmp_path)} == {"systemd", "ModemManager"}
    assert holders.holders_of("/dev/null", tmp_path) == []
