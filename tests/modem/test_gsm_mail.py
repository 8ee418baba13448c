"""Messages in and out share one module: neither waits for ever, and a full SIM does not wait for the network."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from modem.commands import DeleteSms, SendSms
from modem.events import SmsSent, SmsStored
from modem.gsm_mail import HEAP, MOST_LISTINGS
from tests.modem.fast_line import FastLine

SEND_S = 2.5  # CMGS in the profile "real"
HEAP_S = 2.3  # 50 messages of 70 letters on a wire of 115200 Bd, with their delete
LOOK_S = 0.1


def real_line(*, deletes: bool = True) -> FastLine:
    line = FastLine("real", sim_slots=50, deletes=deletes)
    line.later(20)
    line.ask("set", report_copies=0)
    return line


def post(line: FastLine, count: int) -> None:
    line.ask("sms", messages=[{"number": "13900001111", "text": f"{turn:04d} " + "路" * 65} for turn in range(count)])


def answer(line: FastLine, *refs: int) -> None:
    for ref in refs:
        line.send(SendSms(ref, "13900001111", "您好"))


def until(line: FastLine, is_so: Callable[[], bool], most_s: float = 120.0) -> float:
    """The moment when it is so."""
    last_s = line.now_s + most_s
    while not is_so():
        line.later(LOOK_S)
        assert line.now_s < last_s
    return line.now_s


def test_a_backlog_comes_in_at_fifteen_a_second_while_answers_go_out() -> None:
    line = real_line()
    answer(line, *range(1, 41))
    begun_s = line.now_s
    post(line, 400)
    sent_s = [begun_s]

    def is_in() -> bool:
        if len(line.of(SmsSent)) >= len(sent_s):
            sent_s.append(line.now_s)
        return len(line.committed()) == 400

    took_s = until(line, is_in) - begun_s
    assert 400 / took_s >= 15
    longest_s = max(later_s - sooner_s for sooner_s, later_s in pairwise(sent_s))
    assert SEND_S < longest_s <= SEND_S + MOST_LISTINGS * HEAP_S  # the answers went on, one after some heaps
    assert len(sent_s) > 2


def test_answers_wait_a_moment_for_the_commits_of_a_heap_and_its_one_delete() -> None:
    line = real_line(deletes=False)
    answer(line, 1, 2)
    post(line, HEAP)
    until(line, lambda: len(line.of(SmsStored)) == HEAP)
    assert len(line.of(SmsSent)) == 1
    line.later(LOOK_S)
    line.send(DeleteSms(tuple(event.slot for event in line.of(SmsStored))))
    line.later(0.2)
    assert line.ask("state")["deleted"] == HEAP
    line.later(SEND_S)
    assert len(line.of(SmsSent)) == 2


def test_answers_do_not_wait_for_commits_that_never_come() -> None:
    line = real_line(deletes=False)
    answer(line, 1, 2)
    post(line, HEAP)
    until(line, lambda: len(line.of(SmsStored)) == HEAP)
    line.later(1 + SEND_S)
    assert len(line.of(SmsSent)) == 2


def test_a_few_messages_do_not_delay_an_answer() -> None:
    line = real_line(deletes=False)
    answer(line, 1, 2)
    post(line, HEAP - 1)
    told_s = until(line, lambda: len(line.of(SmsStored)) == HEAP - 1)
    assert until(line, lambda: len(line.of(SmsSent)) == 2) - told_s <= SEND_S + 2 * LOOK_S
