"""Long clips are cut where a word does not suffer, and nothing is lost."""

from __future__ import annotations

from modem.audio.frames import FRAME_BYTES, FRAME_S
from modem.audio.tones import sine
from modem.voice_pieces import LONGEST_PIECE_S, SEARCHED_S, pieces


def test_a_short_clip_stays_whole() -> None:
    sound = sine(300, seconds=LONGEST_PIECE_S)
    assert pieces(sound) == [sound]
    assert pieces(b"") == [b""]


def test_a_long_clip_is_cut_into_pieces_that_are_short_enough() -> None:
    sound = sine(300, seconds=13.0)
    found = pieces(sound)
    assert b"".join(found) == sound
    assert all(len(piece) <= LONGEST_PIECE_S / FRAME_S * FRAME_BYTES for piece in found)
    assert len(found) == 4


def test_it_is_cut_at_a_pause_where_there_is_one() -> None:
    pause = bytes(3 * FRAME_BYTES)
    before = sine(300, seconds=LONGEST_PIECE_S - SEARCHED_S / 2)
    first, second = pieces(before + pause + sine(300, seconds=2.0))
    assert len(before) <= len(first) <= len(before) + len(pause)
    assert second.endswith(sine(300, seconds=2.0)[-FRAME_BYTES:])
