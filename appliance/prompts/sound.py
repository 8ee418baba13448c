"""What the office must know of sound files, handed in by the runtime: the code for it belongs to the telephones."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from dataclasses import dataclass

RATE_HZ = 8000


class NotASound(Exception):
    """These bytes are no WAV file that can be read: `fault` is a key of uploads.REASONS, `detail` goes with it."""

    def __init__(self, fault: str, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault, self.detail = fault, detail


@dataclass(frozen=True, slots=True)
class SoundForms:
    """s16le is 8000 samples a second, 16 bit signed little-endian, one channel."""

    read_wav: Callable[[bytes, float], bytes]
    """A WAV file of any usual form, at most so many seconds -> s16le. Raises NotASound and nothing else."""
    encode: Callable[[bytes], bytes]  # s16le -> G.711 u-law
    decode: Callable[[bytes], bytes]  # and back


def wav_of(samples: bytes) -> bytes:
    """s16le as a WAV file that every browser plays."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples)
    return file.getvalue()
