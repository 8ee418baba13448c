"""Text as people write it: letters, signs, blanks and line ends, and nothing that only machines read. Pure."""

from __future__ import annotations

_NEWLINE = 0x0A
# ISO/IEC 6429: C0, DEL and C1. On a telephone they show as nothing, as boxes, or end the message there.
_CONTROLS = dict.fromkeys(code for code in (*range(0x20), *range(0x7F, 0xA0)) if code != _NEWLINE)


def plain(text: str) -> str:
    """The same words without control characters; every line end is a newline, a tab is a blank."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").translate(_CONTROLS)
