"""Rings of a busy line: whose they are, and from which on somebody may answer."""

from __future__ import annotations

import pytest

from modem.events import CallEnded, CallRang, CallRinging, EndReason
from tests.modem.voice_modem import Office

FIRST, NEXT = "13900001111", "057185330000"


def rang(office: Office) -> list[tuple[int, int]]:
    return [(each.call, each.rings) for each in office.told(CallRang)]


@pytest.mark.parametrize("gap_s", [2.5, 3.2, 4.2, 5.8, 6.2])
def test_a_ring_off_the_beat_may_be_the_next_callers_and_is_no_reason_to_answer_yet(gap_s: float) -> None:
    office = Office().start()
    office.modem.say("RING")
    office.wait(2.0)
    office.modem.say(f"NMBR={FIRST}")
    office.wait(gap_s - 2.0)
    office.modem.say("RING")
    office.wait(1.0)
    assert rang(office) == []  # who answers after two rings would greet one caller as the other
    office.wait(1.0)
    office.modem.say(f"NMBR={NEXT}")
    office.wait(0.1)
    assert office.told(CallEnded) == [CallEnded("line1", 1, EndReason.NO_ANSWER)]
    assert office.told(CallRinging)[-1] == CallRinging("line1", 2, NEXT)
    office.wait(2.9)
    office.modem.say("RING")
    office.wait(0.1)
    assert rang(office) == [(2, 2)]


@pytest.mark.parametrize("beat_s", [3.0, 6.0])
def test_another_beat_costs_one_ring_and_no_more(beat_s: float) -> None:
    office = Office().start()
    for _ in range(5):
        office.modem.say("RING")
        office.wait(beat_s)
    assert rang(office) == [(1, 2), (1, 3), (1, 4)]


@pytest.mark.parametrize("beat_s", [4.6, 5.0, 5.4])
def test_the_beat_of_the_exchange_is_counted_as_it_is(beat_s: float) -> None:
    office = Office().start()
    for _ in range(4):
        office.modem.say("RING")
        office.wait(1.0)
        office.modem.tell("R")  # its end
        office.wait(beat_s - 1.0)
    assert rang(office) == [(1, 2), (1, 3), (1, 4)]
