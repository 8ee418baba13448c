"""A voice stream: what waits to be played, and how playing and recording end. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from modem.simulator.tones import FRAME_SAMPLES
from modem.simulator.voice.codings import Coding

PLAY, RECORD, DUPLEX = "play", "record", "duplex"
BUFFER_FRAMES = 13  # 260 ms in the chip; then its clear-to-send goes away
TEXT_KEPT = 64
AHEAD_FRAMES = 2  # collected before playing starts


@dataclass(slots=True)
class Stream:
    kind: str
    coding: Coding
    waiting: bytearray = field(default_factory=bytearray)  # coded, not played yet
    has_begun: bool = False  # something was played
    is_running: bool = False  # playing; False: collecting, at the start and after the buffer ran dry
    is_ending: bool = False  # DLE ETX came: what waits is still played
    last_code: str = ""  # the newest code of the computer, and how often it came running
    code_count: int = 0
    after_dle: bool = False  # a literal one, just before: 10 10 10 21 is DLE ! as urgent as three of them
    text: bytes = b""  # the last of what came beside codes while recording

    @property
    def plays(self) -> bool:
        return self.kind != RECORD

    @property
    def records(self) -> bool:
        return self.kind != PLAY

    @property
    def frame_bytes(self) -> int:
        return FRAME_SAMPLES * self.coding.width

    @property
    def room(self) -> int:
        """Bytes that may still come now."""
        return max(0, BUFFER_FRAMES * self.frame_bytes - len(self.waiting))

    @property
    def is_played_out(self) -> bool:
        return self.is_ending and not self.waiting

    def hear_code(self, code: str) -> None:
        self.code_count = 3 if self.after_dle else self.code_count + 1 if code == self.last_code else 1
        self.last_code, self.after_dle = code, False

    def hear_sound(self, data: bytes) -> None:
        """While recording the computer has nothing to say."""
        self.text = (self.text + data)[-TEXT_KEPT:]
        self.last_code, self.code_count = "", 0
        self.after_dle = data.endswith(b"\x10")

    def put(self, sound: bytes) -> None:
        self.waiting += sound

    def next_frame(self) -> bytes | None:
        """Coded sound for 20 ms, less at the end; None where there is none yet, or none any more."""
        wanted = self.frame_bytes * (1 if self.is_running else AHEAD_FRAMES)
        self.is_running = len(self.waiting) >= wanted or (self.is_ending and bool(self.waiting))
        if not self.is_running:
            return None
        self.has_begun = True
        data = bytes(self.waiting[: self.frame_bytes])
        del self.waiting[: len(data)]
        return data
