"""How a chip codes samples on the wire: G.711 and linear bytes, from 16 bit samples and back. Pure."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from modem.simulator.tones import Samples

STEP = 4  # the coders look at 14 bits, as G.711 does
_PLACES = 1 << 14
_BIAS = 132  # G.711 table 2a: 33 of 8192, in steps of 16 bits
_LARGEST = 32767


@dataclass(frozen=True, slots=True)
class Coding:
    """One meaning of the bytes of a voice stream."""

    name: str
    width: int  # bytes for a sample
    encode: Callable[[Samples], bytes]
    decode: Callable[[bytes], Samples]


def _ulaw(sample: int) -> int:
    size = min(_LARGEST, abs(sample) + _BIAS)
    segment = size.bit_length() - 8
    code = segment << 4 | size >> segment + 3 & 0x0F
    return ~code & 0xFF if sample >= 0 else ~(code | 0x80) & 0xFF


def _from_ulaw(code: int) -> int:
    code = ~code & 0xFF
    size = (((code & 0x0F) << 3) + _BIAS << (code >> 4 & 7)) - _BIAS
    return -size if code & 0x80 else size


def _alaw(sample: int) -> int:
    size = sample >> 3 if sample >= 0 else ~sample >> 3
    segment = max(0, size.bit_length() - 5)
    code = segment << 4 | size >> max(1, segment) & 0x0F
    return (code | 0x80 if sample >= 0 else code) ^ 0x55


def _from_alaw(code: int) -> int:
    code ^= 0x55
    segment, place = code >> 4 & 7, code & 0x0F
    size = (place << 1 | 1) << 3 if segment == 0 else (place << 1 | 33) << segment + 2
    return size if code & 0x80 else -size


def _by_table(name: str, encode: Callable[[int], int], decode: Callable[[int], int]) -> Coding:
    steps = [*range(_PLACES // 2), *range(-_PLACES // 2, 0)]  # as two's complement orders them
    codes = bytes(encode(step * STEP + STEP // 2) for step in steps)
    meant: Samples = array("h", map(decode, range(256)))

    def to_codes(samples: Samples) -> bytes:
        return bytes([codes[sample >> 2 & _PLACES - 1] for sample in samples])

    def to_samples(data: bytes) -> Samples:
        return array("h", [meant[code] for code in data])

    return Coding(name, 1, to_codes, to_samples)


def _swapped(data: bytes) -> Samples:
    samples: Samples = array("h", data[: len(data) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


_MAKERS: dict[str, Callable[[], Coding]] = {
    "ulaw": lambda: _by_table("ulaw", _ulaw, _from_ulaw),
    "alaw": lambda: _by_table("alaw", _alaw, _from_alaw),
    "unsigned": lambda: _by_table("unsigned", lambda sample: (sample >> 8) + 128, lambda code: code - 128 << 8),
    "signed": lambda: _by_table("signed", lambda sample: sample >> 8 & 0xFF, lambda code: (code ^ 0x80) - 128 << 8),
    "linear16": lambda: Coding("linear16", 2, lambda samples: _swapped(samples.tobytes()).tobytes(), _swapped),
}
CODINGS = tuple(_MAKERS)


@cache
def coding(name: str) -> Coding:
    """One of CODINGS; its tables are made when they are first needed."""
    return _MAKERS[name]()
