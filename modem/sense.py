"""What it is that answers on a port: AT, nonsense, or nobody. Pure."""

from __future__ import annotations

from enum import Enum, auto

from modem.at_words import final_of, name_of
from modem.dialect import NEWS, SPAM
from modem.line_buffer import LineBuffer

ENOUGH_BYTES = 512  # of nonsense


class Sense(Enum):
    NOTHING = auto()
    NONSENSE = auto()  # bytes, and none of them AT: a wrong baud rate, or no modem
    MODEM = auto()


class Ear:
    """Fed with what comes over the port; knows what it has heard so far. Our own words echoed are no answer."""

    def __init__(self) -> None:
        self._lines = LineBuffer()
        self._heard_bytes = 0
        self._is_modem = False

    def hear(self, data: bytes) -> None:
        if self._is_modem or self._heard_bytes > ENOUGH_BYTES:
            return
        self._heard_bytes += len(data)
        self._lines.feed(data)
        while (line := self._lines.next_line()) is not None:
            if final_of(line, of_call=True) or name_of(line) in NEWS | SPAM:
                self._is_modem = True

    @property
    def sense(self) -> Sense:
        if self._is_modem:
            return Sense.MODEM
        return Sense.NONSENSE if self._heard_bytes else Sense.NOTHING
