"""Each turn is ended once and told once, whoever ends it."""

from __future__ import annotations

import random
import threading

import pytest

from appliance.clock import RealClock
from modem.audio import turn_queue
from modem.audio.turn_queue import MOST_WAITING, TurnQueue
from modem.audio.turns import Listening, Playing, Turn
from modem.events import SoundEnd, SoundEnded
from tests import rounds
from tests.support import eventually


@pytest.fixture
def told() -> list[SoundEnded]:
    return []


@pytest.fixture
def queue(told: list[SoundEnded]) -> TurnQueue:
    return TurnQueue("line1", told.append, RealClock())


def listening(ref: int, call: int = 7, keys: str = "") -> Listening:
    return Listening(call, ref, most_s=60.0, until_keys=keys)


def ends(told: list[SoundEnded]) -> list[tuple[int, SoundEnd]]:
    return [(event.ref, event.why) for event in told]


def test_turns_come_one_after_the_other(queue: TurnQueue, told: list[SoundEnded]) -> None:
    turns: list[Turn] = [Playing(7, 1, [], until_key=True), listening(2)]
    assert all(queue.take(turn) for turn in turns)
    for turn, why in zip(turns, (SoundEnd.PLAYED, SoundEnd.TIME), strict=True):
        assert queue.turn_of(7) is turn
        queue.end(turn, why)
    assert queue.turn_of(7) is None
    assert told == [SoundEnded("line1", 7, 1, SoundEnd.PLAYED, 0.0), SoundEnded("line1", 7, 2, SoundEnd.TIME, 0.0)]


def test_too_many_are_refused_and_not_told(queue: TurnQueue, told: list[SoundEnded]) -> None:
    assert all(queue.take(listening(ref)) for ref in range(MOST_WAITING + 1))
    assert not queue.take(listening(99))
    queue.end_all(SoundEnd.STOPPED)
    assert ends(told) == [(ref, SoundEnd.STOPPED) for ref in range(MOST_WAITING + 1)]


def test_a_turn_of_another_call_is_not_looked_after(queue: TurnQueue) -> None:
    queue.take(listening(1, call=8))
    assert queue.turn_of(7) is None
    queue.end_all(SoundEnd.STOPPED)


def test_the_end_of_a_call_is_the_end_of_its_turns_alone(queue: TurnQueue, told: list[SoundEnded]) -> None:
    for turn in (listening(1), listening(2, call=8), listening(3)):
        queue.take(turn)
    queue.end_all(SoundEnd.HUNG_UP, 7)
    assert ends(told) == [(1, SoundEnd.HUNG_UP), (3, SoundEnd.HUNG_UP)]
    queue.end_all(SoundEnd.STOPPED)


def test_a_key_ends_the_turn_that_waits_for_it_and_no_other(queue: TurnQueue, told: list[SoundEnded]) -> None:
    for turn in (listening(1, keys="#"), listening(2, keys="5")):
        queue.take(turn)
    for call, key in ((7, "5"), (8, "#"), (7, "#"), (7, "#")):
        queue.press(call, key)
    assert ends(told) == [(1, SoundEnd.KEY)]
    queue.end_all(SoundEnd.STOPPED)
    queue.press(7, "5")
    assert ends(told)[1:] == [(2, SoundEnd.STOPPED)]


def test_who_comes_later_ends_nothing(queue: TurnQueue, told: list[SoundEnded]) -> None:
    turn = listening(1)
    queue.take(turn)
    queue.end(turn, SoundEnd.KEY)
    queue.end(turn, SoundEnd.STOPPED)
    assert ends(told) == [(1, SoundEnd.KEY)]


def test_what_is_told_may_take_the_next_turn(told: list[SoundEnded]) -> None:
    """As a script does, on the same thread."""

    def deliver(event: SoundEnded) -> None:
        told.append(event)
        if event.ref < 3:
            script.take(listening(event.ref + 1))

    script = TurnQueue("line1", deliver, RealClock())
    script.take(listening(1))
    for _ in range(3):
        turn = script.turn_of(7)
        assert turn is not None
        script.end(turn, SoundEnd.TIME)
    assert [event.ref for event in told] == [1, 2, 3]


def test_a_turn_that_no_sound_carries_fails(
    queue: TurnQueue, told: list[SoundEnded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn_queue, "CARRIED_WITHIN_S", 0.1)
    queue.take(listening(1))
    queue.take(listening(2))
    eventually(lambda: ends(told) == [(1, SoundEnd.FAILED), (2, SoundEnd.FAILED)])
    eventually(lambda: not watchers())
    queue.take(listening(3))
    assert queue.turn_of(7) is not None
    eventually(lambda: not watchers())
    queue.let_go()
    eventually(lambda: ends(told)[2:] == [(3, SoundEnd.FAILED)])
    eventually(lambda: not watchers())


def test_a_turn_whose_sound_comes_is_watched_no_more(queue: TurnQueue, told: list[SoundEnded]) -> None:
    queue.take(listening(1))
    assert len(watchers()) == 1
    assert queue.turn_of(7) is not None
    eventually(lambda: not watchers())
    assert told == []
    queue.end_all(SoundEnd.STOPPED)


def test_each_turn_is_told_once_whoever_ends_it(told: list[SoundEnded], monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread with the sound, keys, the end of the call and the watcher, all at once."""
    monkeypatch.setattr(turn_queue, "CARRIED_WITHIN_S", 0.001)
    queue, chance = TurnQueue("line1", told.append, RealClock()), random.Random(1)
    count = rounds.count(300, soak=100_000)
    taken: set[int] = set()
    done = threading.Event()

    def carries() -> None:
        while not done.is_set():
            if turn := queue.turn_of(7):
                queue.end(turn, SoundEnd.TIME)
            queue.let_go()

    def ends_calls() -> None:
        while not done.is_set():
            queue.press(7, "#")
            queue.end_all(SoundEnd.HUNG_UP, 7)

    others = [threading.Thread(target=each) for each in (carries, ends_calls)]
    for other in others:
        other.start()
    for ref in range(count):
        if queue.take(listening(ref, call=7 if chance.random() < 0.8 else 8, keys="#")):
            taken.add(ref)
    eventually(lambda: len(told) >= len(taken))
    done.set()
    for other in others:
        other.join(10)
    assert sorted(event.ref for event in told) == sorted(taken)
    eventually(lambda: not watchers())


def watchers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("sound-wait-")]
