from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modem.audio.shield import CAN, ETX, MOST_PACKET_BYTES, Sound, Told, Unshield, escape, told

Found = list[Sound | Told]

# Streams in which every byte that matters is likely.
STREAMS = st.lists(
    st.one_of(
        st.binary(max_size=20),
        st.sampled_from([b"\x10", b"\x10\x10", b"\x10\x1a", b"\x10X", b"\x10.", b"\x10\x03", b"\x105", b"\x10\x80"]),
        st.sampled_from([b"NMBR=02088880000\r\n", b"x" * (MOST_PACKET_BYTES // 2)]),
    ),
    max_size=12,
).map(b"".join)


def fed(*portions: bytes) -> tuple[Found, bytes]:
    """What is found, neighbouring sound joined; and the rest."""
    unshield, found = Unshield(), Found()
    for portion in portions:
        for each in unshield.feed(portion):
            if isinstance(each, Sound) and found and isinstance(found[-1], Sound):
                found[-1] = Sound(found[-1].data + each.data)
            else:
                found.append(each)
    return found, unshield.rest


@pytest.mark.parametrize(
    ("stream", "found"),
    [
        (b"abc", [Sound(b"abc")]),
        (b"a\x10\x10b", [Sound(b"a\x10b")]),
        (b"a\x10\x1ab", [Sound(b"a\x10\x10b")]),
        (b"a\x105b", [Sound(b"a"), Told("5"), Sound(b"b")]),
        (b"\x10/\x105\x10~", [Told("/"), Told("5"), Told("~")]),
        (b"\x10\x80a", [Told("\x80"), Sound(b"a")]),
        (b"\x10\x00", [Told("\x00")]),
        (b"\x10\x10\x10\x10\x105", [Sound(b"\x10\x10"), Told("5")]),
        (b"\x10", []),
        (b"", []),
        (b"\x10X\r\nNMBR=123\r\n\x10.a", [Told("X", "\r\nNMBR=123\r\n"), Sound(b"a")]),
        (b"\x10X\x10.", [Told("X")]),
        (b"a\x10.b", [Sound(b"a"), Told("."), Sound(b"b")]),
    ],
)
def test_sound_and_events_are_told_apart(stream: bytes, found: Found) -> None:
    assert fed(stream) == (found, b"")


def test_an_event_inside_a_packet_is_told_at_once() -> None:
    assert fed(b"\x10XNMBR=1\x10b23\x10.") == ([Told("b"), Told("X", "NMBR=123")], b"")


@pytest.mark.parametrize("behind", [b"\xff\xff", b"\x10\x10", b"\x10\x1a"])
def test_a_packet_that_cannot_be_text_was_sound_with_a_byte_lost(behind: bytes) -> None:
    found, _ = fed(b"a\x10Xbcd" + behind + b"e\x105")
    assert found == [Sound(b"abcd" + behind.replace(b"\x10\x10", b"\x10").replace(b"\x10\x1a", b"\x10\x10") + b"e"),
                     Told("5")]  # fmt: skip


def test_a_packet_without_end_does_not_swallow_the_call() -> None:
    text = b"x" * (MOST_PACKET_BYTES + 1)
    assert fed(b"\x10X" + text + b"y") == ([Sound(text + b"y")], b"")


def test_a_packet_ends_at_the_latest_with_the_next_one_and_with_the_stream() -> None:
    assert fed(b"\x10Xone\x10Xtwo\x10\x03") == ([Told("X", "one"), Told("X", "two"), Told(ETX)], b"")


def test_what_follows_the_end_is_text_again() -> None:
    unshield = Unshield()
    assert unshield.feed(b"a\x10\x03\r\nO") == [Sound(b"a"), Told(ETX)]
    assert unshield.is_ended
    assert unshield.feed(b"K\x105\r\n") == []
    assert unshield.rest == b"\r\nOK\x105\r\n"


@given(STREAMS, st.lists(st.integers(0, 200), max_size=6))
@example(b"\x10X" + b"x" * MOST_PACKET_BYTES + b"\xff\x10.", [5, 300])
def test_any_stream_gives_the_same_wherever_it_is_cut(stream: bytes, cuts: list[int]) -> None:
    places = sorted({min(cut, len(stream)) for cut in cuts})
    portions = [stream[at:end] for at, end in zip([0, *places], [*places, len(stream)], strict=True)]
    whole = fed(stream)
    assert fed(*portions) == whole
    assert fed(*(bytes([byte]) for byte in stream)) == whole


@given(st.binary())
def test_what_is_escaped_comes_back(sound: bytes) -> None:
    assert fed(escape(sound)) == ([Sound(sound)] if sound else [], b"")


@given(st.lists(st.one_of(st.binary(min_size=1, max_size=9), st.sampled_from("0123456789*#ABCDbdrqslhHpP/~uo"))))
def test_sound_and_events_between_it_come_back_in_order(parts: list[bytes | str]) -> None:
    stream = b"".join(escape(part) if isinstance(part, bytes) else told(part) for part in parts)
    found, _ = fed(stream + told(ETX))
    assert b"".join(each.data for each in found if isinstance(each, Sound)) == b"".join(
        part for part in parts if isinstance(part, bytes)
    )
    assert [each.code for each in found if isinstance(each, Told)] == [*(p for p in parts if isinstance(p, str)), ETX]


def test_bytes_that_are_lost_cost_no_more_than_themselves() -> None:
    """One byte lost anywhere: all but a few bytes of sound are there, and at most one event is wrong."""
    sound = bytes(range(256)) * 4
    stream = escape(sound)
    for lost in range(len(stream)):
        found, _ = fed(stream[:lost] + stream[lost + 1 :])
        kept = sum(len(each.data) for each in found if isinstance(each, Sound))
        assert kept >= len(sound) - 2
        assert sum(isinstance(each, Told) for each in found) <= 1


def test_what_we_ask_of_the_modem_is_shielded_too() -> None:
    assert told(ETX) == b"\x10\x03"
    assert told(CAN) == b"\x10\x18"
