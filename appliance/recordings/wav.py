"""The beginning of a WAV file, made when somebody listens: 8000 samples a second, 16 bit, one channel."""

from __future__ import annotations

import struct

from appliance.recordings.layout import BYTES_PER_S

HEADER_BYTES = 44
UNKNOWN = 0xFFFFFFFF  # a stream that has no end yet
RATE_HZ, SAMPLE_BYTES = 8000, 2
_PCM, _CHANNELS = 1, 1


def wav_header(sound_bytes: int | None) -> bytes:
    """`None`: nobody knows yet how long it will be."""
    size = UNKNOWN if sound_bytes is None else min(sound_bytes, UNKNOWN - HEADER_BYTES)
    riff = UNKNOWN if sound_bytes is None else size + HEADER_BYTES - 8
    shape = struct.pack("<IHHIIHH", 16, _PCM, _CHANNELS, RATE_HZ, BYTES_PER_S, SAMPLE_BYTES, 8 * SAMPLE_BYTES)
    return b"RIFF" + struct.pack("<I", riff) + b"WAVEfmt " + shape + b"data" + struct.pack("<I", size)
