"""A wall clock that jumps while the monotonic one goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from appliance.clock import FastClock
from appliance.upkeep.clock_steps import ClockWatch

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def watched() -> tuple[FastClock, ClockWatch]:
    clock = FastClock(START)
    return clock, ClockWatch(clock)


def test_time_that_passes_is_no_step_however_long_nobody_looked() -> None:
    clock, watch = watched()
    clock.advance(days=3)
    assert watch.look().made == ()
    clock.advance(60)
    clock.step(-200)  # drift, or a second of leap
    assert watch.look().made == ()


def test_a_step_forward_moves_what_was_before_it_and_nothing_else() -> None:
    clock, watch = watched()
    clock.advance(60)
    watch.look()
    clock.advance(20)
    clock.step(86400)
    clock.advance(20)
    steps = watch.look()
    assert [step.by for step in steps.pending] == [timedelta(days=1)]
    just_before, just_after = START + timedelta(seconds=79), START + timedelta(days=1, seconds=81)
    assert steps.of_kept(just_before) == just_before + timedelta(days=1)
    assert steps.of_kept(just_after) == just_after
    assert steps.of_kept(just_after + MINUTE) == just_after + MINUTE


def test_a_step_back_moves_what_lies_in_the_future_now_and_what_is_long_past() -> None:
    clock, watch = watched()
    clock.advance(60)
    clock.step(-7200)
    steps = watch.look()
    assert steps.of_kept(START) == START - timedelta(hours=2)
    assert steps.of_kept(START - timedelta(hours=9)) == START - timedelta(hours=11)
    assert steps.of_kept(clock.now()) == clock.now()


def test_what_was_mended_before_is_not_moved_by_the_same_step_again() -> None:
    clock, watch = watched()
    clock.step(86400)
    clock.advance(30)
    assert watch.look().of_mended(START) == START + timedelta(days=1)
    watch.mended()
    clock.advance(600)
    clock.step(3600)
    clock.advance(30)
    steps = watch.look()
    assert steps.of_mended(START + timedelta(days=1)) == START + timedelta(days=1, hours=1)
    assert steps.of_kept(START) == START + timedelta(days=1, hours=1)
