"""Bytes from a module to lines of text. Knows line ends and noise, nothing of commands."""

from __future__ import annotations

import re

LINE_LIMIT_BYTES = 8192  # a +CLAC list may take 4 kB; whatever is longer is noise and loses its end
NOISE = b"\x00\xff"  # what an unplugged or waking UART gives; in no answer of any module
TRIMMED = " \t\x1a\x1b"  # what the prompt leaves behind, and the echo of Ctrl-Z and ESC

_LINE_END = re.compile(rb"[\r\n]")


class LineBuffer:
    """Fed with bytes in any pieces, gives whole lines; CR, LF and any mixture of them end one, none is empty."""

    def __init__(self) -> None:
        self._unread = b""
        self._at = 0  # how far it has been read
        self._partial = bytearray()

    def feed(self, data: bytes) -> None:
        self._unread = self._unread[self._at :] + data.translate(None, NOISE)
        self._at = 0

    def next_line(self) -> str | None:
        """The next complete line as Latin-1, trimmed; None until more bytes come."""
        while self._at < len(self._unread):
            end = _LINE_END.search(self._unread, self._at)
            taken = self._unread[self._at : end.start() if end else None]
            self._at = end.end() if end else len(self._unread)
            self._partial += taken[: LINE_LIMIT_BYTES - len(self._partial)]
            if end is None:
                return None
            line = self._partial.decode("latin-1").strip(TRIMMED)
            self._partial.clear()
            if line:
                return line
        return None

    def take_prompt(self) -> bool:
        """Whether the unfinished line begins with the prompt of AT+CMGS ("> " or ">"); takes it out if so.

        To be asked only when `next_line` had nothing more.
        """
        before, prompt, rest = self._partial.partition(b">")
        if not prompt or before.strip(TRIMMED.encode()):
            return False
        self._partial = rest
        return True

    def clear(self) -> None:
        """Forget what is unfinished: another port, or the same one opened again."""
        self._unread = b""
        self._at = 0
        self._partial.clear()
