from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.audio.products import Wave, energy

SAMPLES = st.lists(st.integers(-32768, 32767).map(float), min_size=80, max_size=80).map(tuple)
COSINE = tuple(math.cos(n / 3) for n in range(80))


@given(SAMPLES)
def test_products_are_added_up_as_by_hand(samples: tuple[float, ...]) -> None:
    assert energy(samples) == pytest.approx(sum(sample * sample for sample in samples), rel=1e-12)
    by_hand = math.fsum(sample * wave for sample, wave in zip(samples, COSINE, strict=True))
    assert Wave.of(COSINE).times(samples, energy(samples)) == pytest.approx(by_hand, abs=0.01)


def test_nothing_times_anything_is_nothing() -> None:
    assert Wave.of(COSINE).times((0.0,) * 80, 0.0) == pytest.approx(0.0, abs=1e-9)
