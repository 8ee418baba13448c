"""Faults of python-gsmmodem-new with the port (D5, D11): each reproduced on it, and the same bytes given to ours."""

from __future__ import annotations

import os
import termios
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gsmmodem.modem
import pytest
from gsmmodem.exceptions import TimeoutException
from gsmmodem.serial_comms import SerialComms

from modem.commands import Dial, RawCommand
from modem.events import (
    CommandRefused,
    LineChanged,
    LineState,
    RawAnswer,
)
from modem.serial_device import DeviceGone, SerialDevice
from tests.modem.deliver_pdus import deliver
from tests.modem.peer import Ours, ScriptedModule, library, our_port
from tests.modem.scripted import ERROR, UNREAD, Script, said
from tests.modem.waiting import wait_until

LAMP = deliver("路灯坏了")
WELL = deliver("井盖不见了")
SHORT_S = 0.2  # where the library would wait longer for an answer that does not come


# -- D5: how the port is opened, read and written


def test_d5_library_wants_handshake_lines_and_writes_without_a_limit(tmp_path: Path) -> None:
    with library(tmp_path / "module", Script()) as modem:
        assert modem.serial.rtscts
        assert modem.serial.dsrdtr
        assert modem.serial.write_timeout is None


def test_d5_library_hangs_in_a_write_that_the_module_does_not_take(tmp_path: Path) -> None:
    with library(tmp_path / "module", Script()) as modem:
        modem.module.takes.clear()
        modem.write("AT", waitForResponse=False)
        writer = threading.Thread(target=lambda: modem.write("AT" + "A" * 100_000, timeout=SHORT_S), daemon=True)
        writer.start()
        writer.join(SHORT_S * 3)
        assert writer.is_alive()  # the time it was given has passed; it does not count while it writes
        modem.module.unplug()
        writer.join(5)
        assert not writer.is_alive()


def test_d5_ours_opens_without_handshake_and_leaves_a_module_that_takes_nothing(tmp_path: Path) -> None:
    module = ScriptedModule(tmp_path / "module", Script())
    module.takes.clear()
    device = SerialDevice(str(module.path), 115200)
    try:
        assert not control_flags(module.path) & termios.CRTSCTS
        device.write(b"AT\r" + b"A" * 500_000)
        for _ in range(100):  # each gives back at once, whatever fits
            device.flush(0.0)
        with pytest.raises(DeviceGone, match="takes no more bytes"):
            device.flush(7.0)
    finally:
        device.close()
        module.unplug()


def control_flags(path: Path) -> int:
    fd = os.open(path, os.O_RDONLY | os.O_NOCTTY)
    try:
        flags: int = termios.tcgetattr(fd)[2]
    finally:
        os.close(fd)
    return flags


def test_d5_library_reads_one_byte_at_a_time(tmp_path: Path) -> None:
    with library(tmp_path / "module", Script()) as modem:
        sizes: list[int] = []
        read = modem.serial.read

        def counted(size: int) -> bytes:
            data: bytes = read(size)
            sizes.append(len(data))
            return data

        modem.serial.read = counted
        modem.write("AT")
        assert sizes.count(1) >= len("\nOK\r\n")
        assert max(sizes) == 1


def test_d5_ours_reads_what_is_there_in_one_go(tmp_path: Path) -> None:
    module = ScriptedModule(tmp_path / "module", Script())
    device = SerialDevice(str(module.path), 115200)
    try:
        module.say("RING")
        assert device.wait(os.pipe()[0], 5.0) == said("RING")
    finally:
        device.close()
        module.unplug()


# -- D11: what stops working, or never begins


def test_d11_library_does_not_come_back_after_an_unplug(tmp_path: Path) -> None:
    script = Script()
    with library(tmp_path / "module", script) as modem:
        modem.module.unplug()
        modem.rxThread.join()
        modem.module.plug()
        assert not modem.alive
        assert not [thread for thread in threading.enumerate() if "_readLoop" in thread.name]  # nobody would
        modem.rxThread.join()


def test_d11_ours_comes_back_after_an_unplug(tmp_path: Path) -> None:
    module = ScriptedModule(tmp_path / "module", Script())
    with our_port(module) as line:
        module.unplug()
        line.sees(LineChanged, state=LineState.MISSING)
        module.plug()
        line.later(2.0)
        line.sees(LineChanged, state=LineState.READY)


def test_d11_library_handles_news_side_by_side_in_any_order(tmp_path: Path) -> None:
    script, order = Script(), list[str]()
    first_is_read, second_is_told = threading.Event(), threading.Event()

    def slow_for_the_first(sms: Any) -> None:
        if sms.text == "路灯坏了":
            first_is_read.set()
            second_is_told.wait(5)
        order.append(sms.text)
        if sms.text == "井盖不见了":
            second_is_told.set()

    script.stores["SM"] |= {1: (UNREAD, LAMP), 2: (UNREAD, WELL)}
    with library(tmp_path / "module", script, smsReceivedCallbackFunc=slow_for_the_first) as modem:
        modem.module.say('+CMTI: "SM",1')
        first_is_read.wait(5)
        modem.module.say('+CMTI: "SM",2')
        wait_until(lambda: len(order) == 2)
    assert order == ["井盖不见了", "路灯坏了"]


def test_d11_ours_tells_in_the_order_it_came() -> None:
    script = Script()
    ours = Ours(script)
    for index, pdu in ((1, LAMP), (2, WELL)):
        script.stores["SM"][index] = (UNREAD, pdu)
        ours.hears(said(f'+CMTI: "SM",{index}'))
    assert ours.texts() == ["路灯坏了", "井盖不见了"]


@pytest.mark.parametrize("error", ["+CME ERROR: 14", "+CMS ERROR: 515"])
def test_d11_library_asks_a_busy_module_again_until_the_stack_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(gsmmodem.modem, "time", SimpleNamespace(sleep=waits.append))
    script = Script()
    with library(tmp_path / "module", script) as modem:
        script.answers["AT+CPBS?"] = (error,)
        with pytest.raises(RecursionError):
            modem.write("AT+CPBS?")
    assert len(script.sent("AT+CPBS?")) > 100
    assert sum(waits) > 3600  # seconds of sleep that were left out here


def test_d11_ours_asks_a_busy_module_a_few_times_and_says_how_it_stands() -> None:
    script = Script()
    script.answers["AT+CPIN?"] = ("+CME ERROR: 14",)
    ours = Ours(script)
    ours.later(60)
    assert len(script.sent("AT+CPIN?")) < 40
    assert LineState.NO_SIM in {event.state for event in ours.of(LineChanged)}


def test_d11_library_waits_out_the_time_of_a_command_whose_port_is_gone(tmp_path: Path) -> None:
    with library(tmp_path / "module", Script()) as modem:
        modem.module.is_mute = True
        ended: list[BaseException] = []

        def ask() -> None:
            try:
                modem.write("AT", timeout=1.5)  # 10 s, if it is not shortened
            except TimeoutException as error:
                ended.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        wait_until(lambda: "AT" in modem.module.heard[-1:])
        modem.module.unplug()
        modem.rxThread.join()
        assert not modem.alive  # it knows
        asking.join(SHORT_S)
        assert asking.is_alive()  # and yet it waits
        asking.join(5)
        assert len(ended) == 1


def test_d11_library_waits_out_the_time_of_every_command_once_its_reader_is_dead(tmp_path: Path) -> None:
    with library(tmp_path / "module", Script()) as modem:
        modem.module.say_bytes(b"\xff\r\n")
        modem.rxThread.join()
        for _ in range(2):
            with pytest.raises(TimeoutException):
                modem.write("AT", timeout=SHORT_S)
        assert modem.alive


def test_d11_ours_ends_a_command_whose_port_is_gone_at_once(tmp_path: Path) -> None:
    module = ScriptedModule(tmp_path / "module", Script())
    with our_port(module) as line:
        module.script.next("ATI", ())
        line.port.send(RawCommand("ATI", ref=1))
        wait_until(lambda: "ATI" in module.heard)
        module.unplug()
        line.sees(RawAnswer, ref=1)
        line.sees(LineChanged, state=LineState.MISSING)


@pytest.mark.parametrize("question", ["AT+CFUN?", "AT+WIND?"])
def test_d11_library_cannot_connect_where_a_question_is_answered_with_ok_alone(tmp_path: Path, question: str) -> None:
    script = Script()
    script.answers |= {"AT+CLAC": ERROR, question: ("OK",)}
    with pytest.raises(TypeError), library(tmp_path / "module", script):
        pass


def test_d11_ours_starts_where_cfun_is_answered_with_ok_alone() -> None:
    script = Script()
    script.answers["AT+CFUN?"] = ("OK",)
    assert Ours(script).of(LineChanged)[-1].state is LineState.READY


@pytest.mark.parametrize("answer", ['+CREG: 2,3,"1A2B","01A2B3C4",7', "+CEREG: 2,3"])
def test_d11_library_takes_a_refused_lte_registration_for_coverage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(gsmmodem.modem, "time", SimpleNamespace(sleep=lambda _seconds: None))
    script = Script()
    script.answers["AT+CREG?"] = (answer, "OK")
    with library(tmp_path / "module", script) as modem:
        assert modem.waitForNetworkCoverage(timeout=5) == 20


@pytest.mark.parametrize("answer", ['+CREG: 2,3,"1A2B","01A2B3C4",7', "+CREG: 2,0"])
def test_d11_ours_reads_every_form_of_registration(answer: str) -> None:
    script = Script()
    script.answers |= {"AT+CREG?": (answer, "OK"), "AT+CEREG?": ('+CEREG: 2,3,"1A2B","01A2B3C4",7', "OK")}
    ours = Ours(script)
    ours.later(60)
    assert ours.conversation.send(Dial(1, "10086"), ours.now_s)[0] == CommandRefused(
        "line1", Dial(1, "10086"), "the line is not ready: no_network"
    )
    script.answers["AT+CEREG?"] = ('+CEREG: 2,1,"1A2B","01A2B3C4",7', "OK")
    ours.later(60)
    assert ours.of(LineChanged)[-1].state is LineState.READY


def test_d11_library_gives_clac_ten_seconds_of_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patience_s: list[float] = []
    write = SerialComms.write

    def shortened(modem: Any, data: str, timeout: float = 5, **more: Any) -> Any:
        if data.startswith("AT+CLAC"):
            patience_s.append(timeout)
            timeout = SHORT_S
        return write(modem, data, timeout=timeout, **more)

    monkeypatch.setattr(SerialComms, "write", shortened)
    script = Script()
    script.answers["AT+WIND?"] = ERROR
    script.next("AT+CLAC", ())
    with library(tmp_path / "module", script):
        pass
    assert patience_s == [10]


def test_d11_ours_never_asks_for_the_list_of_commands() -> None:
    assert "AT+CLAC" not in Ours(Script()).start_asked
