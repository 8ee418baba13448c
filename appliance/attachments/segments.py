"""The parts a photo is made of: segments of a JPEG (ITU-T T.81, annex B), chunks of a PNG (W3C PNG, 5.3) and of a WebP
(RFC 9649, 2.3), in their order. Pure.

Strict: a part of a name that no browser draws, or whose length leads out of the file, is damage. Each walk ends where
the picture ends; telephones put whole films and second photos behind it, and these are no part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_PARTS = 20_000  # a PNG of 8 MB in pieces of 4 KB has 2,000; more is made to fill the memory
JPEG_START, PNG_START = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
SOS, EOI, COM = 0xDA, 0xD9, 0xFE
APP0, APP1, APP2, APP14, APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF

# Tables, frames and scans (T.81, table B.1), without the hierarchical and the reserved ones.
_JPEG_KNOWN = frozenset({*range(0xC0, 0xD0), *range(SOS, 0xDE), *range(APP0, APP15 + 1), COM})
_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)  # fill bytes may stand before it (T.81, B.1.1.2)
_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)  # stuffed zeros and restarts belong to the scan

_PNG_PICTURES = frozenset({b"IDAT"})
_PNG_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})

_WEBP_PICTURES = frozenset({b"VP8 ", b"VP8L"})
_WEBP_HEAD, _RIFF_HEAD = 12, 8


class Damaged(Exception):
    """It does not lead to the end of a picture."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Of a JPEG. `scan` is what follows a start of scan until the next marker."""

    marker: int
    words: bytes
    scan: bytes = b""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Of a PNG or a WebP."""

    name: bytes
    words: bytes


def jpeg(data: bytes) -> list[Segment]:
    """Raises Damaged. Neither the start nor the end of the image is among them."""
    found: list[Segment] = []
    at, has_picture = len(JPEG_START), False
    while (met := _JPEG_MARKER.match(data, at)) is not None and len(found) < MOST_PARTS:
        marker, at = met[1][0], met.end()
        if marker == EOI and has_picture:
            return found
        length = int.from_bytes(data[at : at + 2], "big")
        if marker not in _JPEG_KNOWN or marker == EOI or length < 2 or at + length > len(data):
            break
        words, scan = data[at + 2 : at + length], b""
        at += length
        if marker == SOS:
            end = _SCAN_END.search(data, at)
            if end is None:
                break
            scan, at, has_picture = data[at : end.start()], end.start(), True
        found.append(Segment(marker, words, scan))
    raise Damaged


def png(data: bytes) -> list[Chunk]:
    """Raises Damaged."""
    found: list[Chunk] = []
    at = len(PNG_START)
    while at + 12 <= len(data) and len(found) < MOST_PARTS:
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if at + 12 + length > len(data) or (name[:1].isupper() and name not in _PNG_CRITICAL):
            break
        if (name == b"IHDR") != (not found):
            break
        found.append(Chunk(name, data[at + 8 : at + 8 + length]))
        if name == b"IEND":
            return _with(found, _PNG_PICTURES)
        at += 12 + length
    raise Damaged


def is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:_WEBP_HEAD] == b"WEBP"


def webp(data: bytes) -> list[Chunk]:
    """Raises Damaged, also where nothing in it stands still."""
    found: list[Chunk] = []
    at, end = _WEBP_HEAD, _RIFF_HEAD + int.from_bytes(data[4:_RIFF_HEAD], "little")
    if end > len(data):
        raise Damaged
    while at + _RIFF_HEAD <= end:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + _RIFF_HEAD + length > end or len(found) == MOST_PARTS:
            raise Damaged
        found.append(Chunk(data[at : at + 4], data[at + 8 : at + 8 + length]))
        at += _RIFF_HEAD + length + length % 2
    return _with(found, _WEBP_PICTURES)


def _with(found: list[Chunk], pictures: frozenset[bytes]) -> list[Chunk]:
    if not any(chunk.name in pictures for chunk in found):
        raise Damaged
    return found
