"""What the office takes is known by its bytes, and what it refuses is told with the cure."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.attachments import kinds
from appliance.attachments.kinds import JPEG, PDF, PNG, REASONS, WEBP, FileKind
from appliance.errors import FieldWrong
from tests.appliance.attachments.photos import LOSSY_WEBP
from tests.appliance.attachments.pictures import jpeg, pdf, png

WHOLE = [
    (jpeg(), JPEG),
    (jpeg() + b"more of the telephone's own", JPEG),
    (jpeg(b"\xff\x00\xff\xd0"), JPEG),  # a stuffed zero and a restart belong to the scan
    (png(), PNG),
    (LOSSY_WEBP, WEBP),
    (pdf(), PDF),
]


@pytest.mark.parametrize(("data", "kind"), WHOLE)
def test_a_whole_file_is_known_by_its_bytes(data: bytes, kind: FileKind) -> None:
    assert kinds.kind_of(data) is kind


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (jpeg()[:-2], "cut"),
        (jpeg()[:12], "cut"),
        (b"\xff\xd8\xff", "cut"),
        (b"\xff\xd8\xff\xe0\x00\x00" + bytes(8), "cut"),
        (png()[:-12], "cut"),
        (png()[:20], "cut"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "cut"),
        (jpeg()[:2] + b"\xff\xd9" + jpeg()[2:], "cut"),  # it ends before there is a picture
        (jpeg()[:2] + b"\xff\xf7\x00\x02" + jpeg()[2:], "cut"),  # a segment that no browser draws
        (png()[:33] + b"\x00\x00\x00\x00CgBI\x00\x00\x00\x00" + png()[33:], "cut"),
        (png()[:33] + png()[8:], "cut"),  # two heads
        (png()[:33] + png()[-12:], "cut"),  # no picture
        (LOSSY_WEBP[:-1], "cut"),
        (b"RIFF\x0c\x00\x00\x00WEBPANMF\x00\x00\x00\x00", "cut"),
        (b"RIFF\x04\x00\x00\x00WAVE", "other"),
        (pdf()[:20], "cut"),
        (bytes(4) + b"ftypheic" + bytes(20), "heic"),
        (b"PK\x03\x04word/document.xml", "office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
        (b"GIF89a", "other"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "other"),
        (b"<html><script>1</script>", "other"),
        (b" %PDF-1.4 %%EOF", "other"),
    ],
)
def test_what_is_refused_is_told_why(data: bytes, reason: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        kinds.kind_of(data)
    assert (wrong.value.field, wrong.value.fields["reason_id"]) == ("files", REASONS[reason])


def test_the_largest_file_is_taken_and_one_byte_more_is_not() -> None:
    padding = kinds.MOST_BYTES - len(jpeg())
    assert kinds.kind_of(jpeg(bytes(padding))) is JPEG
    with pytest.raises(FieldWrong, match="8 MB"):
        kinds.kind_of(jpeg(bytes(padding + 1)))


def test_a_form_brings_so_many_files_and_no_more() -> None:
    kinds.few_enough(kinds.MOST_FILES)
    with pytest.raises(FieldWrong, match="4 files"):
        kinds.few_enough(kinds.MOST_FILES + 1)


@settings(max_examples=300)
@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\x00\x00\x00WEBP", b"%PDF-"]),
    st.binary(max_size=200),
)
def test_whatever_the_bytes_are_it_is_a_kind_or_a_refusal(start: bytes, rest: bytes) -> None:
    try:
        answer: object = kinds.kind_of(start + rest)
    except FieldWrong as wrong:
        answer = wrong.fields["reason_id"]
    assert answer in (JPEG, PNG, WEBP, PDF, *REASONS.values())
