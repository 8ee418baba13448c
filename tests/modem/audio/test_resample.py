from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modem.audio import resample
from modem.audio.resample import Resampler

RATES_HZ = (6000, 7999, 8000, 11025, 16000, 44100, 48000)


def tone(hz: float, rate_hz: int, seconds: float = 0.5) -> list[float]:
    return [math.sin(2 * math.pi * hz * n / rate_hz) for n in range(round(rate_hz * seconds))]


def converted(samples: list[float], rate_hz: int) -> list[float]:
    resampler = Resampler(rate_hz)
    return resampler.feed(samples) + resampler.finish()


def gain_db(hz: float, rate_hz: int) -> float:
    middle = converted(tone(hz, rate_hz), rate_hz)[1000:3000]
    return 10 * math.log10(2 * sum(sample * sample for sample in middle) / len(middle) + 1e-12)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_what_telephones_carry_passes_unchanged(rate_hz: int) -> None:
    for hz in (200, 1000, 2000, 3400):
        if hz < 0.42 * rate_hz:
            assert gain_db(hz, rate_hz) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_what_telephones_cannot_carry_does_not_come_back_as_something_else(rate_hz: int) -> None:
    for hz in (4600, 5300, 6600, 12345):
        if hz < rate_hz / 2:
            assert gain_db(hz, rate_hz) < -58


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_every_sample_is_where_it_was(rate_hz: int) -> None:
    for made, wanted in list(zip(converted(tone(600, rate_hz), rate_hz), tone(600, 8000), strict=False))[500:-500]:
        assert made == pytest.approx(wanted, abs=0.005)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(RATES_HZ), st.integers(0, 3000), st.lists(st.integers(0, 3000), max_size=5))
def test_pieces_give_the_same_as_the_whole_and_nothing_is_lost(rate_hz: int, count: int, cuts: list[int]) -> None:
    samples = [math.sin(n) for n in range(count)]
    whole = converted(samples, rate_hz)
    assert len(whole) == math.ceil(count * 8000 / rate_hz)
    resampler, made, at = Resampler(rate_hz), [], 0
    for cut in [*sorted(min(cut, count) for cut in cuts), count]:
        made += resampler.feed(samples[at:cut])
        at = cut
    made += resampler.finish()
    assert made == pytest.approx(whole)


def test_a_rate_that_divides_nothing_does_not_take_the_taps_of_8000_places() -> None:
    """They would take half a minute and a third of a gigabyte."""
    resampler = Resampler(383_993)
    resampler.feed([0.0] * 40_000)
    assert len(resampler._taps) * 2 * resampler._half <= resample._MOST_TAPS
