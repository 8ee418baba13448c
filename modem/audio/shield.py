"""DLE shielding (V.253 clause 9): sound and events share one stream of bytes, and 0x10 stands before each event. Pure.

Sent: a sample that is 0x10 goes twice. Received: 10 10 is one such sample, 10 1A two of them, 10 03 ends the stream,
10 58 ("X") opens a packet of text that 10 2E (".") closes, and 10 with any other byte is an event of that one letter.
Nothing else of the stream is text. A lost byte can make an event out of a sample; nothing that follows is lost by it.
"""

from __future__ import annotations

from dataclasses import dataclass

DLE = b"\x10"
ETX, CAN = "\x03", "\x18"
PACKET, PACKET_END = "X", "."
MOST_PACKET_BYTES = 512  # what is longer is no packet; a caller's number and name have some 100

_LITERAL = {0x10: DLE, 0x1A: DLE + DLE}
_IN_PACKET = frozenset(b"\t\r\n" + bytes(range(0x20, 0x7F)))


@dataclass(frozen=True, slots=True)
class Sound:
    """Sample bytes, no longer shielded."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """An event: its letter, "\\x03" (ETX) for the end of the stream, or "X" with what stood in the packet."""

    code: str
    text: str = ""


def escape(sound: bytes) -> bytes:
    """Sample bytes as they go to the modem."""
    return sound.replace(DLE, DLE + DLE)


def told(code: str) -> bytes:
    """An event, or what we ask of the modem in its stream, as it goes over the wire."""
    return DLE + code.encode("latin-1")


class Unshield:
    """What comes from a modem in a voice stream, until it ends. Right wherever the stream is cut into portions."""

    def __init__(self) -> None:
        self._found: list[Sound | Told] = []
        self._sound = bytearray()
        self._packet: bytearray | None = None
        self._is_shielded = False
        self.is_ended = False
        self.rest = b""  # of what came after the end: text again

    def feed(self, data: bytes) -> list[Sound | Told]:
        """Sound and events in their order; neighbouring sound is one piece."""
        while data and not self.is_ended:
            data = self._shielded(data) if self._is_shielded else self._plain(data)
        self.rest += data
        self._say_sound()
        found, self._found = self._found, []
        return found

    def _plain(self, data: bytes) -> bytes:
        """Take what stands before the next DLE; what is left."""
        plain, dle, left = data.partition(DLE)
        self._is_shielded = bool(dle)
        self._take(plain)
        return left

    def _shielded(self, data: bytes) -> bytes:
        """Take the byte after DLE; what is left."""
        self._is_shielded = False
        literal = _LITERAL.get(data[0])
        if literal is not None:
            self._take(literal)
        else:
            self._tell(chr(data[0]))
        return data[1:]

    def _take(self, data: bytes) -> None:
        """Plain bytes are sound, or the text of a packet as long as they may be text."""
        if self._packet is None:
            self._sound += data
            return
        self._packet += data
        if len(self._packet) > MOST_PACKET_BYTES or not _IN_PACKET.issuperset(data):
            packet, self._packet = self._packet, None
            self._sound += packet

    def _tell(self, code: str) -> None:
        if code == PACKET:
            self._close_packet()
            self._packet = bytearray()
        elif code == PACKET_END and self._packet is not None:
            self._close_packet()
        else:
            self.is_ended = code == ETX
            if self.is_ended:
                self._close_packet()
            self._say_sound()
            self._found.append(Told(code))

    def _close_packet(self) -> None:
        """Also one whose end was lost."""
        if self._packet is not None:
            self._say_sound()
            self._found.append(Told(PACKET, self._packet.decode("ascii")))
            self._packet = None

    def _say_sound(self) -> None:
        if self._sound:
            self._found.append(Sound(bytes(self._sound)))
            self._sound.clear()
