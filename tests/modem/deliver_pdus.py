"""PDUs as a network writes them, built by hand for the tests and apart from modem/pdu.py on purpose."""

from __future__ import annotations

GSM7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
NOON = "62112221000023"  # 2026-11-22 12:00:00 +08:00


def semi_octets(number: str) -> str:
    padded = number + "F" * (len(number) % 2)
    return "".join(padded[at + 1] + padded[at] for at in range(0, len(padded), 2))


def address(number: str) -> str:
    bare = number.lstrip("+")
    return f"{len(bare):02X}{'91' if number.startswith('+') else '81'}{semi_octets(bare)}"


def packed(septets: list[int], fill_bits: int = 0) -> str:
    """Septets as bits written out and cut into octets: slow, but plain to read."""
    bits = "0" * fill_bits + "".join(f"{septet:07b}"[::-1] for septet in septets)
    bits += "0" * (-len(bits) % 8)
    return "".join(f"{int(bits[at : at + 8][::-1], 2):02X}" for at in range(0, len(bits), 8))


def letters(name: str) -> str:
    """An alphanumeric sender."""
    octets = packed([GSM7.index(sign) for sign in name])
    return f"{(len(name) * 7 + 3) // 4:02X}D0{octets}"


def concatenated(reference: int, total: int, part: int) -> str:
    return f"050003{reference:02X}{total:02X}{part:02X}"


def deliver(
    text: str = "你好",
    *,
    sender: str | None = None,
    coding: str = "08",
    header: str = "",
    data: str | None = None,
    length: int | None = None,
    time: str = NOON,
    centre: str = "00",
) -> str:
    """An SMS-DELIVER in hex. `text` goes as UCS2; `data` and `length` replace it for other alphabets."""
    sender = address("+8613800138000") if sender is None else sender
    body = header + (text.encode("utf-16-be").hex().upper() if data is None else data)
    octets = len(body) // 2 if length is None else length
    return f"{centre}{'44' if header else '04'}{sender}00{coding}{time}{octets:02X}{body}"


def deliver_gsm7(text: str, *, header: str = "", **more: str) -> str:
    septets = [GSM7.index(sign) for sign in text]
    header_bits = len(header) * 4
    fill = -header_bits % 7
    used = (header_bits + fill) // 7
    return deliver(data=packed(septets, fill), header=header, coding="00", length=used + len(septets), **more)


def report(reference: int = 7, status: int = 0, recipient: str = "+8613800138000", *, time: str = NOON) -> str:
    return f"0006{reference:02X}{address(recipient)}{time}{time}{status:02X}"


def listed(store_index: int, pdu: str, stat: int = 0) -> str:
    """The +CMGL lines of a stored PDU."""
    centre = int(pdu[:2], 16)
    return f"+CMGL: {store_index},{stat},,{len(pdu) // 2 - 1 - centre}\r\n{pdu}"
