"""+VTX: paced by the clock, ended after the last sample or at once, on every kind of chip."""

from __future__ import annotations

import pytest

from modem.audio.shield import Told
from modem.voice_said import LAST_RUNG_S
from modem.voice_steps import Text
from modem.voice_transmit import CANCEL_S, DRAIN_S, ETX_S, PACE_AHEAD_S, Transmit

SOUND = bytes(range(256)) * 63  # two seconds, a little more
CAN, ETX = b"\x10\x18", b"\x10\x03"


class Stream:
    def __init__(self, sound: bytes = SOUND, **more: bool | int) -> None:
        self.now_s = 5.0
        self.sent = bytearray()
        self.heard = bytearray()
        self.transmit = Transmit(sound, hear=self.heard.extend, **more)  # type: ignore[arg-type]
        self.transmit.begin(self.now_s)
        self.sent += self.transmit.data_to_send()

    def later(self, seconds: float, *, tick_s: float = 0.02) -> bytes:
        before, until_s = len(self.sent), self.now_s + seconds
        while self.now_s < until_s - 1e-9:
            self.now_s += tick_s
            self.transmit.tick(self.now_s)
            self.sent += self.transmit.data_to_send()
        return bytes(self.sent[before:])

    def stop(self) -> bytes:
        self.transmit.stop(self.now_s)
        return self.transmit.data_to_send()


def test_all_is_played_at_its_pace_and_ends_with_etx() -> None:
    stream = Stream()
    for _ in range(80):
        stream.later(0.02)
        played = stream.now_s - 5.0
        assert played <= stream.transmit.seconds <= played + PACE_AHEAD_S + 1e-6
    stream.later(0.4)
    assert bytes(stream.sent) == SOUND.replace(b"\x10", b"\x10\x10") + ETX
    assert bytes(stream.heard) == SOUND
    stream.transmit.receive(b"\r\nOK\r\nRING", stream.now_s)
    assert stream.transmit.is_over
    assert stream.transmit.is_clean
    assert not stream.transmit.is_cut
    assert stream.transmit.rest == b"\nRING"
    assert stream.transmit.next_deadline() is None
    assert stream.later(1.0) == b""


def test_samples_of_16_bits_go_twice_as_fast() -> None:
    stream = Stream(sample_bytes=2)
    stream.later(0.5)
    assert stream.transmit.sent_bytes == pytest.approx((0.5 + PACE_AHEAD_S) * 16000, abs=640)


def test_what_was_missed_while_our_thread_slept_is_not_poured_after_it() -> None:
    stream = Stream()
    stream.now_s += 1.0
    assert len(stream.later(0.02).replace(b"\x10\x10", b"\x10")) <= (PACE_AHEAD_S + 0.02) * 8000 + 2


@pytest.mark.parametrize("answer", ["", "never"])
def test_stopped_at_once_cancel_alone_where_that_ends_it(answer: str) -> None:
    stream = Stream()
    stream.later(0.1)
    assert stream.stop() == CAN
    assert stream.stop() == b""
    if answer == "":
        stream.transmit.receive(b"\r\nOK\r\n", stream.now_s)
        assert stream.later(3.0) == b""  # not one byte more: it would be taken for a command
        assert stream.transmit.cancel_ended is True
        assert stream.transmit.is_clean
        assert stream.transmit.is_cut
    else:
        assert stream.later(CANCEL_S + 0.02) == ETX
        stream.transmit.receive(b"\r\nOK\r\n", stream.now_s)
        assert stream.transmit.cancel_ended is False
        assert not stream.transmit.is_clean  # their ways may have crossed


def test_where_cancel_is_known_not_to_end_it_etx_follows_at_once() -> None:
    stream = Stream(cancel_ends=False)
    assert stream.stop() == CAN + ETX
    stream.transmit.receive(b"\r\nOK\r\n", stream.now_s)
    assert stream.transmit.is_clean
    assert stream.transmit.cancel_ended is None


def test_nothing_ends_it_so_it_is_hung_up_and_then_given_up() -> None:
    stream = Stream()
    sent = stream.stop() + stream.later(CANCEL_S + PACE_AHEAD_S + ETX_S + 0.1)
    assert sent == CAN + ETX + b"ATH\r"
    assert stream.transmit.is_hung_up
    stream.later(LAST_RUNG_S)
    assert stream.transmit.is_over
    assert stream.transmit.is_stuck


def test_an_end_that_never_comes_is_hastened_after_five_seconds() -> None:
    stream = Stream(SOUND[:800])
    assert stream.sent.endswith(ETX)
    assert stream.later(DRAIN_S - 0.1) == b""
    assert stream.later(0.5) == CAN + ETX


def test_stopped_while_the_last_samples_play_it_is_cut_short_without_having_been_cut() -> None:
    stream = Stream(SOUND[:800])
    assert stream.stop() == CAN
    stream.transmit.receive(b"\r\nOK\r\n", stream.now_s)
    assert not stream.transmit.is_cut


def test_events_and_lines_are_told_and_the_end_of_no_stream_changes_nothing() -> None:
    stream = Stream()
    told = stream.transmit.receive(b"\x10u\x105\r\nRING\r\n\x10\x03\x107", stream.now_s)
    assert told == [Told("u"), Told("5"), Text("RING"), Told("\x03"), Told("7")]
    assert not stream.transmit.is_over


def test_a_modem_that_ends_it_by_itself_is_found_out() -> None:
    stream = Stream()
    stream.later(0.1)
    stream.transmit.receive(b"\r\nERROR\r\n\x10b", stream.now_s)
    assert stream.transmit.is_over
    assert stream.transmit.is_cut
    assert not stream.transmit.is_clean  # samples on their way stand in a command line


def test_text_behind_the_end_within_one_portion_is_left_to_others() -> None:
    stream = Stream(SOUND[:800])
    stream.transmit.receive(b"\r\nOK\r\n\x10bRING\r\n", stream.now_s)
    assert stream.transmit.rest == b"\nRING\r\n"


def test_an_empty_clip_ends_at_once() -> None:
    assert bytes(Stream(b"").sent) == ETX
