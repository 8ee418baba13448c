"""A simulated voice modem on the bench: no pty, no process, and a clock whose hands the test moves."""

from __future__ import annotations

import re
import wave
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from modem.simulator.tones import to_bytes, to_samples
from modem.simulator.voice.codings import coding
from modem.simulator.voice.main import build_voice_line
from modem.simulator.voice.words import VoiceWords
from tests.modem.simulator.bench import HandClock, NoCable, lines

CITIZEN = "13900001111"
FINAL = ("OK", "ERROR", "NO CARRIER", "BUSY", "NO DIALTONE", "CONNECT")
DLE = 0x10


class VoiceBench:
    """Types commands and moves the clock exactly from deadline to deadline."""

    def __init__(self, profile: str = "standard", baud: int = 0, *, echo: bool = False, voice: bool = True) -> None:
        self.clock = HandClock()
        self.serial = build_voice_line(self.clock, baud=baud, profile_name=profile)
        self.modem = self.serial.module
        self.hardware = self.modem.hardware
        self.line = self.hardware.line
        self.cable = NoCable()
        self._words = VoiceWords(self.serial, self.cable)
        self.heard = bytearray()
        self._unsent = bytearray()
        if not echo:
            assert self.at("ATE0")[-1] == "OK"
        if voice:
            assert self.at("AT+FCLASS=8") == ["OK"]

    # the computer

    def write(self, data: bytes) -> None:
        """As a driver with flow control: the rest follows as room comes."""
        self._unsent += data
        self._push()

    def take(self) -> bytes:
        data = bytes(self.heard)
        self.heard.clear()
        return data

    def at(self, command: str, within_s: float = 90.0) -> list[str]:
        """Type a command line; the lines up to the final result, without events."""
        self.take()
        self.write(command.encode("latin-1") + b"\r")
        until_s = self.clock.at_s + within_s
        while not self._has_final() and self._step(until_s):
            pass
        return _words(self.take())

    def until(self, end: bytes, within_s: float = 30.0) -> bytes:
        """What is heard up to and with `end`."""
        until_s = self.clock.at_s + within_s
        while end not in self.heard and self._step(until_s):
            pass
        place = self.heard.find(end)
        assert place >= 0, f"{end!r} did not come in {within_s} s: {bytes(self.heard[-200:])!r}"
        data = bytes(self.heard[: place + len(end)])
        del self.heard[: place + len(end)]
        return data

    def later(self, seconds: float) -> None:
        until_s = self.clock.at_s + seconds
        while self._step(until_s):
            pass
        self.clock.at_s = until_s
        self.serial.tick(until_s)
        self._listen()

    # the town

    def say(self, word: str, **fields: Any) -> dict[str, Any]:
        answer = self._words.answer({"do": word, **fields}, self.clock.at_s)
        self._listen()
        return answer

    def ask(self, word: str, **fields: Any) -> dict[str, Any]:
        answer = self.say(word, **fields)
        assert answer["ok"], answer
        return answer

    def state(self) -> dict[str, Any]:
        return self.ask("state")

    # whole deeds

    def answered(self, number: str = CITIZEN, **fields: Any) -> None:
        """A call that was rung and answered by +VLS=1."""
        self.ask("ring", number=number, **fields)
        self.until(b"RING")
        assert self.at("AT+VLS=1")[-1] == "OK"

    def played(self, samples: Sequence[int]) -> None:
        """The computer plays these to the end."""
        assert self.at("AT+VTX")[-1] == "CONNECT"
        self.write(self.coded(samples) + b"\x10\x03")
        self.until(b"OK")

    def coded(self, samples: Sequence[int]) -> bytes:
        data = coding(self.hardware.mode.coding).encode(array("h", samples))
        return data.replace(b"\x10", b"\x10\x10")

    def decoded(self, samples: Sequence[int]) -> array[int]:
        """What is left of them after the chip's coding."""
        both = coding(self.hardware.mode.coding)
        return both.decode(both.encode(array("h", samples)))

    def recorded(self, seconds: float, stop: bytes = b"\x10!") -> tuple[array[int], list[str]]:
        """What +VRX gives in `seconds`: samples, and events in order."""
        assert self.at("AT+VRX")[-1] == "CONNECT"
        self.take()
        self.later(seconds)
        self.write(stop)
        data = self.until(b"\x10\x03\r\nOK\r\n")
        return parted(data.removesuffix(b"\r\nOK\r\n").removeprefix(b"\r\n"), self.hardware.mode.coding)

    # the hands of the clock

    def _push(self) -> None:
        """Hand over what the serial line takes now."""
        while True:
            piece = bytes(self._unsent[: self.serial.room()])
            del self._unsent[: len(piece)]
            self.serial.write(piece, self.clock.at_s)
            self._listen()
            if not piece or not self._unsent:
                return

    def _step(self, until_s: float) -> bool:
        due_s = self.serial.next_deadline()
        if due_s is None or due_s > until_s:
            return False
        self.clock.at_s = max(self.clock.at_s, due_s)
        self.serial.tick(self.clock.at_s)
        self._listen()
        if self._unsent:
            self._push()
        return True

    def _listen(self) -> None:
        self.heard += self.serial.read(self.clock.at_s)

    def _has_final(self) -> bool:
        found = _words(bytes(self.heard))
        return bool(found) and found[-1] in FINAL


def _words(data: bytes) -> list[str]:
    """Lines, without the events between them."""
    return lines(re.sub(rb"\x10.", b"", data))


def parted(data: bytes, format_name: str) -> tuple[array[int], list[str]]:
    """Sound and events of a recording."""
    sound, events, place = bytearray(), [], 0
    while place < len(data):
        if data[place] != DLE:
            sound.append(data[place])
            place += 1
            continue
        code = data[place + 1]
        place += 2
        if code in (DLE, 0x1A):
            sound.extend([DLE] * (1 if code == DLE else 2))
        elif code != 0x03:
            events.append(chr(code))
    return coding(format_name).decode(bytes(sound)), events


def write_wav(path: Path, samples: Sequence[int]) -> str:
    with path.open("wb") as raw, wave.open(raw, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(to_bytes(array("h", samples)))
    return str(path)


def read_wav(path: Path) -> array[int]:
    with path.open("rb") as raw, wave.open(raw, "rb") as file:
        return to_samples(file.readframes(file.getnframes()))
