"""Photos as telephones make them: true small pictures, and round them all that a camera writes about whoever took them.

Every fact about a person holds the word CANARY, so that one look at the bytes tells whether something of it was kept.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence

from tests.appliance.attachments.pictures import png

CANARY = b"CANARY"
UPRIGHT, LIES_LEFT = 1, 6

# 24 x 16 points of colours, drawn by us: five scans, two tables, no word beside the picture.
PROGRESSIVE_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqm"
    "x5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wgARCAAQABgD"
    "ASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAwQA/8QAFgEBAQEAAAAAAAAAAAAAAAAAAgAE/9oADAMBAAIQAxAAAAGJHUGfWa0//8QAGBAB"
    "AAMBAAAAAAAAAAAAAAAAAAECEhH/2gAIAQEAAQUCyyyiqKuP/8QAFxEAAwEAAAAAAAAAAAAAAAAAAAEDAv/aAAgBAwEBPwHNBUP/xAAYEQACAwAA"
    "AAAAAAAAAAAAAAAAAQIRIf/aAAgBAgEBPwFaXE//xAAUEAEAAAAAAAAAAAAAAAAAAAAg/9oACAEBAAY/Al//xAAWEAEBAQAAAAAAAAAAAAAAAAAB"
    "ABD/2gAIAQEAAT8hIQ2Bf//aAAwDAQACAAMAAAAQ8+//xAAWEQEBAQAAAAAAAAAAAAAAAAAAARH/2gAIAQMBAT8QVsf/xAAWEQEBAQAAAAAAAAAA"
    "AAAAAAAAABH/2gAIAQIBAT8QcRcW/8QAGBABAQEBAQAAAAAAAAAAAAAAAGEBEUH/2gAIAQEAAT8Qkmkgixzzuv/Z"
)
LOSSY_WEBP = base64.b64decode(
    "UklGRmoAAABXRUJQVlA4IF4AAADwAwCdASoYABAAPzmQvlW0qqajMAgCkCcJbACdMoRwAIT/9x09dQyQAP74aDhx3hIQMqzSok1m90fO7VGujX10"
    "ap2UqHAa23pj3DmXV4WGqbQYAiUWMBsVE7fsQAAA"
)
WEBP_SIZE = b"\x17\x00\x00\x0f\x00\x00"  # 24 x 16, less one each


def tiff(turned: int = UPRIGHT, order: str = ">", *, kind: int = 3) -> bytes:
    """Exif of a telephone: camera, which way is up, who took it, and where (a directory of its own)."""
    entries = ((0x010F, 2, 18), (0x0112, kind, turned), (0x013B, 2, 18), (0x8825, 4, 1))
    words = (b"CANARY-CAMERA-MAKE", b"CANARY-PERSON-NAME")
    behind = 8 + 2 + 12 * len(entries) + 4
    places = iter((behind, behind + 18))
    gps_at = behind + 36
    directory = struct.pack(order + "H", len(entries))
    for tag, of, count in entries:
        if tag == 0x0112:
            directory += struct.pack(order + "HHIHH", tag, of, 1, count, 0)
        elif of == 2:
            directory += struct.pack(order + "HHII", tag, of, count, next(places))
        else:
            directory += struct.pack(order + "HHII", tag, of, count, gps_at)
    gps = struct.pack(order + "HHHII", 1, 0x001B, 7, 20, gps_at + 18) + bytes(4) + b"ASCII\0\0\0CANARY-GPS30N"
    head = {">": b"MM\0*", "<": b"II*\0"}[order] + struct.pack(order + "I", 8)
    return head + directory + bytes(4) + b"".join(words) + gps


def segment(marker: int, words: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(words) + 2) + words


def telephone_jpeg(turned: int = UPRIGHT, order: str = ">", *, kind: int = 3) -> bytes:
    """Everything that telephones, cameras and programs for pictures are known to add, each in its place."""
    plain = PROGRESSIVE_JPEG
    head, tables = plain[:20], plain[20:]
    jfif = head[:2] + segment(0xE0, head[6:18] + b"\1\2" + b"CANARY")  # with a small picture of two points
    second_scan = tables.index(b"\xff\xc4", tables.index(b"\xff\xda"))
    added = b"".join(
        (
            segment(0xE0, b"JFXX\0\x10CANARY-SMALL-PICTURE"),
            segment(0xE1, b"Exif\0\0" + tiff(turned, order, kind=kind)),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>CANARY-XMP</x:xmpmeta>"),
            segment(0xE2, b"ICC_PROFILE\0\1\1colours"),
            segment(0xE2, b"MPF\0CANARY-MORE-PICTURES"),
            segment(0xE4, b"CANARY-MAKER"),
            segment(0xED, b"Photoshop 3.0\0008BIM\4\4CANARY-IPTC"),
            b"\xff\xff" + segment(0xFE, b"CANARY-REMARK"),  # a fill byte before it
        )
    )
    scans = tables[:second_scan] + segment(0xFE, b"CANARY-BETWEEN-SCANS") + tables[second_scan:]
    return jfif + added + scans + b"....ftypmp42CANARY-FILM" + PROGRESSIVE_JPEG


def png_chunk(name: bytes, words: bytes) -> bytes:
    return struct.pack(">I", len(words)) + name + words + struct.pack(">I", zlib.crc32(name + words))


def telephone_png(turned: int = UPRIGHT) -> bytes:
    plain = png(24, 16)
    head, rest = plain[:33], plain[33:]
    added = b"".join(
        png_chunk(name, words)
        for name, words in (
            (b"gAMA", struct.pack(">I", 45455)),
            (b"eXIf", tiff(turned)),
            (b"tEXt", b"Author\0CANARY-PERSON"),
            (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0CANARY-XMP"),
            (b"zTXt", b"Comment\0\0" + zlib.compress(b"remark") + b"CANARY"),
            (b"tIME", b"\x07\xea\x0b\x16\x0e\x05\x00"),
            (b"prVt", b"CANARY-OF-SOME-PROGRAM"),
        )
    )
    return head + added + rest + b"CANARY-WHAT-WAS-CUT-AWAY"


def riff(chunks: Sequence[tuple[bytes, bytes]]) -> bytes:
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(words)) + words + b"\0" * (len(words) % 2) for name, words in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def telephone_webp(turned: int = UPRIGHT) -> bytes:
    picture = LOSSY_WEBP[20:]
    return (
        riff(
            [
                (b"VP8X", b"\x2cCAN" + WEBP_SIZE),
                (b"ICCP", b"colours"),
                (b"VP8 ", picture),
                (b"EXIF", tiff(turned, "<")),
                (b"XMP ", b"<x:xmpmeta>CANARY-XMP</x:xmpmeta>"),
                (b"abcd", b"CANARY-OF-SOME-PROGRAM"),
            ]
        )
        + b"CANARY-BEHIND"
    )
