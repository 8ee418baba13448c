"""WAV files as other programs make them."""

from __future__ import annotations

import struct


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def form(coding: int = 1, channels: int = 1, rate_hz: int = 8000, width: int = 2) -> bytes:
    block = channels * width
    return struct.pack("<HHIIHH", coding, channels, rate_hz, rate_hz * block & 0xFFFFFFFF, block, 8 * width)


def extensible(coding: int, channels: int, rate_hz: int, width: int) -> bytes:
    guid = struct.pack("<H", coding) + bytes.fromhex("000000001000800000aa00389b71")
    return form(0xFFFE, channels, rate_hz, width) + struct.pack("<HHI", 22, 8 * width, 0) + guid


def wav_file(data: bytes, coding: int = 1, channels: int = 1, rate_hz: int = 8000, width: int = 2) -> bytes:
    body = b"WAVE" + chunk(b"fmt ", form(coding, channels, rate_hz, width)) + chunk(b"data", data)
    return b"RIFF" + struct.pack("<I", len(body)) + body
