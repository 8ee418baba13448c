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

from appliance.clock import RealClock
from appliance.desk import DeskThread
from modem.commands import Command, DeleteSms, ReadStores, SendSms
from modem.events import (
    CallRinging,
    CommandRefused,
    Event,
    LineChanged,
    LineState,
    RawAnswer,
    SmsPartSent,
    SmsSent,
    SmsStored,
    Unrecognised,
)
from modem.fleet import Fleet, LineSettings
from tests.appliance.small_office import WANG, ZHAO, SmallOffice
from tests.support import Simulator, eventually


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
    assert thread.is_alive()
    done = threading.Event()
    office.on_command = lambda command: done.set()
    inbox.events.put(office.sms(from_=WANG, text="路灯"))

    def time_passes() -> bool:  # the pause after the bug may begin only now
        office.clock.advance(5)
        return done.is_set()

    eventually(time_passes)


class _Flood(_Inbox):
    """There is always another event; each takes a moment to get."""

    def __init__(self, office: SmallOffice) -> None:
        super().__init__()
        self._office = office

    def get(self, timeout_s: float) -> Event | None:
        self._office.clock.advance(0.001)
        return RawAnswer("line1", 1, ("OK",))


def test_a_flood_of_events_is_no_reason_not_to_look_up(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    ticked = threading.Event()

    def tick() -> list[tuple[str, Command]]:
        ticked.set()
        return []

    monkeypatch.setattr(office.desk, "tick", tick)
    thread = DeskThread(office.desk, _Flood(office), office.clock)
    thread.start()
    try:
        assert ticked.wait(10)
    finally:
        thread.stop()
    assert not thread.is_alive()  # the flood goes on; the thread has heard that it is to end


# --- a desk that hangs ---


class _Hanging(_Inbox):
    """Whoever takes from it may be held."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go, self.is_held = threading.Event(), threading.Event()
        self.may_go.set()

    def get(self, timeout_s: float) -> Event | None:
        if not self.may_go.is_set():
            self.is_held.set()
            self.may_go.wait()
        return super().get(timeout_s)


def test_a_desk_that_hangs_for_a_minute_gives_no_sign_of_life(office: SmallOffice) -> None:
    inbox = _Hanging()
    thread = DeskThread(office.desk, inbox, office.clock)
    assert not thread.is_alive()
    office.clock.advance(100)
    thread.start()
    try:
        assert thread.is_alive()  # a minute counts from the start
        inbox.may_go.clear()
        assert inbox.is_held.wait(10)
        office.clock.advance(59)
        assert thread.is_alive()
        office.clock.advance(1)
        assert not thread.is_alive()
        inbox.may_go.set()
        eventually(thread.is_alive)
    finally:
        inbox.may_go.set()
        thread.stop()


# --- the screen pop and the disk ---


def test_a_ring_is_announced_while_the_disk_holds_up_a_text(
    office: SmallOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_held, may_go, in_hand = threading.Event(), threading.Event(), threading.Event()
    intake = office.desk._intake
    take = intake.take

    def noticed(event: SmsStored) -> Command:
        in_hand.set()
        return take(event)

    def hold_the_writer() -> None:
        with office.store.transaction():
            is_held.set()
            may_go.wait(60)

    monkeypatch.setattr(intake, "take", noticed)
    holder = threading.Thread(target=hold_the_writer)
    with Simulator(tmp_path, "line1") as town:
        fleet = Fleet([LineSettings("line1", str(town.link))], RealClock(), at_once=office.desk.at_once)
        thread = DeskThread(office.desk, fleet.inbox, office.clock)
        thread.start()
        fleet.start()
        try:
            eventually(lambda: fleet.lines()[0].state is LineState.READY)
            holder.start()
            assert is_held.wait(10)
            town.ask("sms", number=ZHAO, text="路灯")
            assert in_hand.wait(10)
            subscription = office.office.feed.subscribe()
            town.ask("ring", number=WANG)
            eventually(lambda: [card.number for card in office.office.calls.board()] == [WANG])
            assert holder.is_alive(), "the writer was free: this test says nothing"
            assert {(item.kind, item.id) for item in subscription.take(0)} == {("ring", 1)}
            assert (office.count("call"), office.count("sms_in")) == (0, 0)
            may_go.set()
            eventually(lambda: office.count("call") == office.count("sms_in") == 1)
        finally:
            may_go.set()
            fleet.stop()
            thread.stop()
            holder.join(10)


def test_a_ring_that_cannot_be_announced_costs_nothing_but_itself(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def bug(*_: object, **__: object) -> None:
        raise ValueError(WANG)

    with monkeypatch.context() as broken:
        broken.setattr(office.office.feed, "announce", bug)
        office.desk.at_once(CallRinging("line1", 1, WANG))
    assert "CallRinging could not be announced: ValueError" in caplog.text
    assert WANG not in caplog.text


# --- the end ---


def test_a_desk_that_closes_claims_no_message_and_hears_what_became_of_the_last(office: SmallOffice) -> None:
    office.text(from_=WANG, text="路灯")
    ((line, last),) = office.next_sends()
    office.text(from_=ZHAO, text="停水")
    inbox = _Inbox()
    thread = DeskThread(office.desk, inbox, office.clock)
    thread.close_for_new()
    inbox.events.put(SmsPartSent(line, last.ref, 1, 1, 7))
    inbox.events.put(SmsSent(line, last.ref, (7,)))
    inbox.events.put(CommandRefused(line, ReadStores(), "stopped"))
    thread.start()
    assert thread.drain()
    assert inbox.events.empty()
    thread.stop()
    assert [row["state"] for row in office.outbox()] == ["sent", "queued"]


def test_a_drained_desk_has_handled_everything_however_much_it_was(office: SmallOffice) -> None:
    inbox = _Hanging()
    thread = DeskThread(office.desk, inbox, office.clock)
    inbox.may_go.clear()
    thread.start()
    assert inbox.is_held.wait(10)
    for _ in range(20):
        inbox.events.put(office.sms(from_=WANG, text=f"路灯 {_}"))
    assert not thread.drain(0.0), "it hangs"
    inbox.may_go.set()
    assert thread.drain()
    assert office.count("sms_in") == 20
    thread.stop()


def test_a_thread_that_never_started_may_be_stopped(office: SmallOffice) -> None:
    thread = DeskThread(office.desk, _Inbox(), office.clock)
    assert not thread.drain()
    thread.stop()
    assert not thread.is_alive()
