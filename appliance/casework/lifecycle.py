"""The ticket's life as one table: statuses, moves, who may make them, whose clock runs.

Pages, filters, colours, reports and the drawing in the documents are made from these rows; nobody else writes a
status name. A move that isn't in the table for the ticket's status and the actor is refused, loudly, and changes
nothing. Statuses are finer than what the screen shows: five visible stages (STAGES) are enough for two people.

    draft --accept--> accepted --dispatch--> dispatched --sign--> in_progress --reply--> review
    review --approve--> survey --rate--> closed            review --send_back--> in_progress

A rating of 1 or 2 never closes: it is the move `dissatisfied`, stays in the survey and asks the operator to decide
between `redo` and `close`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.errors import OfficeError


class Actor(StrEnum):
    """Who makes a move."""

    OPERATOR = "operator"
    LEAD = "lead"
    UNIT = "unit"  # a department's handler, by web or SMS
    CITIZEN = "citizen"  # by SMS
    SYSTEM = "system"


class OwnClock(StrEnum):
    """The office's own limits (hours of office time), running while a ticket waits for the office."""

    ACCEPT = "accept"
    DISPATCH = "dispatch"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Stage:
    """What the screen shows: a name (message id) and a colour of the theme."""

    key: str
    label: str
    colour: str


@dataclass(frozen=True, slots=True)
class Status:
    key: str
    stage: str
    label: str  # message id
    is_open: bool = True
    unit_clock_runs: bool = False  # the department's due time counts
    own_clock: OwnClock | None = None
    is_editable: bool = True  # the words may still be changed


@dataclass(frozen=True, slots=True)
class Move:
    key: str
    from_statuses: tuple[str, ...]
    to_status: str
    actors: frozenset[Actor]
    label: str  # message id of the button
    needs: frozenset[str] = frozenset()  # "department", "text", "reason", "rating"
    is_main: bool = False  # one of the two next buttons; the others stand under "More"
    is_button: bool = True  # False: the office makes it of another one by what was said


class MoveRefused(OfficeError):
    """The table has no such move for this status and actor. The ticket is as it was."""

    message = "This step is not possible now. Look at the ticket again: its status may have changed."

    def __init__(self, move: str, status: str, actor: str) -> None:
        super().__init__(move=move, status=status, actor=str(actor))
        self.move, self.status, self.actor = move, status, actor


STAGES = (
    Stage("waiting", "Waiting", "amber"),
    Stage("handling", "In progress", "blue"),
    Stage("review", "In review", "violet"),
    Stage("survey", "Asking the citizen", "teal"),
    Stage("done", "Finished", "grey"),
)

STATUSES = (
    Status("draft", "waiting", "Draft", own_clock=OwnClock.ACCEPT),
    Status("accepted", "waiting", "Accepted", own_clock=OwnClock.DISPATCH),
    Status("dispatched", "handling", "Waiting for the department to sign", unit_clock_runs=True),
    Status("in_progress", "handling", "The department is handling it", unit_clock_runs=True),
    Status("review", "review", "Reply waiting for review", unit_clock_runs=True, own_clock=OwnClock.REVIEW),
    Status("survey", "survey", "Waiting for the citizen's rating", is_editable=False),
    Status("closed", "done", "Closed", is_open=False, is_editable=False),
    Status("void", "done", "Void", is_open=False, is_editable=False),
    Status("rejected", "done", "Not accepted", is_open=False, is_editable=False),
    Status("withdrawn", "done", "Withdrawn by the citizen", is_open=False, is_editable=False),
)

_DESK = frozenset({Actor.OPERATOR, Actor.LEAD})
_UNIT_OR_DESK = frozenset({Actor.UNIT, Actor.OPERATOR, Actor.LEAD})  # the desk may act for a unit
_CITIZEN_OR_DESK = frozenset({Actor.CITIZEN, Actor.OPERATOR, Actor.LEAD})

_DEPARTMENT, _TEXT, _REASON, _RATING = (frozenset({need}) for need in ("department", "text", "reason", "rating"))

_BEFORE_SURVEY = ("draft", "accepted", "dispatched", "in_progress", "review")

HAPPY_FROM = 3  # the lowest rating that closes a ticket

MOVES = (
    Move("open", (), "draft", _DESK | {Actor.SYSTEM}, "Open"),
    Move("accept", ("draft",), "accepted", _DESK, "Accept", is_main=True),
    Move("void", ("draft",), "void", _DESK, "Void", needs=_REASON),
    Move("reject", ("draft", "accepted"), "rejected", _DESK, "Not accepted", needs=_REASON),
    Move("answer", ("accepted",), "closed", _DESK, "Answered at once", needs=_TEXT, is_main=True),
    Move("dispatch", ("accepted",), "dispatched", _DESK, "Dispatch", needs=_DEPARTMENT, is_main=True),
    Move("sign", ("dispatched",), "in_progress", _UNIT_OR_DESK, "Signed for", is_main=True),
    Move("return", ("dispatched", "in_progress"), "accepted", _DESK, "Take back", needs=_REASON),
    Move("reply", ("dispatched", "in_progress"), "review", _UNIT_OR_DESK, "Reply", needs=_TEXT, is_main=True),
    Move("approve", ("review",), "survey", _DESK, "Accept the reply", is_main=True),
    Move("send_back", ("review",), "in_progress", _DESK, "Send back", needs=_REASON, is_main=True),
    Move("rate", ("survey",), "closed", _CITIZEN_OR_DESK, "Rated", needs=_RATING),
    Move("dissatisfied", ("survey",), "survey", _CITIZEN_OR_DESK, "Not satisfied", needs=_RATING, is_button=False),
    Move("redo", ("survey",), "in_progress", _DESK, "Do it again", needs=_REASON),
    Move("close", ("survey",), "closed", _DESK | {Actor.SYSTEM}, "Close without a rating", needs=_REASON, is_main=True),
    Move("withdraw", _BEFORE_SURVEY, "withdrawn", _DESK, "Withdrawn", needs=_REASON),
    Move("reopen", ("closed",), "accepted", _DESK, "Open again", needs=_REASON),
)  # fmt: skip

_STAGE = {stage.key: stage for stage in STAGES}
_STATUS = {status.key: status for status in STATUSES}
_MOVE = {move.key: move for move in MOVES}


def status(key: str) -> Status:
    """The row of this status; KeyError if the table has none."""
    return _STATUS[key]


def stage_of(status_key: str) -> Stage:
    """What the screen shows for this status."""
    return _STAGE[_STATUS[status_key].stage]


def statuses_of(stage_key: str) -> tuple[str, ...]:
    """The statuses that the screen shows as this stage."""
    return tuple(row.key for row in STATUSES if row.stage == stage_key)


def move(key: str) -> Move:
    """The row of this move; KeyError if the table has none."""
    return _MOVE[key]


def moves_from(status_key: str, actor: Actor) -> tuple[Move, ...]:
    """What this actor may do next, the main ones first."""
    possible = (row for row in MOVES if row.is_button and status_key in row.from_statuses and actor in row.actors)
    return tuple(sorted(possible, key=lambda row: not row.is_main))


def next_status(status_key: str, move_key: str, actor: Actor) -> str:
    """Where the move leads. Raises MoveRefused where the table has no such row."""
    row = _MOVE.get(move_key)
    if row is None or actor not in row.actors or status_key not in (row.from_statuses or ("",)):
        raise MoveRefused(move_key, status_key, actor)
    return row.to_status


def rated(rating: int) -> str:
    """The key of the move that a rating is."""
    return "rate" if rating >= HAPPY_FROM else "dissatisfied"
