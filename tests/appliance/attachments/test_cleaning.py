"""What a camera wrote beside a picture is gone before it is sealed; the picture and which way is up stay."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.attachments import cleaning, kinds, segments
from appliance.attachments.cleaning import cleaned, only_orientation, orientation
from appliance.attachments.kinds import JPEG, PDF, PNG, WEBP, FileKind
from appliance.errors import FieldWrong
from tests.appliance.attachments import photos
from tests.appliance.attachments.photos import CANARY, LIES_LEFT, LOSSY_WEBP, PROGRESSIVE_JPEG
from tests.appliance.attachments.pictures import jpeg, pdf, png

TELEPHONES = [
    (photos.telephone_jpeg(LIES_LEFT), JPEG),
    (photos.telephone_jpeg(LIES_LEFT, "<"), JPEG),
    (photos.telephone_png(LIES_LEFT), PNG),
    (photos.telephone_webp(LIES_LEFT), WEBP),
]


def clean(data: bytes) -> bytes:
    """As an upload goes."""
    return cleaned(data, kinds.kind_of(data))


def drawn(data: bytes) -> list[bytes]:
    """What the picture is made of: tables, frames, scans, points."""
    kind = kinds.kind_of(data)
    if kind is JPEG:
        return [
            bytes([part.marker]) + part.words + part.scan
            for part in segments.jpeg(data)
            if not (0xE0 <= part.marker <= 0xEF or part.marker == segments.COM)
        ]
    walk = {PNG: segments.png, WEBP: segments.webp}[kind]
    return [part.words for part in walk(data) if part.name in {b"IHDR", b"IDAT", b"gAMA", b"VP8 ", b"ICCP"}]


@pytest.mark.parametrize(("data", "kind"), TELEPHONES)
def test_nothing_of_person_place_or_camera_is_left_and_the_picture_is_the_same(data: bytes, kind: FileKind) -> None:
    kept = clean(data)
    assert CANARY in data
    assert CANARY not in kept
    assert kinds.kind_of(kept) is kind
    assert drawn(kept) == drawn(data)
    assert len(kept) < len(data)


@pytest.mark.parametrize("plain", [PROGRESSIVE_JPEG, LOSSY_WEBP, png(24, 16), jpeg(), pdf()])
def test_a_file_without_such_words_stays_as_it_is_byte_for_byte(plain: bytes) -> None:
    assert clean(plain) == plain


@pytest.mark.parametrize("data", [data for data, _ in TELEPHONES])
def test_cleaning_twice_is_cleaning_once(data: bytes) -> None:
    assert clean(clean(data)) == clean(data)


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize("order", ["<", ">"])
def test_which_way_is_up_stays_in_either_byte_order(turned: int, order: str) -> None:
    assert orientation(photos.tiff(turned, order)) == turned
    kept = clean(photos.telephone_jpeg(turned, order))
    found = [part.words for part in segments.jpeg(kept) if part.marker == segments.APP1]
    assert found == ([b"Exif\0\0" + only_orientation(turned)] if turned > 1 else [])
    assert [orientation(words[6:]) for words in found] == ([turned] if turned > 1 else [])


def test_it_stands_where_readers_look_for_it() -> None:
    kept = clean(photos.telephone_jpeg(LIES_LEFT))
    assert [part.marker for part in segments.jpeg(kept)][:3] == [segments.APP0, segments.APP1, segments.APP2]
    headless = b"\xff\xd8" + photos.segment(0xE1, b"Exif\0\0" + photos.tiff(3)) + PROGRESSIVE_JPEG[20:]
    assert segments.jpeg(clean(headless))[0].marker == segments.APP1
    chunks = segments.png(clean(photos.telephone_png(LIES_LEFT)))
    assert [chunk.name for chunk in chunks] == [b"IHDR", b"eXIf", b"gAMA", b"IDAT", b"IEND"]
    parts = segments.webp(clean(photos.telephone_webp(LIES_LEFT)))
    assert [part.name for part in parts] == [b"VP8X", b"ICCP", b"VP8 ", b"EXIF"]
    assert [orientation(part.words) for part in parts if part.name == b"EXIF"] == [LIES_LEFT]


def test_the_flags_of_a_webp_say_what_is_in_it() -> None:
    for turned, flags in ((1, 0x20), (LIES_LEFT, 0x28)):
        head = segments.webp(clean(photos.telephone_webp(turned)))[0]
        assert (head.name, head.words) == (b"VP8X", bytes([flags, 0, 0, 0]) + photos.WEBP_SIZE)


def test_a_webp_with_a_head_of_the_wrong_size_is_kept_without_it() -> None:
    odd = photos.riff([(b"VP8X", b"\x0c"), (b"VP8 ", LOSSY_WEBP[20:]), (b"EXIF", photos.tiff(LIES_LEFT))])
    assert clean(odd) == LOSSY_WEBP


def test_colours_are_kept_and_their_neighbours_are_not() -> None:
    parts = segments.jpeg(clean(photos.telephone_jpeg()))
    assert [part.words for part in parts if part.marker == segments.APP2] == [b"ICC_PROFILE\0\1\1colours"]
    adobe = b"Adobe\0\x64\0\0\0\0\2"
    painted = (
        b"\xff\xd8" + photos.segment(0xEE, adobe + b"CANARY") + photos.segment(0xEE, b"Ado") + PROGRESSIVE_JPEG[2:]
    )
    found = [part.words for part in segments.jpeg(clean(painted)) if part.marker == segments.APP14]
    assert found == [adobe]


def test_the_small_picture_in_the_head_is_gone_with_its_size() -> None:
    [head] = [part for part in segments.jpeg(clean(photos.telephone_jpeg())) if part.marker == segments.APP0]
    assert head.words == b"JFIF\0\1\1\0\0\1\0\1\0\0"


@pytest.mark.parametrize(
    "tiff",
    [
        b"",
        b"II*\0",
        b"XX*\0" + bytes(40),
        b"MM\0*\xff\xff\xff\xff" + bytes(40),  # its directory lies outside
        b"MM\0*\0\0\0\x08\xff\xff" + bytes(20),  # more entries than there is room for
        photos.tiff(0),
        photos.tiff(9),
        photos.tiff(LIES_LEFT, kind=2),  # a word where a number belongs
        photos.tiff(LIES_LEFT)[:33],
    ],
)
def test_what_cannot_be_read_counts_as_upright_and_is_gone_all_the_same(tiff: bytes) -> None:
    assert orientation(tiff) == 1
    kept = clean(b"\xff\xd8" + photos.segment(0xE1, b"Exif\0\0" + tiff) + PROGRESSIVE_JPEG[2:])
    assert kept == PROGRESSIVE_JPEG


def test_a_pdf_stays_as_it_came() -> None:
    scan = pdf("/Author (CANARY-PERSON)")
    assert clean(scan) == scan


def test_no_photo_is_taken_that_cleaning_does_not_know() -> None:
    """A new kind of picture must be cleaned, or it is not a picture the office takes."""
    assert {kind.content_type for kind in kinds.KINDS.values() if kind is not PDF} == set(cleaning._CLEANERS)


@pytest.mark.parametrize("data", [data for data, _ in TELEPHONES])
def test_cut_off_anywhere_it_is_refused_or_clean(data: bytes) -> None:
    for end in range(len(data)):
        try:
            kept = clean(data[:end])
        except FieldWrong:
            continue
        assert CANARY not in kept
        assert drawn(kept) == drawn(data)


@settings(max_examples=400)
@given(st.sampled_from([data for data, _ in TELEPHONES]), st.data())
def test_bytes_that_were_changed_on_the_way_are_refused_or_come_out_small_and_whole(
    data: bytes, more: st.DataObject
) -> None:
    """Hostile lengths are such bytes: a part that ends outside the file, within another one, or nowhere."""
    changed = bytearray(data)
    for _ in range(more.draw(st.integers(1, 4))):
        changed[more.draw(st.integers(2, len(data) - 1))] = more.draw(
            st.sampled_from([0, 1, 2, 0x7F, 0x80, 0xD9, 0xDA, 0xFF])
        )
    try:
        kept = clean(bytes(changed))
    except FieldWrong:
        return
    assert len(kept) <= len(data) + 2
    assert clean(kept) == kept


@settings(max_examples=300)
@given(st.binary(max_size=120))
def test_whatever_stands_in_exif_it_is_a_turn_or_none(words: bytes) -> None:
    assert orientation(words) in range(1, 9)
    for order in (b"II*\0", b"MM\0*"):
        assert orientation(order + words) in range(1, 9)


def test_a_hostile_length_does_not_lead_out_of_the_file() -> None:
    far = struct.pack(">I", 0xFFFFFFFF)
    assert all(
        _is_refused(data)
        for data in (
            b"\xff\xd8\xff\xe1\xff\xff" + PROGRESSIVE_JPEG[2:],
            b"\xff\xd8\xff\xe1\x00\x01" + PROGRESSIVE_JPEG[2:],
            png()[:33] + far + b"tEXt" + png()[33:],
            photos.riff([(b"VP8 ", LOSSY_WEBP[20:])])[:-40],
            b"RIFF" + far + b"WEBP" + LOSSY_WEBP[12:],
        )
    )


def _is_refused(data: bytes) -> bool:
    try:
        clean(data)
    except FieldWrong as wrong:
        return wrong.fields["reason_id"] == kinds.REASONS["cut"]
    return False


def test_the_largest_photo_of_nothing_but_tiny_parts_is_refused_before_it_fills_the_memory() -> None:
    count = segments.MOST_PARTS + 1
    assert _is_refused(b"\xff\xd8" + photos.segment(0xFE, b"") * count + PROGRESSIVE_JPEG[2:])
    assert _is_refused(png()[:33] + photos.png_chunk(b"tEXt", b"") * count + png()[33:])
    assert _is_refused(photos.riff([(b"abcd", b"")] * count + [(b"VP8 ", LOSSY_WEBP[20:])]))
