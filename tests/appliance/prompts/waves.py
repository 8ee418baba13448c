"""Sounds made for tests: a voice-like sound, and WAV files of any form."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence


def voice(seconds: float, amplitude: float = 0.2, rate: int = 8000) -> list[float]:
    """Syllables of 200 ms with pauses of 50 ms between; amplitude 1.0 is full scale."""
    found = []
    for n in range(round(seconds * rate)):
        at = n / rate
        is_loud = at % 0.25 < 0.2
        shape = math.sin(2 * math.pi * 300 * at) + 0.5 * math.sin(2 * math.pi * 740 * at)
        found.append(amplitude * shape / 1.5 if is_loud else 0.0)
    return found


def wav(samples: Sequence[float], *, rate: int = 8000, width: int = 2, channels: int = 1) -> bytes:
    """PCM of this width, the same sound in each channel."""
    top = 1 << 8 * width - 1
    data = bytearray()
    for sample in samples:
        whole = max(-top, min(top - 1, round(sample * top)))
        one = bytes([whole + 128]) if width == 1 else whole.to_bytes(width, "little", signed=True)
        data += one * channels
    block = width * channels
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * block, block, 8 * width)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + bytes(data)
    return b"RIFF" + struct.pack("<I", len(body)) + body
