"""What a chip finds in the line's sound by itself: keys, quiet, busy tone. Frames in, event codes out. Pure."""

from __future__ import annotations

from modem.simulator import tones
from modem.simulator.tones import FRAME_S, FRAME_SAMPLES, Samples
from modem.simulator.voice.calls import Stage
from modem.simulator.voice.chips import Chip
from modem.simulator.voice.key_ear import KeyEar
from modem.simulator.voice.signals import Signals

SPEECH_DBFS = -45.0
BUSY_CYCLES = 3  # a chip is sure of a busy tone after so many
DIAL_CYCLES = 2
REPEAT_S = 0.2


class Ears:
    """Begins anew whenever the modem goes off the hook."""

    def __init__(self, chip: Chip) -> None:
        self._chip = chip
        self._keys = KeyEar()
        self.pressed = ""  # keys that went down since somebody took them from here
        self._held_s = 0.0  # how long the key is down that was told last
        self._quiet_s = 0.0
        self._has_spoken = False
        self._told: dict[str, tuple[int, float]] = {}  # of a condition that lasts: how often, and when last
        self._now_s = 0.0

    def restart_quiet(self) -> None:
        """A recording begins: silence counts from here."""
        self._quiet_s, self._has_spoken = 0.0, False
        self._told.pop("q", None)
        self._told.pop("s", None)

    def hear(self, samples: Samples | None, signals: Signals, silence_s: float, *, is_playing: bool) -> list[str]:
        """`silence_s`: +VSD; 0 = off. Quiet isn't looked for while the chip itself makes the noise."""
        self._now_s += FRAME_S
        codes = self._hear_keys(samples)
        if not is_playing:
            codes += self._hear_quiet(samples, silence_s)
        busy = signals.stage is Stage.BUSY and signals.cycles >= BUSY_CYCLES and bool(self._chip.busy)
        codes += self._lasting(self._chip.busy or "b", busy)
        dial = signals.stage is Stage.DIAL_TONE and signals.cycles >= DIAL_CYCLES and self._chip.tells_dial_tone
        codes += self._lasting("d", dial)
        ring_back = signals.stage is Stage.ALERTING and signals.cycles >= 1 and self._chip.tells_dial_tone
        return codes + self._lasting("r", ring_back)

    def _hear_keys(self, samples: Samples | None) -> list[str]:
        chip, was = self._chip, self._keys.down
        key = self._keys.hear(samples)
        if key:
            self.pressed += key
            self._held_s = 0.0
            return [*self._end_of(was), *(["/", key] if chip.key_marks else [key])]
        if was and not self._keys.down:
            return self._end_of(was)
        if self._keys.down and chip.key_repeat_s:
            self._held_s += FRAME_S
            if self._held_s + 1e-9 >= chip.key_repeat_s:
                self._held_s = 0.0
                return [self._keys.down]
        return []

    def _end_of(self, key: str) -> list[str]:
        return [self._chip.key_end] if key and self._chip.key_marks else []

    def _hear_quiet(self, samples: Samples | None, silence_s: float) -> list[str]:
        loud = samples is not None and tones.level_dbfs(tones.energy(samples), FRAME_SAMPLES) > SPEECH_DBFS
        self._has_spoken = self._has_spoken or loud
        self._quiet_s = 0.0 if loud else self._quiet_s + FRAME_S
        is_quiet = bool(silence_s) and self._quiet_s + 1e-9 >= silence_s
        return self._lasting("q", is_quiet and self._has_spoken) + self._lasting("s", is_quiet and not self._has_spoken)

    def _lasting(self, code: str, lasts: bool) -> list[str]:
        """Once, or as often as this chip says such things."""
        if not lasts:
            self._told.pop(code, None)
            return []
        count, last_s = self._told.get(code, (0, float("-inf")))
        if count >= self._chip.repeats or self._now_s < last_s + REPEAT_S - 1e-9:
            return []
        self._told[code] = (count + 1, self._now_s)
        return [code]
