"""Messages as text mode (+CMGF=1) shows them: 27.005 3.4.2 and 3.4.3, and the character sets of +CSCS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modem.simulator import gsm7, network_pdu
from modem.simulator.network_pdu import BadPdu
from modem.simulator.sim_store import Stored

if TYPE_CHECKING:
    from modem.simulator.equipment import Equipment


def address_type(number: str) -> int:
    """<toda>: 145 international, 128 none, 129 anything else."""
    if not number:
        return 128
    return 145 if number.startswith("+") else 129


def show(text: str, charset: str) -> str:
    """A string parameter as the client wants it: UCS2 is hex, the others are plain letters."""
    if charset == "UCS2":
        return text.encode("utf-16-be", "surrogatepass").hex().upper()
    return text


def understand(text: str, charset: str) -> str:
    """The reverse of `show`; text that is no hex is taken as it is."""
    if charset != "UCS2":
        return text
    try:
        return bytes.fromhex(text).decode("utf-16-be")
    except (ValueError, UnicodeDecodeError):
        return text


def body_of(alphabet: str, septets: tuple[int, ...], octets: bytes, charset: str) -> str:
    """<data>: letters if they are letters here, hex otherwise."""
    if alphabet == "gsm7":
        return show(gsm7.text_of(septets), charset)
    return octets.hex().upper()


def split_deliver(tpdu: bytes) -> tuple[str, str, str, tuple[int, ...], bytes]:
    """(sender, time, alphabet, septets, octets) of a DELIVER; raises BadPdu."""
    sender, size = network_pdu.decode_address(tpdu[1:])
    rest = tpdu[1 + size :]
    if len(rest) < 10:
        raise BadPdu("cut off before the user data")
    alphabet = network_pdu.alphabet_of(rest[1])
    length, data = rest[9], rest[10:]
    header = 1 + data[0] if tpdu[0] & 0x40 and data else 0
    if alphabet != "gsm7":
        return sender, time_text(rest[2:9]), alphabet, (), data[header:]
    fill_bits = -header * 8 % 7
    septets = gsm7.unpack(data[header:], length - (header * 8 + fill_bits) // 7, fill_bits)
    return sender, time_text(rest[2:9]), alphabet, tuple(septets), b""


def time_text(stamp: bytes) -> str:
    """<scts>: yy/MM/dd,hh:mm:ss+zz, zz in quarters of an hour."""
    digits = "".join(f"{octet & 0xF:X}{octet >> 4:X}" for octet in stamp[:6])
    pairs = [digits[place : place + 2] for place in range(0, 12, 2)]
    sign = "-" if stamp[6] & 0x08 else "+"
    zone = (stamp[6] & 0x07) * 10 + (stamp[6] >> 4)
    return f"{'/'.join(pairs[:3])},{':'.join(pairs[3:])}{sign}{zone:02d}"


def deliver_lines(prefix: str, stored: Stored, equipment: Equipment, state: str = "") -> list[str]:
    """Header and text of a received message, for +CMT, +CMGR and +CMGL (the caller puts the index in `prefix`)."""
    charset = equipment.settings.charset
    sender, at, alphabet, septets, octets = split_deliver(stored.tpdu)
    extra = ""
    if equipment.settings["+CSDH"]:
        size = len(septets) if alphabet == "gsm7" else len(octets)
        extra = f",{address_type(sender)},{size}"
    return [
        f'{prefix}: {state}"{show(sender, charset)}",,"{at}"{extra}',
        body_of(alphabet, septets, octets, charset),
    ]


def submit_lines(prefix: str, stored: Stored, equipment: Equipment, state: str) -> list[str]:
    """Header and text of a message of our own that lies in a store."""
    charset = equipment.settings.charset
    submit = network_pdu.decode_submit(stored.tpdu)
    body = body_of(submit.alphabet, submit.septets, submit.octets, charset)
    return [f'{prefix}: {state}"{show(submit.to, charset)}",', body]


def report_line(prefix: str, stored: Stored, state: str = "") -> str:
    """A status report, in one line: <fo>,<mr>,<ra>,<tora>,<scts>,<dt>,<st>."""
    tpdu = stored.tpdu
    recipient, size = network_pdu.decode_address(tpdu[2:])
    rest = tpdu[2 + size :]
    if len(rest) < 15:
        raise BadPdu("cut off before the status")
    return (
        f'{prefix}: {state}{tpdu[0]},{tpdu[1]},"{recipient}",{address_type(recipient)},'
        f'"{time_text(rest[:7])}","{time_text(rest[7:14])}",{rest[14]}'
    )


def stored_lines(prefix: str, stored: Stored, equipment: Equipment, state: str) -> list[str]:
    """Any stored message, told apart by its TP-MTI."""
    kind = stored.tpdu[0] & 0x03 if stored.tpdu else 0
    try:
        if kind == 1:
            return submit_lines(prefix, stored, equipment, state)
        if kind == 2:
            return [report_line(prefix, stored, state)]
        return deliver_lines(prefix, stored, equipment, state)
    except BadPdu:
        return [f'{prefix}: {state}"",,""', stored.tpdu.hex().upper()]
