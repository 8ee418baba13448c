"""What is done to a recording when it is put away: hum out, voices at the level of speech, the hang-up's tone cut off.

Nothing is cut at the beginning, so that marks keep their places. Pure: a recording is read twice, a piece at a time.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator

from modem.audio.frames import SILENCE, Reblocker, samples_of
from modem.audio.hang_up_tail import HangUpTail
from modem.audio.levels import FULL_SCALE
from modem.audio.loudness import Loudness
from modem.audio.speech import Speech

HUM_BELOW_HZ = 150.0  # telephones carry from 300; mains hum and its harmonic are below
KEPT_SILENCE_FRAMES = 25  # half a second behind the last word of a voicemail
VOICEMAIL, PROMPT = "voicemail", "prompt"

_SAMPLES = struct.Struct(f"<{len(SILENCE) // 2}h")

Sound = Callable[[], Iterator[bytes]]
"""Reads a whole recording of s16le, in any portions, from its beginning at each call."""


def polish(sound: Sound, kind: str) -> Iterator[bytes]:
    """The same recording, bettered. A prompt stays as it is: whoever recorded it levels it.

    Yields nothing now and then while it reads for the first time, so that whoever waits can do something else.
    """
    if kind == PROMPT:
        yield from sound()
        return
    look = _Look()
    for portion in _portions(sound()):
        for frame in portion:
            look.feed(frame)
        yield b""
    left = look.frames_kept(kind)
    high_pass, gain = HighPass(), 10 ** (look.loudness.gain_db / 20)
    for portion in _portions(sound()):
        yield b"".join(high_pass.feed(frame, gain) for frame in portion[:left])
        left = max(0, left - len(portion))


class _Look:
    """What the first reading finds."""

    def __init__(self) -> None:
        self.loudness = Loudness()
        self._tail, self._speech = HangUpTail(), Speech()
        self._count = self._spoken_until = 0  # frames

    def feed(self, frame: bytes) -> None:
        self._tail.feed(frame)
        if not self._tail.is_tone:
            self.loudness.feed(frame)
        self._speech.feed(frame, is_tone=self._tail.is_tone)
        self._count += 1
        if self._speech.has_spoken and self._speech.quiet_s == 0:
            self._spoken_until = self._count

    def frames_kept(self, kind: str) -> int:
        if kind == VOICEMAIL and self._speech.has_spoken:
            return min(self._tail.frames, self._spoken_until + KEPT_SILENCE_FRAMES)
        return self._tail.frames


class HighPass:
    """Takes out what is below HUM_BELOW_HZ: Butterworth, 12 dB an octave."""

    def __init__(self, hz: float = HUM_BELOW_HZ) -> None:
        warped = math.tan(math.pi * hz / 8000)
        whole = 1 + math.sqrt(2) * warped + warped * warped
        self._b = 1 / whole
        self._a1, self._a2 = 2 * (warped * warped - 1) / whole, (1 - math.sqrt(2) * warped + warped * warped) / whole
        self._z1 = self._z2 = 0.0

    def feed(self, frame: bytes, gain: float = 1.0) -> bytes:
        """The next frame, and louder by `gain`; cut off at full scale."""
        b, a1, a2, z1, z2 = self._b, self._a1, self._a2, self._z1, self._z2
        passed = []
        for sample in samples_of(frame):
            forward = b * sample
            out = forward + z1
            z1 = z2 - 2 * forward - a1 * out
            z2 = forward - a2 * out
            passed.append(round(out * gain))
        self._z1, self._z2 = z1, z2
        try:
            return _SAMPLES.pack(*passed)
        except struct.error:
            return _SAMPLES.pack(*(max(-FULL_SCALE, min(FULL_SCALE - 1, sample)) for sample in passed))


def _portions(pieces: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Whole frames; a rest that is none is filled up."""
    reblocker, count = Reblocker(), 0
    for piece in pieces:
        count += len(piece)
        yield reblocker.feed(piece)
    if rest := count % len(SILENCE):
        yield reblocker.feed(bytes(len(SILENCE) - rest))
