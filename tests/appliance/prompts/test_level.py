"""How loud a voice is, where it begins, and what gain it needs."""

from __future__ import annotations

import math
import struct

import pytest

from appliance.prompts import level


def tone(seconds: float, amplitude: float, hz: float = 440.0) -> bytes:
    """A sine; amplitude 1.0 is full scale."""
    samples = (round(32767 * amplitude * math.sin(2 * math.pi * hz * n / 8000)) for n in range(round(seconds * 8000)))
    return struct.pack(f"<{round(seconds * 8000)}h", *samples)


def silence(seconds: float) -> bytes:
    return bytes(2 * round(seconds * 8000))


def test_a_full_sine_is_zero_decibels_on_both_meters() -> None:
    found = level.loudness(tone(1, 1.0))

    assert found.active_dbfs == pytest.approx(0, abs=0.1)
    assert found.peak_dbfs == pytest.approx(0, abs=0.1)


def test_pauses_do_not_make_a_voice_quieter() -> None:
    flowing, halting = tone(2, 0.1), tone(1, 0.1) + silence(3) + tone(1, 0.1)

    assert level.loudness(flowing).active_dbfs == level.loudness(halting).active_dbfs == pytest.approx(-20, abs=0.1)
    assert level.loudness(halting).speech_s == pytest.approx(2, abs=0.05)


def test_a_direct_current_is_no_voice() -> None:
    humming = struct.pack("<8000h", *[9000] * 8000)

    assert level.loudness(humming).active_dbfs == level.QUIETEST_DBFS


def test_the_room_is_what_is_heard_between_the_words() -> None:
    found = level.loudness(tone(1, 0.2) + tone(1, 0.002))

    assert found.room_dbfs == pytest.approx(-54, abs=1)
    assert found.active_dbfs - found.room_dbfs == pytest.approx(40, abs=1)


def test_silence_and_nothing_at_all_have_the_lowest_level() -> None:
    assert level.loudness(b"") == level.loudness(b"\x01") == level.Loudness()
    assert level.loudness(silence(1)).active_dbfs == level.QUIETEST_DBFS
    assert level.loudness(silence(1)).speech_s == 0


def test_silence_around_the_words_is_cut_off_and_the_pause_between_them_is_kept() -> None:
    found = level.trimmed(silence(2) + tone(1, 0.2) + silence(0.5) + tone(1, 0.2) + silence(3))

    assert len(found) / 16000 == pytest.approx(2.5 + 0.22, abs=0.05)


def test_what_is_silent_throughout_is_not_cut_down_to_nothing() -> None:
    assert level.trimmed(silence(1)) == silence(1)
    assert level.trimmed(b"") == b""


@pytest.mark.parametrize("amplitude", [0.02, 0.1, 0.4])
def test_every_voice_is_brought_to_the_level_of_all_prompts(amplitude: float) -> None:
    sound = tone(1, amplitude)

    louder = level.amplified(sound, level.gain_db(level.loudness(sound)))

    assert level.loudness(louder).active_dbfs == pytest.approx(level.TARGET_DBFS, abs=0.3)


def test_a_very_quiet_voice_is_raised_no_further_than_the_noise_allows() -> None:
    assert level.gain_db(level.loudness(tone(1, 0.001))) == level.MOST_GAIN_DB


def test_no_gain_makes_peaks_clip() -> None:
    spiky = tone(1, 0.01) + struct.pack("<h", 26000) + tone(1, 0.01)

    assert level.gain_db(level.loudness(spiky)) <= 1.1
    assert max(struct.unpack("<2h", level.amplified(struct.pack("<2h", 30000, -30000), 20))) == 32767
