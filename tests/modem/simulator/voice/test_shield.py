"""DLE shielding, wherever the reads cut it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from modem.simulator.voice import shield
from tests.modem.simulator.voice.bench import parted


def taken(data: bytes, *, sizes: list[int], most: int = 1000) -> list[bytes | int]:
    """What comes off a stream that arrives in pieces; neighbouring sound joined."""
    waiting, found = bytearray(), list[bytes | int]()
    while data:
        size = sizes.pop() if sizes else len(data)
        waiting += data[:size]
        data = data[size:]
        while (piece := shield.take(waiting, most)) is not None:
            if isinstance(piece, bytes) and found and isinstance(found[-1], bytes):
                found[-1] += piece
            else:
                found.append(piece)
    assert bytes(waiting) in (b"", b"\x10")
    return found


@given(st.binary(max_size=60), st.lists(st.integers(1, 4), max_size=80), st.integers(1, 9))
def test_sound_comes_through_whole_however_it_is_cut(sound: bytes, sizes: list[int], most: int) -> None:
    sent = shield.shielded(sound, pairs=False) + b"\x10\x03AT"
    assert taken(sent, sizes=sizes, most=most) == [*([sound] if sound else []), 0x03, b"AT"]


def test_sub_stands_for_two() -> None:
    assert taken(b"a\x10\x1ab\x10!", sizes=[]) == [b"a\x10\x10b", ord("!")]


@given(st.binary(max_size=60), st.booleans())
def test_what_the_modem_says_can_be_read_back(sound: bytes, pairs: bool) -> None:
    data = shield.shielded(sound, pairs=pairs)
    samples, events = parted(data, "unsigned")
    assert bytes((sample >> 8) + 128 for sample in samples) == sound
    assert not events


def test_pairs_are_said_as_sub_where_the_chip_does() -> None:
    assert shield.shielded(b"\x10\x10\x10", pairs=True) == b"\x10\x1a\x10\x10"
    assert shield.shielded(b"\x10\x10", pairs=False) == b"\x10\x10\x10\x10"
