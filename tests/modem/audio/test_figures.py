"""The bench's own measurements with counts too small to mean anything: that they run, and that a goal can be missed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from modem.audio import call_tones, goertzel
from modem.audio.mixing import Mixer
from tests.bench.figure import Figure
from tests.modem.audio import detector_figures, line_figures


def reached(figures: Sequence[Figure]) -> list[bool | None]:
    return [figure.is_reached for figure in figures]


def test_keys_and_tones_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reached([*detector_figures.keys(50), *detector_figures.tones(2)]) == [True] * 10
    monkeypatch.setattr(goertzel, "SURE_SHARE", 0.99)
    monkeypatch.setattr(call_tones, "LEAST_SHARE", 0.999)
    assert not any(reached([*detector_figures.keys(50), *detector_figures.tones(2)]))


def test_a_sample_that_is_lost_on_the_way_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    # A machine that is busy elsewhere loses samples too; what is broken loses them every time.
    assert any(all(reached(list(line_figures.whole(0.5))[:2])) for _ in range(12))
    mix = Mixer.mix

    def spoils(self: Mixer, far: Sequence[bytes], near: Sequence[bytes]) -> list[bytes]:
        return [frame[:-2] + b"\1\0" for frame in mix(self, far, near)]

    monkeypatch.setattr(Mixer, "mix", spoils)
    _, kept, _ = line_figures.whole(0.5)
    assert not kept.is_reached


def test_memory_and_the_speed_of_a_key_are_measured() -> None:
    grown, cost = line_figures.memory(1.0)
    assert 0 <= grown.found < 50
    assert "4 recordings" in grown.note
    assert cost.found > 0
    assert [0 < figure.found < 2000 for figure in line_figures.key_acts(2)] == [True, True]
