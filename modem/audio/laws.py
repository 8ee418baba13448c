"""What a byte of telephone sound means (G.711 u-law and A-law, 8 and 16 bit linear), and frames made of it. Pure.

Reading is one look into a table of 256 places for each byte, writing one into a table of all 65,536 samples. Python's
own module for this (audioop) is gone since 3.13.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import cache
from operator import itemgetter

from modem.audio.frames import FRAME_BYTES, SILENCE, Reblocker
from modem.audio.products import energy
from modem.voice_profile import SampleFormat

_NOISE_ENERGY = 159 * 2.0**29 * 10**-0.5  # 5 dB below the loudest sine; noise at full scale is 2 dB below
_MUCH_QUIETER = 4.0
_SURE_FRAMES = 10
_ABOVE = 1 << 15  # as many samples are below zero as not; a sample and its one's complement are equally loud


def decode(data: bytes, form: SampleFormat) -> bytes:
    """s16le of sample bytes. Half a sample of LINEAR16 at the end is left out: streams want a FrameReader."""
    if form is SampleFormat.LINEAR16:
        return data[: len(data) // 2 * 2]
    low, high = _reading(form)
    sound = bytearray(2 * len(data))
    sound[0::2], sound[1::2] = data.translate(low), data.translate(high)
    return bytes(sound)


def encode(sound: bytes, form: SampleFormat) -> bytes:
    """Sample bytes of s16le."""
    if form is SampleFormat.LINEAR16:
        return sound
    samples = struct.unpack(f"<{len(sound) // 2}H", sound)
    if len(samples) < 2:  # of one place itemgetter makes no tuple
        return bytes(_writing(form)[sample] for sample in samples)
    return bytes(itemgetter(*samples)(_writing(form)))


def silence(form: SampleFormat) -> bytes:
    """Sample bytes of one frame in which nothing is said."""
    return encode(SILENCE, form)


class FrameReader:
    """A stream of sample bytes, in whatever portions they come, as frames."""

    def __init__(self, form: SampleFormat) -> None:
        self._form = form
        self._frames = Reblocker()
        self._halves = _Halves()

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that are complete with `data`."""
        if self._form is not SampleFormat.LINEAR16:
            return self._frames.feed(decode(data, self._form))
        frames: list[bytes] = []
        for at in range(0, len(data), FRAME_BYTES):  # one frame at a time: a sample may come in halves
            for frame in self._frames.feed(data[at : at + FRAME_BYTES]):
                frames.append(frame)
                if self._halves.are_swapped(frame):
                    self._frames.feed(b"\0")  # what is missing once is missing no more
        return frames


class _Halves:
    """Notices that a byte of 16 bit sound was lost: halves of two samples become one, which is noise at full scale.

    Put together the other way they are much quieter; no sound that is right is both for a fifth of a second.
    """

    def __init__(self) -> None:
        self._frames = 0  # in a row

    def are_swapped(self, frame: bytes) -> bool:
        right = energy(tuple(map(float, struct.unpack("<159h", frame[:-2]))))
        other = energy(tuple(map(float, struct.unpack("<159h", frame[1:-1]))))
        is_noise = right > max(_NOISE_ENERGY, _MUCH_QUIETER * other)
        is_swapped = is_noise and any(frame[0::2])  # else the modem has 8 bits, and says them as 16
        self._frames = self._frames + 1 if is_swapped else 0
        if self._frames < _SURE_FRAMES:
            return False
        self._frames = 0
        return True


@cache
def _reading(form: SampleFormat) -> tuple[bytes, bytes]:
    """For each byte the low and the high half of the sample that it means."""
    samples = struct.pack("<256h", *map(_MEANING[form], range(256)))
    return samples[0::2], samples[1::2]


@cache
def _writing(form: SampleFormat) -> bytes:
    """For each sample, taken as unsigned, its byte."""
    table = _WRITING[form]()
    assert len(table) == 2 * _ABOVE
    return table


def _ulaw_sample(code: int) -> int:
    """G.711 table 2a: 14 bits, eight segments each twice as coarse as the one before, all bits inverted."""
    segment, step = divmod(~code & 0x7F, 16)
    magnitude = ((2 * step + 33 << segment) - 33) * 4
    return magnitude if code & 0x80 else -magnitude


def _alaw_sample(code: int) -> int:
    """G.711 table 1a: 13 bits, seven segments of which the first is twice as long, even bits inverted."""
    segment, step = divmod((code ^ 0x55) & 0x7F, 16)
    magnitude = (2 * step + 33 << segment - 1 if segment else 2 * step + 1) * 8
    return magnitude if code & 0x80 else -magnitude


def _ulaw_codes() -> bytes:
    # The first step is half as wide as its neighbours: zero lies in its middle.
    widths = [4 * (2 << segment) for segment in range(8) for _ in range(16)]
    return _both_ways([4, *widths[1:]], [code ^ 0xFF for code in range(128)], sign=0x80)


def _alaw_codes() -> bytes:
    widths = [16 << max(0, segment - 1) for segment in range(8) for _ in range(16)]
    return _both_ways(widths, [code ^ 0xD5 for code in range(128)], sign=0x80)


def _linear_codes(zero: int) -> bytes:
    """8 bits, rounded: cutting off the lower half would add a direct current."""
    rounded = (min(127, sample + 128 >> 8) + zero & 0xFF for sample in range(-_ABOVE, _ABOVE))
    table = bytes(rounded)
    return table[_ABOVE:] + table[:_ABOVE]


def _both_ways(widths: Sequence[int], codes: Sequence[int], *, sign: int) -> bytes:
    """The codes of all samples from 0 up, then from the lowest up to -1. The loudest code has what is left."""
    above = b"".join(bytes([code]) * width for width, code in zip(widths, codes, strict=True))
    above = above[:_ABOVE].ljust(_ABOVE, bytes([codes[-1]]))
    return above + bytes(code ^ sign for code in reversed(above))


_MEANING: dict[SampleFormat, Callable[[int], int]] = {
    SampleFormat.ULAW: _ulaw_sample,
    SampleFormat.ALAW: _alaw_sample,
    SampleFormat.UNSIGNED: lambda code: (code - 128) * 256,
    SampleFormat.SIGNED: lambda code: ((code ^ 0x80) - 128) * 256,
}
_WRITING: dict[SampleFormat, Callable[[], bytes]] = {
    SampleFormat.ULAW: _ulaw_codes,
    SampleFormat.ALAW: _alaw_codes,
    SampleFormat.UNSIGNED: lambda: _linear_codes(128),
    SampleFormat.SIGNED: lambda: _linear_codes(0),
}
