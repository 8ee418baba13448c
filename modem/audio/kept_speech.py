"""Has anybody spoken in sound that was kept? Pure: pieces of s16le in, an answer out, as soon as it is known."""

from __future__ import annotations

from collections.abc import Iterable

from modem.audio.frames import Reblocker
from modem.audio.hearing import Hearing


def has_speech(pieces: Iterable[bytes]) -> bool:
    """Keys and tones of the exchange are no speech; neither is a line that merely hums."""
    hearing, reblocker = Hearing(), Reblocker()
    for piece in pieces:
        for frame in reblocker.feed(piece):
            hearing.feed(frame)
            if hearing.speech.has_spoken:
                return True
    return False
