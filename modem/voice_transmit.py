"""The voice stream that goes out (+VTX): paced by the clock, ended after the last sample or at once. Sans-I/O.

The theory. What lies in the modem can't be had back on every modem (some end the stream at DLE CAN and take all that
follows for commands), so little is put there: PACE_AHEAD_S. The clock tells how much has been played; where our thread
came too late the modem has played silence meanwhile, and what was missed isn't caught up with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from modem.at_words import final_of
from modem.audio.frames import RATE_HZ
from modem.audio.shield import CAN, ETX, Sound, Unshield, escape, told
from modem.line_buffer import LineBuffer
from modem.voice_said import LAST_RUNG_S, LAST_WAY
from modem.voice_steps import Found, Text

PACE_AHEAD_S = 0.25  # modems.md 7.1: at most 200 to 300 ms queued
CHUNK_S = 0.04  # what goes out at once: two frames
CANCEL_S = 0.2  # DLE CAN alone ends the stream within this time, where it does (modems.md 7.1)
DRAIN_S = 5.0  # after the last sample was due, until the final result (modems.md 7.1)
ETX_S = 1.0  # the same where the buffer was cleared

Hear = Callable[[bytes], None]


class Transmit:
    """One +VTX, from CONNECT on."""

    def __init__(
        self, sound: bytes, *, sample_bytes: int = 1, cancel_ends: bool = True, hear: Hear | None = None
    ) -> None:
        """`sound` is in the modem's own sample format; `hear` gets each portion of it when it goes out."""
        self.is_over, self.is_clean, self.rest = False, True, b""
        self.sent_bytes = 0
        self.is_hung_up = self.is_stuck = False
        self.is_cut = False  # stopped before the last sample
        self.cancel_ended: bool | None = None  # whether DLE CAN alone ended it; None: it was not needed
        self._sound, self._hear = sound, hear
        self._bytes_a_second = RATE_HZ * sample_bytes
        self._cancel_ends = cancel_ends
        self._unshield = Unshield()
        self._lines = LineBuffer()
        self._out = bytearray()
        self._begun_s = self._until_s = 0.0
        self._rungs = [self._say_etx, self._hang_up, self._lose]  # what follows when nothing comes
        self._is_ending = False

    @property
    def seconds(self) -> float:
        """Handed to the modem."""
        return self.sent_bytes / self._bytes_a_second

    def begin(self, now_s: float) -> None:
        self._begun_s = now_s
        self._pour(now_s)

    def receive(self, data: bytes, now_s: float) -> Sequence[Found]:
        found: list[Found] = []
        for piece in self._unshield.feed(data):
            if not isinstance(piece, Sound):
                found.append(piece)
            elif self.is_over:
                self.rest += piece.data
            else:
                found += self._text(piece.data, now_s)
        if self._unshield.is_ended:  # nothing of a stream that goes out ends so; what follows is as before
            rest, self._unshield = self._unshield.rest, Unshield()
            found += self.receive(rest, now_s)
        return found

    def stop(self, now_s: float) -> None:
        if self._is_ending and not self._is_draining:
            return
        self.is_cut = self.is_cut or self.sent_bytes < len(self._sound)
        self._is_ending = True
        self._out += told(CAN)
        if self._cancel_ends:
            self._until_s = now_s + CANCEL_S
            self._rungs = [self._say_etx, self._hang_up, self._lose]
        else:
            self._out += told(ETX)
            self._until_s = now_s + PACE_AHEAD_S + ETX_S
            self._rungs = [self._hang_up, self._lose]

    def tick(self, now_s: float) -> None:
        if self.is_over:
            return
        if not self._is_ending:
            self._pour(now_s)
        elif now_s >= self._until_s:
            self._rungs.pop(0)(now_s)

    def data_to_send(self) -> bytes:
        data = bytes(self._out)
        self._out.clear()
        return data

    def next_deadline(self) -> float | None:
        if self.is_over:
            return None
        if self._is_ending:
            return self._until_s
        return self._begun_s + self.seconds - PACE_AHEAD_S + CHUNK_S

    @property
    def _is_draining(self) -> bool:
        """All was handed over, and the end was told."""
        return self._rungs[:1] == [self._cancel]

    def _pour(self, now_s: float) -> None:
        """Hand over what the modem should have by now."""
        self._begun_s = max(self._begun_s, now_s - self.seconds)  # it has run dry: what was missed is not made up for
        due = round((now_s - self._begun_s + PACE_AHEAD_S) * self._bytes_a_second) // 2 * 2
        portion = self._sound[self.sent_bytes : max(self.sent_bytes, due)]
        if portion and self._hear is not None:
            self._hear(portion)
        self.sent_bytes += len(portion)
        self._out += escape(portion)
        if self.sent_bytes == len(self._sound):
            self._is_ending = True
            self._out += told(ETX)
            self._until_s = self._begun_s + self.seconds + DRAIN_S
            self._rungs = [self._cancel, self._say_etx, self._hang_up, self._lose]

    def _text(self, data: bytes, now_s: float) -> list[Found]:
        """Lines, until one is the final result: it may come at any time."""
        lines: list[Found] = []
        for at in range(len(data)):
            self._lines.feed(data[at : at + 1])
            line = self._lines.next_line()
            if line is None:
                continue
            if final_of(line, of_call=True) is None:
                lines.append(Text(line))
                continue
            self.is_over, self.rest = True, data[at + 1 :]
            if self._rungs[:1] == [self._say_etx]:
                self.cancel_ended = True
            elif not self.is_clean:
                self.cancel_ended = False
            if not self._is_ending:
                self.is_cut, self.is_clean = True, False  # by the modem; portions may be on their way to a command line
            break
        return lines

    # -- ways out

    def _cancel(self, now_s: float) -> None:
        """It was told to end when all is played, and did not."""
        self._out += told(CAN)
        self._until_s = now_s + CANCEL_S

    def _say_etx(self, now_s: float) -> None:
        """DLE CAN did not end it."""
        self._out += told(ETX)
        self._until_s = now_s + PACE_AHEAD_S + ETX_S
        self.is_clean = False  # where its final result and our ETX crossed, the ETX stands in a command line

    def _hang_up(self, now_s: float) -> None:
        self.is_hung_up = True
        self._out += LAST_WAY
        self._until_s = now_s + LAST_RUNG_S

    def _lose(self, _now_s: float) -> None:
        self.is_over, self.is_clean, self.is_stuck = True, False, True
