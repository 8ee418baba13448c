"""Who is at a port? Two harmless questions, AT and AT+CGSN, and a plain word for every way they can go wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from modem import holders
from modem.asking import OpenPort, Watch
from modem.events import LineState
from modem.sense import Sense
from modem.serial_device import why_not_opened

HELLO_WITHIN_S = 1.0
HELLOS = 2  # a module that measures the baud rate eats the first
IMEI_WITHIN_S = 3.0
_IMEI = re.compile(r"(?<!\d)(\d{15})(?!\d)")  # 15 digits; some modules put a name or quotes around them


class Found(StrEnum):
    MODULE = "module"  # it has an IMEI
    VOICE = "voice"  # a landline modem that can speak: class 8
    CALLER_ID = "caller_id"  # one that can't: it tells rings and numbers
    OTHER = "other"  # speaks AT and is none of these, or was asked for its IMEI only
    SILENT = "silent"
    GARBLED = "garbled"
    IN_USE = "in_use"
    NOT_ALLOWED = "not_allowed"
    HANGS = "hangs"  # not even open() comes back
    BROKEN = "broken"  # gone again, or not a serial port


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found at a port."""

    found: Found
    imei: str = ""
    detail: str = ""  # of trouble, in plain English


# How a line stands for which this is the only port there is. Whatever else was found, its module is elsewhere.
LINE_STATES = {
    Found.SILENT: LineState.SILENT,
    Found.HANGS: LineState.SILENT,
    Found.GARBLED: LineState.GARBLED,
    Found.IN_USE: LineState.IN_USE,
    Found.NOT_ALLOWED: LineState.NOT_ALLOWED,
}


def identify(path: str, baudrates: Sequence[int], clock: Watch) -> Seen:
    """Ask at each baud rate until somebody answers. Never raises; may hang where the driver does."""
    seen = Seen(Found.SILENT, detail=f"{path} is silent")
    for baudrate in baudrates:
        try:
            with OpenPort(path, baudrate, clock) as port:
                seen = _meet(port, path)
        except (OSError, ValueError) as trouble:
            found, detail = not_opened(path, trouble)
            return Seen(found, detail=detail)
        if seen.found in (Found.MODULE, Found.OTHER):
            break
    if seen.found in (Found.SILENT, Found.GARBLED) and (others := holders.said_of(path)):
        return Seen(Found.IN_USE, detail=f"{others} has {path} open too")
    return seen


def _meet(port: OpenPort, path: str) -> Seen:
    if (found := no_modem_at(port)) is not None:
        is_silent = found is Found.SILENT
        return Seen(found, detail=f"{path} is silent" if is_silent else f"{path} answers, but not as a modem does")
    imei = imei_in(port.ask("AT+CGSN", IMEI_WITHIN_S).lines)
    return Seen(Found.MODULE, imei) if imei else Seen(Found.OTHER, detail=f"{path} answers and has no IMEI")


def no_modem_at(port: OpenPort) -> Found | None:
    """Say hello. What is there where no modem answers; None if one does."""
    if any(port.ask("AT", HELLO_WITHIN_S).final for _ in range(HELLOS)):
        return None
    return Found.GARBLED if port.sense is Sense.NONSENSE else Found.SILENT


def not_opened(path: str, trouble: OSError | ValueError) -> tuple[Found, str]:
    """What a refusal to open says of a port, and in words."""
    why = why_not_opened(path, trouble)
    found = {LineState.IN_USE: Found.IN_USE, LineState.NOT_ALLOWED: Found.NOT_ALLOWED}
    return found.get(why.state, Found.BROKEN), why.reason


def imei_in(lines: Sequence[str]) -> str:
    """The IMEI in an answer to AT+CGSN; "" if there is none."""
    found = next(filter(None, map(_IMEI.search, lines)), None)
    return found[1] if found else ""
