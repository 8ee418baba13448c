"""+VRX: sound and events however they are cut, and the ways out of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from modem.audio.shield import Sound, Told, escape
from modem.voice_receive import (
    FINAL_WITHIN_S,
    RUNG_S,
    SILENT_S,
    STALLED_S,
    STILL_SOUND_BYTES,
    Receive,
)
from modem.voice_said import LAST_RUNG_S, STOPS
from modem.voice_steps import Found, Text

END = b"\x10\x03\r\nOK\r\n"
SAMPLES = bytes(range(256)) * 4


class Stream:
    """One +VRX and its time."""

    def __init__(self, most_s: float = 10.0, first_way: str = "!") -> None:
        self.heard = bytearray()
        self.now_s = 5.0
        self.receive = Receive(lambda data, _: self.heard.extend(data), most_s=most_s, first_way=first_way)
        self.receive.begin(self.now_s)

    def says(self, data: bytes, *, in_bytes: bool = False) -> Sequence[Found]:
        step = 1 if in_bytes else len(data)
        return [
            found
            for at in range(0, len(data), step)
            for found in self.receive.receive(data[at : at + step], self.now_s)
            if not isinstance(found, Sound)
        ]

    def later(self, seconds: float, *, with_sound: bool = False) -> bytes:
        """What was sent meanwhile."""
        sent, until_s = b"", self.now_s + seconds
        while self.now_s < until_s - 1e-9:
            self.now_s += 0.02
            if with_sound and not self.receive.is_over:
                self.receive.receive(b"\xff" * 160, self.now_s)
            self.receive.tick(self.now_s)
            sent += self.receive.data_to_send()
        return sent


@pytest.mark.parametrize("in_bytes", [False, True])
def test_sound_and_events_come_apart_wherever_the_bytes_are_cut(in_bytes: bool) -> None:
    stream = Stream()
    told = stream.says(escape(SAMPLES) + b"\x105" + escape(SAMPLES) + END + b"RING", in_bytes=in_bytes)
    assert bytes(stream.heard) == SAMPLES * 2
    assert told == [Told("5"), Told("\x03")]
    assert stream.receive.is_over
    assert stream.receive.is_clean
    assert in_bytes or stream.receive.rest == b"\nRING"


def test_it_ends_when_its_time_is_over() -> None:
    stream = Stream(most_s=1.0)
    assert stream.later(0.9, with_sound=True) == b""
    assert stream.later(0.2, with_sound=True) == b"\x10!"
    stream.says(END)
    assert (stream.receive.is_over, stream.receive.ended_by) == (True, "!")
    assert stream.receive.next_deadline() is None
    assert stream.later(1.0) == b""


def test_what_is_known_to_work_is_tried_first() -> None:
    stream = Stream(first_way="^")
    stream.receive.stop(stream.now_s)
    stream.receive.stop(stream.now_s)
    assert stream.receive.data_to_send() == b"\x10^"


def test_one_way_out_after_the_other_and_ath_at_last() -> None:
    stream = Stream()
    stream.receive.stop(stream.now_s)
    sent = stream.receive.data_to_send() + stream.later(RUNG_S * len(STOPS) + 0.1, with_sound=True)
    assert sent == b"\x10!\x10\x1b\x10^\x10\x10\x10!ATH\r"
    stream.says(END)
    assert stream.receive.is_clean
    assert stream.receive.is_hung_up
    assert not stream.receive.is_stuck


def test_a_stream_that_never_ends_is_given_up() -> None:
    stream = Stream()
    stream.receive.stop(stream.now_s)
    stream.later(RUNG_S * len(STOPS) + LAST_RUNG_S + 0.1, with_sound=True)
    assert stream.receive.is_over
    assert stream.receive.is_stuck
    assert not stream.receive.is_clean


def test_an_end_whose_mark_was_lost_shows_in_the_silence() -> None:
    stream = Stream()
    stream.receive.stop(stream.now_s)
    stream.says(b"\xff\xff\x03\r\nOK\r\n")
    stream.later(SILENT_S + 0.05)
    assert stream.receive.is_over
    assert not stream.receive.is_clean
    assert not stream.receive.is_stuck


def test_an_end_whose_final_result_was_lost_is_one_after_a_second() -> None:
    stream = Stream()
    stream.says(b"\x10\x03\r\nO")
    assert stream.receive.next_deadline() == stream.now_s + FINAL_WITHIN_S
    stream.later(FINAL_WITHIN_S - 0.1)
    assert not stream.receive.is_over
    stream.later(0.2)
    assert (stream.receive.is_over, stream.receive.is_clean) == (True, False)


def test_a_lost_byte_that_looks_like_the_end_is_none_while_sound_goes_on() -> None:
    stream = Stream()
    stream.says(b"\x10\x03")
    sent = b""
    while not sent:
        sent = stream.later(0.02, with_sound=True)
    assert sent == b"\x10!"  # the sound of that second is lost; the office's job begins the stream again
    assert FINAL_WITHIN_S * 8000 > STILL_SOUND_BYTES
    before = len(stream.heard)
    stream.says(b"\xff" * 100 + END)
    assert len(stream.heard) == before + 100
    assert stream.receive.is_clean
    assert stream.receive.is_over


def test_a_stop_between_the_end_and_its_final_result_sends_nothing() -> None:
    stream = Stream()
    stream.says(b"\x10\x03")
    stream.receive.stop(stream.now_s)
    assert stream.receive.data_to_send() == b""


def test_a_modem_that_says_nothing_any_more_is_asked_to_end_and_then_left() -> None:
    stream = Stream()
    assert stream.later(STALLED_S - 0.1) == b""
    assert stream.later(0.2) == b"\x10!"
    stream.later(SILENT_S + 0.1)
    assert (stream.receive.is_over, stream.receive.is_clean) == (True, False)


def test_lines_between_the_end_and_the_final_result_are_told() -> None:
    stream = Stream()
    assert stream.says(b"\x10\x03\r\nRING\r\nOK\r\n") == [Told("\x03"), Text("RING")]
