"""Puts together what a landline modem tells of a caller: lines, hex and keys in, finished caller ids out. Pure.

The theory. A record comes as lines (`NMBR=`, `NAME=`, `DATE=`, `TIME=`, in any order, each may be missing), as one
line of hex (the packet as it came over the wire), or as keys (DTMF), before or after the first ring. Nobody says where
it ends, and in China a name nearly never comes. So the number is told as soon as it is there, and what follows (a
name) is told as a fuller id of the same call. A record is over at the next RING, after 2.5 s of nothing, when all
four fields are there, or when a field comes a second time. What can't be trusted (a wrong checksum) is kept apart:
one wrong digit would give the call to somebody else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

BLANK_S = 2.5  # so long without a further field: the record is over
FRESH_S = 8.0  # an id that came so shortly before the first ring belongs to it
MOST_KEYS = 64  # of one caller id by DTMF
MOST_TEXT = 80  # of a name
STOPS = frozenset("ABCD*#")  # which of them starts a number and which ends it differs from exchange to exchange
FIELDS = ("NMBR", "NAME", "DATE", "TIME")
_SILENT_FIELDS = ("CIDM", "FLASH", "NDID", "DDN")  # of no use here, and no noise either
_FIELD = re.compile(r"\s*([A-Z][A-Z_ ]{2,15}?)\s*[=:](.*)", re.DOTALL)
_OTHER_NAMES = {"NUMBER": "NMBR", "CALLER NUMBER": "NMBR", "CALLER NAME": "NAME", "DDN_NMBR": "DDN"}
_BETWEEN_DIGITS = re.compile(r"[\s().-]+")
_NO_DIGIT = re.compile(r"[^0-9]+")
_NUMBER = re.compile(r"\+?[0-9]{3,20}")  # 110 to what E.164 and a prefix make at most
_HEX = re.compile(r"[0-9A-Fa-f]+")
_DTMF = re.compile(r"[A-D*#][0-9]{2,20}[A-D*#]")
_WHEN = re.compile(r"(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([01][0-9]|2[0-3])[0-5][0-9]")

# Bellcore GR-30: types of message and, in a multiple one, of parameter.
SINGLE, MULTIPLE = 0x04, 0x80
_SEIZURE = 0x55  # what goes before the packet
_WHEN_IS, _NUMBER_IS, _NO_NUMBER_IS, _NAME_IS = 0x01, 0x02, 0x04, 0x07
_WHEN_LENGTH = 8

# EN 300 659-3: a code in place of the number, after B.
_DTMF_CODES = {"00": "unavailable", "10": "private"}


class Absence(StrEnum):
    """Why there is no number."""

    NONE = ""  # there is one, or nobody said why not
    PRIVATE = "private"  # the caller withholds it
    UNAVAILABLE = "unavailable"  # the network doesn't know it


@dataclass(frozen=True, slots=True)
class CallerId:
    """What is known of a caller; a later one about the same call knows more, never less."""

    number: str | None = None  # digits, with + if it came so; "" = withheld; None = not told
    name: str = ""
    absence: Absence = Absence.NONE
    sent_at: str = ""  # MMDDHHMM by the exchange's clock
    doubtful: str = ""  # digits of a record whose checksum is wrong: for the log, nobody acts on them


def is_caller_id(line: str) -> bool:
    """Whether this line is part of a caller id, and so no news of another kind."""
    return _named(line) is not None or _packet(line) is not None or _dialled(line) is not None


@dataclass(slots=True)
class _Record:
    fields: dict[str, str] = field(default_factory=dict)
    keys: str = ""
    until_s: float | None = None
    told: CallerId | None = None


class CallerIdReader:
    """Fed every line and key that may belong to a caller id; says what is known of the caller as soon as it is."""

    def __init__(self) -> None:
        self._record = _Record()
        self._last: tuple[float, CallerId] | None = None

    def feed(self, line: str, now_s: float) -> list[CallerId]:
        """Take one whole line of the modem. RING ends a record; lines of another kind change nothing."""
        known = self.tick(now_s)
        if line.strip().upper() == "RING":
            return known + self.ring(now_s)
        if (named := _named(line)) is not None:
            return known + self._field(*named, now_s)
        packet, dialled = _packet(line), _dialled(line)
        if packet is not None:
            return known + self._whole(read_packet(packet), now_s)
        return known + self._whole(read_dtmf(dialled), now_s) if dialled is not None else known

    def key(self, symbol: str, now_s: float) -> list[CallerId]:
        """Take one key that came while the line was on hook: caller id by DTMF, symbol by symbol."""
        known = self.tick(now_s)
        record = self._record
        record.keys = (record.keys + symbol)[:MOST_KEYS]
        record.until_s = now_s + BLANK_S
        # The record stays open: after the caller's number some exchanges send the one that forwarded the call.
        return known + self._tell(_merged(record.told, read_dtmf(record.keys)), now_s) if symbol in STOPS else known

    def ring(self, now_s: float) -> list[CallerId]:
        """It rings: what was being told is over."""
        return self._end(now_s)

    def tick(self, now_s: float) -> list[CallerId]:
        """End the record after which nothing came for 2.5 s."""
        until_s = self._record.until_s
        return self._end(now_s) if until_s is not None and now_s >= until_s else []

    def next_deadline(self) -> float | None:
        """When to `tick`."""
        return self._record.until_s

    def recent(self, now_s: float, since_s: float = 0.0) -> CallerId | None:
        """What was told just before now: at a first ring, that ring's caller. `since_s`: when the last call ended."""
        if self._last is None or self._last[0] < max(now_s - FRESH_S, since_s):
            return None
        return self._last[1]

    def forget(self) -> None:
        """The call is over: nothing of it belongs to the next."""
        self._record, self._last = _Record(), None

    def _field(self, name: str, value: str, now_s: float) -> list[CallerId]:
        if name in _SILENT_FIELDS:
            return []
        if name == "MESG":
            return self._message(value, now_s)
        known = self._end(now_s) if name in self._record.fields else []
        record = self._record
        record.fields[name] = value
        record.until_s = now_s + BLANK_S
        if all(each in record.fields for each in FIELDS):
            return known + self._end(now_s)
        return known + (self._tell(self._read(), now_s) if "NMBR" in record.fields else [])

    def _message(self, text: str, now_s: float) -> list[CallerId]:
        """MESG= carries a whole packet, or the parameters for which this modem has no name."""
        if (packet := _packet(text)) is not None:
            return self._whole(read_packet(packet), now_s)
        self._record.until_s = now_s + BLANK_S
        return self._tell(_merged(self._record.told, _of_parameters(_bytes_of(text))), now_s)

    def _whole(self, caller: CallerId, now_s: float) -> list[CallerId]:
        known = self._end(now_s)
        known += self._tell(caller, now_s)
        self._record = _Record()
        return known

    def _end(self, now_s: float) -> list[CallerId]:
        known = self._tell(self._read(), now_s)
        self._record = _Record()
        return known

    def _read(self) -> CallerId:
        """All of the record so far."""
        record = self._record
        return _merged(record.told, _merged(_of_fields(record.fields), read_dtmf(record.keys)))

    def _tell(self, caller: CallerId, now_s: float) -> list[CallerId]:
        """Only what is new, and says more than when."""
        if caller in (self._record.told, CallerId(sent_at=caller.sent_at)):
            return []
        self._record.told, self._last = caller, (now_s, caller)
        return [caller]


def read_packet(packet: bytes) -> CallerId:
    """One packet as it came over the wire, with type, length and checksum (GR-30). What is broken is read as far
    as it goes, and its number is doubtful."""
    kind, length = packet[0], packet[1]
    body, rest = packet[2 : 2 + length], packet[2 + length :]
    is_whole = len(body) == length and len(rest) > 0 and sum(packet[: length + 3]) % 256 == 0
    caller = _of_parameters(body) if kind == MULTIPLE else _of_single(body)
    if is_whole:
        return caller
    return CallerId(doubtful=caller.number or "")


def read_dtmf(keys: str) -> CallerId:
    """A number between a start and a stop symbol, any of A B C D * #; either may be lost on the way."""
    if (code := _DTMF_CODES.get(keys[1:].rstrip("ABCD*#"))) and keys.startswith("B"):
        return _absent(Absence(code))
    parts = [part for part in re.split(r"[ABCD*#]+", keys) if part]
    return CallerId(next(filter(_NUMBER.fullmatch, parts), None))


def _named(line: str) -> tuple[str, str] | None:
    found = _FIELD.fullmatch(line)
    if found is None:
        return None
    name = _OTHER_NAMES.get(found[1], found[1])
    return (name, found[2].strip()) if name in (*FIELDS, *_SILENT_FIELDS, "MESG") else None


def _bytes_of(text: str) -> bytes:
    """Hex as bytes, with or without blanks; b"" for what is none. Half a byte at the end is left out."""
    compact = "".join(text.split())
    if not compact.isascii() or not _HEX.fullmatch(compact):
        return b""
    return bytes.fromhex(compact[: len(compact) // 2 * 2])


def _packet(line: str) -> bytes | None:
    """The packet in a line of hex, from its type on."""
    raw = _bytes_of(line).lstrip(bytes((_SEIZURE,)))
    is_one = len(raw) > 2 and raw[0] in (SINGLE, MULTIPLE) and (raw[0] == MULTIPLE or raw[1] >= _WHEN_LENGTH)
    return raw if is_one and len(raw) >= _WHEN_LENGTH else None


def _dialled(line: str) -> str | None:
    """A line that is a number between start and stop symbol."""
    text = line.strip()
    return text if _DTMF.fullmatch(text) else None


def _of_fields(fields: dict[str, str]) -> CallerId:
    sent_at = fields.get("DATE", "")[:4] + fields.get("TIME", "")[:4]
    caller = _numbered(fields.get("NMBR", ""))
    return replace(caller, name=_name(fields.get("NAME", "")), sent_at=sent_at if _WHEN.fullmatch(sent_at) else "")


def _of_parameters(body: bytes) -> CallerId:
    """The parameters of a multiple data message: type, length, value. One that runs over the end is read as it is."""
    found: dict[int, str] = {}
    at = 0
    while at + 1 < len(body):
        length = body[at + 1]
        found.setdefault(body[at], body[at + 2 : at + 2 + length].decode("latin-1"))
        at += 2 + length
    caller = _numbered(found.get(_NUMBER_IS) or found.get(_NO_NUMBER_IS, ""))
    sent_at = found.get(_WHEN_IS, "")
    return replace(caller, name=_name(found.get(_NAME_IS, "")), sent_at=sent_at if _WHEN.fullmatch(sent_at) else "")


def _of_single(body: bytes) -> CallerId:
    """A single data message: when, then the number or the reason why there is none."""
    text = body.decode("latin-1")
    sent_at = text[:_WHEN_LENGTH]
    return replace(_numbered(text[_WHEN_LENGTH:]), sent_at=sent_at if _WHEN.fullmatch(sent_at) else "")


def _numbered(text: str) -> CallerId:
    """By the field of the number: digits, or a word for why there are none."""
    word = text.strip().upper()
    if (dialled := _dialled(word)) is not None:
        return read_dtmf(dialled)
    digits = _BETWEEN_DIGITS.sub("", word)
    if _NUMBER.fullmatch(digits):
        return CallerId(digits)
    if any(char in "0123456789" for char in word):
        return CallerId(doubtful=_NO_DIGIT.sub("", word)[:MOST_TEXT])
    if word[:1] == "P" or word.startswith(("ANONYM", "WITHH", "RESTRICT")):
        return _absent(Absence.PRIVATE)
    return _absent(Absence.UNAVAILABLE) if word[:1] == "O" or word.startswith("UNA") else CallerId()


def _absent(absence: Absence) -> CallerId:
    return CallerId("" if absence is Absence.PRIVATE else None, absence=absence)


def _name(text: str) -> str:
    """What can be shown of a name; P and O say that there is none."""
    shown = "".join(char for char in text if char.isprintable()).strip()[:MOST_TEXT].strip()
    return "" if shown.upper() in ("P", "O", "-") else shown


def _merged(known: CallerId | None, more: CallerId) -> CallerId:
    """Both together; what was known stands where the new is silent."""
    known = known or CallerId()
    return CallerId(
        known.number if more.number is None else more.number,
        more.name or known.name,
        more.absence or known.absence,
        more.sent_at or known.sent_at,
        more.doubtful or known.doubtful,
    )
