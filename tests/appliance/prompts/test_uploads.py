"""What somebody uploads as a prompt: converted and levelled, or refused with the reason and the cure."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appliance.errors import FieldWrong
from appliance.prompts import level, uploads
from appliance.prompts.uploads import Taken, take
from appliance.runtime import sound_forms
from modem.audio.riff import Fault
from tests.appliance.prompts.waves import voice, wav

FORMS = sound_forms()


def taken(data: bytes, most_s: float = 10) -> Taken:
    return take(data, FORMS, most_s)


def refusal(data: bytes, most_s: float = 10) -> str:
    with pytest.raises(FieldWrong) as refused:
        taken(data, most_s)
    assert refused.value.field == "sound"
    return str(refused.value)


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize(("width", "channels"), [(1, 1), (2, 1), (2, 2), (3, 2), (4, 1)])
def test_any_usual_form_becomes_the_same_prompt(rate: int, width: int, channels: int) -> None:
    found = taken(wav(voice(1.0, rate=rate), rate=rate, width=width, channels=channels))

    assert found.seconds == pytest.approx(1.0, abs=0.25)
    assert level.loudness(found.samples).active_dbfs == pytest.approx(level.TARGET_DBFS, abs=0.5)


def test_silence_around_the_words_is_cut_off_and_does_not_count() -> None:
    padded = [0.0] * 8000 * 9 + voice(2.0) + [0.0] * 8000 * 9

    assert taken(wav(padded), most_s=3).seconds == pytest.approx(2.1, abs=0.3)


def test_how_loud_it_was_and_what_was_done_is_told() -> None:
    found = taken(wav(voice(2.0, amplitude=0.04)))

    assert found.found.active_dbfs == pytest.approx(-30.5, abs=0.5)
    assert found.raised_db == pytest.approx(level.TARGET_DBFS - found.found.active_dbfs, abs=0.1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "this one is empty"),
        (b"Good morning, this is the hotline.\n", "a text, not a sound"),
        ("您好，这里是便民热线。".encode(), "a text, not a sound"),
        (b"ID3\x04\x00\x00\x00", "no WAV file but MP3"),
        (b"\xff\xfb\x90\x64" + bytes(400), "no WAV file but MP3"),
        (b"OggS\x00\x02" + bytes(50), "no WAV file but Ogg"),
        (b"\x00\x00\x00\x20ftypM4A " + bytes(50), "no WAV file but"),
        (b"\x00\x01\x02\x03" * 20, "This is no WAV file."),
        (wav(voice(1.0))[:30], "broken or cut off"),
        (wav(voice(1.0))[:-4000], "broken or cut off"),
        (wav([]), "no sound in this WAV"),
        (wav(voice(1.0)).replace(b"\x01\x00\x01\x00\x40\x1f", b"\x11\x00\x01\x00\x40\x1f"), "coding IMA ADPCM"),
        (wav(voice(1.0), rate=700), "are unusual"),
        (wav([0.0] * 8000), "Nobody speaks"),
        (wav(voice(2.0, amplitude=0.004)), "too quiet: -5"),
        (wav(voice(2.0, amplitude=4.0)), "distorted"),
        (wav(voice(4.0)), "lasts 4 seconds, and 3 are allowed"),
        (wav(voice(40.0)), "lasts 40 seconds, and 3 are allowed"),
    ],
)
def test_what_cannot_be_a_prompt_is_refused_with_the_reason(data: bytes, words: str) -> None:
    assert words in refusal(data, most_s=3)


def test_an_undistorted_loud_voice_is_taken_and_lowered() -> None:
    found = taken(wav(voice(2.0, amplitude=0.97)))

    assert found.raised_db < -8


def test_a_direct_current_of_a_cheap_sound_card_does_not_reach_the_caller() -> None:
    found = taken(wav([sample + 0.3 for sample in voice(2.0)]))
    samples = struct.unpack(f"<{len(found.samples) // 2}h", found.samples)

    assert abs(sum(samples) / len(samples)) < 40


def test_every_fault_that_the_reader_knows_has_its_words() -> None:
    assert set(uploads.REASONS) == {str(fault) for fault in Fault}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600))
@example(b"RIFF\x00\x00\x00\x00WAVE")
@example(b"RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff")
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    _taken_or_refused(data)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_damaged_wav_crashes_the_reader(data: st.DataObject) -> None:
    """The head of a real file with some of its bytes changed, cut off or repeated."""
    whole = bytearray(
        wav(voice(0.3), width=data.draw(st.sampled_from([1, 2, 3, 4])), channels=data.draw(st.integers(1, 2)))
    )
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, 47))] = data.draw(st.integers(0, 255))
    _taken_or_refused(bytes(whole[: data.draw(st.integers(0, len(whole)))]) * data.draw(st.integers(1, 2)))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(width=32), min_size=1, max_size=400))
def test_no_floats_crash_the_reader(numbers: list[float]) -> None:
    """Not a number and infinity are floats too."""
    data = struct.pack(f"<{len(numbers)}f", *numbers)
    form = struct.pack("<HHIIHH", 3, 1, 8000, 32000, 4, 32)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
    _taken_or_refused(b"RIFF" + struct.pack("<I", len(body)) + body)


def _taken_or_refused(data: bytes) -> None:
    try:
        found = take(data, FORMS, 5)
    except FieldWrong:
        return
    assert 0 < found.seconds <= 5
    assert math.isfinite(found.raised_db)
    assert FORMS.encode(found.samples)
