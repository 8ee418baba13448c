"""Which files the office takes: JPEG, PNG, WebP and PDF, known by their bytes and never by their names. Pure.

A file is only stored and handed out again, never drawn or converted here; so it is enough to know that it is whole and
of one of four kinds, and to refuse everything else with the reason and the cure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.attachments import segments
from appliance.errors import FieldWrong

FIELD = "files"  # of the form
MOST_BYTES = 8 * 1024 * 1024
MOST_FILES = 4  # of one form

REASONS = {
    "empty": "This file is empty. Choose another one.",
    "large": "A file may have %(most)d MB at most. Take the photo with fewer pixels, or scan with 200 dpi.",
    "many": "At most %(most)d files at once. Send the others with a second form.",
    "cut": "This file is cut off or damaged. Take the photo or the scan again.",
    "heic": "This photo is in the form HEIC. Set the telephone to JPEG (most compatible), or send a screenshot of it.",
    "office": "This is a document of an office program. Save it as PDF, and send that.",
    "other": "Only photos (JPEG, PNG, WebP) and scans (PDF) are taken.",
}


@dataclass(frozen=True, slots=True)
class FileKind:
    content_type: str
    ending: str
    is_picture: bool  # shown in the page; anything else is only handed out


JPEG = FileKind("image/jpeg", "jpg", is_picture=True)
PNG = FileKind("image/png", "png", is_picture=True)
WEBP = FileKind("image/webp", "webp", is_picture=True)
PDF = FileKind("application/pdf", "pdf", is_picture=False)
KINDS = {kind.content_type: kind for kind in (JPEG, PNG, WEBP, PDF)}

_PDF_START, _PDF_END, _PDF_END_WITHIN = b"%PDF-", b"%%EOF", 2048
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")
_OFFICE_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")


def kind_of(data: bytes) -> FileKind:
    """Raises FieldWrong where it is none of them, or not whole."""
    if not data:
        raise FieldWrong(FIELD, REASONS["empty"])
    if len(data) > MOST_BYTES:
        raise FieldWrong(FIELD, REASONS["large"], most=MOST_BYTES // (1024 * 1024))
    for kind, begins, walk in _TAKEN:
        if begins(data):
            try:
                walk(data)
            except segments.Damaged:
                raise FieldWrong(FIELD, REASONS["cut"]) from None
            return kind
    raise FieldWrong(FIELD, REASONS[_other(data)])


def few_enough(count: int) -> None:
    """Raises FieldWrong."""
    if count > MOST_FILES:
        raise FieldWrong(FIELD, REASONS["many"], most=MOST_FILES)


def _other(data: bytes) -> str:
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "heic"
    return "office" if data.startswith(_OFFICE_STARTS) else "other"


def _walk_pdf(data: bytes) -> None:
    """Raises Damaged."""
    if _PDF_END not in data[-_PDF_END_WITHIN:]:
        raise segments.Damaged


_TAKEN: tuple[tuple[FileKind, Callable[[bytes], bool], Callable[[bytes], object]], ...] = (
    (JPEG, lambda data: data.startswith(segments.JPEG_START + b"\xff"), segments.jpeg),
    (PNG, lambda data: data.startswith(segments.PNG_START), segments.png),
    (WEBP, segments.is_webp, segments.webp),
    (PDF, lambda data: data.startswith(_PDF_START), _walk_pdf),
)
