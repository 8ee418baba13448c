"""The fields of a transport PDU that need no alphabet (3GPP 23.040 9.1.2, 9.2.3; 23.038 section 4).

Every function takes octets and gives a value; only `Octets` raises, and only `Short`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

ADDRESS_SIGNS = "0123456789*#abc"  # 23.040 9.1.2.3; 1111 is fill
FILL = 0xF

INTERNATIONAL = 0x10  # type of number, 23.040 9.1.2.5
ALPHANUMERIC = 0x50
TYPE_OF_NUMBER = 0x70

CONCATENATED_8BIT = 0x00  # information elements, 23.040 9.2.3.24
CONCATENATED_16BIT = 0x08


class Short(Exception):
    """The PDU ends inside the field. Never leaves the package."""

    def __init__(self, field: str) -> None:
        super().__init__(f"ends inside the {field}")


class Octets:
    """Octets read from the front."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def one(self, field: str) -> int:
        return self.take(1, field)[0]

    def take(self, count: int, field: str) -> bytes:
        end = self._at + count
        if end > len(self._octets):
            raise Short(field)
        taken = self._octets[self._at : end]
        self._at = end
        return taken


@dataclass(frozen=True, slots=True)
class Concatenation:
    """Which part of which message this is (23.040 9.2.3.24.1)."""

    reference: int
    total: int
    part: int


def digits(octets: bytes, count: int | None = None) -> str:
    """Semi-octets as the signs they stand for, low half first; at most `count` of them."""
    halves = [half for octet in octets for half in (octet & 0x0F, octet >> 4)]
    return "".join(ADDRESS_SIGNS[half] for half in halves[:count] if half != FILL)


def alphabet_of(data_coding: int) -> str:
    """gsm7, ucs2 or 8bit, as the TP-DCS octet says; reserved codings are gsm7, compressed text stays octets."""
    group = data_coding >> 4
    if group < 0x8:  # general and automatic deletion: 0 C M A A cc
        if data_coding & 0x20:
            return "8bit"
        return ("gsm7", "8bit", "ucs2", "gsm7")[data_coding >> 2 & 0b11]
    if group == 0xE:  # message waiting, stored, UCS2
        return "ucs2"
    if group == 0xF and data_coding & 0x04:  # data coding / message class
        return "8bit"
    return "gsm7"


def timestamp(octets: bytes) -> datetime | None:
    """A service centre time stamp (23.040 9.2.3.11); None where it is no moment."""
    year, month, day, hour, minute, second = (10 * (octet & 0x0F) + (octet >> 4) for octet in octets[:6])
    if any(octet & 0x0F > 9 or octet >> 4 > 9 for octet in octets[:6]):
        return None
    zone = octets[6]
    if zone >> 4 > 9:
        return None
    quarters = 10 * (zone & 0x07) + (zone >> 4)
    offset = timedelta(minutes=15 * (-quarters if zone & 0x08 else quarters))
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=timezone(offset))
    except ValueError:
        return None


def concatenation(header: bytes) -> Concatenation | None:
    """The last sound concatenation element of a user data header; others, and broken ones, are ignored."""
    found = None
    at = 0
    while at + 2 <= len(header):
        kind, length = header[at], header[at + 1]
        data = header[at + 2 : at + 2 + length]
        if kind == CONCATENATED_8BIT and len(data) == length == 3:
            found = _sound(data[0], data[1], data[2]) or found
        elif kind == CONCATENATED_16BIT and len(data) == length == 4:
            found = _sound(data[0] << 8 | data[1], data[2], data[3]) or found
        at += 2 + length
    return found


def _sound(reference: int, total: int, part: int) -> Concatenation | None:
    if 1 <= part <= total:
        return Concatenation(reference, total, part)
    return None
