"""Tones as frames: the test tone of the talk path, and the keys of ITU-T Q.23. Pure."""

from __future__ import annotations

import math
import struct

from modem.audio.frames import FRAME_BYTES, RATE_HZ
from modem.audio.levels import FULL_SCALE

LOW_HZ = (697.0, 770.0, 852.0, 941.0)
HIGH_HZ = (1209.0, 1336.0, 1477.0, 1633.0)
KEYS = ("123A", "456B", "789C", "*0#D")  # a row for each low tone, a column for each high one


def sine(*frequencies_hz: float, seconds: float, dbfs: float = -12.0) -> bytes:
    """Sines added up, each as loud as said, cut off at full scale."""
    amplitude = (FULL_SCALE - 1) * 10 ** (dbfs / 20)
    steps = [2 * math.pi * frequency_hz / RATE_HZ for frequency_hz in frequencies_hz]
    samples = (round(amplitude * sum(math.sin(step * n) for step in steps)) for n in range(round(seconds * RATE_HZ)))
    limited = [max(-FULL_SCALE, min(FULL_SCALE - 1, sample)) for sample in samples]
    return struct.pack(f"<{len(limited)}h", *limited)


def key_tone(key: str, *, seconds: float = 0.1, dbfs: float = -12.0) -> bytes:
    """What a telephone sends for a key 0-9, *, #, A-D."""
    row = next(row for row, keys in enumerate(KEYS) if key in keys)
    return sine(LOW_HZ[row], HIGH_HZ[KEYS[row].index(key)], seconds=seconds, dbfs=dbfs)


def in_frames(sound: bytes) -> list[bytes]:
    """Cut into frames; the last is filled up with silence."""
    starts = range(0, len(sound), FRAME_BYTES)
    return [sound[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0") for start in starts]
