"""Faults of python-gsmmodem-new on the line (D1-D4): each reproduced on it, and the same bytes given to ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gsmmodem.exceptions import CommandError, TimeoutException

from modem.commands import Dial
from modem.events import (
    CallAnswered,
    CallEnded,
    CallRinging,
    EndReason,
    LineChanged,
    LineState,
    SmsReport,
)
from tests.modem.deliver_pdus import deliver, report
from tests.modem.peer import Ours, ScriptedModule, library, our_port, quiet
from tests.modem.scripted import UNREAD, Script, said
from tests.modem.waiting import wait_until

LAMP = deliver("路灯坏了")
WELL = deliver("井盖不见了")
SHORT_S = 0.2  # where the library would wait longer for an answer that does not come

NEWS = {
    "+CMTI": ('+CMTI: "SM",3',),
    "RING": ("RING",),
    "^CEND": ("^CEND:1,0,104,16",),
    "+CDS": ("+CDS: 26", report(17)),
}


class UnplugsItself(list[str]):
    """The library's list of lines: the module is pulled after a line is read, before the port is asked for more."""

    def __init__(self, module: ScriptedModule) -> None:
        super().__init__()
        self._module = module

    def append(self, line: str) -> None:
        super().append(line)
        self._module.unplug()


# -- D1: news that come while a command waits for its answer


@pytest.mark.parametrize("news", NEWS)
def test_d1_library_takes_news_for_part_of_the_answer(tmp_path: Path, news: str) -> None:
    script, told = Script(), list[Any]()
    script.stores["SM"][3] = (UNREAD, LAMP)
    callbacks = ("smsReceivedCallbackFunc", "smsStatusReportCallback", "incomingCallCallbackFunc")
    with library(tmp_path / "module", script, **dict.fromkeys(callbacks, told.append)) as modem:
        script.next("AT+CSQ", (*NEWS[news], "+CSQ: 20,99", "OK"))
        with pytest.raises(CommandError):
            _ = modem.signalStrength
        quiet()
        assert told == []
        assert script.sent("AT+CMGR") == []


def test_d1_news_in_front_of_an_answer_are_told_and_the_answer_is_read() -> None:
    script = Script()
    ours = Ours(script)
    script.stores["SM"][3] = (UNREAD, LAMP)
    news = [line for lines in NEWS.values() for line in lines]
    script.next("AT+CSQ", (*news, "+CSQ: 11,99", "OK"))
    ours.later(60)
    assert ours.texts() == ["路灯坏了"]
    assert len(ours.of(CallRinging)) == len(ours.of(SmsReport)) == 1
    assert ours.of(LineChanged)[-1].signal_dbm == -91


# -- D2: two lines in one burst


def test_d2_library_handles_the_first_line_of_a_burst_alone(tmp_path: Path) -> None:
    script, told = Script(), list[str]()
    script.stores["SM"] |= {1: (UNREAD, LAMP), 2: (UNREAD, WELL)}
    with library(tmp_path / "module", script, smsReceivedCallbackFunc=lambda sms: told.append(sms.text)) as modem:
        modem.module.say('+CMTI: "SM",1', '+CMTI: "SM",2')
        wait_until(lambda: told != [])
        quiet()
    assert told == ["路灯坏了"]
    assert list(script.stores["SM"]) == [2]


def test_d2_two_messages_in_one_burst_are_both_told() -> None:
    script = Script()
    ours = Ours(script)
    script.stores["SM"] |= {1: (UNREAD, LAMP), 2: (UNREAD, WELL)}
    ours.hears(said('+CMTI: "SM",1', '+CMTI: "SM",2'))
    ours.later(5)
    assert ours.texts() == ["路灯坏了", "井盖不见了"]
    assert script.stores["SM"] == {}


# -- D3: bytes that are no UTF-8, and the end of the port


def test_d3_library_goes_deaf_after_one_bad_byte_and_calls_itself_alive(tmp_path: Path) -> None:
    told: list[Any] = []
    with library(tmp_path / "module", Script(), incomingCallCallbackFunc=told.append) as modem:
        modem.module.say_bytes(b"\xff\r\n")
        modem.rxThread.join()
        modem.module.say("RING")
        assert modem.alive
        assert modem.deaths == [UnicodeDecodeError]
        assert told == []


def test_d3_a_bad_byte_is_noise_and_the_line_goes_on() -> None:
    ours = Ours(Script())
    ours.hears(b"\xff\r\n\xc3\x28\r\n" + said("RING"))
    assert len(ours.of(CallRinging)) == 1


def test_d3_library_does_not_notice_that_the_port_is_gone(tmp_path: Path) -> None:
    fatal: list[Exception] = []
    with library(tmp_path / "module", Script()) as modem:
        modem.fatalErrorCallback = fatal.append
        modem._notification = UnplugsItself(modem.module)
        modem.module.say("RING")
        modem.rxThread.join()
        assert modem.alive
        assert modem.deaths == [OSError]  # of FIONREAD; only pyserial's own error is caught
        assert fatal == []


def test_d3_an_unplugged_port_is_told_whatever_was_read_before(tmp_path: Path) -> None:
    module = ScriptedModule(tmp_path / "module", Script())
    with our_port(module) as line:
        module.say("RING")
        line.sees(CallRinging)
        module.unplug()
        line.sees(CallEnded, reason=EndReason.LOST)
        line.sees(LineChanged, state=LineState.MISSING)


# -- D4: which lines end an answer


def test_d4_library_ends_an_answer_at_any_line_that_begins_with_ok(tmp_path: Path) -> None:
    script = Script()
    with library(tmp_path / "module", script) as modem:
        script.next("AT+CGMI", ("OKI ELECTRIC", "OK"))
        assert modem.write("AT+CGMI") == ["OKI ELECTRIC"]  # the OK is still to come: an answer to the next command


def test_d4_only_a_whole_line_is_a_final_result() -> None:
    script = Script()
    script.answers["AT+CGMI"] = ("OKI ELECTRIC", "ERRORS INC", "OK")
    assert Ours(script).of(LineChanged)[-1].maker == "OKI ELECTRIC"


@pytest.mark.parametrize("word", ["NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE", "CONNECT", "+CME ERROR: SIM busy"])
def test_d4_library_waits_for_the_end_of_an_answer_that_has_ended(tmp_path: Path, word: str) -> None:
    script = Script()
    script.answers["ATD10086;"] = (word,)
    with library(tmp_path / "module", script) as modem, pytest.raises(TimeoutException) as waited:
        modem.dial("10086", timeout=SHORT_S)
    assert waited.value.data == [word]


@pytest.mark.parametrize(
    ("word", "reason"),
    [("NO CARRIER", EndReason.REMOTE), ("BUSY", EndReason.BUSY), ("NO ANSWER", EndReason.NO_ANSWER),
     ("NO DIALTONE", EndReason.FAILED), ("+CME ERROR: SIM busy", EndReason.FAILED)],
)  # fmt: skip
def test_d4_a_refused_call_ends_with_its_reason_at_once(word: str, reason: EndReason) -> None:
    script = Script()
    script.answers["ATD10086;"] = (word,)
    ours = Ours(script)
    ours.does(Dial(1, "10086"))
    assert [event.reason for event in ours.of(CallEnded)] == [reason]


def test_d4_connect_is_the_answer_to_dialling() -> None:
    script = Script()
    script.answers["ATD10086;"] = ("CONNECT",)
    ours = Ours(script)
    ours.does(Dial(1, "10086"))
    assert len(ours.of(CallAnswered)) == 1
