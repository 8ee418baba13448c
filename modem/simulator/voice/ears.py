"""What a chip finds in the line's sound by itself: keys, quiet, busy tone. Frames in, event codes out. Pure."""

from __future__ import annotations

from modem.simulator import tones
from modem.simulator.tones import FRAME_S, FRAME_SAMPLES, Samples
from modem.simulator.voice.calls import Stage
from modem.simulator.voice.chips import Chip
from modem.simulator.voice.key_ear import KeyEar, is_fax

SPEECH_DBFS = -45.0
# How long the exchange has to say it until a chip is sure: three cycles of busy, one of ring-back.
SURE_S = {Stage.BUSY: 2.1, Stage.DIAL_TONE: 2.0, Stage.ALERTING: 5.0}
FAX_SURE_S = 0.3  # of the half second that a fax machine whistles
REPEAT_S = 0.2


class Ears:
    """Begins anew whenever the modem goes off the hook."""

    def __init__(self, chip: Chip) -> None:
        self._chip = chip
        self._keys = KeyEar()
        self.pressed = ""  # keys that went down since somebody took them from here
        self._held_s = 0.0  # how long the key is down that was told last
        self._fax_s = 0.0
        self._quiet_s = 0.0
        self._has_spoken = False
        self._tone = Stage.IDLE
        self._tone_s = 0.0
        self._told: dict[str, tuple[int, float]] = {}  # of a condition that lasts: how often, and when last
        self._now_s = 0.0

    def restart(self) -> None:
        """A stream begins: silence and tones are looked for from here."""
        self._quiet_s, self._has_spoken = 0.0, False
        self._tone_s = 0.0
        self._told.clear()

    def hear(self, samples: Samples | None, tone: Stage, silence_s: float, *, is_playing: bool) -> list[str]:
        """`tone`: what the exchange says. `silence_s`: +VSD, 0 = off. Playing chips don't look for quiet."""
        self._now_s += FRAME_S
        codes = self._hear_keys(samples) + self._hear_fax(samples)
        if not is_playing:
            codes += self._hear_quiet(samples, silence_s)
        return codes + self._hear_tone(tone)

    def _hear_tone(self, tone: Stage) -> list[str]:
        self._tone_s = self._tone_s + FRAME_S if tone is self._tone else FRAME_S
        self._tone = tone
        is_sure = self._tone_s + 1e-9 >= SURE_S.get(tone, float("inf"))
        found: list[str] = []
        for stage, code in self._chip.tones_told.items():
            found += self._lasting(code, is_sure and tone is stage)
        return found

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

    def _hear_fax(self, samples: Samples | None) -> list[str]:
        self._fax_s = self._fax_s + FRAME_S if samples and not self._keys.down and is_fax(samples) else 0.0
        return self._lasting("c", self._fax_s + 1e-9 >= FAX_SURE_S)

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
