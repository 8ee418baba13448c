"""The sample formats a modem offers (AT+VSM=?), in the three shapes there are, and the one we want. Pure.

V.253 quotes a name (`4,"G.711 ULAW",8,0,8000,0,0`), others give ranges (`0-1,8000-8000`), USRobotics its own numbers
(`128,"8-BIT LINEAR"`). What a format is called need not be what it is: only measuring tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from modem.voice_profile import SampleFormat

RATE = "8000"
MOST_OF_A_RANGE = 16
# V.253 table 18; 128: USRobotics and MultiTech, 8 bit unsigned (modems.md 7.3)
BY_NUMBER = {
    0: SampleFormat.SIGNED,
    1: SampleFormat.UNSIGNED,
    4: SampleFormat.ULAW,
    5: SampleFormat.ALAW,
    128: SampleFormat.UNSIGNED,
}
BY_NAME = (  # the first that is in it
    (re.compile("ADPCM|CELP|G\\.?72[0-9]|GSM", re.IGNORECASE), None),
    (re.compile("(U|MU|µ)-? ?LAW", re.IGNORECASE), SampleFormat.ULAW),
    (re.compile("A-? ?LAW", re.IGNORECASE), SampleFormat.ALAW),
    (re.compile("16-? ?BIT", re.IGNORECASE), SampleFormat.LINEAR16),
    (re.compile("UNSIGNED|8-? ?BIT LINEAR", re.IGNORECASE), SampleFormat.UNSIGNED),
    (re.compile("SIGNED", re.IGNORECASE), SampleFormat.SIGNED),
)
BEST_FIRST = (  # 8 bits of G.711 carry 13; 8 linear bits hiss (emxsys#171)
    SampleFormat.ULAW, SampleFormat.ALAW, SampleFormat.LINEAR16, SampleFormat.UNSIGNED, SampleFormat.SIGNED,
)  # fmt: skip
_OFFER = re.compile(r'(?:\+VSM[:=]?)?[ (]*(\d{1,3})(?: *- *(\d{1,3}))?\)? *(?:, *"([^"]*)")?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Offer:
    """One way of sampling."""

    number: int
    form: SampleFormat
    name: str = ""

    @property
    def vsm(self) -> str:
        """What goes behind AT+VSM=."""
        return f"{self.number},{RATE}"


def offers(lines: Iterable[str]) -> list[Offer]:
    """What the answer to AT+VSM=? offers that we can read and write, as far as it says so, best first."""
    found: list[Offer] = []
    for line in lines:
        offer = _OFFER.match(line.strip())
        if offer is None:
            continue
        first, last = int(offer[1]), int(offer[2] or offer[1])
        for number in range(first, min(last, first + MOST_OF_A_RANGE) + 1):
            form = _form(number, offer[3])
            if form is not None:
                found.append(Offer(number, form, offer[3] or ""))
    return sorted(found, key=lambda offer: BEST_FIRST.index(offer.form))


def _form(number: int, name: str | None) -> SampleFormat | None:
    for pattern, form in BY_NAME if name else ():
        if pattern.search(name or ""):
            return form
    return BY_NUMBER.get(number)
