"""Conversation and simulated module together in fake time, every make and pace: nothing lost, nothing doubled."""

from __future__ import annotations

import pytest

from modem.commands import Answer, Dial, HangUp, SendSms
from modem.events import (
    CallAnswered,
    CallEnded,
    CallerKnown,
    CallRinging,
    EndReason,
    FailureKind,
    LineChanged,
    LineState,
    Report,
    ReportState,
    SmsFailed,
    SmsReport,
    SmsSent,
    SmsStored,
)
from modem.multipart import join
from tests.modem.fast_line import FastLine

CITIZEN = "13900001111"
MAKES = ["generic", "quectel", "simcom", "huawei"]


def state(line: FastLine) -> LineState:
    return line.of(LineChanged)[-1].state


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("pace", ["instant", "real"])
def test_every_make_becomes_ready_and_brings_messages_and_calls(make: str, pace: str) -> None:
    line = FastLine(f"{pace}+{make}")
    line.ask("fault", chatter=0.7)
    line.later(60)
    assert state(line) is LineState.READY
    line.ask("sms", number=CITIZEN, text="路灯坏了")
    line.later(40)
    assert [join([message]) for message in line.committed()] == ["路灯坏了"]
    line.ask("ring", number=CITIZEN)
    line.later(5)
    (ringing,) = line.of(CallRinging)
    assert [known.number for known in line.of(CallerKnown)] in ([CITIZEN], [])
    line.send(Answer(ringing.call))
    line.later(5)
    assert line.of(CallAnswered)
    line.ask("hangup")
    line.later(5)
    assert [ended.reason for ended in line.of(CallEnded)] == [EndReason.REMOTE]
    line.send(SendSms(1, CITIZEN, "已收到，编号000123。" * 10))
    line.later(60)
    assert len(line.of(SmsSent)) == 1
    assert [message["text"] for message in line.ask("phones")["messages"]] == ["已收到，编号000123。" * 10]


def test_a_flood_comes_whole_through_a_small_sim_with_repeats_and_shuffled_parts() -> None:
    line = FastLine("real", sim_slots=10, module_slots=10)
    line.later(30)
    line.ask("set", redeliver_percent=10, redeliver_after_s=5, shuffle_parts=True)
    long_text = "".join(chr(0x4E00 + place) for place in range(150))
    texts = [{"number": CITIZEN, "text": long_text if serial % 5 == 0 else f"第{serial}条"} for serial in range(200)]
    line.ask("sms", messages=texts)
    line.later(600)
    counted = line.ask("state")
    assert (counted["waiting"], counted["on_sim"], counted["handed_over"]) == (0, 0, 160 + 40 * 3)
    assert counted["duplicated"]
    assert len(line.committed()) == 160 + 40 * 3
    assert counted["news_in_answers"]


def test_a_day_without_network_and_then_everything_comes_once() -> None:
    line = FastLine("real", baud=0)
    line.later(30)
    line.ask("set", registered=False)
    for serial in range(24):
        line.ask("sms", number=CITIZEN, text=f"第{serial}条")
        line.later(3600)
    assert state(line) is LineState.NO_NETWORK
    line.send(SendSms(1, CITIZEN, "回复"))
    line.later(60)
    assert line.ask("phones")["messages"] == []
    line.ask("set", registered=True)
    line.later(300)
    assert state(line) is LineState.READY
    assert [join([message]) for message in line.committed()] == [f"第{serial}条" for serial in range(24)]


def test_status_reports_late_trying_and_repeated() -> None:
    line = FastLine("real")
    line.later(30)
    line.ask("set", report_trying=True, report_delay_s=600, report_copies=2)
    line.send(SendSms(1, CITIZEN, "长" * 100))
    line.later(1300)
    reports = [event.message for event in line.of(SmsStored) if isinstance(event.message, Report)]
    reports += [event.report for event in line.of(SmsReport) if isinstance(event.report, Report)]
    assert sorted(report.reference for report in reports) == [0, 0, 0, 0, 1, 1, 1, 1]
    assert {report.state for report in reports} == {ReportState.TRYING, ReportState.DELIVERED}


@pytest.mark.parametrize(
    ("fault", "kind", "shown"),
    [
        ({"fail_next_sends": [38]}, FailureKind.TRANSIENT, 0),
        ({"fail_next_sends": [28]}, FailureKind.PERMANENT, 0),
        ({"swallow_next_send_result": 1}, FailureKind.UNCLEAR, 1),
        ({"ignore_next_sends": 1}, FailureKind.UNCLEAR, 0),
    ],
)
def test_a_failed_send_is_told_as_what_it_is(fault: dict[str, object], kind: FailureKind, shown: int) -> None:
    line = FastLine("real")
    line.later(30)
    line.ask("fault", **fault)
    line.send(SendSms(1, CITIZEN, "您好"))
    line.later(300)
    assert [failed.kind for failed in line.of(SmsFailed)] == [kind]
    assert len(line.ask("phones")["messages"]) == shown
    line.send(SendSms(2, CITIZEN, "第二"))
    line.later(60)
    assert [sent.ref for sent in line.of(SmsSent)] == [2]


def test_resets_and_silence_lose_nothing() -> None:
    line = FastLine("real", sim_slots=10)
    line.later(30)
    for serial in range(60):
        line.ask("sms", number=CITIZEN, text=f"第{serial}条")
        if serial % 6 == 0:
            line.ask("fault", reset=True)
        if serial % 6 == 3:
            line.ask("fault", mute=20)
        line.later(37)
        if line.conversation.wants_reopen:
            line.events += line.conversation.lost("three strikes", line.now_s)
            line.conversation = line.conversation.successor()
            line.events += line.conversation.start(line.now_s)
    line.later(300)
    assert state(line) is LineState.READY
    assert sorted(join([message]) for message in line.committed()) == sorted(f"第{serial}条" for serial in range(60))
    assert line.ask("state")["on_sim"] == 0


def test_a_call_out_is_dialled_answered_and_ended_by_us() -> None:
    line = FastLine("real")
    line.later(30)
    line.ask("set", answer_after_s=2)
    line.send(Dial(1, CITIZEN))
    line.later(10)
    (answered,) = line.of(CallAnswered)
    line.send(HangUp(answered.call))
    line.later(5)
    assert [ended.reason for ended in line.of(CallEnded)] == [EndReason.LOCAL]
    (past,) = line.ask("calls")["past"]
    assert (past["number"], past["why"]) == (CITIZEN, "local")


@pytest.mark.parametrize("make", MAKES)
def test_a_message_without_an_answer_does_not_keep_a_citizen_waiting_who_is_answered(make: str) -> None:
    line = FastLine(f"real+{make}")
    line.later(60)
    line.ask("fault", ignore_next_sends=1)
    line.send(SendSms(1, CITIZEN, "已收到"))
    line.later(4)
    line.ask("ring", number=CITIZEN)
    line.later(2)
    line.send(Answer(line.of(CallRinging)[0].call))
    line.later(6)
    assert line.of(CallAnswered)
    assert [failed.kind for failed in line.of(SmsFailed)] == [FailureKind.UNCLEAR]


@pytest.mark.parametrize("make", MAKES)
def test_a_full_sim_that_says_so_over_and_over_is_not_asked_over_and_over(make: str) -> None:
    line = FastLine(make)
    line.later(60)
    line.ask("fault", sim_full=True)
    line.ask("set", retry_s=0.1)
    line.ask("sms", number=CITIZEN, text="路灯坏了")
    before = line.ask("state")["command_lines"]
    line.later(60)
    assert line.ask("state")["command_lines"] - before < 120
    line.ask("fault", sim_full=False)
    line.later(60)
    assert [join([message]) for message in line.committed()] == ["路灯坏了"]


def test_a_question_about_calls_that_gets_no_answer_says_nothing_of_them() -> None:
    line = FastLine("real+generic")
    line.later(60)
    line.ask("ring", number=CITIZEN)
    line.later(2.2)
    line.ask("fault", mute=7)
    line.later(20)
    line.ask("hangup")
    line.later(30)
    assert len(line.of(CallRinging)) == len(line.of(CallEnded)) >= 1
