"""One serial device: every trouble has a state and words a technician can use."""

from __future__ import annotations

import errno
import os
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from modem.events import LineState
from modem.serial_device import STALLED_S, DeviceGone, Opening, SerialDevice, why_not_opened
from tests.modem.waiting import PATIENCE_S


@pytest.fixture
def pty() -> Iterator[tuple[int, str]]:
    """A pty nobody reads: its master, and the path of the other end."""
    master, slave = os.openpty()
    tty.setraw(master)
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


@pytest.fixture
def awake() -> Iterator[int]:
    """A pipe nobody writes to."""
    read, write = os.pipe()
    yield read
    os.close(read)
    os.close(write)


def test_bytes_go_both_ways(pty: tuple[int, str], awake: int) -> None:
    master, path = pty
    device = SerialDevice(path, 115200)
    device.write(b"AT\r")
    device.flush(0.0)
    assert os.read(master, 100) == b"AT\r"
    os.write(master, b"OK\r\n")
    assert device.wait(awake, 5.0) == b"OK\r\n"
    assert device.wait(awake, 0.0) == b""
    device.close()
    device.close()


def test_a_second_program_is_kept_out_and_named_as_the_trouble(pty: tuple[int, str]) -> None:
    first = SerialDevice(pty[1], 115200)
    with pytest.raises(DeviceGone, match="another program uses") as refused:
        SerialDevice(pty[1], 115200)
    assert refused.value.state is LineState.IN_USE
    first.close()


def test_opening_in_a_thread_gives_the_device_or_the_trouble(pty: tuple[int, str], tmp_path: Path) -> None:
    done = threading.Event()
    opening = Opening(pty[1], 115200, when_done=done.set)
    assert done.wait(PATIENCE_S)
    opening.device().close()
    done.clear()
    missing = Opening(str(tmp_path / "nothing"), 115200, when_done=done.set)
    assert done.wait(PATIENCE_S)
    with pytest.raises(DeviceGone, match="there is no device"):
        missing.device()


def test_a_device_that_opens_when_nobody_waits_any_more_is_closed_again(pty: tuple[int, str]) -> None:
    done = threading.Event()
    opening = Opening(pty[1], 115200, when_done=done.set)
    opening.give_up()  # before or after it is open: either way it must be free again
    assert done.wait(PATIENCE_S)
    SerialDevice(pty[1], 115200).close()
    assert opening.is_still(pty[1])
    assert not opening.is_still("/dev/null")


def fill(device: SerialDevice, now_s: float) -> None:
    """Write until the pty takes nothing more; the kernel moves bytes on behind our back for a moment."""
    device.write(b"x" * 1_000_000)
    before = 0
    while device.unwritten_bytes != before:
        before = device.unwritten_bytes
        for _ in range(10):
            device.flush(now_s)
            time.sleep(0.002)


def test_a_device_that_takes_no_bytes_is_given_up_after_a_while(pty: tuple[int, str], awake: int) -> None:
    device = SerialDevice(pty[1], 115200)
    fill(device, 100.0)
    assert device.wait(awake, 0.0) == b""
    device.flush(100.0 + STALLED_S - 0.1)
    with pytest.raises(DeviceGone, match="takes no more bytes"):
        device.flush(100.0 + STALLED_S)
    device.close()


def test_a_device_that_takes_bytes_again_is_forgiven(pty: tuple[int, str], awake: int) -> None:
    master, path = pty
    device = SerialDevice(path, 115200)
    fill(device, 100.0)
    before = device.unwritten_bytes
    while device.unwritten_bytes == before:
        os.read(master, 65536)
        device.wait(awake, 0.01)
        device.flush(100.0 + STALLED_S - 0.1)
    fill(device, 200.0)  # stalls anew: the five seconds begin here
    device.flush(200.0 + STALLED_S - 0.1)
    device.close()


def test_a_hung_up_device_is_gone_for_reading_and_writing(awake: int) -> None:
    master, slave = os.openpty()
    device = SerialDevice(os.ttyname(slave), 115200)
    os.close(slave)
    os.close(master)
    with pytest.raises(DeviceGone):
        device.wait(awake, 5.0)
    device.write(b"AT\r")
    with pytest.raises(DeviceGone, match="writing failed"):
        device.flush(0.0)
    device.close()


def test_a_file_is_no_serial_port(tmp_path: Path) -> None:
    file = tmp_path / "modem0"
    file.write_text("")
    with pytest.raises(DeviceGone, match="cannot be opened") as refused:
        SerialDevice(str(file), 115200)
    assert refused.value.state is LineState.BROKEN


def test_what_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DeviceGone, match="there is no device") as refused:
        SerialDevice(str(tmp_path / "modem0"), 115200)
    assert refused.value.state is LineState.MISSING


@pytest.mark.parametrize(
    ("code", "state", "words"),
    [
        (errno.ENOENT, LineState.MISSING, "there is no device"),
        (errno.ENXIO, LineState.MISSING, "there is no device"),
        (errno.EACCES, LineState.NOT_ALLOWED, "dialout"),
        (errno.EBUSY, LineState.IN_USE, "another program"),
        (errno.EIO, LineState.BROKEN, "cannot be opened: Input/output error"),
    ],
)
def test_every_refusal_to_open_has_its_words(code: int, state: LineState, words: str) -> None:
    gone = why_not_opened("/dev/modem0", OSError(code, "refused"))
    assert gone.state is state
    assert words in gone.reason
