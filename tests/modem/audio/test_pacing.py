from __future__ import annotations

import pytest

from modem.audio.frames import FRAME_S
from modem.audio.pacing import FIRST_FRAMES, MOST_AT_ONCE, PATIENCE_S, Pacer


def test_each_frame_of_the_module_is_answered_by_one_and_the_first_by_a_cushion() -> None:
    pacer = Pacer(0.0)
    due = [pacer.frames_due(1, n * FRAME_S) for n in range(1, 100)]
    assert due == [1 + FIRST_FRAMES] + [1] * 98


@pytest.mark.parametrize("bundle", [2, 5])
def test_bundles_get_as_many_frames_as_they_bring(bundle: int) -> None:
    pacer = Pacer(0.0)
    pacer.frames_due(1, 0.0)
    written, turns = 0, 500
    for n in range(1, turns + 1):
        written += pacer.frames_due(0 if n % bundle else bundle, n * FRAME_S)
    assert written == pytest.approx(turns, abs=bundle)


def test_a_silent_module_gets_frames_by_the_clock() -> None:
    pacer = Pacer(0.0)
    turns = [pacer.frames_due(0, n * 0.005) for n in range(1, 201)]  # one second
    assert sum(turns) == pytest.approx(50, abs=1)
    assert sum(turns[: int(PATIENCE_S / 0.005) - 1]) == 0


def test_after_a_long_silence_each_frame_is_answered_at_once() -> None:
    pacer = Pacer(0.0)
    for n in range(1, 51):
        pacer.frames_due(0, n * FRAME_S)
    assert [pacer.frames_due(1, 1.0 + n * FRAME_S) for n in range(1, 11)] == [1] * 10


def test_a_bundle_that_comes_late_is_not_answered_twice() -> None:
    pacer = Pacer(0.0)
    pacer.frames_due(1, 0.0)
    by_clock = sum(pacer.frames_due(0, n * FRAME_S) for n in range(1, 7))
    assert by_clock > 0
    assert pacer.frames_due(7, 7 * FRAME_S) == 7 - by_clock


def test_after_our_own_thread_slept_not_all_is_made_up_for() -> None:
    pacer = Pacer(0.0)
    assert pacer.frames_due(0, 5.0) == MOST_AT_ONCE
    assert sum(pacer.frames_due(0, 5.0 + n * FRAME_S / 2) for n in range(1, 10)) == 4
    assert pacer.frames_due(25, 5.11) == MOST_AT_ONCE
