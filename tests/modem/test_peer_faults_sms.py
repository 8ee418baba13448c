"""Faults of python-gsmmodem-new with stored messages (D6, D7), reproduced on it, and the same messages to ours."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from gsmmodem.exceptions import CommandError
from gsmmodem.modem import Sms

from modem import multipart
from modem.events import Deliver, SmsStored, Undecodable
from tests.modem.deliver_pdus import concatenated, deliver, report
from tests.modem.peer import Ours, library, quiet
from tests.modem.scripted import READ, UNREAD, UNSENT, Script, said
from tests.modem.waiting import wait_until

LAMP = deliver("路灯坏了")
BROKEN = "0004XX"
DRAFT = "0001000B913108108300F00008044F60597D"


class OfficeFails(Exception):
    """The database is locked, the disk is full: whatever may happen to who takes a message."""


def fails(_message: Any) -> None:
    raise OfficeFails


# -- D6: reading and deleting


def test_d6_library_gives_a_good_message_the_slot_of_a_broken_one(tmp_path: Path) -> None:
    script = Script()
    script.stores["ME"] |= {1: (UNREAD, BROKEN), 2: (UNREAD, LAMP)}
    with library(tmp_path / "module", script) as modem:
        messages = modem.listStoredSms(status=Sms.STATUS_RECEIVED_UNREAD, delete=True)
    assert [(message.text, message.index) for message in messages] == [("路灯坏了", 1)]
    assert script.sent("AT+CMGD") == ["AT+CMGD=1,0"]
    assert list(script.stores["ME"]) == [2]  # the broken one is lost unread; the good one comes again


def test_d6_each_message_is_told_with_its_own_slot_and_kept_until_it_is_committed() -> None:
    script = Script()
    script.stores["ME"] |= {1: (UNREAD, BROKEN), 2: (UNREAD, LAMP)}
    ours = Ours(script, commits=False)
    assert {event.slot.index: event.pdu for event in ours.of(SmsStored)}[2] == LAMP
    ours.later(120)
    broken = next(event for event in ours.of(SmsStored) if event.slot.index == 1)
    assert isinstance(broken.message, Undecodable)
    assert script.sent("AT+CMGD") == []


def test_d6_library_deletes_everything_there_is_when_it_lists_everything(tmp_path: Path) -> None:
    script = Script()
    script.stores["ME"] |= {1: (UNREAD, LAMP), 2: (UNREAD, BROKEN)}
    with library(tmp_path / "module", script) as modem:
        messages = modem.listStoredSms(delete=True)
    assert [message.text for message in messages] == ["路灯坏了"]
    assert script.sent("AT+CMGD") == ["AT+CMGD=1,4"]
    assert script.stores["ME"] == {}


def test_d6_ours_never_deletes_what_nobody_has_committed() -> None:
    script = Script()
    script.stores["ME"] |= {1: (UNREAD, LAMP), 2: (UNREAD, BROKEN), 3: (UNSENT, DRAFT)}
    ours = Ours(script)
    ours.later(120)
    assert ours.texts() == ["路灯坏了"]
    assert sorted(script.stores["ME"]) == [2, 3]  # hex that is none is told and left; a draft is nobody's message
    assert script.sent("AT+CMGD=1,4") == []


def test_d6_library_lists_nothing_if_a_draft_lies_among_the_messages(tmp_path: Path) -> None:
    script = Script()
    script.stores["ME"] |= {1: (READ, LAMP), 2: (UNSENT, DRAFT)}
    with library(tmp_path / "module", script) as modem, pytest.raises(CommandError, match="SMS-SUBMIT"):
        modem.listStoredSms()


def test_d6_a_draft_hides_no_message() -> None:
    script = Script()
    script.stores["ME"] |= {1: (READ, LAMP), 2: (UNSENT, DRAFT)}
    assert Ours(script).texts() == ["路灯坏了"]


def test_d6_library_deletes_a_stored_message_before_it_hands_it_over(tmp_path: Path) -> None:
    script = Script()
    script.stores["ME"][1] = (UNREAD, LAMP)
    with library(tmp_path / "module", script, smsReceivedCallbackFunc=fails) as modem, pytest.raises(OfficeFails):
        modem.processStoredSms()
    assert script.stores["ME"] == {}


def test_d6_library_deletes_a_status_report_before_it_hands_it_over(tmp_path: Path) -> None:
    script, given = Script(), list[bool]()
    script.stores["SM"][1] = (UNREAD, report(17))

    def takes(_report: Any) -> None:
        given.append(bool(script.stores["SM"]))
        raise OfficeFails

    with library(tmp_path / "module", script, smsStatusReportCallback=takes) as modem:
        modem.module.say('+CDSI: "SM",1')
        wait_until(lambda: given != [])
    assert given == [False]


def test_d6_what_the_office_did_not_commit_stays_in_the_module_and_is_told_again() -> None:
    script = Script()
    script.stores["SM"] |= {1: (UNREAD, LAMP), 2: (UNREAD, report(17))}
    ours = Ours(script, commits=False)
    ours.later(70)
    assert sorted(script.stores["SM"]) == [1, 2]
    assert [event.slot.index for event in ours.of(SmsStored)] == [1, 2, 1, 2]


def test_d6_library_forgets_a_message_that_could_not_be_read_at_once(tmp_path: Path) -> None:
    script, told = Script(), list[Any]()
    script.stores["SM"][1] = (UNREAD, LAMP)
    with library(tmp_path / "module", script, smsReceivedCallbackFunc=told.append) as modem:
        script.next("AT+CMGR=1", ("+CMS ERROR: 500",))
        modem.module.say('+CMTI: "SM",1')
        wait_until(lambda: modem.deaths != [])
        quiet()
    assert told == []
    assert len(script.sent("AT+CMGR")) == 1


def test_d6_a_message_that_could_not_be_read_at_once_is_read_later() -> None:
    script = Script()
    ours = Ours(script)
    script.stores["SM"][1] = (UNREAD, LAMP)
    script.next("AT+CMGL=0", ("+CMS ERROR: 500",))
    ours.hears(said('+CMTI: "SM",1'))
    assert ours.texts() == []
    ours.later(5)
    assert ours.texts() == ["路灯坏了"]


# -- D7: parts, doubles, lost indications, stores


def parts() -> dict[int, tuple[int, str]]:
    """One text in two parts, cut inside a sign of two halves."""
    halves = ("你好\ud83d", "\ude00再见")
    bodies = [half.encode("utf-16-be", "surrogatepass").hex().upper() for half in halves]
    return {at: (UNREAD, deliver(data=body, header=concatenated(9, 2, at))) for at, body in enumerate(bodies, 1)}


def test_d7_library_hands_over_parts_as_messages(tmp_path: Path) -> None:
    script, told = Script(), list[str]()
    script.stores["ME"] |= parts()
    with library(tmp_path / "module", script, smsReceivedCallbackFunc=lambda sms: told.append(sms.text)) as modem:
        modem.processStoredSms()
    assert told == ["你好\ud83d", "\ude00再见"]


def test_d7_parts_know_their_place_and_join_to_one_text() -> None:
    script = Script()
    script.stores["ME"] |= parts()
    messages = [event.message for event in Ours(script).of(SmsStored)]
    assert all(isinstance(message, Deliver) and message.reference == 9 and message.total == 2 for message in messages)
    assert multipart.join([message for message in messages if isinstance(message, Deliver)]) == "你好😀再见"


def test_d7_library_tells_a_message_twice_that_two_stores_show(tmp_path: Path) -> None:
    script, told = Script(), list[str]()
    script.stores["SM"][1] = script.stores["ME"][4] = (UNREAD, LAMP)
    with library(tmp_path / "module", script, smsReceivedCallbackFunc=lambda sms: told.append(sms.text)) as modem:
        for count, news in enumerate(('+CMTI: "SM",1', '+CMTI: "ME",4'), 1):
            modem.module.say(news)
            wait_until(lambda: len(told) == count)  # noqa: B023  # waited for before the loop goes on
            quiet()
    assert told == ["路灯坏了", "路灯坏了"]


def test_d7_a_message_that_two_stores_show_is_told_once() -> None:
    script = Script()
    script.stores["SM"][1] = script.stores["ME"][4] = (UNREAD, LAMP)
    ours = Ours(script, commits=False)
    ours.later(30)
    assert ours.texts() == ["路灯坏了"]


def test_d7_library_never_looks_for_a_message_whose_indication_was_lost(tmp_path: Path) -> None:
    script = Script()
    with library(tmp_path / "module", script):
        others = [thread for thread in threading.enumerate() if thread is not threading.current_thread()]
        mine = [thread.name for thread in others if "_readLoop" in thread.name]
        script.stores["SM"][1] = (UNREAD, LAMP)
        quiet()
        assert len(mine) == 1  # it only reads; whatever asks is started by what it has read
        assert script.asked == []


def test_d7_a_message_whose_indication_was_lost_is_found_by_the_poll() -> None:
    script = Script()
    ours = Ours(script)
    script.stores["SM"][1] = (UNREAD, LAMP)
    ours.later(31)
    assert ours.texts() == ["路灯坏了"]


def test_d7_library_reads_one_store_and_that_is_not_the_sim(tmp_path: Path) -> None:
    script, told = Script(), list[Any]()
    script.stores["SM"][1] = (UNREAD, LAMP)
    with library(tmp_path / "module", script, smsReceivedCallbackFunc=told.append) as modem:
        modem.processStoredSms()
    assert told == []
    assert not script.sent('AT+CPMS="SM"')


def test_d7_both_stores_are_read_at_the_start() -> None:
    script = Script()
    script.stores["SM"][1] = (UNREAD, LAMP)
    script.stores["ME"][1] = (READ, deliver("井盖不见了"))
    assert sorted(Ours(script).texts()) == ["井盖不见了", "路灯坏了"]
