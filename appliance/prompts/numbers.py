"""How a number is said: digit by digit, broken where people break it when they write it down. Pure."""

from __future__ import annotations

import re

# 180 ms of nothing: u-law FF is zero.
BREAK = b"\xff" * 1440
BREAK_SIGN = " "
# Long runs by their length: a ticket, a landline of 7 or 8 digits, a mobile. Shorter ones are said in one breath.
GROUPS = {6: (3, 3), 7: (3, 4), 8: (4, 4), 10: (3, 3, 4), 11: (3, 4, 4), 12: (4, 4, 4)}


def spoken(text: str) -> str:
    """The digits of `text`, with one blank for each break: 004512 -> "004 512"."""
    runs = re.findall(r"[0-9]+", text)
    return BREAK_SIGN.join(BREAK_SIGN.join(_groups(run)) for run in runs)


def _groups(run: str) -> list[str]:
    found, at = [], 0
    for size in GROUPS.get(len(run), (len(run),)):
        found.append(run[at : at + size])
        at += size
    return found
