"""Which tone a piece of sound is, by looking at every 10 Hz: slow, plain, and not the product's own arithmetic."""

from __future__ import annotations

import cmath
import struct


def strongest_hz(sound: bytes) -> int:
    samples = struct.unpack(f"<{len(sound) // 2}h", sound[: len(sound) // 2 * 2])[:1600]
    turns = {
        hz: [cmath.exp(-2j * cmath.pi * hz * n / 8000) for n in range(len(samples))] for hz in range(100, 2000, 10)
    }
    power = {hz: abs(sum(s * t for s, t in zip(samples, turn, strict=True))) for hz, turn in turns.items()}
    return max(power, key=lambda hz: power[hz]) if any(samples) else 0


def power(sound: bytes, hz: float) -> float:
    """How strong one frequency is, to compare with another."""
    samples = struct.unpack(f"<{len(sound) // 2}h", sound[: len(sound) // 2 * 2])
    turned = sum(sample * cmath.exp(-2j * cmath.pi * hz * n / 8000) for n, sample in enumerate(samples))
    return float(abs(turned) ** 2)
