from __future__ import annotations

import struct

import pytest

from modem.audio.frames import FRAME_BYTES, FRAME_S, FRAME_SAMPLES, RATE_HZ, SILENCE, Reblocker, SoundGone, samples_of


def test_a_frame_is_twenty_milliseconds_of_sixteen_bits() -> None:
    assert FRAME_SAMPLES == RATE_HZ * FRAME_S
    assert len(SILENCE) == FRAME_BYTES == 2 * FRAME_SAMPLES


@pytest.mark.parametrize("portion", [1, 2, 3, 64, 319, 320, 321, 640, 1024, 4096])
def test_frames_come_out_the_same_whatever_portions_go_in(portion: int) -> None:
    sound = bytes(n % 251 for n in range(10 * FRAME_BYTES + 7))
    reblocker = Reblocker()
    frames = [frame for at in range(0, len(sound), portion) for frame in reblocker.feed(sound[at : at + portion])]
    assert b"".join(frames) == sound[: 10 * FRAME_BYTES]
    assert {len(frame) for frame in frames} == {FRAME_BYTES}


def test_samples_are_little_endian_on_every_machine() -> None:
    samples = samples_of(b"\x01\x00\x00\x80" + SILENCE[4:])
    assert samples[:3] == (1, -32768, 0)
    assert len(samples) == FRAME_SAMPLES


def test_a_part_of_a_frame_is_refused() -> None:
    with pytest.raises(struct.error):
        samples_of(SILENCE[:-2])


def test_sound_that_is_gone_says_why() -> None:
    assert SoundGone("the port was unplugged").reason == str(SoundGone("the port was unplugged"))
