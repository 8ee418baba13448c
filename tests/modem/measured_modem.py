"""A landline modem as small as it can be, in the test's own time: what it does wrong is said when it is made."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from modem.audio.frames import SILENCE
from modem.audio.laws import encode
from modem.audio.shield import escape
from modem.audio.tones import sine
from modem.voice_measure import Measuring
from modem.voice_profile import SampleFormat

TURN_S = 0.02
DIAL_TONE = sine(450.0, seconds=1.0)
OK, ERROR, CONNECT = b"\r\nOK\r\n", b"\r\nERROR\r\n", b"\r\nCONNECT\r\n"


@dataclass
class Modem:
    """The defaults are a modem that does everything as it should."""

    form: SampleFormat = SampleFormat.ULAW
    vsm: str = '0,"SIGNED PCM",8,0,8000,0,0\r\n1,"UNSIGNED PCM",8,0,8000,0,0\r\n4,"G.711 ULAW",8,0,8000,0,0'
    takes_vsm: str = "4,8000"
    classes: str = "+FCLASS: (0,1,1.0,2,8)"
    refuses: tuple[str, ...] = ("+VTR", "-STE", "+VCDT")  # beginnings of commands
    ignores: tuple[str, ...] = ()  # no answer at all
    id_needs_voice: bool = False
    stops: tuple[str, ...] = ("!",)
    cancel_ends: bool = False
    etx_ends_playing: bool = True
    records_on_hook: bool = True
    records_off_hook: bool = True
    duplex_stop: str = "^"
    hangs_up_in_streams: bool = False  # ATH0 ends even those
    echoes: bool = False
    idle: Callable[[int], bytes] | None = None  # bytes of a quiet line
    dial_tone: bytes = DIAL_TONE  # s16le
    told_recording: str = ""  # events at the beginning of what it records off hook
    told_playing: str = ""
    lifts: str = ""  # event when the telephone beside it is lifted, after 2 s
    rings_at_s: float | None = None
    rings_with: bytes = b"\r\nRING\r\n"
    dies_at_s: float | None = None
    says_itself: str = "Example 56K"

    vls: int = 0
    voice_class: bool = False
    stream: str = ""
    out: bytearray = field(default_factory=bytearray)
    commands: list[str] = field(default_factory=list)
    _text: bytearray = field(default_factory=bytearray)
    _escape: int = 0
    _at: int = 0
    _noise: random.Random = field(default_factory=lambda: random.Random(7))

    def receive(self, data: bytes, now_s: float) -> None:
        if self.dies_at_s is not None and now_s >= self.dies_at_s:
            return
        if data == b"ATH0\r" and self.hangs_up_in_streams:
            self.stream = ""
        for byte in data:
            if self.stream:
                self._shielded(byte)
            elif byte == 0x0D:
                self._command(self._text.decode("latin-1").strip())
                self._text.clear()
            else:
                self._text.append(byte)

    def turn(self, now_s: float) -> None:
        """20 ms pass."""
        if self.dies_at_s is not None and now_s >= self.dies_at_s:
            self.out.clear()
            return
        if self.rings_at_s is not None and now_s >= self.rings_at_s and not self.vls:
            self.rings_at_s = now_s + 5.0
            self.out += b"\x10R" if self.stream else self.rings_with
        if self.lifts and now_s >= 2.0:
            self.out += b"\x10" + self.lifts.encode()
            self.lifts = ""
        if self.stream in ("+VRX", "+VTR"):
            self.out += escape(self._heard())

    def _heard(self) -> bytes:
        if self.vls and self.dial_tone:
            start = self._at % (len(self.dial_tone) - 320)
            self._at += 320
            return encode(self.dial_tone[start : start + 320], self.form)
        return self.idle(160) if self.idle else encode(SILENCE, self.form)

    def _shielded(self, byte: int) -> None:
        if self._escape == 0:
            self._escape = byte == 0x10
            return
        if byte == 0x10:
            self._escape += 1
            return
        code = chr(byte) if self._escape == 1 else chr(byte) * self._escape
        self._escape = 0
        if self.stream == "+VTX":
            if (code == "\x18" and self.cancel_ends) or (code == "\x03" and self.etx_ends_playing):
                self.stream = ""
                self.out += OK
        elif code in self.stops or (self.stream == "+VTR" and code == self.duplex_stop):
            self.stream = ""
            self.out += b"\x10\x03" + OK

    def _command(self, text: str) -> None:
        body = text[2:].upper() if text[:2].upper() == "AT" else None
        if body is None:
            return
        self.commands.append(body)
        if self.echoes:
            self.out += text.encode() + b"\r"
        if any(body.startswith(each) for each in self.ignores):
            return
        if any(body.startswith(each) for each in self.refuses):
            self.out += ERROR
            return
        self.out += self._answer(body)

    def _answer(self, body: str) -> bytes:
        if body == "+FCLASS=?":
            return b"\r\n" + self.classes.encode() + b"\r\n" + OK
        if body == "+FCLASS=8":
            self.voice_class = "8" in self.classes
            return OK if self.voice_class else ERROR
        if body == "+FCLASS=0":
            self.voice_class = False
        if body == "+VCID=1" and self.id_needs_voice and not self.voice_class:
            return ERROR
        if body == "+VSM=?":
            return b"\r\n" + self.vsm.encode() + b"\r\n" + OK if self.vsm else ERROR
        if body.startswith("+VSM="):
            return OK if body == f"+VSM={self.takes_vsm}" else ERROR
        if body.startswith("+VLS="):
            self.vls = int(body[5:]) if body[5:].isdigit() else self.vls
            return OK
        if body == "H0":
            self.vls, self.stream = 0, ""
        if body in ("I0", "I3"):
            return b"\r\n" + self.says_itself.encode() + b"\r\n" + OK
        if body in ("+VRX", "+VTX", "+VTR"):
            return self._begin(body)
        return OK

    def _begin(self, stream: str) -> bytes:
        if stream == "+VRX" and not (self.records_off_hook if self.vls else self.records_on_hook):
            return ERROR
        self.stream, self._escape = stream, 0
        told = self.told_recording if stream == "+VRX" else self.told_playing if stream == "+VTX" else ""
        return CONNECT + (b"".join(b"\x10" + code.encode() for code in told) if self.vls else b"")


def measure(modem: Modem, measuring: Measuring, *, portion: int = 10_000, most_s: float = 60.0) -> float:
    """Let both talk until the measurement is over; how long that took."""
    now_s = 0.0
    measuring.start(now_s)
    while measuring.outcome is None and now_s < most_s:
        modem.receive(measuring.data_to_send(), now_s)
        now_s = round(now_s + TURN_S, 3)
        modem.turn(now_s)
        data = bytes(modem.out)
        modem.out.clear()
        for at in range(0, len(data), portion):
            measuring.receive(data[at : at + portion], now_s)
        deadline_s = measuring.next_deadline()
        if deadline_s is not None and now_s >= deadline_s:
            measuring.tick(now_s)
    modem.receive(measuring.data_to_send(), now_s)
    return now_s
