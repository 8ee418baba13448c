"""Faults of python-gsmmodem-new with calls (D9, D10), reproduced on it, and what the module said put before ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from gsmmodem.exceptions import TimeoutException
from gsmmodem.modem import Call, IncomingCall

from modem.commands import Answer, Dial, SendKeys
from modem.events import CallAnswered, CallDialing, CallEnded, CallerKnown, CallRinging, EndReason
from tests.modem.peer import Ours, library, quiet
from tests.modem.scripted import Script, said
from tests.modem.waiting import wait_until

MOBILE = '+CLIP: "13800138000",161,,,,0'


# -- D9: two modules in one process


def huawei() -> Script:
    script = Script()
    script.answers |= {"AT+CGMI": ("huawei", "OK"), "AT+CLAC": ("^DTMF", "^CVOICE", "OK")}
    return script


def test_d9_library_speaks_to_one_module_as_to_the_one_connected_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Call, "DTMF_COMMAND_BASE", Call.DTMF_COMMAND_BASE)  # put back in the end
    monkeypatch.setattr(Call, "dtmfSupport", Call.dtmfSupport)
    generic, calls = Script(), list[IncomingCall]()
    with library(tmp_path / "one", generic, incomingCallCallbackFunc=calls.append) as modem:
        modem.module.say("+CRING: VOICE", MOBILE)
        wait_until(lambda: calls != [])
        calls[0].answer()
        with library(tmp_path / "two", huawei()):
            calls[0].sendDtmfTone("5")
    assert generic.asked[-1] == "AT^DTMF=1,5"


def test_d9_each_module_is_spoken_to_in_its_own_words() -> None:
    modules = [Script(), huawei()]
    lines = [Ours(script) for script in modules]
    for script, line in zip(modules, lines, strict=True):
        line.hears(said("+CRING: VOICE", MOBILE))
        line.does(Answer(1))
        script.answers["AT+CLCC"] = ('+CLCC: 1,1,0,0,0,"13800138000",161', "OK")
        line.later(1)
        line.does(SendKeys(1, "5"))
    assert [script.asked[-1] for script in modules] == ['AT+VTS="5"', "AT^DTMF=1,5"]


# -- D10: incoming calls


def test_d10_library_drops_the_number_that_comes_after_the_ring(tmp_path: Path) -> None:
    calls: list[IncomingCall] = []
    with library(tmp_path / "module", Script(), incomingCallCallbackFunc=calls.append) as modem:
        modem.module.say("+CRING: VOICE")
        wait_until(lambda: calls != [])
        modem.module.say(MOBILE)
        quiet()
        assert [call.number for call in calls] == [None]
        assert [call.number for call in modem.activeCalls.values()] == [None]


def test_d10_a_number_that_comes_after_the_ring_is_told() -> None:
    ours = Ours(Script())
    ours.hears(said("+CRING: VOICE"))
    ours.hears(said(MOBILE))
    assert [event.number for event in ours.of(CallRinging)] == [None]
    assert [event.number for event in ours.of(CallerKnown)] == ["13800138000"]


@pytest.mark.parametrize(
    ("given", "kind", "number"),
    [("13800138000", 161, "13800138000"), ("057112345678", 129, "057112345678"), ("8613800138000", 145,
     "+8613800138000")],
)  # fmt: skip
def test_d10_library_makes_every_number_international(tmp_path: Path, given: str, kind: int, number: str) -> None:
    calls: list[IncomingCall] = []
    with library(tmp_path / "module", Script(), incomingCallCallbackFunc=calls.append) as modem:
        modem.module.say("+CRING: VOICE", f'+CLIP: "{given}",{kind},,,,0')
        wait_until(lambda: calls != [])
    assert calls[0].number == f"+{given}"
    ours = Ours(Script())
    ours.hears(said("+CRING: VOICE", f'+CLIP: "{given}",{kind},,,,0'))
    assert [event.number for event in ours.of(CallerKnown)] == [number]


def test_d10_library_never_ends_a_call_that_its_caller_ended(tmp_path: Path) -> None:
    calls: list[IncomingCall] = []
    with library(tmp_path / "module", Script(), incomingCallCallbackFunc=calls.append) as modem:
        modem.module.say("+CRING: VOICE", MOBILE)
        wait_until(lambda: len(calls) == 1)
        modem.module.say("NO CARRIER")
        quiet()
        assert calls[0].active
        modem.module.say("+CRING: VOICE", MOBILE)  # an hour later, say
        wait_until(lambda: len(calls) == 2)
        assert calls[0] is calls[1]
        assert calls[0].ringCount == 2


def test_d10_a_call_ends_with_no_carrier_and_the_next_is_another() -> None:
    ours = Ours(Script())
    for _call in range(2):
        ours.hears(said("+CRING: VOICE", MOBILE))
        ours.hears(said("NO CARRIER"))
        ours.later(5)
    assert [event.call for event in ours.of(CallRinging)] == [1, 2]
    assert [(event.call, event.reason) for event in ours.of(CallEnded)] == [
        (1, EndReason.REMOTE),
        (2, EndReason.REMOTE),
    ]


def test_d10_library_gives_two_calls_one_number(tmp_path: Path) -> None:
    calls: list[IncomingCall] = []
    with library(tmp_path / "module", Script(), incomingCallCallbackFunc=calls.append) as modem:
        for caller in (1, 2):
            modem.module.say("+CRING: VOICE", f'+CLIP: "1380013800{caller}",161')
            wait_until(lambda: len(calls) == caller)  # noqa: B023  # waited for before the loop goes on
        calls[0].hangup()
        modem.module.say("+CRING: VOICE", '+CLIP: "13800138003",161')
        wait_until(lambda: len(calls) == 3)
        assert [call.id for call in calls] == [1, 2, 2]
        assert list(modem.activeCalls.values()) == [calls[2]]  # the second still waits, and is forgotten


def test_d10_no_two_calls_have_the_same_number() -> None:
    script = Script()
    ours = Ours(script)
    ours.hears(said("+CRING: VOICE", '+CLIP: "13800138001",161'))
    ours.does(Answer(1))
    ours.hears(said('+CCWA: "13800138002",161,1'))
    ours.hears(said('+CLCC: 1,1,6,0,0,"13800138001",161'))  # the first has ended
    ours.hears(said("+CRING: VOICE", '+CLIP: "13800138002",161', '+CCWA: "13800138003",161,1'))
    ours.hears(said('+CLCC: 3,1,5,0,0,"13800138003",161'))
    serials = [event.call for event in ours.of(CallRinging)]
    assert serials == sorted(set(serials))


def test_d10_library_looks_at_the_first_listed_call_alone(tmp_path: Path) -> None:
    script = Script()
    script.answers["AT+CLCC"] = ('+CLCC: 1,1,5,0,0,"13900139000",161', '+CLCC: 2,0,3,0,0,"10086",129', "OK")
    with library(tmp_path / "module", script) as modem:
        with pytest.raises(TimeoutException):
            modem.dial("10086", timeout=0.6)
        quiet()
    assert script.sent("AT+CLCC") != []


def test_d10_every_listed_call_is_looked_at() -> None:
    script = Script()
    ours = Ours(script)
    script.answers["AT+CLCC"] = ('+CLCC: 1,1,5,0,0,"13900139000",161', '+CLCC: 2,0,0,0,0,"10086",129', "OK")
    ours.does(Dial(7, "10086"))
    ours.later(1)
    assert [event.ref for event in ours.of(CallDialing)] == [7]
    assert [event.call for event in ours.of(CallAnswered)] == [1]
    assert [event.number for event in ours.of(CallRinging)] == ["13900139000"]


def test_d10_library_changes_its_calls_while_another_thread_goes_through_them(tmp_path: Path) -> None:
    with library(tmp_path / "module", Script()) as modem:
        modem.activeCalls[1] = Call(modem, 1, 0, "10086")

        class Rings(str):
            """The number of a waiting call: while it is compared, the call ends in another notification's thread."""

            def __eq__(self, other: object) -> bool:
                modem._handleCallEnded(None, callId=1)
                return False

            __hash__ = str.__hash__

        modem.activeCalls[1].number = Rings("10086")
        modem.module.say("+CRING: VOICE", MOBILE)
        wait_until(lambda: modem.deaths != [])
        assert modem.deaths == [RuntimeError]  # dictionary changed size during iteration: the call is not told
