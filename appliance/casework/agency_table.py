"""Agency items (taken in, checked and handed on for a citizen) as one table of states and moves. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.errors import OfficeError


@dataclass(frozen=True, slots=True)
class AgencyState:
    key: str
    label: str  # message id
    icon: str
    colour: str
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class AgencyMove:
    key: str
    from_states: tuple[str, ...]
    to_state: str
    label: str  # message id of the button
    needs_text: bool = False
    needs_all_papers: bool = False
    is_main: bool = False


class AgencyMoveRefused(OfficeError):
    """The table has no such move for this state. The item is as it was."""

    message = "This step is not possible now. Load the page again: somebody may have been faster."


STATES = (
    AgencyState("received", "Papers received", "inbox", "amber"),
    AgencyState("incomplete", "Papers are missing", "exclamation-triangle", "red"),
    AgencyState("checked", "Checked, complete", "check-lg", "blue"),
    AgencyState("handed", "With the department", "send", "blue"),
    AgencyState("decided", "Decided, the citizen is to be told", "chat-left-text", "violet"),
    AgencyState("told", "The citizen was told", "check-lg", "grey", is_open=False),
    AgencyState("withdrawn", "Taken back by the citizen", "x-circle", "grey", is_open=False),
)
OPEN = tuple(state.key for state in STATES if state.is_open)

MOVES = (
    AgencyMove("check", ("received",), "checked", "Papers are complete", needs_all_papers=True, is_main=True),
    AgencyMove("ask_more", ("received", "checked", "handed"), "incomplete", "Something is missing", needs_text=True),
    AgencyMove("supply", ("incomplete",), "received", "The rest has come", is_main=True),
    AgencyMove("hand_over", ("checked",), "handed", "Hand to the department", is_main=True),
    AgencyMove("decide", ("handed",), "decided", "Write down the result", needs_text=True, is_main=True),
    AgencyMove("tell", ("decided",), "told", "The citizen was told", is_main=True),
    AgencyMove("withdraw", OPEN, "withdrawn", "The citizen takes it back", needs_text=True),
)

_STATE = {state.key: state for state in STATES}
_MOVE = {move.key: move for move in MOVES}


def state(key: str) -> AgencyState:
    """The row of this state; KeyError if the table has none."""
    return _STATE[key]


def moves_from(state_key: str) -> tuple[AgencyMove, ...]:
    """What may be done next, the main one first."""
    return tuple(sorted((m for m in MOVES if state_key in m.from_states), key=lambda move: not move.is_main))


def move(state_key: str, move_key: str) -> AgencyMove:
    """The row of this move from this state. Raises AgencyMoveRefused."""
    found = _MOVE.get(move_key)
    if found is None or state_key not in found.from_states:
        raise AgencyMoveRefused(move=move_key, state=state_key)
    return found
