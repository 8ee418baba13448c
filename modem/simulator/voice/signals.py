"""Tones of a Chinese exchange (YD/T 1486, GB/T 3380): 450 Hz in cadences, frame after frame. Pure."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from modem.simulator import tones
from modem.simulator.tones import FRAME_S, FRAME_SAMPLES, RATE_HZ, Samples
from modem.simulator.voice.calls import Stage

LEVEL_DBFS = -12.0
# 450 Hz has nine whole periods in a frame, so that one frame repeats without a seam.
_TONE = tones.sine(450, FRAME_S, LEVEL_DBFS)
_SILENCE: Samples = array("h", bytes(2 * FRAME_SAMPLES))


@dataclass(frozen=True, slots=True)
class Cadence:
    on_s: float
    off_s: float  # 0 = continuous


CADENCES = {
    Stage.DIAL_TONE: Cadence(1.0, 0.0),
    Stage.ALERTING: Cadence(1.0, 4.0),
    Stage.BUSY: Cadence(0.35, 0.35),
    Stage.CONGESTION: Cadence(0.7, 0.7),
}


class Signals:
    """What the exchange plays in the stage it is in."""

    def __init__(self) -> None:
        self.stage = Stage.IDLE
        self._place = 0  # samples since the tone began

    def turn_to(self, stage: Stage) -> None:
        if stage is not self.stage:
            self.stage, self._place = stage, 0

    def next_frame(self) -> Samples | None:
        """20 ms; None where nothing sounds."""
        cadence = CADENCES.get(self.stage)
        if cadence is None:
            return None
        start, self._place = self._place, self._place + FRAME_SAMPLES
        if not cadence.off_s:
            return _TONE
        on, period = round(cadence.on_s * RATE_HZ), round((cadence.on_s + cadence.off_s) * RATE_HZ)
        at = start % period
        sounding = min(FRAME_SAMPLES, max(0, on - at))
        again = max(0, at + FRAME_SAMPLES - period)  # of the next cycle
        if sounding == FRAME_SAMPLES:
            return _TONE
        if not sounding and not again:
            return None
        return _TONE[:sounding] + _SILENCE[: FRAME_SAMPLES - sounding - again] + _TONE[:again]
