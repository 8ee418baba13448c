"""Keys, forwarding and sound against each make of simulated module, in fake time: both mean the same by their words."""

from __future__ import annotations

import pytest

from modem.commands import Answer, AskForwarding, Dial, HangUp, SendKeys, SetForwarding
from modem.events import (
    CallAnswered,
    CallEnded,
    CallRinging,
    CallSound,
    CommandRefused,
    EndReason,
    ForwardingTold,
    ForwardReason,
    ForwardRule,
    KeyPressed,
    LineChanged,
    LineState,
)
from modem.simulator.makes import MAKES
from tests.modem.fast_line import FastLine

CITIZEN = "13900001111"
WITH_CALLS = [name for name, make in MAKES.items() if make.has_calls]
WITH_PCM = [name for name, make in MAKES.items() if make.pcm is not None]


def ready(profile: str, **more: object) -> FastLine:
    line = FastLine(profile, **more)  # type: ignore[arg-type]
    line.later(60)
    assert line.of(LineChanged)[-1].state is LineState.READY
    return line


def answered(line: FastLine) -> int:
    line.ask("ring", number=CITIZEN)
    line.later(2)
    call = line.of(CallRinging)[-1].call
    line.send(Answer(call))
    line.later(2)
    assert line.of(CallAnswered)[-1].call == call
    return call


def hears(line: FastLine) -> bool:
    """Whether what the far side says comes out of the module's PCM port."""
    port = line.town.module.equipment.sound
    port.read()
    line.ask("tone", hz=1000, seconds=0.5)
    line.later(0.5)
    return any(port.read())


@pytest.mark.parametrize("pace", ["instant", "real"])
@pytest.mark.parametrize("make", WITH_CALLS)
def test_keys_of_the_far_side_are_told_once_each(make: str, pace: str) -> None:
    line = ready(f"{pace}+{make}")
    call = answered(line)
    line.ask("dtmf", digits="159#0*")
    line.later(5)
    assert line.of(KeyPressed) == [KeyPressed("line1", call, key) for key in "159#0*"]


@pytest.mark.parametrize("pace", ["instant", "real"])
@pytest.mark.parametrize("make", WITH_CALLS)
def test_a_caller_is_refused_while_it_rings_and_the_next_one_rings(make: str, pace: str) -> None:
    line = ready(f"{pace}+{make}")
    line.ask("ring", number=CITIZEN)
    line.later(2)
    line.send(HangUp(line.of(CallRinging)[-1].call))
    line.later(2)
    assert line.ask("calls")["current"] == []
    assert [ended.reason for ended in line.of(CallEnded)] == [EndReason.LOCAL]
    line.ask("ring", number="13900002222")
    line.later(2)
    assert len(line.of(CallRinging)) == 2
    assert (line.of(CommandRefused), line.of(CallAnswered)) == ([], [])


@pytest.mark.parametrize("make", WITH_CALLS)
def test_keys_of_ours_reach_the_far_side_in_order(make: str) -> None:
    line = ready(make)
    line.send(Dial(1, "10086"))
    line.later(2)
    line.ask("pickup")
    line.later(2)
    line.send(SendKeys(1, "12#A*"))
    line.later(5)
    (call,) = line.ask("calls")["current"]
    assert call["keys_heard"] == "12#A*"
    assert line.of(CommandRefused) == []


@pytest.mark.parametrize("make", WITH_CALLS)
def test_forwarding_is_set_told_and_ended(make: str) -> None:
    line = ready(make)
    line.send(SetForwarding(1, ForwardReason.NO_REPLY, "+8613700002222"))
    line.later(5)
    line.send(AskForwarding(2))
    line.later(5)
    line.send(SetForwarding(3, ForwardReason.NO_REPLY, ""))
    line.later(5)
    first, all_of_them, last = line.of(ForwardingTold)
    forwarded = ForwardRule(ForwardReason.NO_REPLY, True, "+8613700002222")
    assert first.rules == (forwarded,)
    assert all_of_them.rules == tuple(
        forwarded if reason is ForwardReason.NO_REPLY else ForwardRule(reason, False) for reason in ForwardReason
    )
    assert last.rules == (ForwardRule(ForwardReason.NO_REPLY, False),)


@pytest.mark.parametrize("make", WITH_PCM)
def test_sound_flows_in_every_call_however_the_one_before_ended(make: str) -> None:
    line = ready(make, has_sound=True, pcm=True)
    for round_ in range(1, 7):
        call = answered(line)
        assert line.of(CallSound)[-1] == CallSound("line1", call, True)
        assert hears(line), f"mute in call {round_}"
        if round_ % 2:
            line.send(HangUp(call))
        else:
            line.ask("hangup")
        line.later(3)
        assert line.of(CallEnded)[-1].call == call
        assert line.of(CallSound)[-1] == CallSound("line1", call, False)


@pytest.mark.parametrize("make", WITH_PCM)
def test_sound_flows_in_the_first_call_after_a_crash_in_a_call(make: str) -> None:
    line = ready(make, has_sound=True, pcm=True)
    answered(line)
    line.conversation = line.conversation.successor()
    line.events += line.conversation.start(line.now_s)
    line.later(10)
    line.ask("hangup")
    line.later(10)
    answered(line)
    assert hears(line)


def test_who_waits_rings_on_when_the_call_before_is_ended() -> None:
    line = ready("simcom")
    line.ask("set", call_waiting=True)
    first = answered(line)
    line.ask("ring", number="13700002222")
    line.later(3)
    second = line.of(CallRinging)[-1]
    assert second.number == "13700002222"
    line.send(HangUp(first))
    line.later(3)
    assert [ended.call for ended in line.of(CallEnded)] == [first]
    assert [answer.call for answer in line.of(CallAnswered)] == [first]
    line.send(Answer(second.call))
    line.later(3)
    assert [answer.call for answer in line.of(CallAnswered)] == [first, second.call]
