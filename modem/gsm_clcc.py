"""What +CLCC says of a call, and how a number is read with its type (27.007 7.18, 24.008 10.5.4.7)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from modem.at_words import fields_of, number_in

INTERNATIONAL_TYPE = 145


class State(Enum):
    """How a call stands."""

    RINGING = auto()
    WAITING = auto()  # a second caller, while another call is up
    DIALING = auto()
    ACTIVE = auto()


STATES = {
    0: State.ACTIVE,
    1: State.ACTIVE,  # on hold
    2: State.DIALING,
    3: State.DIALING,  # rings at the other side
    4: State.RINGING,
    5: State.WAITING,
}
ENDED = 6  # how SIMCom and Quectel report the end unasked


@dataclass(frozen=True, slots=True)
class ListedCall:
    """One line of +CLCC."""

    module_id: int
    is_ours: bool
    state: State | None  # None: ended
    number: str | None


def listed_call(line: str) -> ListedCall | None:
    """+CLCC: id, direction, state, mode, multiparty[, number, type ...]; data calls are none of ours."""
    fields = fields_of(line)
    module_id, direction, stat, mode = (number_in(fields, at) for at in range(4))
    if module_id is None or direction is None or stat is None or mode != 0:
        return None
    if stat not in STATES and stat != ENDED:
        return None
    return ListedCall(module_id, direction == 0, STATES.get(stat), number_of(fields[5:]))


def number_of(fields: list[str]) -> str | None:
    """Number and type as the network gave them: + only where the type says international; None without a number."""
    if not fields:
        return None
    number = fields[0].strip()
    is_international = number_in(fields, 1) == INTERNATIONAL_TYPE
    return "+" + number if is_international and number[:1].isdigit() else number
