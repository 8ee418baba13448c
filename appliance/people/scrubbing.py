"""Takes a person's numbers and name out of written words, in whatever form people write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from appliance.people.numbers import is_reference, mask

# Digits as they are typed: narrow, wide, circled in words. One row per digit, read from a data string of signs.
_SIGNS = (
    "0\uff10\u3007\u96f6", "1\uff11\u4e00\u58f9\u5e7a", "2\uff12\u4e8c\u8d30\u4e24", "3\uff13\u4e09\u53c1",
    "4\uff14\u56db\u8086", "5\uff15\u4e94\u4f0d", "6\uff16\u516d\u9646", "7\uff17\u4e03\u67d2",
    "8\uff18\u516b\u634c", "9\uff19\u4e5d\u7396",
)  # fmt: skip
_BETWEEN = r"[^\w]{0,3}"  # blanks, dashes, dots, brackets between groups of digits
_DASHES = r"\s\-_.*\u00b7\u2010-\u2015\u2022\u30fb\uff0d\uff0e"
_IN_NAMES = rf"[{_DASHES}]{{0,3}}"  # what is written between the signs of a name
_APART = rf"[{_DASHES}()\uff08\uff09]{{0,3}}"  # and between the digits of a number that nobody told us
_ANY_NUMBER = re.compile(
    rf"(?<!\d)[1\uff11]{_APART}[3-9\uff13-\uff19](?:{_APART}\d){{9}}(?!\d)"  # mobile
    rf"|(?<!\d)[0\uff10]\d{{2,3}}{_APART}\d{{3,4}}{_APART}\d{{4}}(?!\d)"  # landline with its area code
    r"|(?<!\d)[2-8\uff12-\uff18]\d{6,7}(?!\d)"  # without
)
SHORTEST_NUMBER = 5  # digits: shorter ones are rooms, dates and money
SHORTEST_NAME = 2
SUBSCRIBER_DIGITS = (8, 7)  # a local number is written without its area code as well


class Scrubber:
    """Knows one person. `mark` is written where the name or a number stood."""

    def __init__(self, numbers: Iterable[str], names: Iterable[str], mark: str) -> None:
        self._mark = mark
        patterns = [_number_pattern(digits) for digits in _written_digits(numbers)]
        patterns += [re.escape(shown) for shown in _masked(numbers)]
        patterns += [_name_pattern(name) for name in _longest_first(names) if len(name) >= SHORTEST_NAME]
        self._pattern = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    def scrub(self, text: str) -> str:
        """The text without them; the same text where none stands in it."""
        return self._pattern.sub(lambda found: self._mark, text) if self._pattern and text else text


def without_numbers(text: str, mark: str) -> str:
    """The text without whatever reads like somebody's telephone number, known or not."""
    return _ANY_NUMBER.sub(lambda found: mark, text)


def _written_digits(numbers: Iterable[str]) -> list[str]:
    """Every row of digits by which one of the numbers is known, the longest first."""
    found: dict[str, None] = {}
    for number in numbers:
        digits = "".join(sign for sign in number if sign.isdecimal() and sign.isascii())
        if is_reference(number) or len(digits) < SHORTEST_NUMBER:
            continue
        found[digits] = None
        if digits.startswith("0") and len(digits) >= SHORTEST_NUMBER + 4:
            found[digits[1:]] = None
            for length in SUBSCRIBER_DIGITS:
                if len(digits) - length in (3, 4):
                    found[digits[-length:]] = None
    return sorted(found, key=lambda digits: (-len(digits), digits))


def _masked(numbers: Iterable[str]) -> list[str]:
    return sorted({shown for number in numbers if "*" in (shown := mask(number))})


def _number_pattern(digits: str) -> str:
    return _BETWEEN.join(f"[{_SIGNS[int(digit)]}]" for digit in digits)


def _name_pattern(name: str) -> str:
    """Blanks and dashes between the characters of a name hide nothing."""
    return _IN_NAMES.join(re.escape(sign) for sign in name if not sign.isspace())


def _longest_first(names: Iterable[str]) -> Sequence[str]:
    return sorted({name.strip() for name in names}, key=lambda name: (-len(name), name))


def swapped(number: str) -> tuple[str, ...]:
    """How a raw PDU holds the number: semi-octets swapped (3GPP TS 23.040, 9.1.2.3), from an even and an odd place."""
    digits = "".join(sign for sign in number if sign.isdecimal() and sign.isascii())
    return tuple(form for start in (0, 1) if (form := _pairs(digits[start:])))


def _pairs(digits: str) -> str:
    return "".join(digits[at + 1] + digits[at] for at in range(0, len(digits) - 1, 2))
