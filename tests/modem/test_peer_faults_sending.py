"""Faults of python-gsmmodem-new in sending (D8), reproduced on it, and the same texts, answers and reports to ours."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from gsmmodem.exceptions import CommandError, TimeoutException
from gsmmodem.modem import GsmModem, SentSms, StatusReport

from modem.commands import RawCommand, SendSms
from modem.events import Report, ReportState, SmsFailed, SmsPartSent, SmsReport, SmsSent, Undecodable
from tests.modem.deliver_pdus import report
from tests.modem.peer import Ours, library, quiet
from tests.modem.scripted import Script, said
from tests.modem.waiting import wait_until

SHORT_S = 0.2
LONG = "a" * 200  # two parts
TRYING = 0x30  # TP-Status: still trying, 23.040 9.2.3.15


def test_d8_library_lets_another_thread_write_into_the_prompt(tmp_path: Path) -> None:
    script, refused = Script(), list[BaseException]()

    def send() -> None:
        try:
            modem.sendSms("10086", "hello")
        except CommandError as error:
            refused.append(error)

    with library(tmp_path / "module", script) as modem:
        script.next("AT+CPBS?", ("+CMS ERROR: 515",))
        modem.write("AT+CPBS?")  # it now pauses after every command, as it does for slow modules
        sender = threading.Thread(target=send)
        sender.start()
        wait_until(lambda: script.sent("AT+CMGS") != [])
        modem.write("AT+CREG?", waitForResponse=False)
        sender.join()
    assert [line[:8] for line in script.asked[-3:]] == ["AT+CMGS=", "AT+CREG?", "00210005"]
    assert len(refused) == 1  # +CMS ERROR: 304, and the message is not sent


def test_d8_nothing_is_written_between_prompt_and_text() -> None:
    script = Script()
    ours = Ours(script)
    script.prompts = False
    ours.does(SendSms(1, "10086", "hello"))
    ours.does(RawCommand("AT+CREG?", 2))
    script.prompts = True
    ours.hears(b"\r\n> ")
    assert [line[:8] for line in script.asked] == ["AT+CMGS=", "00210005", "AT+CREG?"]
    assert len(ours.of(SmsSent)) == 1


def test_d8_library_leaves_a_lost_prompt_standing(tmp_path: Path) -> None:
    script, written = Script(), list[bytes]()
    with library(tmp_path / "module", script) as modem:
        script.prompts = False
        write = modem.serial.write

        def recorded(data: bytes) -> None:
            written.append(data)
            write(data)

        modem.serial.write = recorded
        for command in ("AT+CMGS=18", "AT+CREG?"):
            with pytest.raises(TimeoutException):  # the first as sendSms has it, with 5 s shortened
                modem.write(command, timeout=SHORT_S, expectedResponseTermSeq="> ")
    assert written == [b"AT+CMGS=18\r", b"AT+CREG?\r"]  # no ESC: to the module the second is the text of the first


def test_d8_a_lost_prompt_is_left_with_escape() -> None:
    script = Script()
    script.prompts = False
    ours = Ours(script)
    ours.does(SendSms(1, "10086", "hello"))
    ours.later(15)
    assert script.asked[1] == "\x1b"
    assert len(ours.of(SmsFailed)) == 1


def test_d8_library_keeps_the_reference_of_the_last_part_alone(tmp_path: Path) -> None:
    script = Script()
    with library(tmp_path / "module", script) as modem:
        sent = modem.sendSms("10086", LONG)
        assert sent.reference == 18
        assert dict(modem.sentSms) == {18: sent}
        modem.module.say("+CDS: 26", report(17))
        quiet()
        assert sent.status == SentSms.ENROUTE


def test_d8_every_part_has_its_reference() -> None:
    ours = Ours(Script())
    ours.does(SendSms(1, "10086", LONG))
    assert [(event.part, event.reference) for event in ours.of(SmsPartSent)] == [(1, 17), (2, 18)]
    assert [event.references for event in ours.of(SmsSent)] == [(17, 18)]


def test_d8_library_forgets_a_message_that_its_caller_does_not_hold(tmp_path: Path) -> None:
    with library(tmp_path / "module", Script()) as modem:
        modem.sendSms("10086", "hello")
        assert dict(modem.sentSms) == {}


def test_d8_library_changes_the_character_set_of_the_whole_module(tmp_path: Path) -> None:
    script = Script()
    with library(tmp_path / "module", script) as modem:
        modem.sendSms("10086", "您好")
        assert script.sent("AT+CSCS=") == ["AT+CSCS=?", 'AT+CSCS="UCS2"']
        # A caller of a module that obeys: U+0031 U+0033 U+0038, and so on. No digits, so no number.
        assert GsmModem.CLIP_REGEX.match('+CLIP: "003100330038",129') is not None
        called: list[Any] = []
        modem.incomingCallCallback = called.append
        modem.module.say("+CRING: VOICE", '+CLIP: "003100330038",129')
        wait_until(lambda: called != [])
        assert called[0].number == "+003100330038"


def test_d8_chinese_is_sent_without_a_change_of_the_character_set() -> None:
    script = Script()
    ours = Ours(script)
    ours.does(SendSms(1, "10086", "您好"))
    assert len(ours.of(SmsSent)) == 1
    assert [line for line in ours.start_asked + script.asked if "CSCS" in line] == ['AT+CSCS="GSM"']


def test_d8_library_cannot_send_chinese_where_clac_lists_commands_with_at(tmp_path: Path) -> None:
    script = Script()
    script.answers["AT+CLAC"] = ("AT+CSCS,AT+VTS,AT+CMGS", "OK")
    with library(tmp_path / "module", script) as modem, pytest.raises(CommandError, match="CSCS command not supported"):
        modem.sendSms("10086", "您好")


def test_d8_library_calls_a_message_failed_that_is_still_tried(tmp_path: Path) -> None:
    with library(tmp_path / "module", Script()) as modem:
        sent = modem.sendSms("10086", "hello")
        modem.module.say("+CDS: 26", report(17, TRYING))
        wait_until(lambda: sent.report is not None)
        assert sent.report.deliveryStatus == TRYING
        assert sent.status == SentSms.FAILED
        assert StatusReport.FAILED != TRYING


def test_d8_still_trying_is_neither_delivered_nor_failed() -> None:
    ours = Ours(Script())
    ours.hears(said("+CDS: 26", report(17, TRYING)))
    told = ours.of(SmsReport)[0].report
    assert isinstance(told, Report)
    assert (told.reference, told.state) == (17, ReportState.TRYING)


def test_d8_library_does_not_read_the_length_of_a_report() -> None:
    assert GsmModem.CDS_REGEX.match("+CDS: 26") is None
    assert GsmModem.CDS_REGEX.match('+CDS: 26"') is not None


def test_d8_library_loses_its_thread_to_an_unreadable_report(tmp_path: Path) -> None:
    told: list[Any] = []
    with library(tmp_path / "module", Script(), smsStatusReportCallback=told.append) as modem:
        modem.module.say("+CDS: 26", "0006XX")
        wait_until(lambda: modem.deaths != [])
        assert modem.deaths == [UnboundLocalError]
        assert told == []


def test_d8_an_unreadable_report_is_told_with_what_came() -> None:
    ours = Ours(Script())
    ours.hears(said("+CDS: 26", "0006XX"))
    assert ours.of(SmsReport) == [SmsReport("line1", "0006XX", Undecodable("not hexadecimal"))]


def test_d8_library_takes_reports_directly_and_never_acknowledges_them(tmp_path: Path) -> None:
    script = Script()
    script.answers["AT+CNMI=2,1,0,2"] = ("+CMS ERROR: 303",)
    with library(tmp_path / "module", script) as modem:
        script.asked.clear()
        sent = modem.sendSms("10086", "hello")
        modem.module.say("+CDS: 26", report(17))
        wait_until(lambda: sent.report is not None)
        quiet()
    assert script.sent("AT+CNMA") == []


def test_d8_ours_asks_for_the_service_that_needs_no_acknowledgement() -> None:
    ours = Ours(Script())
    assert "AT+CSMS=0" in ours.start_asked
    ours.hears(said("+CDS: 26", report(17)))
    assert len(ours.of(SmsReport)) == 1
