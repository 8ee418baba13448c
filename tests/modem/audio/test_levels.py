from __future__ import annotations

import pytest

from modem.audio.frames import SILENCE
from modem.audio.levels import QUIETEST_DBFS, Level, LevelMeter, dbfs
from modem.audio.tones import in_frames, sine


@pytest.mark.parametrize("level", [0.0, -6.0, -20.0, -40.0])
def test_a_sine_reads_as_it_was_made(level: float) -> None:
    frame = in_frames(sine(1000, seconds=0.02, dbfs=level))[0]
    assert dbfs(frame) == pytest.approx(level, abs=0.1)


def test_silence_is_the_quietest_there_is_and_no_error() -> None:
    assert dbfs(SILENCE) == QUIETEST_DBFS
    assert LevelMeter().last_second() == Level(QUIETEST_DBFS, QUIETEST_DBFS)


def test_the_last_second_forgets_what_was_before() -> None:
    meter, loudest = LevelMeter(), QUIETEST_DBFS
    for frame in in_frames(sine(1000, seconds=1.0, dbfs=-10)) + [SILENCE] * 50:
        meter.feed(frame)
        loudest = max(loudest, meter.last_second().peak_dbfs)
    assert loudest == pytest.approx(-10, abs=0.1)
    assert meter.last_second() == Level(QUIETEST_DBFS, QUIETEST_DBFS)
    assert meter.frames == 100


def test_the_peak_of_the_lowest_sample_counts_too() -> None:
    meter = LevelMeter()
    meter.feed(b"\x00\x80" + SILENCE[2:])
    assert meter.last_second().peak_dbfs == 0.0
