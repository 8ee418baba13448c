"""The inbox: calls overtake, order is kept, noise is bounded, a waiting taker wakes."""

from __future__ import annotations

import threading

from modem.commands import Dial, SendSms
from modem.events import (
    CallEnded,
    CallRinging,
    CommandRefused,
    EndReason,
    Event,
    LineChanged,
    LineState,
    SmsSent,
    Unrecognised,
)
from modem.inbox import MOST_UNRECOGNISED, Inbox

READY = LineChanged("line1", LineState.READY)


def all_of(inbox: Inbox) -> list[Event]:
    taken = []
    while (event := inbox.get(0)) is not None:
        taken.append(event)
    return taken


def test_calls_overtake_and_each_kind_keeps_its_order() -> None:
    inbox = Inbox()
    sent = [SmsSent("line1", ref, (ref,)) for ref in range(3)]
    rings: list[Event] = [
        CallRinging("line1", 1, None),
        CallEnded("line1", 1, EndReason.REMOTE),
        CallRinging("line2", 1, None),
    ]
    for message, call in zip(sent, rings, strict=True):
        inbox.put(message)
        inbox.put(call)
    assert len(inbox) == 6
    assert all_of(inbox) == [*rings, *sent]


def test_a_refused_call_command_goes_with_the_calls_and_a_refused_message_does_not() -> None:
    inbox = Inbox()
    of_message = CommandRefused("line1", SendSms(1, "12345", "hello"), "not ready")
    of_call = CommandRefused("line1", Dial(2, "10086"), "not ready")
    inbox.put(of_message)
    inbox.put(READY)
    inbox.put(of_call)
    assert all_of(inbox) == [of_call, of_message, READY]


def test_noise_is_bounded_and_everything_else_is_not() -> None:
    inbox = Inbox()
    for _ in range(MOST_UNRECOGNISED * 2):
        inbox.put(Unrecognised("line1", b"?"))
        inbox.put(READY)
    taken = all_of(inbox)
    assert sum(isinstance(event, Unrecognised) for event in taken) == MOST_UNRECOGNISED
    assert taken.count(READY) == MOST_UNRECOGNISED * 2
    inbox.put(Unrecognised("line1", b"?"))
    assert len(inbox) == 1


def test_a_waiting_taker_wakes_and_an_empty_inbox_gives_nothing() -> None:
    inbox = Inbox()
    assert inbox.get(0.01) is None
    taken: list[object] = []
    taker = threading.Thread(target=lambda: taken.append(inbox.get(10)))
    taker.start()
    inbox.put(READY)
    taker.join(10)
    assert taken == [READY]
