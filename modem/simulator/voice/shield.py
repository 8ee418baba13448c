"""DLE shielding of voice streams as the modem does it (V.253 9): what comes from the computer, what goes to it."""

from __future__ import annotations

DLE, ETX, CAN, SUB, ESC = 0x10, 0x03, 0x18, 0x1A, 0x1B
_LITERAL = {DLE: b"\x10", SUB: b"\x10\x10"}


def event(code: str) -> bytes:
    """What tells the computer something, in a stream or between commands."""
    return bytes((DLE, ord(code)))


def shielded(data: bytes, *, pairs: bool) -> bytes:
    """Sound for the computer. `pairs`: two literal 0x10 are said as DLE SUB, as some chips do."""
    if pairs:
        return b"\x10\x1a".join(piece.replace(b"\x10", b"\x10\x10") for piece in data.split(b"\x10\x10"))
    return data.replace(b"\x10", b"\x10\x10")


def take(waiting: bytearray, most: int) -> bytes | int | None:
    """Off the front of a stream from the computer: sound (at most about `most` bytes), or a code as a number.

    None if there is nothing whole: half a DLE pair waits for its other half.
    """
    place = waiting.find(DLE)
    if place:
        sound = bytes(waiting[: min(most, place if place > 0 else len(waiting))])
        del waiting[: len(sound)]
        return sound or None
    if len(waiting) < 2:
        return None
    code = waiting[1]
    del waiting[:2]
    return _LITERAL.get(code, code)
