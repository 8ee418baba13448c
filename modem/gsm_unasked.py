"""What comes unasked and lies in no store: messages and reports handed over directly, and noise."""

from __future__ import annotations

from modem import pdu
from modem.events import MessageEvent, Report, Slot, SmsReport, SmsStored, Undecodable, Unrecognised
from modem.pdu import OwnDraft

MOST_UNRECOGNISED = 20  # per UNRECOGNISED_S; a noisy line must not fill the log
UNRECOGNISED_S = 10.0


def came_directly(line: str, identity: str, session: int, name: str, pdu_hex: str) -> list[MessageEvent]:
    """+CMT, +CDS, +CBM with their PDU: the module was told otherwise, or the message's class demands it.

    Such a message is an SmsStored whose slot has the store "": there is nothing to delete.
    """
    message = pdu.decode(pdu_hex)
    raw = pdu_hex.upper()
    if name == "+CBM" or isinstance(message, OwnDraft):
        return []
    if name == "+CDS":
        report = message if isinstance(message, Report | Undecodable) else Undecodable("not a status report")
        return [SmsReport(line, raw, report)]
    return [SmsStored(line, identity, Slot("", 0, session), raw, message)]


class NoiseGate:
    """Lets some noise through as events and drops the rest."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._count = 0
        self._since_s = 0.0

    def tell(self, text: str, now_s: float) -> list[Unrecognised]:
        if now_s - self._since_s >= UNRECOGNISED_S:
            self._count = 0
            self._since_s = now_s
        self._count += 1
        return [Unrecognised(self._line, text.encode("latin-1", "replace"))] if self._count <= MOST_UNRECOGNISED else []
