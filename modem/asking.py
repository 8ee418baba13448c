"""Asks a port a few AT commands outside any conversation: who is there? For the finder and for `hotline modem`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, TypeVar

from modem.at_words import Final, final_of
from modem.line_buffer import LineBuffer
from modem.open_serial import as_os_error, open_serial
from modem.sense import Ear, Sense

LOOK_S = 0.1  # how long one read waits
Result = TypeVar("Result")


class Watch(Protocol):
    """The injected clock, as far as asking needs it."""

    def monotonic_s(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Said:
    """What came back."""

    lines: tuple[str, ...] = ()  # without echo and final result
    final: Final | None = None  # None: none came in time

    @property
    def is_ok(self) -> bool:
        return self.final is not None and self.final.is_ok


class OpenPort:
    """A port opened for us alone; closed at the end of `with`. Whatever goes wrong is an OSError or a ValueError."""

    def __init__(self, path: str, baudrate: int, clock: Watch) -> None:
        self._serial = open_serial(path, baudrate, timeout_s=LOOK_S, write_timeout_s=2)
        self._clock = clock
        self._ear = Ear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._serial.close()

    @property
    def sense(self) -> Sense:
        """What has been heard since it was opened."""
        return self._ear.sense

    def ask(self, command: str, within_s: float) -> Said:
        """Send one command and wait for its final result."""
        with as_os_error():
            self._serial.reset_input_buffer()
        self._serial.write(command.encode("ascii") + b"\r")
        until_s = self._clock.monotonic_s() + within_s
        buffer = LineBuffer()
        lines: list[str] = []
        while self._clock.monotonic_s() < until_s:
            data = self._serial.read(max(1, self._serial.in_waiting))
            self._ear.hear(data)
            buffer.feed(data)
            while (line := buffer.next_line()) is not None:
                if final := final_of(line, of_call=False):
                    return Said(tuple(lines), final)
                if line != command:
                    lines.append(line)
        return Said(tuple(lines))


def within(seconds: float, work: Callable[[], Result], name: str) -> Result | None:
    """The result of `work`, done in a thread of its own; None if it took longer, as where open() hangs for ever."""
    results: list[Result] = []
    worker = threading.Thread(target=lambda: results.append(work()), name=name, daemon=True)
    worker.start()
    worker.join(seconds)
    return results[0] if results else None
