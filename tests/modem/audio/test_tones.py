from __future__ import annotations

from itertools import pairwise

from modem.audio.frames import FRAME_BYTES, samples_of
from modem.audio.tones import in_frames, key_tone, sine


def test_a_sound_is_cut_into_whole_frames_the_last_filled_up() -> None:
    frames = in_frames(sine(440, seconds=0.05))
    assert [len(frame) for frame in frames] == [FRAME_BYTES] * 3
    assert frames[2][FRAME_BYTES // 2 :] == bytes(FRAME_BYTES // 2)
    assert in_frames(b"") == []


def test_tones_that_are_too_loud_together_are_cut_off_not_wrapped_round() -> None:
    samples = samples_of(in_frames(sine(440, 441, seconds=0.02, dbfs=0))[0])
    assert max(samples) == 32767
    assert min(samples) == -32768
    assert max(abs(one - two) for one, two in pairwise(samples)) < 30000


def test_a_key_is_two_tones() -> None:
    assert key_tone("D", seconds=0.02) == sine(941, 1633, seconds=0.02)
    assert key_tone("1", seconds=0.02) == sine(697, 1209, seconds=0.02)
    assert key_tone("0", seconds=0.02) == sine(941, 1336, seconds=0.02)
