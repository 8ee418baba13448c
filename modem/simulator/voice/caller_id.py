"""Caller ids as an exchange sends them, and as modems print them (V.253 10.2; GR-30 and YD/T 1277 for the messages)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SDMF, MDMF = 0x04, 0x80
_TIME, _NUMBER, _NO_NUMBER, _NAME, _NO_NAME = 0x01, 0x02, 0x04, 0x07, 0x08
BITS_PER_S = 1200  # Bell 202
KEY_S = 0.14  # one key and the pause after it
LEAD_S = 0.4  # channel seizure and mark before the message


@dataclass(frozen=True, slots=True)
class CallerId:
    """What the exchange tells of one caller."""

    number: str = ""
    name: str = ""
    missing: str = ""  # instead of the number: "P" private, "O" out of area
    at: datetime | None = None  # local time; None: not told
    is_single: bool = False  # SDMF: time and number alone
    is_raw: bool = False  # of a kind that chips do not understand: they print its bytes

    def message(self) -> bytes:
        """Type, length, parameters, checksum."""
        time = f"{self.at:%m%d%H%M}" if self.at else ""
        if self.is_single:
            return _message(SDMF, (time + (self.missing or self.number)).encode("ascii", "replace"))
        told = [
            (_TIME, time),
            (_NO_NUMBER, self.missing) if self.missing else (_NUMBER, self.number),
            (_NO_NAME, self.missing) if self.missing and not self.name else (_NAME, self.name),
        ]
        body = bytearray()
        for kind, text in told:
            if text:
                octets = text.encode("latin-1", "replace")
                body += bytes((kind, len(octets))) + octets
        return _message(MDMF, bytes(body))

    def seconds(self, *, by_keys: bool = False) -> float:
        """How long the exchange takes to say it, with the tones of a modem or of keys (start, digits, stop)."""
        if by_keys:
            return LEAD_S + (len(self.number) + 2) * KEY_S
        return LEAD_S + len(self.message()) * 10 / BITS_PER_S

    def keys(self) -> list[tuple[float, str]]:
        """The same in keys: after how many seconds each is over. A withheld number is none."""
        told = f"D{self.number}C" if self.number and not self.missing else ""
        return [(LEAD_S + count * KEY_S, key) for count, key in enumerate(told, 1)]

    def lines(self, *, raw: bool, spaces: bool) -> tuple[str, ...]:
        """What the modem prints. Fields that were not told are left out."""
        equals = " = " if spaces else "="
        if raw or self.is_raw:
            return (f"MESG{equals}{self.message().hex().upper()}",)
        told = [
            ("DATE", f"{self.at:%m%d}" if self.at else ""),
            ("TIME", f"{self.at:%H%M}" if self.at else ""),
            ("NMBR", self.missing or self.number),
            ("NAME", "" if self.is_single else self.name or self.missing),
        ]
        return tuple(f"{field}{equals}{text}" for field, text in told if text)


def _message(kind: int, body: bytes) -> bytes:
    start = bytes((kind, len(body))) + body
    return start + bytes((-sum(start) & 0xFF,))
