"""Small true files of each kind, made here."""

from __future__ import annotations

import struct
import zlib

from appliance.attachments.attachments import Upload


def png(width: int = 8, height: int = 8, grey: int = 180) -> bytes:
    """A grey PNG that every program opens."""

    def chunk(name: bytes, words: bytes) -> bytes:
        return struct.pack(">I", len(words)) + name + words + struct.pack(">I", zlib.crc32(name + words))

    rows = b"".join(b"\0" + bytes([grey]) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg(scan: bytes = b"") -> bytes:
    """The frame of a JPEG: its head, a quantisation table's place, the scan, the end. It is kept as it is."""
    segments = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\xff\xdb\x00\x03\x00"
    return b"\xff\xd8" + segments + b"\xff\xda\x00\x03\x00" + b"\x12\x34\x56" + scan + b"\xff\xd9"


def pdf(words: str = "scan") -> bytes:
    return b"%PDF-1.4\n1 0 obj\n(" + words.encode() + b")\nendobj\ntrailer\n<<>>\n%%EOF\n"


def upload(data: bytes | None = None, name: str = "slip.png") -> Upload:
    return Upload(name, png() if data is None else data)
