"""The desk thread's table, and the dull thread around it."""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from appliance.desk import DeskThread
from modem.commands import DeleteSms, ReadStores, SendSms
from modem.events import CommandRefused, Event, LineChanged, LineState, RawAnswer, Unrecognised
from tests.appliance.small_office import WANG, ZHAO, SmallOffice


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def test_every_word_of_the_telephone_side_has_a_place_on_the_desk(office: SmallOffice) -> None:
    handled = set(office.desk._table)
    words = {word for part in get_args(Event) for word in (get_args(part) or (part,))}
    assert {word.__name__ for word in words} - {word.__name__ for word in handled} == {"SmsStored"}


def test_words_for_the_technician_change_nothing(office: SmallOffice) -> None:
    assert office.handle(RawAnswer("line1", 1, ("OK",))) == []
    assert office.handle(Unrecognised("line1", b"\xff")) == []
    assert office.handle(CommandRefused("line1", ReadStores(), "no")) == []


def test_a_bug_costs_one_event_and_never_says_anybodys_words(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def bug(*_: object) -> None:
        raise ValueError("路灯 13900001111")

    monkeypatch.setitem(office.desk._table, LineChanged, bug)
    assert office.handle(LineChanged("line1", LineState.READY)) == []
    assert "ValueError at test_desk.py" in caplog.text
    assert "路灯" not in caplog.text
    assert WANG not in caplog.text


def test_a_full_disk_deletes_nothing(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("db.messages.add_pdu", full)
        assert office.handle(office.sms(from_=WANG, text="路灯")) == []
        broken.setattr("appliance.outreach.sending.rows.queued", full)
        assert office.desk.tick() == []
    event = office.sms(from_=WANG, text="路灯")
    assert office.handle(event) == [("line1", DeleteSms((event.slot,)))]


def test_the_log_names_ids_and_masked_numbers_only(office: SmallOffice, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    no = office.ticket_asked(text="东街路灯不亮")
    office.text(from_=WANG, text="5 谢谢师傅")
    office.hang_up(office.ring(from_="+86" + ZHAO))
    office.deliver()
    office.crash()
    office.clock.advance(days=40)
    office.sweep()
    assert f"ticket {no}" in caplog.text or "message 1 from 139****1111 came in: draft" in caplog.text
    for secret in (WANG, ZHAO, "路灯", "谢谢", "修复", "13800003333"):
        assert secret not in caplog.text, secret
    assert "139****1111" in caplog.text
    assert "137****2222" in caplog.text


class _Inbox:
    """A queue like the fleet's."""

    def __init__(self) -> None:
        self.events: queue.Queue[Event] = queue.Queue()

    def get(self, timeout_s: float) -> Event | None:
        try:
            return self.events.get(timeout=min(timeout_s, 0.01))
        except queue.Empty:
            return None


@pytest.fixture
def running(office: SmallOffice) -> Iterator[tuple[SmallOffice, _Inbox, DeskThread]]:
    inbox = _Inbox()
    thread = DeskThread(office.desk, inbox, office.clock)
    thread.start()
    yield office, inbox, thread
    thread.stop()


def test_the_thread_carries_events_in_and_commands_out(running: tuple[SmallOffice, _Inbox, DeskThread]) -> None:
    office, inbox, thread = running
    sent = threading.Event()
    office.on_command = lambda command: sent.set() if isinstance(command, SendSms) else None
    event = office.sms(from_=WANG, text="东街路灯不亮")
    inbox.events.put(event)
    assert sent.wait(10)
    assert office.commands[0] == ("line1", DeleteSms((event.slot,)))
    thread.stop()
    assert not thread.is_alive()


def test_the_thread_outlives_every_bug(
    running: tuple[SmallOffice, _Inbox, DeskThread], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, inbox, thread = running
    tripped = threading.Event()

    def bug(*_: object) -> None:
        tripped.set()
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(office.desk, "tick", bug)
        assert tripped.wait(10)
    office.clock.advance(5)
    assert thread.is_alive()
    done = threading.Event()
    office.on_command = lambda command: done.set()
    inbox.events.put(office.sms(from_=WANG, text="路灯"))
    assert done.wait(10)


def test_a_thread_that_never_started_may_be_stopped(office: SmallOffice) -> None:
    thread = DeskThread(office.desk, _Inbox(), office.clock)
    thread.stop()
    assert not thread.is_alive()
