"""A ticket's number as people see it: 004512 on screen, paper, SMS and keypad; wider after 999999. Pure."""

from __future__ import annotations

import re
import unicodedata

DIGITS = 6
LONGEST = 9
_BLANKS_AND_MARKS = re.compile(r"[\s#\-]+")
_SIGNED = re.compile(r"[\s#]*-")  # -1 is not number 1


def format_no(no: int) -> str:
    """4512 -> '004512'."""
    return f"{no:0{DIGITS}}"


def parse_no(text: str) -> int | None:
    """The number meant by '004512', '4512', '# 004 512' or full-width digits; None if it is none."""
    plain = unicodedata.normalize("NFKC", text)
    compact = _BLANKS_AND_MARKS.sub("", plain)
    if _SIGNED.match(plain) or not re.fullmatch(r"[0-9]+", compact, re.ASCII):
        return None
    digits = compact.lstrip("0")
    return int(digits) if 0 < len(digits) <= LONGEST else None
