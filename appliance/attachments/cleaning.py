"""A photo without what the camera wrote beside the picture: place, person, camera, time, small pictures, remarks. Pure.

Only what is needed to draw it is kept, from a list of what is known; whatever is new tomorrow is left out. Of Exif one
word stays, which way is up, because a photo taken upright would lie on its side without it. No pixel is touched: a
signed paper is a proof, and to decode and encode it again would need an imaging library (many megabytes of compiled
decoders, each a door for a hostile file) and would make it worse. A PDF is kept as it came.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping

from appliance.attachments import segments
from appliance.attachments.kinds import JPEG, PNG, WEBP, FileKind
from appliance.attachments.segments import Chunk, Segment

UPRIGHT = 1
_TURNED = range(2, 9)
_EXIF = b"Exif\0\0"
_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_TAG_ORIENTATION, _SHORT = 0x0112, 3  # TIFF 6.0, part 1, "Orientation" and "Type"

_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT".split(b" ")
)
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ICCP"})
_WEBP_HAS_EXIF, _WEBP_HAS_XMP = 0x08, 0x04  # flags of VP8X (RFC 9649, 2.7)
_VP8X_SIZE = 10


def cleaned(data: bytes, kind: FileKind) -> bytes:
    """The same picture, and nothing that tells of whoever took it. `kinds.kind_of` has taken `data` for this kind."""
    clean = _CLEANERS.get(kind.content_type)
    return data if clean is None else clean(data)


def orientation(tiff: bytes) -> int:
    """1 to 8 as Exif counts them; 1 where it doesn't say so in a way that can be read."""
    order = _BYTE_ORDERS.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return UPRIGHT
    (at,) = struct.unpack_from(order + "I", tiff, 4)
    if at + 2 > len(tiff):
        return UPRIGHT
    (count,) = struct.unpack_from(order + "H", tiff, at)
    for place in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, place)
        if tag == _TAG_ORIENTATION:
            return value if kind == _SHORT and value in _TURNED else UPRIGHT
    return UPRIGHT


def only_orientation(value: int) -> bytes:
    """The smallest TIFF that says it: one directory of one entry."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _TAG_ORIENTATION, _SHORT, 1, value, 0, 0)


def _clean_jpeg(data: bytes) -> bytes:
    """APP0 without its small picture, colours (APP2 and APP14), which way is up, and the picture."""
    parts = segments.jpeg(data)
    kept = [clean for part in parts if (clean := _kept_segment(part)) is not None]
    turned = _first_turned(part.words.removeprefix(_EXIF) for part in parts if _is_exif(part))
    if turned != UPRIGHT:
        after_head = int(bool(kept) and kept[0].marker == segments.APP0)
        kept.insert(after_head, Segment(segments.APP1, _EXIF + only_orientation(turned)))
    written = (struct.pack(">BBH", 0xFF, part.marker, len(part.words) + 2) + part.words + part.scan for part in kept)
    return segments.JPEG_START + b"".join(written) + bytes([0xFF, segments.EOI])


def _kept_segment(part: Segment) -> Segment | None:
    if not (segments.APP0 <= part.marker <= segments.APP15 or part.marker == segments.COM):
        return part
    for marker, start, size in _JPEG_KEPT:
        if part.marker == marker and part.words.startswith(start) and len(part.words) >= (size or 0):
            words = part.words[:size]
            return Segment(marker, words[:-2] + b"\0\0" if marker == segments.APP0 else words)
    return None


# Marker, what it begins with, how long it is (None: as long as it comes). The last two bytes of a JFIF head are the
# size of its small picture, which often shows what was cut away from the large one.
_JPEG_KEPT = (
    (segments.APP0, b"JFIF\0", 14),
    (segments.APP2, b"ICC_PROFILE\0", None),
    (segments.APP14, b"Adobe", 12),
)


def _is_exif(part: Segment) -> bool:
    return part.marker == segments.APP1 and part.words.startswith(_EXIF)


def _clean_png(data: bytes) -> bytes:
    parts = segments.png(data)
    turned = _first_turned(part.words for part in parts if part.name == b"eXIf")
    kept = [part for part in parts if part.name in _PNG_KEPT]
    if turned != UPRIGHT:
        kept.insert(1, Chunk(b"eXIf", only_orientation(turned)))
    return segments.PNG_START + b"".join(map(_png_chunk, kept))


def _png_chunk(part: Chunk) -> bytes:
    check = zlib.crc32(part.name + part.words)
    return struct.pack(">I", len(part.words)) + part.name + part.words + struct.pack(">I", check)


def _clean_webp(data: bytes) -> bytes:
    parts = segments.webp(data)
    head = next((part.words for part in parts if part.name == b"VP8X"), b"")
    turned = _first_turned(part.words.removeprefix(_EXIF) for part in parts if part.name == b"EXIF")
    kept = [part for part in parts if part.name in _WEBP_KEPT]
    if len(head) == _VP8X_SIZE:
        flags = head[0] & ~(_WEBP_HAS_EXIF | _WEBP_HAS_XMP) | (_WEBP_HAS_EXIF if turned != UPRIGHT else 0)
        kept.insert(0, Chunk(b"VP8X", bytes([flags, 0, 0, 0]) + head[4:]))
        if turned != UPRIGHT:
            kept.append(Chunk(b"EXIF", only_orientation(turned)))
    body = b"WEBP" + b"".join(map(_webp_chunk, kept))
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_chunk(part: Chunk) -> bytes:
    return part.name + struct.pack("<I", len(part.words)) + part.words + b"\0" * (len(part.words) % 2)


def _first_turned(tiffs: Iterable[bytes]) -> int:
    """Which way is up, by the first block of Exif: browsers read no other."""
    return next(map(orientation, tiffs), UPRIGHT)


_CLEANERS: Mapping[str, Callable[[bytes], bytes]] = {
    JPEG.content_type: _clean_jpeg,
    PNG.content_type: _clean_png,
    WEBP.content_type: _clean_webp,
}
