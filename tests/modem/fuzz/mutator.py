"""Seeded mutation of a corpus: what runs where atheris has no wheel. Blind, but it makes the same number of cases."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

LONGEST_NOISE = 256
PIECES = (b"\r\n", b"\r\nOK\r\n", b"> ", b"\x1a", b"\x1b", b"\xff", b"\x00", b'"', b"99999999999", b"+CMT: ,28\r\n")

Change = Callable[[random.Random, bytearray, Sequence[bytes]], None]


def cases(corpus: Sequence[bytes], seed: int, count: int, longest: int) -> Iterator[bytes]:
    """The corpus itself, then changed ones; the same for the same seed."""
    chance = random.Random(seed)
    for at in range(count):
        yield corpus[at] if at < len(corpus) else changed(chance, corpus)[:longest]


def changed(chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    case = bytearray(chance.choice(corpus))
    for _ in range(1 + int(chance.expovariate(0.5))):
        chance.choice(CHANGES)(chance, case, corpus)
    return bytes(case)


def _flip(chance: random.Random, case: bytearray, _corpus: Sequence[bytes]) -> None:
    if case:
        case[chance.randrange(len(case))] ^= 1 << chance.randrange(8)


def _replace(chance: random.Random, case: bytearray, _corpus: Sequence[bytes]) -> None:
    if case:
        case[chance.randrange(len(case))] = chance.randrange(256)


def _insert(chance: random.Random, case: bytearray, _corpus: Sequence[bytes]) -> None:
    at = chance.randrange(len(case) + 1)
    case[at:at] = chance.randbytes(chance.randrange(1, 9))


def _insert_piece(chance: random.Random, case: bytearray, _corpus: Sequence[bytes]) -> None:
    at = chance.randrange(len(case) + 1)
    case[at:at] = chance.choice(PIECES)


def _remove(chance: random.Random, case: bytearray, _corpus: Sequence[bytes]) -> None:
    at = chance.randrange(len(case) + 1)
    del case[at : at + chance.randrange(1, 17)]


def _cut(chance: random.Random, case: bytearray, _corpus: Sequence[bytes]) -> None:
    del case[chance.randrange(len(case) + 1) :]


def _repeat(chance: random.Random, case: bytearray, _corpus: Sequence[bytes]) -> None:
    at = chance.randrange(len(case) + 1)
    case[at:at] = case[at : at + chance.randrange(1, 33)] * chance.randrange(1, 4)


def _splice(chance: random.Random, case: bytearray, corpus: Sequence[bytes]) -> None:
    other = chance.choice(corpus)
    case[chance.randrange(len(case) + 1) :] = other[chance.randrange(len(other) + 1) :]


def _noise(chance: random.Random, case: bytearray, _corpus: Sequence[bytes]) -> None:
    case[:] = chance.randbytes(chance.randrange(LONGEST_NOISE))


CHANGES: tuple[Change, ...] = (
    _flip, _flip, _replace, _replace, _insert, _insert_piece, _remove, _cut, _repeat, _splice, _noise,
)  # fmt: skip
