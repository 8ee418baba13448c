"""One call over the analog line, as the exchange keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from modem.simulator.voice.caller_id import CallerId


class Stage(StrEnum):
    """How the line stands, seen from the exchange."""

    IDLE = "idle"
    RINGING = "ringing"
    TALKING = "talking"
    DIAL_TONE = "dial_tone"
    DIALLING = "dialling"  # the first digit was heard
    ALERTING = "alerting"  # ring-back
    BUSY = "busy"  # busy tone: the far side hung up, is engaged, or nothing was dialled
    CONGESTION = "congestion"  # the same in another cadence, which chips don't know
    BROKEN = "broken"  # no current in the loop for a moment
    SILENT = "silent"  # the exchange has given up: it waits for the handset to be put down


@dataclass(slots=True)
class Call:
    """`why`: remote, local, busy, no_answer, lost."""

    id: int
    number: str
    outgoing: bool
    state: str  # ringing, alerting, talking, ended
    started_at_s: float
    caller_id: CallerId | None = None  # None: the exchange tells nothing
    answered_by: str = ""  # "modem" or "telephone"
    answered_at_s: float | None = None
    ended_at_s: float | None = None
    why: str = ""
    rings: int = 0
    keys_heard: str = ""  # by the far party
    id_told: bool = field(default=False)  # it came through to the modem whole

    @property
    def lives(self) -> bool:
        return self.state != "ended"

    def picture(self) -> dict[str, object]:
        return {
            "id": self.id,
            "number": self.number,
            "direction": "out" if self.outgoing else "in",
            "state": self.state,
            "why": self.why,
            "answered": self.answered_at_s is not None,
            "answered_by": self.answered_by,
            "rings": self.rings,
            "id_told": self.id_told,
            "keys_heard": self.keys_heard,
        }
