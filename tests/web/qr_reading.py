"""Reads the QR code that a page draws, as a telephone's camera would: from its modules back to the digits.

Written from ISO/IEC 18004 and without the library that draws it, so that the two can disagree. Enough for the codes of
slips: version 1 (21 modules, one block, data first), numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

SIZE = 21
FINDER = 9  # modules of a corner: finder, its white edge, the format beside it
TIMING = 6  # row and column
NUMERIC, COUNT_BITS = 0b0001, 10
FORMAT_MASK = "10101"  # of the first five bits of the format: level and mask
DIGIT_BITS = {1: 4, 2: 7, 3: 10}

MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, column: row % 2 == 0,
    lambda row, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)


def codes(html: str) -> list[str]:
    """What each QR code of a page says."""
    return [digits(modules(path)) for path in re.findall(r'class="qr">\s*<path [^>]*\bd="([^"]+)"', html)]


def modules(path: str) -> list[list[bool]]:
    """Black ones by row and column: the path is strokes of one module's width, each in the middle of its row."""
    black: set[tuple[int, int]] = set()
    x, y = 0, 0.0
    for order, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        given = [float(number) for number in numbers.split()]
        if order == "h":
            black |= {(int(y), x + step) for step in range(int(given[0]))}
            x += int(given[0])
        else:
            x, y = (int(given[0]), given[1]) if order == "M" else (x + int(given[0]), y + given[1])
    top, left = min(row for row, _ in black), min(column for _, column in black)
    found = [[(top + row, left + column) in black for column in range(SIZE)] for row in range(SIZE)]
    assert len(black) == sum(map(sum, found)), "it is larger than version 1"
    return found


def digits(code: list[list[bool]]) -> str:
    bits = "".join(_bits(code))
    assert int(bits[:4], 2) == NUMERIC, "not a number"
    count, at, said = int(bits[4 : 4 + COUNT_BITS], 2), 4 + COUNT_BITS, ""
    while len(said) < count:
        few = min(3, count - len(said))
        width = DIGIT_BITS[few]
        said += f"{int(bits[at : at + width], 2):0{few}}"
        at += width
    return said


def _bits(code: list[list[bool]]) -> Iterator[str]:
    """Two columns at a time from the right, up and down in turns, past what is no data."""
    shown = [code[8][column] for column in range(5)]
    mask = MASKS[
        int("".join("01"[bit != (hidden == "1")] for bit, hidden in zip(shown, FORMAT_MASK, strict=True))[2:], 2)
    ]
    goes_up = True
    for right in (*range(SIZE - 1, TIMING, -2), *range(TIMING - 1, 0, -2)):
        rows = range(SIZE - 1, -1, -1) if goes_up else range(SIZE)
        goes_up = not goes_up
        for row in rows:
            for column in (right, right - 1):
                if not _is_fixed(row, column):
                    yield "01"[code[row][column] != mask(row, column)]


def _is_fixed(row: int, column: int) -> bool:
    is_top, is_left = row < FINDER, column < FINDER
    is_bottom, is_right = row >= SIZE - FINDER + 1, column >= SIZE - FINDER + 1
    is_corner = (is_top and (is_left or is_right)) or (is_left and is_bottom)
    return is_corner or TIMING in {row, column}
