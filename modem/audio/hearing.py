"""Everything that is listened for in one direction of a call, in one pass over each frame. Pure."""

from __future__ import annotations

from modem.audio.call_tones import DIAL_AFTER_S, CallToneDetector
from modem.audio.frames import samples_of
from modem.audio.goertzel import DtmfDetector
from modem.audio.speech import Speech
from modem.events import CallTone


class Hearing:
    """Keys and tones are told when they begin; speech is asked for."""

    def __init__(self, dial_after_s: float = DIAL_AFTER_S) -> None:
        """`dial_after_s` as of CallToneDetector."""
        self._keys, self._tones = DtmfDetector(), CallToneDetector(dial_after_s)
        self.speech = Speech()

    @property
    def tone(self) -> CallTone | None:
        """What the exchange says now."""
        return self._tones.tone

    @property
    def is_tone_on(self) -> bool:
        """The last frame was of the exchange's frequency, whatever it may become."""
        return self._tones.is_on

    def feed(self, frame: bytes) -> tuple[list[str], list[CallTone]]:
        """Hear one frame; the keys and the tones of the exchange that were recognised with it."""
        samples = tuple(map(float, samples_of(frame)))
        keys, tones = self._keys.hear(samples), self._tones.hear(samples)
        self.speech.hear(samples, is_tone=self._keys.is_pressed or self._tones.is_on)
        if keys:
            self.speech.stir()
        return keys, tones
