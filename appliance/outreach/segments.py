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
GSM_CHARACTERS = GSM_ALPHABET | GSM_EXTENSION
LAST_SINGLE = "\uffff"  # what lies behind takes two UTF-16 units
GSM_SINGLE, GSM_PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67


@dataclass(frozen=True, slots=True)
class Segments:
    chars: int  # as the network counts them
    parts: int
    per_part: int


def segments(text: str) -> Segments:
    """Count `text` as it will be sent. An empty text is one empty part."""
    is_gsm = GSM_CHARACTERS.issuperset(text)
    single, per_part = (GSM_SINGLE, GSM_PART) if is_gsm else (UCS2_SINGLE, UCS2_PART)
    doubles = sum(character in GSM_EXTENSION if is_gsm else character > LAST_SINGLE for character in text)
    chars = len(text) + doubles
    if chars <= single:
        return Segments(chars, 1, single)
    if not doubles:
        return Segments(chars, -(-chars // per_part), per_part)
    parts, used = 1, 0
    for character in text:
        width = _width(character, is_gsm=is_gsm)
        if used + width > per_part:
            parts, used = parts + 1, 0
        used += width
    return Segments(chars, parts, per_part)


def _width(character: str, *, is_gsm: bool) -> int:
    if is_gsm:
        return 2 if character in GSM_EXTENSION else 1
    return 2 if character > LAST_SINGLE else 1
