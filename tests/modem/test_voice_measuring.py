"""When a landline modem is measured: never while people may be talking on the telephone beside it."""

from __future__ import annotations

import pytest

from modem.commands import Measure
from modem.events import EndReason, ProfileMeasured
from modem.voice_calls import RINGS_STOPPED_S
from modem.voice_landline import TALK_S, CallState, Landline
from modem.voice_measuring import MOST_TRIES, Measurements
from modem.voice_profile import VoiceProfile
from tests.modem.fast_landline import CITIZEN, FastLandline

START_S = 1000.0


class Line:
    """A line without a modem: whether measuring begins is all that counts."""

    def __init__(self) -> None:
        self.land = Landline("line1", VoiceProfile(), 1)
        self.land.now_s = START_S
        self.measurements = Measurements(self.land, lambda line: None)

    def call_ends(self, reason: EndReason) -> None:
        self.land.begin(CallState.RINGING)
        self.land.end(reason)

    def begins_after(self, seconds: float) -> bool:
        self.land.now_s = START_S + seconds
        return self.measurements.begin()


def test_the_first_measurement_waits_until_it_is_sure_that_nothing_rings() -> None:
    line = Line()
    line.measurements.want()
    assert not line.begins_after(RINGS_STOPPED_S - 0.1)
    assert line.measurements.begins_s() == START_S + RINGS_STOPPED_S
    assert line.begins_after(RINGS_STOPPED_S)


@pytest.mark.parametrize("reason", [EndReason.ELSEWHERE, EndReason.UNSEEN])
def test_it_waits_for_the_end_of_a_talk_that_may_go_on(reason: EndReason) -> None:
    line = Line()
    line.measurements.want()
    line.call_ends(reason)
    assert not line.begins_after(TALK_S - 0.1)
    assert line.measurements.begins_s() == START_S + TALK_S
    assert line.begins_after(TALK_S)


@pytest.mark.parametrize("reason", [EndReason.NO_ANSWER, EndReason.LOCAL, EndReason.REMOTE])
def test_a_call_that_is_over_for_certain_is_not_waited_for(reason: EndReason) -> None:
    line = Line()
    line.measurements.want()
    line.call_ends(reason)
    assert line.begins_after(RINGS_STOPPED_S)


def test_it_never_begins_while_the_telephone_is_known_to_be_lifted() -> None:
    line = Line()
    line.measurements.want()
    line.land.telephone_is_lifted = True
    assert not line.begins_after(10 * TALK_S)
    assert line.measurements.begins_s() is None, "or the port would look at the clock again and again"
    line.land.telephone_is_lifted = False
    assert line.begins_after(10 * TALK_S)


def test_whoever_asks_for_it_sees_the_telephone_himself() -> None:
    line = Line()
    line.call_ends(EndReason.ELSEWHERE)
    line.measurements.want(Measure(1))
    assert line.begins_after(0.0)


def test_a_call_that_comes_before_it_could_begin_is_waited_for_whoever_asked() -> None:
    line = Line()
    line.measurements.want(Measure(1))
    line.land.now_s += 1.0
    line.call_ends(EndReason.ELSEWHERE)
    assert not line.begins_after(TALK_S)
    assert line.begins_after(TALK_S + 1.0)


def test_nothing_begins_that_is_not_wanted() -> None:
    assert not Line().begins_after(10 * TALK_S)


def test_one_that_a_call_broke_off_waits_for_the_end_of_that_call_whoever_asked() -> None:
    line = Line()
    line.measurements.want(Measure(1))
    for tries_left in reversed(range(MOST_TRIES)):
        assert line.begins_after(0.0)
        line.measurements.receive(b"\r\nRING\r\n")
        for _ in range(40):
            line.land.now_s += 1.0
            line.measurements.tick()
        assert not line.measurements.is_running
        if tries_left:
            line.call_ends(EndReason.ELSEWHERE)
            assert not line.measurements.begin()
            line.land.may_talk_until_s = START_S  # the half hour is over
    (told,) = [event for event in line.land.events if isinstance(event, ProfileMeasured)]
    assert (told.ref, told.stopped) == (1, "rang")


def test_a_talk_that_the_modem_cannot_see_is_not_disturbed_by_its_first_measurement() -> None:
    line = FastLandline("plain")
    line.later(2.0)
    line.ask("ring", number=CITIZEN)
    line.later(3.0)
    line.ask("lift")
    line.later(20.0)
    assert not line.state()["off_hook"]
    line.ask("hangup")
    line.ask("put_down")
    line.later(TALK_S - 60.0)
    assert not line.of(ProfileMeasured)
    line.until(ProfileMeasured, 120.0)
