"""Fleet, port and conversation together on the simulated module, in its own process: the whole telephone at once.

The simulator puts unsolicited lines between, and into, answers by default.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from modem import multipart
from modem.commands import Answer, DeleteSms, Dial, HangUp, SendSms
from modem.events import (
    CallAnswered,
    CallDialing,
    CallEnded,
    CallerKnown,
    CallRinging,
    Deliver,
    Event,
    LineChanged,
    LineState,
    Report,
    ReportState,
    SmsFailed,
    SmsPartSent,
    SmsSent,
    SmsStored,
)
from modem.fleet import Fleet, LineSettings
from tests.modem.pty_module import MovableClock
from tests.modem.waiting import Listener, wait_until
from tests.support import Simulator


class Town(Listener):
    """A simulated module with its network, our fleet on it, and an office that commits in memory, then deletes."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        super().__init__()
        self.simulator = Simulator(folder, "gsm", *arguments)
        self.simulator.__enter__()
        self.does = self.simulator.ask
        self.clock = MovableClock()
        self.fleet = Fleet([LineSettings("line1", str(self.simulator.link))], self.clock)
        self.fleet.start()
        self.committed: dict[str, Deliver] = {}  # PDU -> message: what an office would have in its tables
        self.told_twice = 0
        self.is_committing = True

    def take_all(self) -> None:
        """What the desk does: commit, and only then have it deleted."""
        while (event := self.fleet.inbox.get(0)) is not None:
            self.take(event)
            if isinstance(event, SmsStored) and self.is_committing:
                if isinstance(event.message, Deliver):
                    self.told_twice += event.pdu in self.committed
                    self.committed[event.pdu] = event.message
                self.fleet.send("line1", DeleteSms((event.slot,)))

    def until(self, is_so: Callable[[], bool]) -> None:
        def looked() -> bool:
            self.take_all()
            return is_so()

        wait_until(looked)

    def waits_for(self, kind: type, **fields: object) -> Any:
        found: list[Event] = []

        def came() -> bool:
            found.extend(event for event in self.events[self.mark :] if isinstance(event, kind)
                         and all(getattr(event, name) == fields[name] for name in fields))  # fmt: skip
            return bool(found)

        self.until(came)
        self.mark = self.events.index(found[0]) + 1
        return found[0]

    mark = 0

    def send(self, *command: Any) -> None:
        for each in command:
            self.fleet.send("line1", each)

    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.fleet.wake()

    def texts(self) -> list[str]:
        singles = [multipart.text_of(part) for part in self.committed.values() if part.total == 1]
        groups: dict[tuple[str, int | None], list[Deliver]] = {}
        for part in self.committed.values():
            if part.total > 1:
                groups.setdefault((part.sender, part.reference), []).append(part)
        return sorted(singles + [multipart.join(parts) for parts in groups.values() if len(parts) == parts[0].total])

    def end(self) -> None:
        assert self.fleet.stop()
        self.simulator.__exit__()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Callable[..., Town]]:
    towns: list[Town] = []

    def build(*arguments: str) -> Town:
        towns.append(Town(tmp_path, *arguments))
        towns[-1].waits_for(LineChanged, state=LineState.READY)
        return towns[-1]

    yield build
    for each in towns:
        each.end()


Build = Callable[..., Town]

LONG = "𠮷先生：您好😀，" * 20


def test_chinese_messages_of_several_parts_arrive_whole_and_leave_the_sim(town: Build) -> None:
    here = town()
    here.does("sms", number="13800138000", text="路灯坏了")
    here.does("sms", number="13900139000", text=LONG)
    here.until(lambda: here.does("state")["on_sim"] == 0 and len(here.texts()) == 2)
    assert here.texts() == sorted(["路灯坏了", LONG])


def test_our_message_of_several_parts_is_shown_whole_and_every_part_reported(town: Build) -> None:
    here = town()
    here.does("set", report_delay_s=0.1)
    here.send(SendSms(5, "13800138000", LONG))
    sent = here.waits_for(SmsSent, ref=5)
    assert [message["text"] for message in here.does("phones")["messages"]] == [LONG]

    def reported() -> set[int]:
        reports = [event.message for event in here.events if isinstance(event, SmsStored)]
        return {each.reference for each in reports if isinstance(each, Report) and each.state is ReportState.DELIVERED}

    here.until(lambda: reported() == set(sent.references))
    assert len([event for event in here.events if isinstance(event, SmsPartSent)]) == len(sent.references)


@pytest.mark.parametrize("make", ["generic", "quectel", "simcom", "huawei", "a7670", "sim800", "e173", "air724"])
def test_calls_in_and_out_have_their_whole_story(town: Build, make: str) -> None:
    here = town("--profile", make)
    here.does("ring", number="13800138000")
    here.waits_for(CallRinging, call=1)
    here.waits_for(CallerKnown, call=1, number="13800138000")
    here.send(Answer(1))
    here.waits_for(CallAnswered, call=1)
    here.does("hangup")
    here.waits_for(CallEnded, call=1, reason="remote")
    here.send(Dial(7, "13900139000"))
    here.waits_for(CallDialing, call=2, ref=7)
    here.until(lambda: any(call["state"] in ("ringing", "alerting") for call in here.does("calls")["current"]))
    here.does("pickup")
    here.waits_for(CallAnswered, call=2)
    here.send(HangUp(2))
    here.waits_for(CallEnded, call=2, reason="local")
    here.send(Dial(8, "13900139000"))
    here.waits_for(CallDialing, call=3)
    here.until(lambda: any(call["state"] in ("ringing", "alerting") for call in here.does("calls")["current"]))
    here.does("refuse")
    ended = here.waits_for(CallEnded, call=3)
    assert ended.reason in ("busy", "remote")
    here.does("ring", number="")
    here.waits_for(CallRinging, call=4)
    here.waits_for(CallerKnown, call=4, number="")
    here.send(HangUp(4))
    here.waits_for(CallEnded, call=4, reason="local")


def flood(here: Town, count: int) -> list[str]:
    texts = [f"第{number}条" + ("很长" * 60 if number % 5 == 0 else "") for number in range(count)]
    messages = [{"number": f"1380000{number:04}", "text": text} for number, text in enumerate(texts)]
    here.does("sms", messages=messages)
    return sorted(texts)


def test_a_flood_is_read_whole_while_calls_ring_and_the_module_chatters(town: Build) -> None:
    here = town("--sim-slots", "20")
    here.does("fault", chatter=0.01)
    texts = flood(here, 150)
    for call in range(1, 6):
        here.does("ring", number="13800138000")
        here.waits_for(CallRinging, call=call)
        here.does("hangup")
        here.waits_for(CallEnded, call=call)
    here.until(lambda: len(here.texts()) == len(texts))
    assert here.texts() == texts
    here.until(lambda: here.does("state")["on_sim"] == 0)


def test_a_message_whose_indication_was_lost_is_found_by_the_poll(town: Build) -> None:
    here = town()
    here.does("fault", lose_next_indications=1)
    here.does("sms", number="13800138000", text="路灯坏了")
    here.until(lambda: here.does("state")["on_sim"] == 1)
    assert not here.committed
    here.time_passes(31)
    here.until(lambda: here.texts() == ["路灯坏了"])


def test_nothing_is_lost_when_the_module_restarts_or_is_unplugged_in_a_flood(town: Build) -> None:
    here = town("--sim-slots", "10", "--baud", "115200")
    texts = flood(here, 100)
    for trouble in ({"reset": True}, {"unplug": 0.2}, {"noise": "ff" * 50 + "0d0a3f3f3f0d0a"}, {"reset": True}):
        before = len(here.committed)
        here.until(lambda before=before: len(here.committed) > before + 5)  # type: ignore[misc]
        here.does("fault", **trouble)
        hurry(here)
    here.until(lambda: len(here.texts()) == len(texts))
    assert here.texts() == texts
    hurry(here)
    here.until(lambda: here.does("state")["on_sim"] == 0)


def hurry(here: Town) -> None:
    """Waiting and back-off pass quickly, a bit at a time, so that answers still come in time."""
    for _ in range(20):
        here.time_passes(1.0)
        time.sleep(0.02)
        here.take_all()


def test_what_the_office_has_not_committed_stays_on_the_sim(town: Build) -> None:
    here = town()
    here.is_committing = False
    here.does("sms", number="13800138000", text="路灯坏了")
    here.waits_for(SmsStored)
    here.does("fault", reset=True)
    hurry(here)
    here.waits_for(LineChanged, state=LineState.READY)
    assert here.does("state")["on_sim"] == 1
    here.is_committing = True
    here.time_passes(65)  # told already, so it is told again after a minute only
    here.until(lambda: here.texts() == ["路灯坏了"] and here.does("state")["on_sim"] == 0)


def test_refused_sends_are_told_with_their_code_and_nothing_arrives(town: Build) -> None:
    here = town()
    here.does("fault", fail_next_sends=[42, 21])
    here.send(SendSms(1, "13800138000", "hello"), SendSms(2, "13800138000", "hello"), SendSms(3, "13800138000", "last"))
    assert here.waits_for(SmsFailed, ref=1).kind == "transient"
    assert here.waits_for(SmsFailed, ref=2).kind == "permanent"
    here.waits_for(SmsSent, ref=3)
    assert [message["text"] for message in here.does("phones")["messages"]] == ["last"]


def test_a_send_without_a_result_is_unclear_and_the_line_recovers(town: Build) -> None:
    here = town()
    here.does("fault", swallow_next_send_result=1)
    here.send(SendSms(1, "13800138000", "once"))
    here.until(lambda: len(here.does("phones")["messages"]) == 1)
    here.time_passes(61)
    assert here.waits_for(SmsFailed, ref=1).kind == "unclear"
    hurry(here)
    here.waits_for(LineChanged, state=LineState.READY)
    here.send(SendSms(2, "13800138000", "twice"))
    here.waits_for(SmsSent, ref=2)
    assert [message["text"] for message in here.does("phones")["messages"]] == ["once", "twice"]
