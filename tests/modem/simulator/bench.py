"""A simulated module on the bench: no pty, no process, and a clock whose hands the test moves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from modem.simulator.control_words import ControlWords
from modem.simulator.identity import Identity
from modem.simulator.main import build_line

START = datetime(2026, 11, 22, 2, 13, 39, tzinfo=UTC)
CITIZEN, OTHER = "13900001111", "+8613900002222"


@dataclass
class HandClock:
    """Stands still unless moved."""

    at_s: float = 1000.0

    def monotonic_s(self) -> float:
        return self.at_s

    def now(self) -> datetime:
        return START + timedelta(seconds=self.at_s - 1000.0)

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        self.at_s += timeout_s
        return event.is_set()


@dataclass
class NoCable:
    """Stands for the loop; remembers what was asked of it."""

    done: list[str] = field(default_factory=list)

    def unplug(self, now_s: float) -> None:
        self.done.append("unplug")

    def plug(self, now_s: float) -> None:
        self.done.append("plug")

    def rename(self, link: Path | None, pcm_link: Path | None) -> None:
        self.done.append(f"rename {link} {pcm_link}")

    def has_client(self) -> bool:
        return True

    def stop(self) -> None:
        self.done.append("stop")


class Bench:
    """Types commands and moves the clock exactly from deadline to deadline."""

    def __init__(
        self, profile: str = "instant", baud: int = 0, *, echo: bool = False, pcm: bool = False, **identity: Any
    ) -> None:
        self.clock = HandClock()
        self.line = build_line(
            self.clock, baud=baud, profile_name=profile, identity=Identity(**identity), has_pcm_port=pcm
        )
        self.module = self.line.module
        self.network = self.module.equipment.network
        self.cable = NoCable()
        self.computer: Callable[[bytes], bytes] | None = None  # reads the PCM port and writes what this gives back
        self._words = ControlWords(self.line, self.cable)
        self.heard: list[tuple[float, bytes]] = []  # when the client could read what
        if not echo:
            self.raw(b"ATE0\r")
            self.later(1.0)
            self.take()

    # the client

    def raw(self, data: bytes) -> None:
        """Write bytes without waiting for anything."""
        self.line.write(data, self.clock.at_s)
        self._listen()

    def take(self) -> bytes:
        """Everything heard since the last look."""
        data = b"".join(piece for _, piece in self.heard)
        self.heard.clear()
        return data

    def at(self, command: str, within_s: float = 60.0) -> list[str]:
        """Type a command line and give back the lines up to the final result."""
        self.raw(command.encode("latin-1") + b"\r")
        until_s = self.clock.at_s + within_s
        while not self._has_final() and self._step(until_s):
            pass
        return lines(self.take())

    def send_pdu(self, length: int, pdu: str) -> list[str]:
        assert self.at(f"AT+CMGS={length}", 0.0) == ["> "]
        self.raw(pdu.encode() + b"\x1a")
        until_s = self.clock.at_s + 60
        while not self._has_final() and self._step(until_s):
            pass
        return lines(self.take())

    def later(self, seconds: float) -> None:
        """Let time pass."""
        until_s = self.clock.at_s + seconds
        while self._step(until_s):
            pass
        self.clock.at_s = until_s
        self.line.tick(until_s)
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

    # the hands of the clock

    def _step(self, until_s: float) -> bool:
        due_s = self.line.next_deadline()
        if due_s is None or due_s > until_s:
            return False
        self.clock.at_s = max(self.clock.at_s, due_s)
        self.line.tick(self.clock.at_s)
        self._listen()
        return True

    def _listen(self) -> None:
        data = self.line.read(self.clock.at_s)
        if data:
            self.heard.append((self.clock.at_s, data))
        sound = self.module.equipment.sound
        if self.computer is not None and (spoken := sound.read()):
            sound.write(self.computer(spoken))

    def _has_final(self) -> bool:
        found = lines(b"".join(piece for _, piece in self.heard))
        return bool(found) and is_final(found[-1])


FINAL = ("OK", "ERROR", "NO CARRIER", "BUSY", "NO ANSWER", "> ")


def is_final(line: str) -> bool:
    return line in FINAL or line.startswith(("+CME ERROR", "+CMS ERROR"))


def lines(data: bytes) -> list[str]:
    return [line for line in data.decode("latin-1").replace("\r", "\n").split("\n") if line]
