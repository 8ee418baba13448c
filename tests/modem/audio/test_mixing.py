from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.audio.frames import SILENCE
from modem.audio.mixing import MOST_AHEAD_FRAMES, Mixer, mix


def frame(sample: int) -> bytes:
    return struct.pack("<160h", *[sample] * 160)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [(1000, -300, 700), (32000, 32000, 32767), (-32000, -32000, -32768), (0, 5, 5), (5, 0, 5), (0, 0, 0)],
)
def test_two_frames_are_added_up_and_cut_off(one: int, other: int, both: int) -> None:
    assert mix(frame(one), frame(other)) == frame(both)


def test_a_frame_of_each_side_makes_one_in_whatever_portions_they_come() -> None:
    mixer = Mixer()
    mixed = mixer.mix([frame(1)], []) + mixer.mix([frame(2)], [frame(10), frame(20)]) + mixer.mix([], [frame(30)])
    assert mixed == [frame(11), frame(22)]
    assert mixer.mix([frame(3)], []) == [frame(33)]


@pytest.mark.parametrize("is_far", [True, False])
def test_a_side_alone_is_not_waited_for_long(is_far: bool) -> None:
    mixer, frames = Mixer(), [frame(n) for n in range(1, 21)]
    mixed = [each for one in frames for each in (mixer.mix([one], []) if is_far else mixer.mix([], [one]))]
    assert mixed == frames[:-MOST_AHEAD_FRAMES]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=60))
def test_nothing_is_lost_and_little_waits(portions: list[tuple[int, int]]) -> None:
    mixer, given_far, given_near, loud = Mixer(), 0, 0, 0
    for far, near in portions:
        mixed = mixer.mix([frame(1)] * far, [frame(100)] * near)
        given_far, given_near = given_far + far, given_near + near
        loud += sum(struct.unpack_from("<h", each)[0] for each in mixed)
    missing = given_far + 100 * given_near - loud
    assert 0 <= missing <= 100 * MOST_AHEAD_FRAMES


def test_silence_beside_a_voice_changes_no_sample() -> None:
    voice = bytes(range(160)) * 2
    assert Mixer().mix([voice], [SILENCE]) == [voice]
