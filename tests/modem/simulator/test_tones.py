"""Tones, levels and the strongest frequency, against what they were made of."""

from __future__ import annotations

import pytest

from modem.simulator import tones


@pytest.mark.parametrize("hz", [50, 300, 440, 697, 1000, 1633, 3400, 3900])
@pytest.mark.parametrize("dbfs", [-3, -40])
def test_a_sine_is_found_again_by_frequency_and_level(hz: int, dbfs: int) -> None:
    samples = tones.sine(hz, 0.5, dbfs)
    assert tones.strongest_hz(samples) == pytest.approx(hz, abs=1.5)
    assert tones.level_dbfs(tones.energy(samples), len(samples)) == pytest.approx(dbfs, abs=0.2)


def test_the_louder_of_two_tones_is_the_strongest() -> None:
    mixed = [one + other for one, other in zip(tones.sine(500, 0.3, -10), tones.sine(1500, 0.3, -20), strict=True)]
    assert tones.strongest_hz(mixed) == pytest.approx(500, abs=2)


def test_nothing_is_as_quiet_as_can_be() -> None:
    assert tones.level_dbfs(0, 160) == tones.level_dbfs(0, 0) == tones.QUIETEST_DBFS


def test_every_key_has_its_own_pair_and_fits() -> None:
    assert len(set(tones.KEY_TONES_HZ.values())) == 16
    assert tones.KEY_TONES_HZ["5"] == (770, 1336)
    for key in tones.KEY_TONES_HZ:
        samples = tones.key_tone(key)
        assert len(samples) == 1200
        assert 10000 < max(samples) <= tones.FULL_SCALE


def test_a_short_sound_has_a_frequency_too() -> None:
    assert tones.strongest_hz(tones.sine(1000, 0.05, -10)) == pytest.approx(1000, abs=5)


def test_bytes_are_little_endian() -> None:
    samples = tones.to_samples(b"\x01\x00\xff\xff")
    assert list(samples) == [1, -1]
    assert tones.to_bytes(samples) == b"\x01\x00\xff\xff"
