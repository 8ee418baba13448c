"""The port on real ptys: open, unplug, replug, noise, silence, our own faults, the end."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import serial

from modem.commands import DeleteSms, Dial, RawCommand, SendSms, Wake
from modem.events import (
    CallEnded,
    CallRinging,
    CommandRefused,
    Event,
    FailureKind,
    LineChanged,
    LineState,
    RawAnswer,
    SmsFailed,
    SmsSent,
    SmsStored,
    TimeUp,
)
from modem.gsm import GsmConversation
from modem.port import OPEN_WITHIN_S, Port
from modem.serial_device import DeviceGone
from tests.modem.deliver_pdus import deliver, listed
from tests.modem.pty_module import MovableClock, PtyModule
from tests.modem.waiting import PATIENCE_S, Listener, wait_until

Plug = Callable[..., PtyModule]


class Line(Listener):
    """A port under test and who listens to it."""

    def __init__(self, device: Path, make: Callable[[], GsmConversation]) -> None:
        super().__init__()
        self.clock = MovableClock()
        self.port = Port("line1", str(device), 115200, make_conversation=make, deliver=self.take, clock=self.clock)
        self.port.start()

    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.port.wake()

    def is_ready(self) -> LineChanged:
        return self.sees(LineChanged, state=LineState.READY)

    def stop(self) -> bool:
        """Whether the port ended within the two seconds it has."""
        self.port.stop()
        self.port.join(2)
        return not self.port.is_alive()


@pytest.fixture
def open_line() -> Iterator[Callable[..., Line]]:
    lines: list[Line] = []

    def open_(device: Path, make: Callable[[], GsmConversation] = lambda: GsmConversation("line1")) -> Line:
        lines.append(Line(device, make))
        return lines[-1]

    yield open_
    for line in lines:
        assert line.stop()


OpenLine = Callable[..., Line]


def wait_for_body(module: PtyModule) -> None:
    wait_until(lambda: any(line.endswith("\x1a") for line in module.asked))


def test_a_module_is_set_up_and_its_calls_and_messages_are_told(plug_in: Plug, open_line: OpenLine) -> None:
    module = plug_in()
    line = open_line(module.path)
    line.sees(LineChanged, state=LineState.STARTING)
    assert line.is_ready().identity == "imsi:460990000000001"
    module.say("RING")
    line.sees(CallRinging, call=1)
    module.say("NO CARRIER")
    line.sees(CallEnded, call=1)
    module.answers["AT+CMGL=0"] = module.answers["AT+CMGL=4"] = listed(1, deliver("你好")).split("\r\n")
    module.say('+CMTI: "SM",1')
    stored = line.sees(SmsStored)
    line.port.send(DeleteSms((stored.slot,)))
    line.port.send(RawCommand("ATI", 3))
    line.sees(RawAnswer, ref=3)
    assert "AT+CMGD=1" in module.asked


def test_an_unplugged_module_is_missing_and_is_found_again(plug_in: Plug, open_line: OpenLine) -> None:
    module = plug_in()
    line = open_line(module.path)
    first = line.is_ready()
    module.say("RING")
    line.sees(CallRinging, call=1)
    module.unplug()
    line.sees(CallEnded, call=1, reason="lost")
    line.sees(LineChanged, state=LineState.MISSING)
    module.plug()
    line.time_passes(3)
    again = line.is_ready()
    assert again.at_session > first.at_session
    module.say("RING")
    line.sees(CallRinging, call=2)


def test_a_device_that_is_not_there_yet_is_picked_up_when_it_appears(
    plug_in: Plug, open_line: OpenLine, tmp_path: Path
) -> None:
    line = open_line(tmp_path / "modem0")
    missing = line.sees(LineChanged)
    assert missing.state is LineState.MISSING
    assert str(tmp_path / "modem0") in missing.detail
    plug_in()
    line.time_passes(3)
    line.is_ready()


def test_commands_are_refused_at_once_while_the_device_is_missing(open_line: OpenLine, tmp_path: Path) -> None:
    line = open_line(tmp_path / "modem0")
    line.sees(LineChanged, state=LineState.MISSING)
    line.port.send(SendSms(1, "12345", "hello"))
    line.sees(CommandRefused)
    line.port.send(Dial(2, "10086"))
    line.sees(CommandRefused)


def test_a_message_that_is_being_sent_when_the_module_is_unplugged_is_unclear(
    plug_in: Plug, open_line: OpenLine
) -> None:
    module = plug_in()
    module.sends = False
    line = open_line(module.path)
    line.is_ready()
    line.port.send(SendSms(1, "12345", "hello"))
    wait_for_body(module)
    module.unplug()
    assert line.sees(SmsFailed).kind is FailureKind.UNCLEAR


def test_a_flood_of_noise_is_survived(plug_in: Plug, open_line: OpenLine) -> None:
    module = plug_in()
    line = open_line(module.path)
    line.is_ready()
    module.say_bytes(bytes(range(256)) * 400 + b"\xff" * 20_000 + b"x" * 50_000)
    module.say("RING")
    line.sees(CallRinging, call=1)
    assert len(line.events) < 100


def test_a_silent_module_is_told_and_its_port_opened_again(plug_in: Plug, open_line: OpenLine) -> None:
    module = plug_in()
    module.is_mute = True
    line = open_line(module.path)
    for _ in range(3):
        wait_until(lambda: "AT" in module.asked)
        module.asked.clear()
        line.time_passes(2.1)
    line.sees(LineChanged, state=LineState.SILENT)
    module.is_mute = False
    line.time_passes(2)
    line.is_ready()


def test_the_back_off_grows_to_thirty_seconds(open_line: OpenLine, tmp_path: Path) -> None:
    no_tty = tmp_path / "modem0"
    no_tty.write_text("a file is no serial port")
    line = open_line(no_tty)
    broken = line.sees(LineChanged, state=LineState.BROKEN)
    assert str(no_tty) in broken.detail
    assert backed_off(line) == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def backed_off(line: Line) -> list[float]:
    """The next six pauses, as the port decided on them."""
    pauses = []
    for _ in range(6):
        before = line.port.back_off_s

        def has_rested(before: float = before) -> bool:
            line.time_passes(before / 8)  # in steps: it may not have looked at the clock yet when its state was told
            time.sleep(0.05)
            return line.port.back_off_s != before or before == 30.0

        wait_until(has_rested)
        pauses.append(line.port.back_off_s)
    return pauses


class FaultyConversation(GsmConversation):
    """Has a fault of our own making: it cannot bear a certain line, and then cannot even be ended."""

    def receive(self, data: bytes, now_s: float) -> list[Event]:
        if b"POISON" in data:
            raise ZeroDivisionError(data)
        return super().receive(data, now_s)


class HopelessConversation(FaultyConversation):
    def lost(self, reason: str, now_s: float, state: LineState = LineState.BROKEN) -> list[Event]:
        if "ZeroDivisionError" in reason:
            raise LookupError
        return super().lost(reason, now_s, state)


@pytest.mark.parametrize("make", [FaultyConversation, HopelessConversation])
def test_a_fault_of_ours_does_not_make_the_line_deaf(
    plug_in: Plug, open_line: OpenLine, make: type[GsmConversation], caplog: pytest.LogCaptureFixture
) -> None:
    module = plug_in()
    line = open_line(module.path, lambda: make("line1"))
    session = line.is_ready().at_session
    module.say("RING")
    line.sees(CallRinging, call=1)
    module.say("POISON")
    line.sees(LineChanged, state=LineState.BROKEN, detail="internal error: ZeroDivisionError")
    line.time_passes(2)
    assert line.is_ready().at_session > session
    module.say("RING")
    line.sees(CallRinging, call=2)  # a serial is never used twice
    assert "the conversation failed and begins anew: ZeroDivisionError at test_port.py:" in caplog.text
    assert "POISON" not in caplog.text  # what came over the air is in no log


def test_a_port_stops_whatever_it_is_doing(plug_in: Plug, open_line: OpenLine, tmp_path: Path) -> None:
    talking = open_line(plug_in().path)
    talking.is_ready()
    missing = open_line(tmp_path / "nothing")
    missing.sees(LineChanged, state=LineState.MISSING)
    assert talking.stop()
    assert missing.stop()
    talking.sees(LineChanged, state=LineState.STOPPED)
    missing.sees(LineChanged, state=LineState.STOPPED)
    talking.port.wake()  # nothing happens to a port that has ended


def test_a_stopping_port_waits_a_moment_for_a_message_on_its_way(plug_in: Plug, open_line: OpenLine) -> None:
    module = plug_in()
    module.sends = False
    line = open_line(module.path)
    line.is_ready()
    line.port.send(SendSms(1, "12345", "hello"))
    wait_for_body(module)
    line.port.stop()
    module.say("+CMGS: 18", "OK")
    line.sees(SmsSent, ref=1, references=(18,))


def test_a_stopping_port_still_hands_over_the_text_that_was_announced(plug_in: Plug, open_line: OpenLine) -> None:
    module = plug_in()
    module.prompts = False
    line = open_line(module.path)
    line.is_ready()
    line.port.send(SendSms(1, "12345", "hello"))
    wait_until(lambda: any(asked.startswith("AT+CMGS=") for asked in module.asked))
    line.port.stop()
    module.say_bytes(b"\r\n> ")
    wait_for_body(module)
    line.sees(SmsSent, ref=1)


def test_a_command_that_comes_while_the_port_stops_is_not_taken(plug_in: Plug, open_line: OpenLine) -> None:
    module = plug_in()
    module.sends = False
    line = open_line(module.path)
    line.is_ready()
    line.port.send(SendSms(1, "12345", "hello"))
    wait_for_body(module)
    line.port.stop()
    assert not line.port.send(SendSms(2, "12345", "hello"))
    assert line.stop()
    assert not line.port.send(SendSms(3, "12345", "hello"))


def test_a_stopping_port_does_not_wait_for_ever(plug_in: Plug, open_line: OpenLine) -> None:
    module = plug_in()
    module.sends = False
    line = open_line(module.path)
    line.is_ready()
    line.port.send(SendSms(1, "12345", "hello"))
    wait_for_body(module)
    assert line.stop()
    assert line.sees(SmsFailed).kind is FailureKind.UNCLEAR


def test_a_port_that_held_for_a_minute_begins_with_the_shortest_pause_again(
    plug_in: Plug, open_line: OpenLine, tmp_path: Path
) -> None:
    no_tty = tmp_path / "modem0"
    no_tty.write_text("")
    line = open_line(no_tty)
    line.sees(LineChanged, state=LineState.BROKEN)
    wait_until(lambda: line.port.back_off_s == 2)
    no_tty.unlink()
    module = plug_in()
    line.time_passes(2)
    line.is_ready()
    line.time_passes(61)
    module.say("RING")
    wait_until(lambda: line.port.back_off_s == 1)


def test_a_port_that_hangs_in_open_holds_up_neither_the_end_nor_what_is_plugged_in_next(
    plug_in: Plug, open_line: OpenLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = plug_in()
    free, opened = threading.Event(), []
    really_open = serial.Serial

    def hang(path: str, *rest: Any, **words: Any) -> serial.Serial:
        opened.append(path)
        if len(opened) == 1:
            free.wait()
        return really_open(path, *rest, **words)

    monkeypatch.setattr(serial, "Serial", hang)
    line = open_line(bad.path)
    wait_until(lambda: opened != [])
    line.port.send(Dial(1, "10086"))
    line.sees(CommandRefused)  # it is not deaf meanwhile
    line.time_passes(OPEN_WITHIN_S)
    assert "hangs" in line.sees(LineChanged, state=LineState.SILENT).detail
    for _ in range(3):
        before = line.port.back_off_s
        line.time_passes(before)
        wait_until(lambda: line.port.back_off_s != before)  # noqa: B023 - called at once
    assert len(opened) == 1, "a port that hangs is not opened twice"
    bad.unplug()
    line.time_passes(8)
    line.sees(LineChanged, state=LineState.MISSING)
    bad.plug()
    line.time_passes(3)
    line.is_ready()
    free.set()


def test_a_port_that_hangs_in_open_can_be_stopped(
    plug_in: Plug, open_line: OpenLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, opened = threading.Event(), threading.Event()

    def hang(*rest: Any, **words: Any) -> serial.Serial:
        opened.set()
        free.wait()
        raise OSError("too late")

    monkeypatch.setattr(serial, "Serial", hang)
    line = open_line(plug_in().path)
    assert opened.wait(PATIENCE_S)
    assert line.stop()
    free.set()


def test_nonsense_is_told_from_silence(plug_in: Plug, open_line: OpenLine) -> None:
    module = plug_in()
    module.is_mute = True
    line = open_line(module.path)
    for _ in range(3):
        wait_until(lambda: "AT" in module.asked)
        module.asked.clear()
        module.say_bytes(b"\xf3\x8e\xfc\r\n")
        line.time_passes(2.1)
    assert "baud rate" in line.sees(LineChanged, state=LineState.GARBLED).detail


def test_a_program_that_takes_the_answers_is_named(
    plug_in: Plug, open_line: OpenLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ModemManager as root opens a port whatever lock we hold on it."""
    monkeypatch.setattr("modem.holders.said_of", lambda path: "ModemManager (process 812)")
    module = plug_in()
    module.is_mute = True
    line = open_line(module.path)
    for _ in range(3):
        wait_until(lambda: "AT" in module.asked)
        module.asked.clear()
        line.time_passes(2.1)
    assert "ModemManager (process 812) has" in line.sees(LineChanged, state=LineState.IN_USE).detail


def test_another_device_in_its_place_ends_the_pause_after_trouble(plug_in: Plug, open_line: OpenLine) -> None:
    module = plug_in()
    first = os.open(str(module.path), os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(first, fcntl.LOCK_EX)
    line = open_line(module.path)
    line.sees(LineChanged, state=LineState.IN_USE)
    for _ in range(4):
        before = line.port.back_off_s
        wait_until(lambda: _passes(line, before) != before or before == 8.0)  # noqa: B023 - called at once
    assert line.port.back_off_s == 8.0
    os.close(first)
    module.unplug()
    plug_in("spare").unplug()
    module.plug()
    for _ in range(12):  # six seconds: less than the pause
        if _passes(line, 0.5) == 1.0:
            break
        time.sleep(0.05)
    wait_until(lambda: line.port.back_off_s == 1.0)
    line.is_ready()


def _passes(line: Line, seconds: float) -> float:
    """Let time pass, as often as it takes for a pause that may begin only now; the next pause."""
    line.time_passes(seconds)
    return line.port.back_off_s


def test_a_port_that_is_told_to_leave_lets_go_and_says_why(plug_in: Plug, open_line: OpenLine) -> None:
    line = open_line(plug_in().path)
    line.is_ready()
    line.port.leave(DeviceGone(LineState.MISSING, "the module here is not this line's"))
    assert line.sees(LineChanged, state=LineState.MISSING).detail == "the module here is not this line's"


def test_a_port_that_is_told_to_leave_while_it_is_being_opened_never_asks_anything(
    plug_in: Plug, open_line: OpenLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = plug_in()
    opening, free = threading.Event(), threading.Event()
    really_open = serial.Serial

    def slowly(*rest: Any, **words: Any) -> serial.Serial:
        opening.set()
        free.wait()
        return really_open(*rest, **words)

    monkeypatch.setattr(serial, "Serial", slowly)
    line = open_line(module.path)
    assert opening.wait(PATIENCE_S)
    line.port.leave(DeviceGone(LineState.MISSING, "the module here is not this line's"))
    free.set()
    assert line.sees(LineChanged, state=LineState.MISSING).detail == "the module here is not this line's"
    assert module.asked == []
    line.time_passes(3)
    line.is_ready()  # it was about that time only


def test_who_asks_for_time_is_told_when_it_is_up_once_and_in_its_order(plug_in: Plug, open_line: OpenLine) -> None:
    line = open_line(plug_in().path)
    line.is_ready()
    line.port.send(Wake(1, 60.0))
    line.port.send(Wake(2, 0.05))
    line.port.send(Wake(3, 0.0))
    assert line.sees(TimeUp).ref == 3
    assert line.sees(TimeUp).ref == 2  # by the clock alone: nothing else wakes a quiet line so soon
    line.time_passes(59.0)
    line.port.send(Wake(4, 0.0))
    assert line.sees(TimeUp).ref == 4  # and not 1, which is a second early
    line.time_passes(1.0)
    assert line.sees(TimeUp) == TimeUp("line1", 1)


def test_time_is_up_also_while_the_device_is_missing(tmp_path: Path, open_line: OpenLine) -> None:
    line = open_line(tmp_path / "nothing")
    line.sees(LineChanged, state=LineState.MISSING)
    line.port.send(Wake(7, 30.0))
    line.port.send(Wake(8, 0.05))
    assert line.sees(TimeUp).ref == 8
    line.time_passes(30.0)
    assert line.sees(TimeUp).ref == 7


def test_time_is_up_also_while_the_device_does_not_open(
    plug_in: Plug, open_line: OpenLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = plug_in()
    opening, free = threading.Event(), threading.Event()

    def hangs(*_: Any, **__: Any) -> serial.Serial:
        opening.set()
        free.wait()
        raise OSError("gone")

    monkeypatch.setattr(serial, "Serial", hangs)
    line = open_line(module.path)
    assert opening.wait(PATIENCE_S)
    line.port.send(Wake(9, 0.05))
    assert line.sees(TimeUp).ref == 9
    free.set()
