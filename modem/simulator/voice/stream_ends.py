"""What a code or a text of the computer does to a running stream, chip by chip (V.253 9, and what chips make of it)."""

from __future__ import annotations

from enum import Enum, auto

from modem.simulator.voice.chips import Chip
from modem.simulator.voice.faults import VoiceFaults
from modem.simulator.voice.stream import DUPLEX, PLAY, Stream

ETX, CAN = "\x03", "\x18"
DUPLEX_STOPS = ("^", ETX)
TIMES = 3  # how often a chip that wants it thrice wants it
LEAVE = b"ATH"  # typed into a recording whose codes are not heard


class Effect(Enum):
    """Where the stream stands after it."""

    NONE = auto()
    LAST = auto()  # what waits is still played, then it ends with OK
    OVER = auto()  # OK
    MARKED = auto()  # DLE ETX and OK
    HUNG_UP = auto()  # the same, and on hook


def effect_of_code(code: str, stream: Stream, chip: Chip, faults: VoiceFaults) -> Effect:
    if faults.never_ends:
        return Effect.NONE
    if code == CAN and stream.plays:
        stream.waiting.clear()
        return Effect.OVER if chip.cancel_ends and stream.kind == PLAY else Effect.NONE
    if stream.kind == PLAY:
        return Effect.LAST if code == ETX else Effect.NONE
    if code not in (DUPLEX_STOPS if stream.kind == DUPLEX else chip.stops):
        return Effect.NONE
    if chip.stops_thrice and stream.code_count < TIMES:
        return Effect.NONE
    if faults.ignored_stops:
        faults.ignored_stops -= 1
        return Effect.NONE
    return Effect.MARKED


def effect_of_text(stream: Stream, faults: VoiceFaults) -> Effect:
    """Text in a recording means nothing, but that ATH is the way out when the codes are not heard."""
    is_way_out = stream.text.endswith(b"\r") and stream.text.strip().upper().endswith(LEAVE)
    return Effect.HUNG_UP if is_way_out and not faults.never_ends else Effect.NONE
