"""What a landline modem says unasked, in words and in letters behind DLE: rings, callers, keys, tones, hooks."""

from __future__ import annotations

from modem.audio.shield import PACKET, Told
from modem.voice_caller_id import CallerId, CallerIdReader, is_caller_id
from modem.voice_calls import Calls
from modem.voice_landline import Landline
from modem.voice_signs import Edges, KeyPresses, Sign
from modem.voice_transmit import Transmit

CALL_ENDED_WORDS = ("NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE", "NO DIAL TONE")
_OPPOSITES = {Sign.LIFTED: Sign.PUT_DOWN, Sign.PUT_DOWN: Sign.LIFTED}


def is_news(line: str) -> bool:
    """Lines that come unasked."""
    word = line.upper()
    return word == "RING" or word.startswith("RING ") or word in CALL_ENDED_WORDS or is_caller_id(line)


class Unasked:
    """Takes note of all that, at once."""

    def __init__(self, land: Landline, calls: Calls) -> None:
        self._land, self._calls = land, calls
        self._ids = CallerIdReader()
        self._edges, self._presses = Edges(), KeyPresses()

    def line(self, line: str) -> None:
        """One for which `is_news` is true."""
        word = line.upper()
        if word in CALL_ENDED_WORDS:
            self._calls.sign(Sign.BROKEN)
        elif word.startswith("RING"):
            self._ring()
        else:
            self._callers(self._ids.feed(line, self._land.now_s))

    def event(self, told: Told) -> None:
        """A letter behind DLE, or a packet."""
        land = self._land
        if told.code == PACKET:
            for line in filter(is_news, told.text.splitlines()):
                self.line(line)
        elif key := self._presses.press(told.code, land.now_s):
            self._key(key)
        elif (sign := self._edges.sign(told.code, land.now_s)) is Sign.RING:
            self._ring()
        elif sign is not None:
            if sign in _OPPOSITES:
                self._edges.forget(_OPPOSITES[sign])
            if sign is Sign.BUSY and isinstance(land.stream, Transmit):
                land.found(hears_while_playing=True)
            self._calls.sign(sign)

    def tick(self) -> None:
        self._callers(self._ids.tick(self._land.now_s))

    def next_deadline(self) -> float | None:
        return self._ids.next_deadline()

    def lost(self) -> None:
        self._ids.forget()

    def _ring(self) -> None:
        self._callers(self._ids.ring(self._land.now_s))
        if self._land.call is None:
            self._edges.forget()
        known = self._ids.recent(self._land.now_s, self._land.ended_s)
        self._calls.ring(known.number if known is not None else None)

    def _callers(self, callers: list[CallerId]) -> None:
        for caller in callers:
            self._calls.caller(caller.number)

    def _key(self, key: str) -> None:
        """In a call it is the caller's; on hook it may be his number, sent as keys."""
        if self._land.is_off_hook:
            self._land.key("event", key)
        else:
            self._callers(self._ids.key(key, self._land.now_s))
