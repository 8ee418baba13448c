"""The voice stream that comes in (+VRX): sample bytes and events, and the ways out of it. Sans-I/O.

The theory. Nobody can rely on one code: DLE ! ends it by V.253, DLE ESC on older modems, DLE ^ on Conexant's, three
DLE where a chip loses the first ones. So they are tried one after the other, and ATH at last. The
end is ETX and a final result. Bytes get lost: an ETX that no final result follows while sound goes on coming was none,
and an end whose ETX was lost shows in that nothing comes any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from modem.at_words import final_of
from modem.audio.shield import Sound, Unshield
from modem.line_buffer import LineBuffer
from modem.voice_said import LAST_RUNG_S, LAST_WAY, STOPS, stop_code
from modem.voice_steps import Found, Text

RUNG_S = 0.7  # for each way out (modems.md 7.1)
FINAL_WITHIN_S = 1.0  # after ETX
STILL_SOUND_BYTES = 1000  # so much within FINAL_WITHIN_S is no text: the stream goes on (8 kHz give 8000)
SILENT_S = 0.3  # a stream that was asked to end and says nothing for so long has ended
STALLED_S = 2.0  # a stream that says nothing for so long, unasked

Take = Callable[[bytes, float], None]


class Receive:
    """One +VRX, from CONNECT on. `take` gets the sample bytes, as they come."""

    def __init__(self, take: Take, *, most_s: float, first_way: str = "!") -> None:
        """It ends by itself after `most_s`. `first_way` is tried first: what is known to work."""
        self.is_over, self.is_clean, self.rest = False, True, b""
        self.ended_by = ""  # the way out that worked; "" = the modem ended it by itself
        self.sound_bytes = 0
        self.is_hung_up = self.is_stuck = False
        self._take, self._most_s = take, most_s
        self._ways = [first_way, *(way for way in STOPS if way != first_way)]
        self._tried: str | None = None
        self._unshield = Unshield()
        self._text: LineBuffer | None = None  # after ETX
        self._text_bytes = 0
        self._out = bytearray()
        self._until_s = self._heard_s = 0.0

    def begin(self, now_s: float) -> None:
        self._until_s, self._heard_s = now_s + self._most_s, now_s

    def receive(self, data: bytes, now_s: float) -> Sequence[Found]:
        self._heard_s = now_s
        if self._text is not None:
            return self._after_etx(data)
        found: list[Found] = []
        for piece in self._unshield.feed(data):
            if isinstance(piece, Sound):
                self.sound_bytes += len(piece.data)
                self._take(piece.data, now_s)
            found.append(piece)
        if self._unshield.is_ended:
            self._text, self._text_bytes = LineBuffer(), 0
            if self._tried is not None:
                self.ended_by = self._tried
            self._until_s = now_s + FINAL_WITHIN_S
            found += self._after_etx(self._unshield.rest)
        return found

    def stop(self, now_s: float) -> None:
        if self._tried is None and self._text is None:
            self._next_way(now_s)

    def tick(self, now_s: float) -> None:
        if self.is_over:
            return
        if self._tried is None and self._text is None and now_s >= self._heard_s + STALLED_S:
            self._next_way(now_s)
        elif now_s < self._until_s:
            if self._tried is not None and self._text is None and now_s >= self._heard_s + SILENT_S:
                self._lose()
        elif self._text is not None and self._text_bytes < STILL_SOUND_BYTES:
            self._lose()
        else:
            if self._text is not None:  # a byte was lost, and a sample looked like the end
                self._text, self._unshield = None, Unshield()
                self.ended_by = ""
            self._next_way(now_s)

    def data_to_send(self) -> bytes:
        data = bytes(self._out)
        self._out.clear()
        return data

    def next_deadline(self) -> float | None:
        if self.is_over:
            return None
        if self._text is not None:
            return self._until_s
        return min(self._until_s, self._heard_s + (STALLED_S if self._tried is None else SILENT_S))

    def _after_etx(self, data: bytes) -> list[Found]:
        """Text until the final result. Byte by byte, so that what follows it is left to others."""
        assert self._text is not None
        lines: list[Found] = []
        self._text_bytes += len(data)
        for at in range(len(data)):
            self._text.feed(data[at : at + 1])
            line = self._text.next_line()
            if line is None:
                continue
            if final_of(line, of_call=True) is not None:
                self.is_over, self.rest = True, data[at + 1 :]
                break
            lines.append(Text(line))
        return lines

    def _next_way(self, now_s: float) -> None:
        if not self._ways:
            if self._tried == "":
                self.is_stuck = True
                self._lose()
                return
            self._tried = ""
            self.is_hung_up = True
            self._out += LAST_WAY
            self._until_s = now_s + LAST_RUNG_S
            return
        self._tried = self._ways.pop(0)
        self._out += stop_code(self._tried)
        self._until_s = now_s + RUNG_S

    def _lose(self) -> None:
        self.is_over, self.is_clean = True, False
