"""Which sample format a landline modem really uses, by what it sends. Pure.

Names lie: a chip that offers "8 bit linear" may send u-law. What can't lie is silence. A quiet line is a few codes next
to zero, and zero is another byte in each format: FF and 7F in u-law, D5 and 55 in A-law, 80 and 7F unsigned, 00 signed.
Where hum or a direct current hides that, the dial tone decides: read by the wrong table, a sine is one no more.
"""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Mapping, Sequence

from modem.audio.frames import RATE_HZ
from modem.audio.laws import decode
from modem.voice_profile import SampleFormat

WIDE_BYTES_S = 1.5 * RATE_HZ  # faster than that, there are two bytes to a sample
SURE_SHARE = 0.5  # of bytes next to zero in one format, and not as many in another; a louder line says nothing
PLAIN_SHARE = 0.2
DIAL_TONE_HZ = (430.0, 440.0, 450.0, 460.0, 470.0)
WINDOW = 400  # samples: 50 ms
MOST_WINDOWS = 12
PURE = 0.7  # of the energy: what a dial tone is at least, read by the right table
PLAIN_LEAD = 0.02  # by so much the right one must be purer than any other
IMPURE = 0.5  # and what the format that silence spoke for may not stay under
QUIET_RMS = 100.0  # of 32768: no tone, no voice

# Sixteen codes on either side of zero are 0.4 % of full scale by G.711, and eight 6 % in a linear byte.
_NEXT_TO_ZERO = {
    SampleFormat.ULAW: frozenset((*range(0x70, 0x80), *range(0xF0, 0x100))),
    SampleFormat.ALAW: frozenset((*range(0x50, 0x60), *range(0xD0, 0xE0))),
    SampleFormat.UNSIGNED: frozenset(range(0x78, 0x88)),
    SampleFormat.SIGNED: frozenset((*range(0x08), *range(0xF8, 0x100))),
}


def by_silence(sound: bytes, seconds: float) -> SampleFormat | None:
    """What the bytes of a quiet line mean; None where they don't say."""
    if not sound or seconds <= 0:
        return None
    if len(sound) / seconds > WIDE_BYTES_S:
        return SampleFormat.LINEAR16
    counts = Counter(sound)
    shares = [(sum(counts[code] for code in near) / len(sound), form) for form, near in _NEXT_TO_ZERO.items()]
    (share, form), (next_share, _) = sorted(shares, key=lambda each: -each[0])[:2]
    if counts[0xFF] == len(sound):  # nothing but u-law's zero; signed it would be next to it, and nothing is so still
        return SampleFormat.ULAW
    return form if share >= SURE_SHARE and share - next_share >= PLAIN_SHARE else None


def purities(sound: bytes) -> dict[SampleFormat, float]:
    """How much of the sound is 450 Hz (0 to 1), read as each format; 0 where it is silence."""
    return {form: _purity(_samples(sound, form)) for form in SampleFormat}


def by_dial_tone(purity: Mapping[SampleFormat, float]) -> SampleFormat | None:
    """The format by which it is a dial tone; None where there is none, or two are as good."""
    (best, most), (_, next_most) = sorted(purity.items(), key=lambda each: -each[1])[:2]
    return best if most >= PURE and most - next_most >= PLAIN_LEAD else None


def settled(silence: SampleFormat | None, purity: Mapping[SampleFormat, float]) -> SampleFormat | None:
    """By both: silence counts, unless it makes noise of what another format makes a dial tone of."""
    by_tone = by_dial_tone(purity)
    if silence is None or (by_tone is not None and purity[silence] < IMPURE):
        return by_tone
    return silence


def is_quiet(sound: bytes, form: SampleFormat) -> bool:
    """Whether nothing is to be heard in it."""
    return _loudness(_samples(sound, form)) < QUIET_RMS


def _purity(samples: Sequence[int]) -> float:
    """The median of some windows: a click, or a dial tone that stutters, changes nothing."""
    if len(samples) < WINDOW or _loudness(samples) < QUIET_RMS:
        return 0.0
    step = max(WINDOW, len(samples) // MOST_WINDOWS)
    starts = range(0, len(samples) - WINDOW + 1, step)
    shares = sorted(_share(samples[at : at + WINDOW]) for at in starts)
    return shares[len(shares) // 2]


def _share(samples: Sequence[int]) -> float:
    """The part of a window's energy that is a dial tone."""
    mean = sum(samples) / len(samples)
    level = [sample - mean for sample in samples]
    energy = sum(sample * sample for sample in level)
    if energy == 0:
        return 0.0
    return max(_power(level, hz) for hz in DIAL_TONE_HZ) * 2 / len(level) / energy


def _power(samples: Sequence[float], hz: float) -> float:
    step = 2 * math.pi * hz / RATE_HZ
    even = sum(sample * math.cos(step * n) for n, sample in enumerate(samples))
    odd = sum(sample * math.sin(step * n) for n, sample in enumerate(samples))
    return even * even + odd * odd


def _samples(data: bytes, form: SampleFormat) -> Sequence[int]:
    sound = decode(data, form)
    return struct.unpack(f"<{len(sound) // 2}h", sound)


def _loudness(samples: Sequence[int]) -> float:
    """Root mean square about the mean: a direct current is not to be heard."""
    if not samples:
        return 0.0
    mean = sum(samples) / len(samples)
    return math.sqrt(sum((sample - mean) ** 2 for sample in samples) / len(samples))
