"""Commands about sound: formats, streams, tones."""

from __future__ import annotations

from array import array

from modem.simulator import tones
from modem.simulator.answers import Answer, Later, NoAnswer
from modem.simulator.command_line import Request
from modem.simulator.tones import Samples
from modem.simulator.voice.chips import Mode
from modem.simulator.voice.commands.general import VOICE_CLASS
from modem.simulator.voice.commands.table import Command, Handler, kept
from modem.simulator.voice.hardware import Hardware
from modem.simulator.voice.replies import Begin, Reply
from modem.simulator.voice.settings import KEPT
from modem.simulator.voice.stream import DUPLEX, PLAY, RECORD

RATE_HZ = tones.RATE_HZ
TONE_DBFS = -12.0
LONGEST_TONE_S = 60.0
_ELSEWHERE = ("+VCDT",)  # rows of KEPT that belong to another theme


def _mode_row(mode: Mode, shape: str) -> str:
    if shape == "usr":
        return f'{mode.number},"{mode.label}",({RATE_HZ})'
    return f'{mode.number},"{mode.label}",{mode.bits},0,{RATE_HZ},0,0'


def _modes(hardware: Hardware, request: Request, now_s: float) -> Reply:
    modes, shape = hardware.chip.modes, hardware.chip.modes_shape
    if shape == "ranges":
        numbers = [mode.number for mode in modes]
        return Answer((f"+VSM={min(numbers)}-{max(numbers)},{RATE_HZ}-{RATE_HZ}",))
    return Answer(tuple(_mode_row(mode, shape) for mode in modes))


def _mode_set(hardware: Hardware, request: Request, now_s: float) -> Reply:
    values = request.values()
    wanted, rate = request.number_or(0, hardware.mode.number), request.number_or(1, RATE_HZ)
    mode = next((mode for mode in hardware.chip.modes if mode.number == wanted), None)
    if mode is None or not mode.coding or rate != RATE_HZ or hardware.fclass != VOICE_CLASS:
        raise ValueError(request.text)
    if hardware.chip.modes_need_four and len(values) < 4:
        raise ValueError(request.text)
    hardware.mode = mode
    return Answer()


def _mode_read(hardware: Hardware, request: Request, now_s: float) -> Reply:
    return Answer((f"{hardware.mode.number},{RATE_HZ},0,0",))


def _begins(kind: str) -> Handler:
    def handler(hardware: Hardware, request: Request, now_s: float) -> Reply:
        if hardware.fclass != VOICE_CLASS:
            raise ValueError(kind)
        return Begin(kind)

    return handler


def _stream(kind: str) -> Command:
    def test(hardware: Hardware, request: Request, now_s: float) -> Reply:
        return Answer()

    return Command(run=_begins(kind), test=test, has=(lambda chip: chip.has_duplex) if kind == DUPLEX else None)


def _tones(hardware: Hardware, request: Request, now_s: float) -> Reply:
    """+VTS: keys as 5 or {5,12}, tones as [933,,100]; lengths in hundredths of a second. OK when they are over."""
    shape = hardware.chip.tones
    pieces = _pieces(request.text)
    if hardware.fclass != VOICE_CLASS or not pieces:
        raise ValueError(request.text)
    if shape == "usr" and not any(piece.startswith("[") for piece in pieces):
        return NoAnswer()
    length_s = hardware.settings.numbers["+VTD"][0] / 100
    sound: Samples = array("h")
    for piece in pieces:
        sound.extend(_pair(piece, length_s, needs_both=shape == "usr") if piece[0] == "[" else _key(piece, length_s))
        if len(sound) > LONGEST_TONE_S * RATE_HZ:
            raise ValueError(request.text)
    seconds = len(sound) / RATE_HZ
    hardware.tones.add(sound)
    hardware.wake(now_s)
    return Later(seconds, lambda at_s: Answer(first_s=0.02))


def _pieces(text: str) -> list[str]:
    """Splits at commas outside brackets."""
    pieces, depth = [""], 0
    for letter in text.replace(" ", ""):
        depth += (letter in "[{") - (letter in "]}")
        if letter == "," and not depth:
            pieces.append("")
        else:
            pieces[-1] += letter
    return [piece for piece in pieces if piece]


def _key(piece: str, length_s: float) -> Samples:
    if piece[0] == "{":
        key, _, ticks = piece.strip("{}").partition(",")
        length_s = int(ticks) / 100 if ticks else length_s
    else:
        key = piece
    low, high = tones.KEY_TONES_HZ[key.upper()]
    return _sum(low, high, length_s)


def _pair(piece: str, length_s: float, *, needs_both: bool) -> Samples:
    fields = [*piece.strip("[]").split(","), "", ""][:3]
    one, other = (float(field or 0) for field in fields[:2])
    if not 0 <= one < RATE_HZ / 2 or not 0 <= other < RATE_HZ / 2 or (needs_both and not other):
        raise ValueError(piece)
    return _sum(one, other if other != one else 0.0, int(fields[2]) / 100 if fields[2] else length_s)


def _sum(one: float, other: float, seconds: float) -> Samples:
    if not 0 <= seconds <= LONGEST_TONE_S:
        raise ValueError(seconds)
    parts = [tones.sine(hz, seconds, TONE_DBFS) for hz in (one, other) if hz]
    if not parts:
        return array("h", bytes(2 * round(seconds * RATE_HZ)))
    return array("h", map(sum, zip(*parts, strict=True)))


COMMANDS: dict[str, Command] = {
    **{name: kept(name) for name in KEPT if name.startswith("+V") and name not in _ELSEWHERE},
    "+VSM": Command(set=_mode_set, read=_mode_read, test=_modes),
    "+VTX": _stream(PLAY),
    "+VRX": _stream(RECORD),
    "+VTR": _stream(DUPLEX),
    "+VTS": Command(set=_tones, has=lambda chip: chip.tones != "none"),
}
