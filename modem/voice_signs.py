"""What a voice modem tells between and within sound, one letter behind DLE each (V.253 table 17, modems.md 7.2). Pure.

Chips repeat themselves (25 times `q` in five seconds), so what goes on counts once. A key counts once a press: from `/`
to `~` where the modem marks its ends, else until it has not been told for KEY_GAP_S.
"""

from __future__ import annotations

from enum import StrEnum

KEYS = frozenset("0123456789*#ABCD")
KEY_GAP_S = 0.04  # thess/callattendant#13: one press told as "000"
LONGEST_KEY_S = 3.0  # whose end was not told
EDGE_S = 2.0  # told again within this time of the last: it goes on


class Sign(StrEnum):
    """What an event means to us."""

    RING = "ring"
    BUSY = "busy"
    DIAL = "dial"
    RING_BACK = "ring_back"
    BROKEN = "broken"  # the loop current was: the best sign that the far side hung up
    LIFTED = "lifted"  # the telephone beside the modem, or at its own jack
    PUT_DOWN = "put_down"
    OVERRUN = "overrun"  # sound was lost on its way in


SIGNS = {
    "R": Sign.RING,
    "b": Sign.BUSY,
    "K": Sign.BUSY,
    "d": Sign.DIAL,
    "i": Sign.DIAL,
    "r": Sign.RING_BACK,
    "l": Sign.BROKEN,
    "H": Sign.LIFTED,
    "P": Sign.LIFTED,
    "h": Sign.PUT_DOWN,
    "p": Sign.PUT_DOWN,
    "o": Sign.OVERRUN,
}
_KEY_BEGINS = "/"
_KEY_ENDS = ("~", "\x7f")  # AN93 prints 7F


class Edges:
    """Tells what is new of what is told over and over."""

    def __init__(self) -> None:
        self._last_s: dict[Sign, float] = {}

    def sign(self, code: str, now_s: float) -> Sign | None:
        """The sign, when it begins; None while it goes on, and for what means nothing to us."""
        sign = SIGNS.get(code)
        if sign is None or sign is Sign.RING:  # rings are counted by those who know their cadence
            return sign
        last_s, self._last_s[sign] = self._last_s.get(sign), now_s
        return sign if last_s is None or now_s - last_s >= EDGE_S else None

    def forget(self, *signs: Sign) -> None:
        """The opposite has happened: the next one is new whenever it comes. None: all of them."""
        for sign in signs or tuple(self._last_s):
            self._last_s.pop(sign, None)


class KeyPresses:
    """The modem's own key events as presses."""

    def __init__(self) -> None:
        self._pressed_until_s: float | None = None  # between "/" and "~"
        self._told = ""
        self._told_s = -KEY_GAP_S

    def press(self, code: str, now_s: float) -> str:
        """The key that was just pressed; "" for all other events and for one that is still held."""
        if code == _KEY_BEGINS:
            if self._pressed_until_s is None:
                self._told = ""
            self._pressed_until_s = now_s + LONGEST_KEY_S
            return ""
        if code in _KEY_ENDS:
            self._pressed_until_s, self._told = None, ""
            return ""
        if code not in KEYS:
            return ""
        if self._pressed_until_s is not None and now_s >= self._pressed_until_s:
            self._pressed_until_s = None
        is_held = self._pressed_until_s is not None or now_s - self._told_s < KEY_GAP_S
        is_new = code != self._told or not is_held
        self._told, self._told_s = code, now_s
        return code if is_new else ""
