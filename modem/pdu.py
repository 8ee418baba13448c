"""SMS coding (3GPP 23.040, 23.038): PDUs in hex to messages, text to PDUs. Total: no input makes it raise.

The only file that imports gsmmodem, and only its tables and packers. Its faults are made good here: the section
sign in the alphabet, characters beyond the BMP, fill bits, data coding groups, time stamps, short codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gsmmodem.pdu import GSM7_BASIC, GSM7_EXTENDED, encodeSemiOctets, packSeptets

from modem.events import Deliver, Report, ReportState, Undecodable
from modem.tpdu import (
    ALPHANUMERIC,
    INTERNATIONAL,
    TYPE_OF_NUMBER,
    Concatenation,
    Octets,
    Short,
    alphabet_of,
    concatenation,
    digits,
    timestamp,
)

ESCAPE = 0x1B
PAGE_BREAK = 0x0A  # in the extension table, 23.038 6.2.1.1
NO_SUCH_SIGN = "\xff"  # what gsmmodem has in the place of the page break
NO_SIGN = "\x1b"  # where the basic table escapes to the other one

BASIC: str = GSM7_BASIC[:0x5F] + "§" + GSM7_BASIC[0x60:]
EXTENSION: dict[int, str] = {ord(code): sign for sign, code in GSM7_EXTENDED.items() if sign != NO_SUCH_SIGN} | {
    PAGE_BREAK: "\f"
}
TO_SEPTETS: dict[str, bytes] = {sign: bytes([code]) for code, sign in enumerate(BASIC) if sign != NO_SIGN} | {
    sign: bytes([ESCAPE, code]) for code, sign in EXTENSION.items()
}

SINGLE_SEPTETS, PART_SEPTETS = 160, 153  # 140 octets, less six for the header of a part
SINGLE_UNITS, PART_UNITS = 70, 67
MOST_PARTS = 255
MOST_DIGITS = 20  # 23.040 9.1.2.3

SUBMIT, WITH_HEADER, WANT_REPORT = 0x01, 0x40, 0x20  # first octet, 23.040 9.2.2.2
UCS2_CODING = 0x08
UNKNOWN_NUMBER, INTERNATIONAL_NUMBER = 0x81, 0x91


class BadNumber(ValueError):
    """`number` is nothing a text can be sent to."""

    def __init__(self, number: str) -> None:
        super().__init__("the number must be 1 to 20 digits, with + in front if international")
        self.number = number


class TextTooLong(ValueError):
    """The text needs `parts` parts; a message has at most 255."""

    def __init__(self, parts: int) -> None:
        super().__init__(f"the text needs {parts} parts; a message has at most {MOST_PARTS}")
        self.parts = parts


@dataclass(frozen=True, slots=True)
class OwnDraft:
    """An SMS-SUBMIT that lies in the module: somebody's draft or sent message. Nobody texted us."""

    recipient: str


@dataclass(frozen=True, slots=True)
class SubmitPdu:
    """One part ready for AT+CMGS=`length`."""

    hex: str
    length: int  # octets without the service centre part (27.005 3.5.1)


def decode(pdu_hex: str) -> Deliver | Report | OwnDraft | Undecodable:
    """What a listed PDU says. Never raises, whatever the text; what follows the end of the PDU is ignored."""
    try:
        octets = Octets(bytes.fromhex(pdu_hex))
    except ValueError:
        return Undecodable("not hexadecimal")
    try:
        octets.take(octets.one("service centre"), "service centre")
        first_octet = octets.one("first octet")
        return _READERS[first_octet & 0b11](octets, first_octet)
    except Short as short:
        return Undecodable(str(short))


def tpdu_octets(pdu_hex: str) -> int | None:
    """The length a module should have listed with this PDU; None where it is not even hexadecimal."""
    try:
        octets = bytes.fromhex(pdu_hex)
    except ValueError:
        return None
    return len(octets) - 1 - octets[0] if octets else None


def encode_submit(number: str, text: str, *, reference: int, want_report: bool) -> tuple[SubmitPdu, ...]:
    """The parts of an outgoing message; `reference` (0-255) marks parts that belong together.

    Raises BadNumber, TextTooLong.
    """
    address = _encode_address(number)
    is_gsm7, bodies = _parts(text)
    if len(bodies) > MOST_PARTS:
        raise TextTooLong(len(bodies))
    first_octet = SUBMIT | (WANT_REPORT if want_report else 0) | (WITH_HEADER if len(bodies) > 1 else 0)
    # TP-MR is 0: the module counts references itself and tells them in +CMGS (23.040 9.2.3.6).
    head = bytes([first_octet, 0]) + address + bytes([0, 0 if is_gsm7 else UCS2_CODING])
    made = []
    for part, body in enumerate(bodies, 1):
        header = bytes([5, 0, 3, reference & 0xFF, len(bodies), part]) if len(bodies) > 1 else b""
        tpdu = head + (_septet_data(header, body) if is_gsm7 else bytes([len(header) + len(body)]) + header + body)
        made.append(SubmitPdu("00" + tpdu.hex().upper(), len(tpdu)))
    return tuple(made)


def _deliver(octets: Octets, first_octet: int) -> Deliver:
    sender = _address(octets, "sender")
    octets.one("protocol identifier")
    alphabet = alphabet_of(octets.one("data coding"))
    sent_at = timestamp(octets.take(7, "time stamp"))
    body, place = _user_data(octets, alphabet, has_header=bool(first_octet & WITH_HEADER))
    if place is None or place.total == 1:
        return Deliver(sender, body, alphabet, sent_at)
    return Deliver(sender, body, alphabet, sent_at, place.reference, place.total, place.part)


def _draft(octets: Octets, _first_octet: int) -> OwnDraft:
    octets.one("reference")
    return OwnDraft(_address(octets, "recipient"))


def _report(octets: Octets, _first_octet: int) -> Report:
    reference = octets.one("reference")
    recipient = _address(octets, "recipient")
    sent_at = timestamp(octets.take(7, "time stamp"))
    done_at = timestamp(octets.take(7, "discharge time"))
    status = octets.one("status")
    return Report(reference, recipient, status, report_state(status), sent_at, done_at)


# Message types by their two bits (23.040 9.2.3.1): the reserved one is read like a delivered message.
_READERS: tuple[Callable[[Octets, int], Deliver | Report | OwnDraft], ...] = (_deliver, _draft, _report, _deliver)


def report_state(status: int) -> ReportState:
    """TP-Status in three words (23.040 9.2.3.15); what is reserved has failed."""
    if status < 0x20:
        return ReportState.DELIVERED
    return ReportState.TRYING if status < 0x40 else ReportState.FAILED


def _address(octets: Octets, field: str) -> str:
    length = octets.one(field)
    kind = octets.one(field) & TYPE_OF_NUMBER
    value = octets.take((length + 1) // 2, field)
    if kind == ALPHANUMERIC:
        return _text_of_septets(_septets(value, length * 4 // 7))
    number = digits(value, length)
    return "+" + number if kind == INTERNATIONAL and number else number


def _encode_address(number: str) -> bytes:
    bare = number.removeprefix("+")
    if not 1 <= len(bare) <= MOST_DIGITS or not set(bare) <= set("0123456789*#"):
        raise BadNumber(number)
    # The kind is unknown unless international: a short code sent as "national" never arrives.
    kind = INTERNATIONAL_NUMBER if number.startswith("+") else UNKNOWN_NUMBER
    semi_octets = bytes(encodeSemiOctets(bare.translate({ord("*"): "A", ord("#"): "B"})))
    return bytes([len(bare), kind]) + semi_octets


def _user_data(octets: Octets, alphabet: str, *, has_header: bool) -> tuple[bytes, Concatenation | None]:
    length = octets.one("text length")
    in_septets = alphabet == "gsm7"
    data = octets.take((length * 7 + 7) // 8 if in_septets else length, "text")
    header_octets = data[0] + 1 if has_header and data else 0
    if header_octets > len(data):
        raise Short("text header")
    place = concatenation(data[1:header_octets])
    if in_septets:
        skipped = (header_octets * 8 + 6) // 7  # the text begins at a septet border behind the header
        return _text_of_septets(_septets(data, length)[skipped:]).encode(), place
    body = data[header_octets:]
    return body[: len(body) // 2 * 2] if alphabet == "ucs2" else body, place


def _septets(octets: bytes, count: int) -> bytes:
    bits = int.from_bytes(octets, "little")
    return bytes(bits >> 7 * at & 0x7F for at in range(count))


def _text_of_septets(septets: bytes) -> str:
    return "".join(_signs(iter(septets)))


def _signs(septets: Iterator[int]) -> Iterator[str]:
    for code in septets:
        if code != ESCAPE:
            yield BASIC[code]
            continue
        extended = next(septets, None)
        if extended == ESCAPE:
            yield " "  # an escape to a further table, 23.038 6.2.1.1
        elif extended is not None:
            yield EXTENSION.get(extended, BASIC[extended])


def _parts(text: str) -> tuple[bool, list[bytes]]:
    """Whether GSM-7 is enough, and the bodies: unpacked septets, or UTF-16 octets. No sign is cut in two."""
    pieces = [TO_SEPTETS.get(sign) for sign in text]
    septets = [piece for piece in pieces if piece is not None]
    if len(septets) == len(text):
        return True, _filled(septets, SINGLE_SEPTETS, PART_SEPTETS)
    units = [sign.encode("utf-16-be", "surrogatepass") for sign in _without_lone_surrogates(text)]
    return False, _filled(units, SINGLE_UNITS * 2, PART_UNITS * 2)


def _filled(pieces: list[bytes], single: int, part: int) -> list[bytes]:
    whole = b"".join(pieces)
    if len(whole) <= single:
        return [whole]
    bodies = [bytearray()]
    for piece in pieces:
        if len(bodies[-1]) + len(piece) > part:
            bodies.append(bytearray())
        bodies[-1] += piece
    return [bytes(body) for body in bodies]


def _without_lone_surrogates(text: str) -> str:
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")


def _septet_data(header: bytes, septets: bytes) -> bytes:
    used_bits = len(header) * 8
    length = (used_bits + 6) // 7 + len(septets)
    return bytes([length]) + header + bytes(packSeptets(bytearray(septets), padBits=used_bits % 7))
