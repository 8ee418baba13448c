"""Sums of products of samples, in C without a library: what every detector of tones is made of. Pure.

Python has math.sumprod since 3.12 only, and adding up map(mul, ...) is four times as slow. But math.dist has been there
long: |a - b|^2 = |a|^2 + |b|^2 - 2 ab, and the two lengths are known already or wanted anyway. Both functions add up
with more digits than a float has, so that nothing is lost by taking near things from each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Samples = tuple[float, ...]


def energy(samples: Samples) -> float:
    """The sum of squares."""
    length = math.hypot(*samples)
    return length * length


@dataclass(frozen=True, slots=True)
class Wave:
    """A fixed row of numbers that samples are compared with, over and over."""

    values: Samples
    energy: float

    @classmethod
    def of(cls, values: Samples) -> Wave:
        return cls(values, energy(values))

    def times(self, samples: Samples, samples_energy: float) -> float:
        """The sum of products with as many samples."""
        distance = math.dist(self.values, samples)
        return (self.energy + samples_energy - distance * distance) / 2
