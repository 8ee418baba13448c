"""How many parts a text takes on the air (3GPP 23.038 6.2.1 for the alphabet, 23.040 9.2.3.24.1 for the parts). Pure.

Chinese: 70 characters in one part, 67 in each of several; a rare surname or an emoji counts two and isn't torn apart.
Latin letters of the GSM alphabet alone: 160 and 153; a few signs count two.
"""

from __future__ import annotations

from dataclasses import dataclass

GSM_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("^{}\\[~]|€\f")
GSM_SINGLE, GSM_PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67


@dataclass(frozen=True, slots=True)
class Segments:
    chars: int  # as the network counts them
    parts: int
    per_part: int


def segments(text: str) -> Segments:
    """Count `text` as it will be sent. An empty text is one empty part."""
    is_gsm = all(character in GSM_ALPHABET or character in GSM_EXTENSION for character in text)
    single, per_part = (GSM_SINGLE, GSM_PART) if is_gsm else (UCS2_SINGLE, UCS2_PART)
    widths = [_width(character, is_gsm=is_gsm) for character in text]
    chars = sum(widths)
    if chars <= single:
        return Segments(chars, 1, single)
    parts, used = 1, 0
    for width in widths:
        if used + width > per_part:
            parts, used = parts + 1, 0
        used += width
    return Segments(chars, parts, per_part)


def _width(character: str, *, is_gsm: bool) -> int:
    if is_gsm:
        return 2 if character in GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1
