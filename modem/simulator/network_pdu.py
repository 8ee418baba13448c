"""SMS as the network codes it (3GPP 23.040): it writes DELIVER and STATUS-REPORT and reads SUBMIT.

Written apart from modem.pdu on purpose: two programs that share their mistakes prove nothing to each other.
All PDUs here are TPDUs: no service centre address in front.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from modem.simulator import gsm7

SINGLE_SEPTETS, PART_SEPTETS = 160, 153  # 140 octets, less 6 octets of header and 1 fill bit
SINGLE_UNITS, PART_UNITS = 70, 67  # UTF-16 code units; 140 octets, less 6 octets of header
_SEMI_OCTETS = "0123456789*#abc"


class BadPdu(ValueError):
    """The PDU does not follow 23.040."""


@dataclass(frozen=True, slots=True)
class Submit:
    """One decoded SMS-SUBMIT (23.040 9.2.2.2)."""

    to: str
    alphabet: str  # "gsm7" | "ucs2" | "8bit"
    septets: tuple[int, ...]  # of a gsm7 body
    octets: bytes  # of any other body
    want_report: bool
    reference: int | None = None  # of the concatenation, None for a single part
    total: int = 1
    part: int = 1
    flash: bool = False
    reject_duplicates: bool = False


def swapped(digits: str) -> bytes:
    """Semi-octets, low nibble first, filled up with F (23.040 9.1.2.3)."""
    nibbles = [_SEMI_OCTETS.index(digit) for digit in digits]
    if len(nibbles) % 2:
        nibbles.append(0xF)
    return bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))


def unswapped(octets: bytes, count: int) -> str:
    nibbles = [nibble for octet in octets for nibble in (octet & 0xF, octet >> 4)]
    try:
        return "".join(_SEMI_OCTETS[nibble] for nibble in nibbles[:count])
    except IndexError:
        raise BadPdu("a filler inside an address") from None


def encode_address(number: str) -> bytes:
    """Address field (9.1.2.5): + is international, letters become an alphanumeric sender of at most 11."""
    digits = number.removeprefix("+")
    if digits and all(digit in _SEMI_OCTETS for digit in digits):
        return bytes([len(digits), 0x91 if number.startswith("+") else 0x81]) + swapped(digits)
    if not number:
        return bytes([0, 0x80])
    septets = gsm7.septets_of(number)
    if septets is None or len(septets) > 11:
        raise BadPdu(f"{len(number)} letters cannot be a sender")
    packed = gsm7.pack(septets)
    return bytes([(len(septets) * 7 + 3) // 4, 0xD0]) + packed


def decode_address(octets: bytes) -> tuple[str, int]:
    """The number and how many octets its field took."""
    if len(octets) < 2:
        raise BadPdu("the address is cut off")
    length, kind = octets[0], octets[1]
    size = 2 + (length + 1) // 2
    if len(octets) < size:
        raise BadPdu("the address is cut off")
    if kind & 0x70 == 0x50:
        return gsm7.text_of(gsm7.unpack(octets[2:size], length * 4 // 7)), size
    return ("+" if kind & 0x70 == 0x10 else "") + unswapped(octets[2:size], length), size


def encode_time(moment: datetime) -> bytes:
    """Service centre time stamp (9.2.3.11) in the moment's own time zone."""
    offset = moment.utcoffset() or timedelta()
    quarters = round(offset.total_seconds() / 900)
    zone = abs(quarters)
    digits = moment.strftime("%y%m%d%H%M%S") + f"{zone:02d}"
    stamp = bytearray(swapped(digits))
    if quarters < 0:
        stamp[6] |= 0x08
    return bytes(stamp)


def decode_time(octets: bytes) -> datetime:
    """The aware moment of a time stamp."""
    sign = -1 if octets[6] & 0x08 else 1
    digits = unswapped(octets[:6], 12)
    quarters = (octets[6] & 0x07) * 10 + (octets[6] >> 4)
    zone = timezone(sign * timedelta(minutes=15 * quarters))
    return datetime.strptime(digits, "%y%m%d%H%M%S").replace(tzinfo=zone)


def concatenation_header(reference: int, total: int, part: int, *, wide: bool = False) -> bytes:
    """User data header with an 8 bit or, `wide`, 16 bit reference (9.2.3.24.1, .8)."""
    if wide:
        return bytes([6, 0x08, 4, reference >> 8 & 0xFF, reference & 0xFF, total, part])
    return bytes([5, 0x00, 3, reference & 0xFF, total, part])


def encode_deliver(
    sender: str,
    text: str,
    *,
    sent_at: datetime,
    reference: int | None = None,
    wide: bool = False,
    message_class: int | None = None,
) -> tuple[bytes, ...]:
    """The DELIVER TPDUs that bring `text` (9.2.2.1): GSM 7 bit if it fits that alphabet, else UCS2.

    `reference` is needed for a text of several parts. UCS2 is cut at 67 code units wherever that falls, inside
    a surrogate pair too, as many telephones do.
    """
    septets = gsm7.septets_of(text)
    bodies: list[tuple[int, bytes]]  # (user data length, octets)
    headers: list[bytes]
    if septets is not None:
        pieces = _cut_septets(septets, PART_SEPTETS - (1 if wide else 0))
        headers = _headers(len(pieces), reference, wide)
        bodies = []
        for header, piece in zip(headers, pieces, strict=True):
            fill_bits = -len(header) * 8 % 7
            length = (len(header) * 8 + fill_bits) // 7 + len(piece)
            bodies.append((length, header + gsm7.pack(piece, fill_bits)))
        coding = 0x00
    else:
        units = text.encode("utf-16-be", "surrogatepass")
        size = SINGLE_UNITS if len(units) <= 2 * SINGLE_UNITS else PART_UNITS - (1 if wide else 0)
        cut = [units[start : start + 2 * size] for start in range(0, len(units), 2 * size)]
        headers = _headers(len(cut), reference, wide)
        bodies = [(len(header) + len(octets), header + octets) for header, octets in zip(headers, cut, strict=True)]
        coding = 0x08
    if message_class is not None:
        coding |= 0x10 | message_class
    more = len(bodies) > 1
    return tuple(
        bytes([0x04 | (0x40 if more else 0)])  # no more messages wait; header indicator
        + encode_address(sender)
        + bytes([0x00, coding])
        + encode_time(sent_at)
        + bytes([length])
        + octets
        for length, octets in bodies
    )


def _headers(count: int, reference: int | None, wide: bool) -> list[bytes]:
    if count == 1:
        return [b""]
    if reference is None or count > 255:
        raise BadPdu(f"{count} parts need a reference and must not be more than 255")
    return [concatenation_header(reference, count, part, wide=wide) for part in range(1, count + 1)]


def _cut_septets(septets: list[int], size: int) -> list[list[int]]:
    """Pieces of `size` that never end between the escape and its letter."""
    if len(septets) <= SINGLE_SEPTETS:
        return [septets]
    pieces: list[list[int]] = []
    start = 0
    while start < len(septets):
        end = start + size
        if end < len(septets) and septets[end - 1] == gsm7.ESCAPE:
            end -= 1
        pieces.append(septets[start:end])
        start = end
    return pieces


def encode_report(reference: int, recipient: str, *, sent_at: datetime, done_at: datetime, status: int) -> bytes:
    """The STATUS-REPORT TPDU for the part with TP-MR `reference` (9.2.2.3)."""
    return (
        bytes([0x06, reference])
        + encode_address(recipient)
        + encode_time(sent_at)
        + encode_time(done_at)
        + bytes([status])
    )


def encode_service_centre(number: str) -> bytes:
    """The address in front of a PDU on the AT line (27.005 3.1 <pdu>)."""
    if not number:
        return b"\0"
    digits = swapped(number.removeprefix("+"))
    return bytes([1 + len(digits), 0x91 if number.startswith("+") else 0x81]) + digits


def split_service_centre(pdu: bytes) -> tuple[bytes, bytes]:
    """(service centre field, TPDU) of a PDU as the AT line carries it."""
    if not pdu or len(pdu) < 1 + pdu[0]:
        raise BadPdu("the service centre address is cut off")
    cut = 1 + pdu[0]
    return pdu[:cut], pdu[cut:]


_VALIDITY_OCTETS = {0x00: 0, 0x10: 1, 0x08: 7, 0x18: 7}  # by TP-VPF (9.2.3.3)


def decode_submit(tpdu: bytes) -> Submit:
    """Read an SMS-SUBMIT, or raise BadPdu."""
    if len(tpdu) < 2 or tpdu[0] & 0x03 != 0x01:
        raise BadPdu("not an SMS-SUBMIT")
    first = tpdu[0]
    to, size = decode_address(tpdu[2:])
    if not to:
        raise BadPdu("no recipient")
    rest = tpdu[2 + size :]
    if len(rest) < 3 + _VALIDITY_OCTETS[first & 0x18]:
        raise BadPdu("cut off before the user data")
    coding = rest[1]
    rest = rest[2 + _VALIDITY_OCTETS[first & 0x18] :]
    length, data = rest[0], rest[1:]
    alphabet = alphabet_of(coding)
    octets_wanted = (length * 7 + 7) // 8 if alphabet == "gsm7" else length
    if octets_wanted > 140 or len(data) != octets_wanted:
        raise BadPdu(f"user data of {len(data)} octets, {octets_wanted} announced")
    header = data[: 1 + data[0]] if first & 0x40 and data else b""
    reference, total, part = _concatenation(header)
    septets: tuple[int, ...] = ()
    octets = b""
    if alphabet == "gsm7":
        fill_bits = -len(header) * 8 % 7
        taken = (len(header) * 8 + fill_bits) // 7
        septets = tuple(gsm7.unpack(data[len(header) :], length - taken, fill_bits))
    else:
        octets = data[len(header) :]
    return Submit(
        to=to,
        alphabet=alphabet,
        septets=septets,
        octets=octets,
        want_report=bool(first & 0x20),
        reference=reference,
        total=total,
        part=part,
        flash=coding & 0xC0 == 0 and coding & 0x13 == 0x10,
        reject_duplicates=bool(first & 0x04),
    )


def alphabet_of(coding: int) -> str:
    """Alphabet of a data coding scheme (23.038 4)."""
    group = coding >> 4
    if group <= 0x7:
        return ("gsm7", "8bit", "ucs2", "gsm7")[coding >> 2 & 0x03]
    if group == 0xE:
        return "ucs2"
    if group == 0xF:
        return "8bit" if coding & 0x04 else "gsm7"
    return "gsm7"


def _concatenation(header: bytes) -> tuple[int | None, int, int]:
    """(reference, total, part) out of a user data header; (None, 1, 1) without such an element."""
    place = 1
    while place + 1 < len(header):
        element, size = header[place], header[place + 1]
        value = header[place + 2 : place + 2 + size]
        if element == 0x00 and len(value) == 3:
            return value[0], value[1], value[2]
        if element == 0x08 and len(value) == 4:
            return value[0] << 8 | value[1], value[2], value[3]
        place += 2 + size
    return None, 1, 1
