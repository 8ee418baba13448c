"""Finds out what a landline modem really does: bytes in, bytes out, and at the end a profile. Sans-I/O.

Whoever has the port (modem.voice.VoiceConversation, `hotline modem probe`) lends it to a `Measuring` and does for it
what it else does itself: `receive`, `tick`, `data_to_send`, `next_deadline`, until `outcome` is there. It takes
less than MOST_S + LEAVE_S whatever the modem does, except for the step in which a person lifts the telephone. When it
rings it stops at once: the line is on hook then, in voice mode, with caller id on, within a second or two.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from modem.at_words import Final, FinalKind, final_of
from modem.audio.shield import ETX, Sound, Unshield
from modem.line_buffer import LINE_LIMIT_BYTES
from modem.voice_caller_id import is_caller_id
from modem.voice_measure_steps import (
    LIFTED_WITHIN_S,
    Dialogue,
    Findings,
    Heard,
    NoAnswer,
    Step,
    Until,
    everything,
    leave,
    telephone,
)
from modem.voice_profile import VoiceProfile

MOST_S = 22.0
LEAVE_S = 6.0  # for getting out of everything, at the end of a measurement that went wrong
MOST_SOUND_BYTES = 64_000  # of one step: 4 s of 16 bits
MOST_LINES = 100
MOST_CODES = 200
STREAMS = ("+VRX", "+VTX", "+VTR")
RINGS = "R"  # the event


class Stopped(StrEnum):
    """Why it ended before its end."""

    NO = ""
    RANG = "rang"
    SILENT = "silent"  # no answer any more
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found out, up to where it was stopped."""

    profile: VoiceProfile
    identity: str  # of the modem: what it says of itself
    stopped: Stopped
    evidence: tuple[tuple[str, str], ...]  # every question with its answer; no numbers of callers


class Measuring:
    """One measurement, from `start` until `outcome` is there."""

    def __init__(self, profile: VoiceProfile | None = None, *, with_telephone: bool = False) -> None:
        """`profile`: what was known before. `with_telephone`: a person lifts the office's telephone about now."""
        self._findings = Findings(profile or VoiceProfile())
        self._with_telephone = with_telephone
        self._dialogue: Dialogue = telephone(self._findings) if with_telephone else everything(self._findings)
        self._out = bytearray()
        self._unshield = Unshield()
        self._text = bytearray()
        self._skips_lf = False
        self._step = Step()
        self._started_s = self._ends_s = self._limit_s = 0.0
        self._lines: list[str] = []
        self._final: Final | None = None
        self._sound = bytearray()
        self._codes = ""
        self._has_ended = False
        self._asked = ""  # the command whose answer is awaited
        self._stream = ""  # which of STREAMS goes on
        self._stopped = Stopped.NO
        self._is_leaving = False
        self.outcome: Outcome | None = None

    def start(self, now_s: float) -> None:
        """Begin. The port is ours from now on."""
        self._limit_s = now_s + MOST_S + (LIFTED_WITHIN_S if self._with_telephone else 0.0)
        self._go_on(None, now_s)

    def receive(self, data: bytes, now_s: float) -> None:
        """Take in bytes from the port."""
        while data and self.outcome is None:
            found = self._unshield.feed(data)
            data = b""
            for each in found:
                if isinstance(each, Sound):
                    self._plain(each.data, now_s)
                else:
                    self._event(each.code, now_s)
            if self._unshield.is_ended:
                data, self._unshield = self._unshield.rest, Unshield()

    def tick(self, now_s: float) -> None:
        """Let time pass."""
        while self.outcome is None and now_s >= self._ends_s:
            if now_s >= self._limit_s:
                self._stop(Stopped.TIME, now_s)
            else:
                self._finish(now_s)

    def data_to_send(self) -> bytes:
        data = bytes(self._out)
        self._out.clear()
        return data

    def next_deadline(self) -> float | None:
        """When to `tick`; None once it is over."""
        return self._ends_s if self.outcome is None else None

    # -- what comes

    def _plain(self, data: bytes, now_s: float) -> None:
        """Sound where sound is expected, else text; a piece may hold the end of one and the beginning of the other."""
        while data:
            if self._skips_lf:  # the other half of an end of line, also of CONNECT's
                self._skips_lf = False
                data = data.removeprefix(b"\n")
            if self._stream in ("+VRX", "+VTR"):
                self._sound += data[: MOST_SOUND_BYTES - len(self._sound)]
                return
            end = next((at for at, byte in enumerate(data) if byte in b"\r\n"), None)
            self._text += data[: end if end is not None else len(data)][: LINE_LIMIT_BYTES - len(self._text)]
            if end is None:
                return
            self._skips_lf, data = data[end] == ord("\r"), data[end + 1 :]
            line = self._text.decode("latin-1").strip(" \t\x00\xff")
            self._text.clear()
            if line:
                self._line(line, now_s)

    def _line(self, line: str, now_s: float) -> None:
        if line.upper() == "RING" or is_caller_id(line):
            self._ring(now_s)
            return
        final = Final(FinalKind.OK, line) if line.upper() == "VCON" else final_of(line, of_call=True)
        if final is None:
            if line != self._asked and len(self._lines) < MOST_LINES:
                self._lines.append(line)
            return
        self._final = final
        if final.kind is FinalKind.CONNECT:
            self._stream = next((name for name in STREAMS if self._asked.endswith(name)), "")
        else:
            self._stream = ""
        if self._step.until in (Until.FINAL, Until.END):
            self._has_ended = self._step.until is Until.END
            self._finish(now_s)

    def _event(self, code: str, now_s: float) -> None:
        if code == RINGS:
            self._ring(now_s)
            return
        self._codes = (self._codes + code)[:MOST_CODES]
        if code == ETX:
            self._stream, self._has_ended = "", True
        is_awaited = self._step.until is Until.EVENT and code in self._step.codes
        is_end = code == ETX and self._step.until in (Until.END, Until.TIME)
        if is_awaited or is_end:
            self._finish(now_s)

    def _ring(self, now_s: float) -> None:
        self._stop(Stopped.RANG, now_s)

    # -- the dialogue

    def _finish(self, now_s: float) -> None:
        """The step is over: what came goes to the dialogue."""
        heard = Heard(
            tuple(self._lines), self._final, bytes(self._sound), self._codes, now_s - self._started_s, self._has_ended
        )
        self._go_on(heard, now_s)

    def _go_on(self, heard: Heard | None, now_s: float) -> None:
        try:
            step = next(self._dialogue) if heard is None else self._dialogue.send(heard)
        except StopIteration:
            self._end()
        except NoAnswer:
            self._stop(Stopped.SILENT, now_s)
        else:
            self._lines, self._final, self._sound, self._codes, self._has_ended = [], None, bytearray(), "", False
            self._step, self._started_s = step, now_s
            self._ends_s = min(now_s + step.within_s, self._limit_s)
            if step.send.startswith(b"AT") or step.send == b"\r":
                self._asked = step.send.decode("ascii").strip()
                self._stream = ""  # also where nothing ended it: from here on only text makes sense
            self._out += step.send

    def _stop(self, why: Stopped, now_s: float) -> None:
        """Get out of everything; a second reason changes nothing, except that time is up."""
        if self._is_leaving:
            if why is not Stopped.RANG:
                self._out += b"\rATH0\r"  # the last that can be done for the line
                self._end()
            return
        self._stopped, self._is_leaving = why, True
        self._dialogue.close()
        self._dialogue = leave(self._findings, self._stream)
        self._limit_s = now_s + LEAVE_S
        self._go_on(None, now_s)

    def _end(self) -> None:
        findings = self._findings
        self.outcome = Outcome(findings.profile, findings.identity, self._stopped, tuple(findings.evidence))
