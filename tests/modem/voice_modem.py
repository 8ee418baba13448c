"""A voice modem of few words for tests, without wire or clock: what the conversation sends goes in, what it says comes
out. Time passes only when a test lets it pass; then it plays, records and says OK as a modem would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modem.audio.laws import encode
from modem.audio.shield import escape
from modem.events import CallDialing, CallRinging, Event, LineChanged
from modem.voice import VoiceConversation
from modem.voice_profile import SampleFormat, VoiceProfile

RATE = 8000
TICK_S = 0.02
KNOWN = VoiceProfile(vsm="4,8000", cancel_ends=False, hears_while_playing=True).found(
    cancel_ends=False, hears_while_playing=True
)
DEAF = KNOWN.found(hears_while_playing=False)
COMMAND, PLAYING, RECORDING = "command", "playing", "recording"


class VoiceModem:
    """By default it does what V.253 says. Fields change that."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[str, ...]] = {
            "AT+GMI": ("ACME", "OK"),
            "AT+GMM": ("ACME VOICE", "OK"),
            "ATI3": ("V1.0", "OK"),
            "AT+VSM=?": ('4,"G.711 ULAW",8,0,8000,0,0', "OK"),
        }
        self.asked: list[str] = []
        self.mode = COMMAND
        self.is_off_hook = False
        self.is_mute = False  # it says nothing at all
        self.refuses_all = False  # but AT itself
        self.only_at = False  # is answered
        self.echoes = False
        self.sample_bytes = 1
        self.stops = b"!"  # codes that end a recording
        self.cancel_ends = False
        self.never_ends = False
        self.says_final = True  # after a stream
        self.form = SampleFormat.ULAW
        self.line_sound = b""  # what it records, s16le; then silence
        self.played = bytearray()  # sample bytes that went onto the line
        self.junk: list[bytes] = []  # what came in command mode and was no command
        self._queued = bytearray()
        self._text = bytearray()
        self._is_shielded = False
        self._out = bytearray()
        self._ends = False
        self._rests = 0.0

    def take(self, data: bytes) -> None:
        """Bytes of the conversation."""
        for byte in data:
            if self.mode == COMMAND:
                self._command(byte)
            elif self._is_shielded:
                self._is_shielded = False
                self._code(byte)
            elif byte == 0x10:
                self._is_shielded = True
            elif self.mode == PLAYING:
                self._queued.append(byte)
            else:
                self._text.append(byte)
                if bytes(self._text[-4:]) == b"ATH\r" and not self.never_ends:
                    self._end_recording()
                    self.is_off_hook = False

    def _command(self, byte: int) -> None:
        if byte != 0x0D:
            self._text.append(byte)
            return
        text, self._text = bytes(self._text), bytearray()
        at = text.find(b"AT")
        if at < 0:
            if text.strip(b"\x1b"):
                self.junk.append(text)
            return
        if at and text[:at].strip(b"\x1b"):
            self.junk.append(text[:at])
        self._run(text[at:].decode("latin-1"))

    def _run(self, text: str) -> None:
        self.asked.append(text)
        if self.echoes:
            self._out += text.encode("ascii") + b"\r"
        answer = self.answers.get(text)
        if text != "AT" and (self.refuses_all or self.only_at):
            answer = ("ERROR",) if self.refuses_all else ()
        if answer is None and text in ("AT+VRX", "AT+VTX"):
            self.mode = RECORDING if text == "AT+VRX" else PLAYING
            self._is_shielded, self._ends = False, False
            self._queued.clear()
            answer = ("CONNECT",)
        elif answer is None:
            answer = ("OK",)
        if answer[-1:] in (("OK",), ("CONNECT",)):
            if text in ("ATA", "ATH1") or (text.startswith("AT+VLS=") and text not in ("AT+VLS=0", "AT+VLS=?")):
                self.is_off_hook = True
            elif text in ("AT+VLS=0", "ATH0", "ATZ"):
                self.is_off_hook = False
        self.say(*answer)

    def _code(self, byte: int) -> None:
        if byte == 0x10:
            self._queued.append(byte)
        elif self.mode == PLAYING and byte == 0x03:
            self._ends = True
        elif self.mode == PLAYING and byte == 0x18:
            self._queued.clear()
            if self.cancel_ends:
                self._end_playing()
        elif self.mode == RECORDING and byte in self.stops and not self.never_ends:
            self._end_recording()

    def _end_recording(self) -> None:
        self.mode = COMMAND
        self._text.clear()
        self._out += b"\x10\x03"
        if self.says_final:
            self.say("OK")

    def _end_playing(self) -> None:
        self.mode = COMMAND
        if self.says_final:
            self.say("OK")

    def pass_time(self, seconds: float) -> None:
        """Sound goes both ways."""
        samples = round(seconds * RATE + self._rests)
        self._rests += seconds * RATE - samples
        samples = max(0, samples)
        if self.mode == RECORDING:
            heard, self.line_sound = self.line_sound[: 2 * samples], self.line_sound[2 * samples :]
            self._out += escape(encode(heard.ljust(2 * samples, b"\0"), self.form))
        elif self.mode == PLAYING:
            self.played += self._queued[: samples * self.sample_bytes]
            del self._queued[: samples * self.sample_bytes]
            if self._ends and not self._queued and not self.never_ends:
                self._end_playing()

    def say(self, *lines: str) -> None:
        self._out += b"".join(b"\r\n" + line.encode("latin-1") + b"\r\n" for line in lines)

    def tell(self, codes: str) -> None:
        """Events."""
        self._out += b"".join(b"\x10" + code.encode("latin-1") for code in codes)

    def send(self, data: bytes) -> None:
        """Any bytes."""
        self._out += data

    def break_off(self) -> None:
        """It ends its stream, and nobody asked for it."""
        if self.mode == RECORDING:
            self._end_recording()
        elif self.mode == PLAYING:
            self.mode = COMMAND
            self.say("OK")

    def data(self) -> bytes:
        data = bytes(self._out)
        self._out.clear()
        return b"" if self.is_mute else data


class Office:
    """A conversation, its modem, and the time. `step_bytes`: in what portions bytes come (0: as they are)."""

    def __init__(
        self, profile: VoiceProfile | None = KNOWN, modem: VoiceModem | None = None, *, step_bytes: int = 0, **more: Any
    ) -> None:
        self.modem = modem or VoiceModem()
        self.conversation = VoiceConversation("line1", profile, **more)
        self.now_s = 1000.0
        self.step_bytes = step_bytes
        self.events: list[Event] = []
        self.picture: LineChanged | None = None
        self.lose: Callable[[bytes], bytes] = lambda data: data  # what the wire does to bytes of the modem

    def start(self) -> Office:
        self._told(self.conversation.start(self.now_s))
        self.wait(2.0)
        self.modem.asked.clear()
        return self

    def send(self, command: Any) -> None:
        self._told(self.conversation.send(command, self.now_s))
        self.exchange()

    def ring(self, times: int = 1) -> int:
        for _ in range(times):
            self.modem.say("RING")
            self.exchange()
            self.wait(5.0 if times > 1 else 0.1)
        return self.call

    @property
    def state(self) -> str:
        """How the line stands."""
        return str(self.picture.state) if self.picture is not None else ""

    @property
    def call(self) -> int:
        """The latest."""
        return [event.call for event in self.events if isinstance(event, CallRinging | CallDialing)][-1]

    def wait(self, seconds: float) -> None:
        """Let time pass, in ticks of 20 ms, and to each deadline."""
        until_s = self.now_s + seconds
        self.exchange()
        while self.now_s < until_s - 1e-9:
            deadline_s = self.conversation.next_deadline()
            next_s = min(until_s, self.now_s + TICK_S)
            if deadline_s is not None:
                next_s = min(next_s, max(self.now_s + 0.001, deadline_s))
            self.modem.pass_time(next_s - self.now_s)
            self.now_s = next_s
            deadline_s = self.conversation.next_deadline()
            if deadline_s is not None and self.now_s >= deadline_s - 1e-9:
                self._told(self.conversation.tick(self.now_s))
            self.exchange()

    def wait_for(self, kind: type, within_s: float = 30.0) -> Any:
        """The next event of this kind, from now on."""
        before = len(self.events)
        until_s = self.now_s + within_s
        while self.now_s < until_s:
            for event in self.events[before:]:
                if isinstance(event, kind):
                    return event
            self.wait(0.02)
        raise AssertionError(f"no {kind.__name__} within {within_s} s; told {self.events[before:]}")

    def exchange(self) -> None:
        """Bytes both ways until nobody has any."""
        for _ in range(10_000):
            sent = self.conversation.data_to_send()
            self.modem.take(sent)
            data = self.lose(self.modem.data())
            if not sent and not data:
                return
            step = self.step_bytes or max(1, len(data))
            for at in range(0, len(data), step):
                self._told(self.conversation.receive(data[at : at + step], self.now_s))
        raise AssertionError("the conversation and the modem never stop")

    def told(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def _told(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, LineChanged):
                self.picture = event
            else:
                self.events.append(event)
