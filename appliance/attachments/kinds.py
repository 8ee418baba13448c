"""Which files the office takes: JPEG, PNG and PDF, known by their bytes and never by their names. Pure.

A file is only stored and handed out again, never drawn or converted here; so it is enough to know that it is whole and
of one of three kinds, and to refuse everything else with the reason and the cure.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    "other": "Only photos (JPEG, PNG) and scans (PDF) are taken.",
}


@dataclass(frozen=True, slots=True)
class FileKind:
    content_type: str
    ending: str
    is_picture: bool  # shown in the page; anything else is only handed out


JPEG = FileKind("image/jpeg", "jpg", is_picture=True)
PNG = FileKind("image/png", "png", is_picture=True)
PDF = FileKind("application/pdf", "pdf", is_picture=False)
KINDS = {kind.content_type: kind for kind in (JPEG, PNG, PDF)}

_JPEG_START, _JPEG_END, _JPEG_SCAN = b"\xff\xd8\xff", b"\xff\xd9", 0xDA
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PDF_START, _PDF_END, _PDF_END_WITHIN = b"%PDF-", b"%%EOF", 2048
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")
_OFFICE_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")


def kind_of(data: bytes) -> FileKind:
    """Raises FieldWrong where it is none of the three, or not whole."""
    if not data:
        raise FieldWrong(FIELD, REASONS["empty"])
    if len(data) > MOST_BYTES:
        raise FieldWrong(FIELD, REASONS["large"], most=MOST_BYTES // (1024 * 1024))
    for start, kind, is_whole in _TAKEN:
        if data.startswith(start):
            if not is_whole(data):
                raise FieldWrong(FIELD, REASONS["cut"])
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


def _is_whole_jpeg(data: bytes) -> bool:
    """Its segments lead to the picture (ITU-T T.81, annex B), and the picture ends; telephones add more behind it."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        if data[at + 1] == _JPEG_SCAN:
            return _JPEG_END in data[at + 4 :]
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return False


def _is_whole_png(data: bytes) -> bool:
    """Its chunks lead from IHDR to IEND (W3C PNG, 5.3 and 5.6)."""
    at = len(_PNG_START)
    if data[at + 4 : at + 8] != b"IHDR":
        return False
    while at + 12 <= len(data):
        if data[at + 4 : at + 8] == b"IEND":
            return True
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return False


def _is_whole_pdf(data: bytes) -> bool:
    return _PDF_END in data[-_PDF_END_WITHIN:]


_TAKEN = (
    (_JPEG_START, JPEG, _is_whole_jpeg),
    (_PNG_START, PNG, _is_whole_png),
    (_PDF_START, PDF, _is_whole_pdf),
)
