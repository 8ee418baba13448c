"""The GSM 7 bit default alphabet and its packing (3GPP 23.038 6.1.2 and 6.2.1), the simulator's own."""

from __future__ import annotations

from collections.abc import Iterable

ESCAPE = 0x1B
# 23.038 table 6.2.1, row by row; position = code. 0x1B is the escape and stands for itself here.
ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# 23.038 table 6.2.1.1: code after the escape.
EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
_CODES: dict[str, tuple[int, ...]] = {letter: (code,) for code, letter in enumerate(ALPHABET) if code != ESCAPE}
_CODES.update({letter: (ESCAPE, code) for code, letter in EXTENSION.items()})


def septets_of(text: str) -> list[int] | None:
    """Codes of `text`, or None if a letter is not in the alphabet."""
    codes: list[int] = []
    for letter in text:
        pair = _CODES.get(letter)
        if pair is None:
            return None
        codes.extend(pair)
    return codes


def text_of(septets: Iterable[int]) -> str:
    """Letters of these codes. An unknown code after the escape shows the plain letter (6.2.1.1, note 1)."""
    letters: list[str] = []
    escaped = False
    for code in septets:
        if escaped:
            letters.append(EXTENSION.get(code, " " if code == ESCAPE else ALPHABET[code]))
            escaped = False
        elif code == ESCAPE:
            escaped = True
        else:
            letters.append(ALPHABET[code])
    return "".join(letters)


def pack(septets: Iterable[int], fill_bits: int = 0) -> bytes:
    """Septets to octets, lowest bit first, after `fill_bits` empty bits."""
    value, width = 0, fill_bits
    packed = bytearray()
    for code in septets:
        value |= code << width
        width += 7
        while width >= 8:
            packed.append(value & 0xFF)
            value >>= 8
            width -= 8
    if width:
        packed.append(value & 0xFF)
    return bytes(packed)


def unpack(octets: bytes, count: int, fill_bits: int = 0) -> list[int]:
    """`count` septets out of octets, the first one after `fill_bits` bits; fewer if the octets end."""
    bits = int.from_bytes(octets, "little") >> fill_bits
    fitting = min(count, (len(octets) * 8 - fill_bits) // 7)
    return [(bits >> (7 * place)) & 0x7F for place in range(fitting)]
