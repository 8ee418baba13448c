from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.audio.riff import MOST_CHUNKS, Coding, Fault, NotSound, parse
from tests.modem.audio.wav_files import chunk, extensible, form, wav_file


def fault_of(file: bytes) -> tuple[Fault, str]:
    with pytest.raises(NotSound) as caught:
        parse(file)
    return caught.value.fault, str(caught.value)


@pytest.mark.parametrize(
    ("file", "fault", "words"),
    [
        (b"", Fault.EMPTY, "empty"),
        ("你好，这是一个文本文件。\r\n".encode(), Fault.TEXT, "text file"),
        ("你好".encode()[:-1], Fault.TEXT, "text file"),
        ("hello".encode("utf-16"), Fault.TEXT, "text file"),
        (b"RIFF of a guitar", Fault.OTHER, "film"),
        (b"ID3\x04\x00" + bytes(500), Fault.OTHER, "an MP3"),
        (b"\xff\xfb\x90\x44" + bytes(500), Fault.OTHER, "an MP3"),
        (b"OggS" + bytes(50), Fault.OTHER, "an Ogg file"),
        (b"\0\0\0\x20ftypM4A " + bytes(50), Fault.OTHER, "an M4A or MP4 file"),
        (b"#!AMR\n" + bytes(50), Fault.OTHER, "an AMR file"),
        (b"RF64" + bytes(50), Fault.OTHER, "RF64"),
        (bytes(range(256)), Fault.OTHER, "something unknown"),
        (b"RIFF\0\0\0\0WAVE", Fault.BROKEN, "head"),
        (b"RIFF\0\0\0\0WAVE" + chunk(b"fmt ", form()), Fault.BROKEN, "head"),
        (b"RIFF\0\0\0\0WAVE" + chunk(b"data", bytes(8)), Fault.BROKEN, "head"),
        (b"RIFF\0\0\0\0WAVE" + chunk(b"fmt ", form()[:10]) + chunk(b"data", bytes(8)), Fault.BROKEN, "head"),
        (b"RIFF\0\0\0\0WAVE" + chunk(b"junk", b"") * (MOST_CHUNKS + 1), Fault.BROKEN, "head"),
        (wav_file(bytes(100))[:-40], Fault.BROKEN, "ends in the middle"),
        (wav_file(b""), Fault.SILENT, "no sound"),
        (wav_file(b"\0"), Fault.SILENT, "no sound"),
        (wav_file(bytes(8), channels=0), Fault.FORM, "0 channels"),
        (wav_file(bytes(80), channels=9), Fault.FORM, "9 channels"),
        (wav_file(bytes(8), rate_hz=0), Fault.FORM, "0 samples a second"),
        (wav_file(bytes(8), rate_hz=10**6), Fault.FORM, "1000000 samples"),
        (wav_file(bytes(80), width=5), Fault.FORM, "40 bits"),
        (wav_file(bytes(80), width=2, coding=3), Fault.FORM, "16 bits"),
        (wav_file(bytes(80), coding=0x11), Fault.CODING, "IMA ADPCM"),
        (wav_file(bytes(80), coding=0x1234), Fault.CODING, "no. 4660"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_the_reason(file: bytes, fault: Fault, words: str) -> None:
    found, sentence = fault_of(file)
    assert found is fault
    assert words in sentence


@pytest.mark.parametrize(
    ("coding", "width", "expected"),
    [
        (1, 1, Coding.LINEAR), (1, 2, Coding.LINEAR), (1, 3, Coding.LINEAR), (1, 4, Coding.LINEAR),
        (3, 4, Coding.FLOAT), (3, 8, Coding.FLOAT), (6, 1, Coding.ALAW), (7, 1, Coding.ULAW),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_extensible", [False, True])
def test_the_usual_forms_are_known(coding: int, width: int, expected: Coding, is_extensible: bool) -> None:
    data = bytes(range(48))
    head = extensible(coding, 2, 44100, width) if is_extensible else form(coding, 2, 44100, width)
    wav = parse(b"RIFF\0\0\0\0WAVE" + chunk(b"LIST", b"odd") + chunk(b"fmt ", head) + chunk(b"data", data))
    assert (wav.coding, wav.channels, wav.rate_hz, wav.width, wav.data) == (expected, 2, 44100, width, data)
    assert wav.seconds == pytest.approx(48 / (2 * width * 44100))


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_file_whose_writer_did_not_finish_is_read_to_its_end(size: int) -> None:
    unfinished = wav_file(b"")[:-4] + struct.pack("<I", size) + bytes(100)
    assert len(parse(unfinished).data) == 100


def test_a_byte_that_only_fills_up_may_be_missing_and_half_a_sample_is_left_out() -> None:
    odd = b"RIFF\0\0\0\0WAVE" + chunk(b"fmt ", form()) + b"data" + struct.pack("<I", 8) + bytes(7)
    assert len(parse(odd).data) == 6


def test_24_bits_in_4_bytes_are_4_bytes() -> None:
    """Some interfaces record so: the block says it, the bits do not."""
    head = struct.pack("<HHIIHH", 1, 2, 48000, 48000 * 8, 8, 24)
    assert parse(b"RIFF\0\0\0\0WAVE" + chunk(b"fmt ", head) + chunk(b"data", bytes(16))).width == 4


def test_bits_count_where_the_block_is_nonsense() -> None:
    head = struct.pack("<HHIIHH", 1, 2, 48000, 0, 0, 16)
    assert parse(b"RIFF\0\0\0\0WAVE" + chunk(b"fmt ", head) + chunk(b"data", bytes(16))).width == 2


@given(st.binary(max_size=200), st.binary(max_size=60))
def test_no_bytes_do_more_harm_than_to_be_refused(anything: bytes, head: bytes) -> None:
    for file in (anything, b"RIFF\0\0\0\0WAVE" + anything, b"RIFF\0\0\0\0WAVE" + chunk(b"fmt ", head) + anything,
                 b"RIFF\0\0\0\0WAVE" + chunk(b"fmt ", head) + chunk(b"data", anything)):  # fmt: skip
        with suppress(NotSound):
            assert parse(file).data
