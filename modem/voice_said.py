"""What is said to every landline modem alike: three commands, and the ways out of a stream of sound. Pure."""

from __future__ import annotations

from modem.audio.shield import CAN, ETX, told

CHINA = "AT+GCI=26"  # T.35 annex A, in hex
CLASS_8 = "AT+FCLASS=8"
CALLER_ID = ("AT+VCID=1", "AT#CID=1")  # the second one: Rockwell's, before V.253

THRICE = "!!!"  # three DLE and one "!": some firmware loses the first of them
STOPS = ("!", "\x1b", "^", THRICE)  # what ends +VRX, by how many modems understand it (modems.md 7.1)

LAST_WAY = b"ATH\r"  # out of any stream, when nothing else helps
LAST_RUNG_S = 2.0  # for that

# Out of whatever stream a life before left behind: playing, recording, both ways; each code thrice for the chips that
# want it so. Junk to a command line.
WAYS_OUT = told(CAN) + told(ETX) + b"\x10\x10" + told("!") * 3 + told("\x1b") * 3 + told("^") * 3 + b"\r"


def stop_code(way: str) -> bytes:
    """One of STOPS as it goes over the wire."""
    return b"\x10\x10" + told("!") if way == THRICE else told(way)
