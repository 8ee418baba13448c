"""The box's own call about a danger, word by word: what it sends for what it is told, and what it says became of it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from appliance.callflow import alarm_call
from appliance.callflow.alarm_call import HELD_S, OUTCOMES, RINGS_S, AlarmCall
from appliance.callflow.making import SOUND_WITHIN_S
from appliance.callflow.words import Enough, RateNow
from modem.commands import Dial, HandOver, HangUp, Listen, Play, Wake
from modem.events import (
    CallAnswered,
    CallDialing,
    CallEnded,
    CallRinging,
    CallSound,
    CommandRefused,
    EndReason,
    KeyPressed,
    SoundEnd,
    SoundEnded,
    TimeUp,
)

CALL_ID, CALL, NO = 70, 7, 4512
DIAL = Dial(CALL_ID, "13800005555", speaks=True)


class Ringing:
    """One call; `sent` is everything that it asked for."""

    def __init__(self, *, speaks: bool = True, is_landline: bool = True, begins: bool = True) -> None:
        self.said: list[str] = []
        self.dial = Dial(CALL_ID, DIAL.number, speaks=speaks)
        setting = alarm_call.setting(CALL_ID, settles_s=0.0 if is_landline else SOUND_WITHIN_S)
        self.call = AlarmCall(setting, self.dial, alarm_call.steps(NO), self._voice, itertools.count(1))
        self.sent: list[Any] = self.call.begin()
        if begins:
            self.tell(CallDialing("land", CALL, CALL_ID, DIAL.number))

    def _voice(self, word: str) -> tuple[bytes, ...]:
        self.said.append(word)
        return (bytes(800),)

    def tell(self, event: Any) -> list[Any]:
        deeds = self.call.hear(event)
        self.sent += deeds
        return deeds

    def wakes(self, after_s: float) -> list[Any]:
        """The first Wake of this length comes."""
        wake = next(each for each in self.sent if isinstance(each, Wake) and each.after_s == after_s)
        self.sent.remove(wake)
        return self.tell(TimeUp("land", wake.ref))

    def lifts(self) -> list[Any]:
        return self.tell(CallAnswered("land", CALL))

    def sound_ends(self, why: SoundEnd) -> list[Any]:
        last = [each for each in self.sent if isinstance(each, Play | Listen)][-1]
        return self.tell(SoundEnded("land", CALL, last.ref, why, 2.0))

    def ends(self, reason: EndReason) -> str:
        self.tell(CallEnded("land", CALL, reason))
        assert self.call.is_over
        assert self.call.outcome in OUTCOMES
        return self.call.outcome


def test_the_words_are_a_number_and_a_key_and_nothing_else() -> None:
    ringing = Ringing()
    assert ringing.sent[0] == DIAL
    assert ringing.call.is_ringing
    assert ringing.call.step == ""
    ringing.lifts()
    assert ringing.said == ["alarm", "number:004512", "alarm_confirm"]
    assert (ringing.call.step, ringing.call.is_ringing, ringing.call.keeping) == ("alarm", False, "")


def test_key_1_confirms_even_if_he_hangs_up_in_the_midst_of_the_thanks() -> None:
    ringing = Ringing()
    ringing.lifts()
    ringing.tell(KeyPressed("land", CALL, "1"))
    assert ringing.call.is_confirmed
    ringing.sound_ends(SoundEnd.KEY)
    assert ringing.said[-1] == "thanks"
    assert ringing.call.result.steps[-1].step == "confirmed"
    assert ringing.ends(EndReason.REMOTE) == "confirmed"


def test_the_words_come_three_times_then_it_hangs_up() -> None:
    ringing = Ringing()
    ringing.lifts()
    for _ in range(3):
        ringing.sound_ends(SoundEnd.PLAYED)
        ringing.tell(KeyPressed("land", CALL, "5"))
        last = ringing.sound_ends(SoundEnd.TIME)
    assert ringing.said.count("alarm") == 3
    assert HangUp(CALL) in last
    assert ringing.ends(EndReason.LOCAL) == "no_key"


def test_a_key_before_somebody_answered_confirms_nothing() -> None:
    ringing = Ringing()
    ringing.tell(KeyPressed("land", CALL, "1"))
    ringing.tell(SoundEnded("land", CALL, 1, SoundEnd.PLAYED, 1.0))
    assert not ringing.call.is_confirmed
    assert ringing.ends(EndReason.REMOTE) == "no_answer"


def test_after_four_rings_it_hangs_up() -> None:
    ringing = Ringing()
    assert HangUp(CALL) in ringing.wakes(RINGS_S)
    assert ringing.lifts() == []
    assert ringing.ends(EndReason.LOCAL) == "no_answer"
    answered = Ringing()
    answered.lifts()
    assert answered.wakes(RINGS_S) == []


def test_the_line_is_held_so_long_and_no_longer() -> None:
    ringing = Ringing()
    ringing.lifts()
    assert HangUp(CALL) in ringing.wakes(HELD_S)
    assert ringing.tell(KeyPressed("land", CALL, "1")) == []
    late = Ringing()
    late.wakes(RINGS_S)
    assert late.wakes(HELD_S) == []


def test_a_hang_up_that_nobody_carries_out_is_asked_for_three_times() -> None:
    ringing = Ringing()
    ringing.wakes(RINGS_S)
    for _ in range(2):
        assert HangUp(CALL) in ringing.wakes(5.0)
    ringing.wakes(5.0)
    assert ringing.call.is_over
    assert ringing.tell(TimeUp("land", 99)) == []


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (EndReason.BUSY, "busy"),
        (EndReason.FAILED, "failed"),
        (EndReason.LOST, "cut"),
        (EndReason.ELSEWHERE, "person"),
        (EndReason.REMOTE, "no_answer"),
    ],
)
def test_what_the_end_says(reason: EndReason, outcome: str) -> None:
    assert Ringing().ends(reason) == outcome


@pytest.mark.parametrize(("reason", "outcome"), [(EndReason.LOST, "cut"), (EndReason.ELSEWHERE, "person")])
def test_what_ends_a_call_that_was_answered(reason: EndReason, outcome: str) -> None:
    ringing = Ringing()
    ringing.lifts()
    assert ringing.ends(reason) == outcome


def test_who_rings_on_the_line_comes_first() -> None:
    ringing = Ringing()
    assert HangUp(CALL) in ringing.tell(CallRinging("land", 8, None))
    assert ringing.tell(CallRinging("land", 9, None)) == []
    assert ringing.ends(EndReason.LOCAL) == "gave_way"


def test_a_call_that_has_not_begun_is_hung_up_on_when_it_does() -> None:
    ringing = Ringing(begins=False)
    assert not any(isinstance(each, HangUp) for each in ringing.tell(Enough()))
    assert ringing.tell(CallDialing("land", 3, 55, "110")) == []
    assert HangUp(CALL) in ringing.tell(CallDialing("land", CALL, CALL_ID, DIAL.number))
    assert ringing.ends(EndReason.LOCAL) == "needless"


def test_a_line_that_does_not_dial_is_told() -> None:
    ringing = Ringing(begins=False)
    assert ringing.tell(CommandRefused("land", Dial(55, "110"), "in use")) == []
    ringing.tell(CommandRefused("land", DIAL, "in use"))
    assert (ringing.call.is_over, ringing.call.outcome) == (True, "failed")


def test_a_line_without_sound_rings_and_hangs_up_on_who_lifts() -> None:
    ringing = Ringing(speaks=False, is_landline=False)
    assert HangUp(CALL) in ringing.lifts()
    ringing.tell(KeyPressed("mobile", CALL, "1"))
    assert ringing.said == []
    assert ringing.ends(EndReason.LOCAL) == "lifted"


def test_a_gsm_line_speaks_once_its_sound_is_on() -> None:
    ringing = Ringing(is_landline=False)
    ringing.tell(CallSound("mobile", CALL, is_on=True))
    assert ringing.said == []
    ringing.lifts()
    assert ringing.said == []
    ringing.tell(CallSound("mobile", CALL, is_on=False))
    ringing.tell(CallSound("mobile", CALL, is_on=True))
    assert ringing.said[0] == "alarm"
    assert ringing.wakes(SOUND_WITHIN_S) == []
    assert ringing.lifts() == []


def test_a_gsm_line_that_never_tells_of_its_sound_speaks_all_the_same() -> None:
    ringing = Ringing(is_landline=False)
    ringing.lifts()
    ringing.wakes(SOUND_WITHIN_S)
    assert ringing.said[0] == "alarm"


def test_words_that_cannot_be_played_are_no_words() -> None:
    ringing = Ringing()
    ringing.lifts()
    for _ in range(3):
        last = [each for each in ringing.sent if isinstance(each, Play | Listen)][-1]
        ringing.tell(CommandRefused("land", last, "no sound"))
    assert HangUp(CALL) in ringing.sent
    assert ringing.tell(CommandRefused("land", last, "no sound")) == []
    assert ringing.ends(EndReason.LOCAL) == "failed"


def test_a_sound_whose_end_never_comes_is_stopped_and_goes_on() -> None:
    ringing = Ringing()
    ringing.lifts()
    play = [each for each in ringing.sent if isinstance(each, Play)][-1]
    wake = [each for each in ringing.sent if isinstance(each, Wake)][-1]
    assert ringing.tell(TimeUp("land", wake.ref)), "it is told to stop"
    ringing.tell(SoundEnded("land", CALL, play.ref, SoundEnd.STOPPED, 9.0))
    assert isinstance(ringing.sent[-2], Listen)
    other = Ringing()
    other.lifts()
    wake = [each for each in other.sent if isinstance(each, Wake)][-1]
    other.wakes(HELD_S)
    assert other.tell(TimeUp("land", wake.ref)) == []


def test_who_lifts_the_offices_telephone_has_the_call() -> None:
    ringing = Ringing()
    ringing.lifts()
    assert HandOver(CALL) in ringing.sound_ends(SoundEnd.LIFTED)
    assert (ringing.call.is_over, ringing.call.outcome) == (True, "person")


def test_what_concerns_other_calls_or_nobody_is_no_business_of_it() -> None:
    ringing = Ringing()
    assert ringing.tell(CallAnswered("land", 8)) == []
    assert ringing.tell(RateNow()) == []
    assert ringing.tell(CommandRefused("land", HangUp(CALL), "no such call")) == []
    ringing.ends(EndReason.BUSY)
    assert ringing.lifts() == []
