"""The tables against G.711's own arithmetic, written down a second time and bit by bit."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.audio.frames import FRAME_BYTES
from modem.audio.laws import FrameReader, decode, encode, silence
from modem.audio.levels import dbfs
from modem.audio.tones import sine
from modem.voice_profile import SampleFormat

EIGHT_BITS = [form for form in SampleFormat if form is not SampleFormat.LINEAR16]
ALL_BYTES = bytes(range(256))
ALL_SAMPLES = struct.pack("<65536h", *range(-32768, 32768))
IDLE = {
    SampleFormat.ULAW: 0xFF,
    SampleFormat.ALAW: 0xD5,
    SampleFormat.UNSIGNED: 0x80,
    SampleFormat.SIGNED: 0x00,
    SampleFormat.LINEAR16: 0x00,
}


def samples(sound: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(sound) // 2}h", sound)


def ulaw_by_hand(sample: int) -> int:
    """One's complement magnitude of 14 bits, biased by 33, as sign, segment and step."""
    magnitude = min((~sample if sample < 0 else sample) // 4 + 33, 8191)
    segment = magnitude.bit_length() - 6
    code = segment << 4 | (magnitude >> segment + 1) & 15
    return ~code & 0x7F | (0 if sample < 0 else 0x80)


def alaw_by_hand(sample: int) -> int:
    magnitude = (~sample if sample < 0 else sample) // 16
    segment = max(0, magnitude.bit_length() - 4)
    step = magnitude >> max(0, segment - 1) & 15
    return (segment << 4 | step | (0 if sample < 0 else 0x80)) ^ 0x55


def test_every_sample_gets_the_code_of_the_standard() -> None:
    assert encode(ALL_SAMPLES, SampleFormat.ULAW) == bytes(map(ulaw_by_hand, range(-32768, 32768)))
    assert encode(ALL_SAMPLES, SampleFormat.ALAW) == bytes(map(alaw_by_hand, range(-32768, 32768)))


@pytest.mark.parametrize(
    ("form", "meanings"),
    [
        # Decoder output values of G.711 tables 1 and 2, in 16 bits.
        (SampleFormat.ULAW, {0x80: 32124, 0x00: -32124, 0xFF: 0, 0x7F: 0, 0xFE: 8, 0x7E: -8, 0x8F: 16764}),
        (SampleFormat.ALAW, {0xAA: 32256, 0x2A: -32256, 0xD5: 8, 0x55: -8, 0x80: 5504}),
        (SampleFormat.UNSIGNED, {0x80: 0, 0xFF: 32512, 0x00: -32768}),
        (SampleFormat.SIGNED, {0x00: 0, 0x7F: 32512, 0x80: -32768, 0xFF: -256}),
    ],
)
def test_bytes_mean_what_the_standard_says(form: SampleFormat, meanings: dict[int, int]) -> None:
    for code, meaning in meanings.items():
        assert samples(decode(bytes([code]), form)) == (meaning,)


@pytest.mark.parametrize("form", EIGHT_BITS)
def test_what_a_byte_means_becomes_the_same_byte_again(form: SampleFormat) -> None:
    again = encode(decode(ALL_BYTES, form), form)
    different = [code for code in ALL_BYTES if again[code] != code]
    assert different == ([0x7F] if form is SampleFormat.ULAW else [])  # its second zero


@pytest.mark.parametrize("form", [SampleFormat.UNSIGNED, SampleFormat.SIGNED])
def test_a_linear_byte_is_the_nearest_there_is(form: SampleFormat) -> None:
    meanings = samples(decode(ALL_BYTES, form))
    for sample in range(-32768, 32768, 97):
        code = encode(struct.pack("<h", sample), form)
        assert abs(samples(decode(code, form))[0] - sample) == min(abs(meaning - sample) for meaning in meanings)


def test_linear_16_passes_unchanged_and_half_a_sample_is_left_out() -> None:
    assert decode(b"\x01\x02\x03", SampleFormat.LINEAR16) == b"\x01\x02"
    assert encode(b"\x01\x02", SampleFormat.LINEAR16) == b"\x01\x02"


@pytest.mark.parametrize("form", SampleFormat)
def test_nothing_at_all_is_nothing(form: SampleFormat) -> None:
    assert decode(b"", form) == encode(b"", form) == b""
    assert FrameReader(form).feed(b"") == []


@pytest.mark.parametrize("form", SampleFormat)
def test_silence_is_what_an_idle_line_shows(form: SampleFormat) -> None:
    assert set(silence(form)) == {IDLE[form]}
    assert len(silence(form)) == (320 if form is SampleFormat.LINEAR16 else 160)


def test_one_form_becomes_another() -> None:
    assert encode(decode(b"\xff\x80", SampleFormat.ULAW), SampleFormat.ALAW) == bytes([0xD5, 0xAA])


@given(st.sampled_from(list(SampleFormat)), st.binary(max_size=2000), st.lists(st.integers(0, 700), max_size=8))
def test_a_stream_gives_the_same_frames_however_it_is_cut(form: SampleFormat, data: bytes, cuts: list[int]) -> None:
    reader, frames, at = FrameReader(form), [], 0
    for cut in [*sorted(cuts), len(data)]:
        frames += reader.feed(data[at:cut])
        at = max(at, min(cut, len(data)))
    whole = FrameReader(form).feed(data)
    sound = decode(data, form)
    assert frames == whole == [sound[at : at + FRAME_BYTES] for at in range(0, len(whole) * FRAME_BYTES, FRAME_BYTES)]


@pytest.mark.parametrize("lost", [1, 3, 401, 16000])
def test_a_byte_lost_from_16_bit_sound_costs_a_moment_and_not_the_call(lost: int) -> None:
    voice = sine(220, 660, 1100, 1980, seconds=4.0, dbfs=-30)
    data = voice[:lost] + voice[lost + 1 :]
    reader, frames = FrameReader(SampleFormat.LINEAR16), list[bytes]()
    for at in range(0, len(data), 1000):
        frames += reader.feed(data[at : at + 1000])
    assert dbfs(frames[-1]) < -20
    noisy = sum(dbfs(frame) > -10 for frame in frames)
    assert 9 <= noisy <= 14
    assert voice.endswith(b"".join(frames)[-16000:])


@pytest.mark.parametrize(
    "sound",
    [
        sine(450, seconds=2, dbfs=0.0),
        sine(220, 660, 1100, 1980, seconds=2, dbfs=-6),
        decode(encode(sine(450, seconds=2, dbfs=0.0), SampleFormat.UNSIGNED), SampleFormat.UNSIGNED),
        bytes(32000),
    ],
    ids=["the loudest tone", "cut off", "8 bits with a half that is always zero", "silence"],
)
def test_sound_of_16_bit_that_is_right_stays_as_it_is(sound: bytes) -> None:
    assert b"".join(FrameReader(SampleFormat.LINEAR16).feed(sound)) == sound
