"""The module's ear: bytes from the client become command lines and message bodies, with echo and editing (V.250 5.2).

Works through its input one unit at a time, because what a unit means depends on the answer to the one before:
after a prompt everything up to Ctrl-Z is a message body (27.005 3.5.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CR, LF, BACKSPACE, ESCAPE, CTRL_Z = 0x0D, 0x0A, 0x08, 0x1B, 0x1A
_CONTROL = re.compile(rb"[\x00-\x1f]")
LONGEST_LINE = 2048  # octets of one command line; the rest of a longer one is dropped
LONGEST_BODY = 4096
LONGEST_WAITING = 65536  # not yet read input; a client that writes more without reading is broken


@dataclass(frozen=True, slots=True)
class CommandLine:
    text: str  # what follows AT; "" for a bare AT


@dataclass(frozen=True, slots=True)
class Repeat:
    """A/ : the last command line once more."""


@dataclass(frozen=True, slots=True)
class Body:
    octets: bytes


@dataclass(frozen=True, slots=True)
class Cancelled:
    """ESC in the prompt."""


class Editor:
    """Holds what came in and was not understood yet."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._typed = bytearray()  # the unit being typed, edited
        self.echo = bytearray()  # to be sent back; the owner takes it

    @property
    def is_typing(self) -> bool:
        """The client is in the middle of a unit."""
        return bool(self._typed)

    def feed(self, data: bytes) -> None:
        if len(self._waiting) + len(data) <= LONGEST_WAITING:
            self._waiting += data

    def forget(self) -> None:
        """Reset: everything typed is lost."""
        self._waiting.clear()
        self._typed.clear()
        self.echo.clear()

    def next_command(self, *, echo: bool) -> CommandLine | Repeat | None:
        """The next whole command line; None if there is none yet. Lines without AT are dropped, as modules do."""
        while self._waiting:
            if not self._take_plain(echo):
                octet = self._waiting.pop(0)
                if octet == BACKSPACE:
                    self._rub_out(echo)
                elif echo and octet not in (ESCAPE, CTRL_Z):
                    self.echo.append(octet)
                if octet == CR:
                    typed = bytes(self._typed)
                    self._typed.clear()
                    start = typed.upper().find(b"AT")
                    if start >= 0:
                        return CommandLine(typed[start + 2 :].decode("latin-1"))
            if self._typed.strip().upper() == b"A/":
                self._typed.clear()
                return Repeat()
        return None

    def next_body(self, *, echo: bool) -> Body | Cancelled | None:
        """Everything up to Ctrl-Z, or ESC; None if neither came yet."""
        place = min((at for at in map(self._waiting.find, (CTRL_Z, ESCAPE)) if at >= 0), default=-1)
        self._type(bytes(self._waiting[:place] if place >= 0 else self._waiting), LONGEST_BODY, echo)
        if place < 0:
            self._waiting.clear()
            return None
        octet = self._waiting[place]
        del self._waiting[: place + 1]
        body = bytes(self._typed)
        self._typed.clear()
        if octet == ESCAPE:
            return Cancelled()
        return Body(_rubbed_out(body))

    def _take_plain(self, echo: bool) -> bool:
        """Move everything before the next control character at once; False if one stands in front."""
        control = _CONTROL.search(self._waiting)
        place = control.start() if control else len(self._waiting)
        if place == 0:
            return False
        slash = self._waiting.find(b"/", 0, place)
        if slash >= 0 and (self._typed + self._waiting[:slash]).strip().upper() == b"A":
            place = slash + 1  # A/ needs no CR
        self._type(bytes(self._waiting[:place]), LONGEST_LINE, echo)
        del self._waiting[:place]
        return True

    def _type(self, octets: bytes, limit: int, echo: bool) -> None:
        self._typed += octets[: max(0, limit - len(self._typed))]
        if echo:
            self.echo += octets

    def _rub_out(self, echo: bool) -> None:
        if self._typed:
            self._typed.pop()
            if echo:
                self.echo += b"\b \b"


def _rubbed_out(body: bytes) -> bytes:
    if BACKSPACE not in body:
        return body
    kept = bytearray()
    for octet in body:
        if octet != BACKSPACE:
            kept.append(octet)
        elif kept:
            kept.pop()
    return bytes(kept)
