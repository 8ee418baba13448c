"""The ticket's life as one table: statuses, moves, who may make them, whose clock runs.

Pages, filters, colours, reports and the drawing in the documents are made from these rows; nobody else writes a
status name. A move that isn't in the table for the ticket's status and the actor is refused, loudly, and changes
nothing. Statuses are finer than what the screen shows: five visible stages (STAGES) are enough for two people.

    draft --accept--> accepted --dispatch--> dispatched --sign--> in_progress --reply--> review
    review --approve--> survey --rate--> closed --archive--> archived      review --send_back--> in_progress

A rating of 1 or 2 never closes: it is the move `dissatisfied`, stays in the survey and asks the operator to decide
between `redo`, `explain` and `close`. A move that leads to where the ticket is (`STAYS`) is a flag: it changes limits
or levels and leaves its row in the history. What a lead decides alone (`LEAD` is its only desk actor) an operator
decides too in an office of one person, and the row is stamped as self-approved (casework/approvals.py).
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
    RETURN = "return"  # a department says that it isn't its duty
    CONFER = "confer"


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
    stands_still: bool = False  # with the department, whose clock waits


@dataclass(frozen=True, slots=True)
class Move:
    key: str
    from_statuses: tuple[str, ...]
    to_status: str  # STAYS: a flag
    actors: frozenset[Actor]
    label: str  # message id of the button
    needs: frozenset[str] = frozenset()  # "department", "text", "reason", "rating", "days", "ticket", "where", "ground"
    is_main: bool = False  # one of the two next buttons; the others stand under "More"
    is_button: bool = True  # False: the office makes it of another one by what was said
    or_status: str = ""  # where its effect may lead instead
    rule: int = 0  # its row in the specification's table of 24 moves


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
    Status("consult", "waiting", "In consultation on whose duty it is", own_clock=OwnClock.CONFER),
    Status("dispatched", "handling", "Waiting for the department to sign", unit_clock_runs=True),
    Status("in_progress", "handling", "The department is handling it", unit_clock_runs=True),
    Status("return_review", "waiting", "The department returned it", unit_clock_runs=True, own_clock=OwnClock.RETURN),
    Status("paused", "handling", "Paused", stands_still=True),
    Status("review", "review", "Reply waiting for review", unit_clock_runs=True, own_clock=OwnClock.REVIEW),
    Status("survey", "survey", "Waiting for the citizen's rating", is_editable=False),
    Status("closed", "done", "Closed", is_open=False, is_editable=False),
    Status("void", "done", "Void", is_open=False, is_editable=False),
    Status("rejected", "done", "Not accepted", is_open=False, is_editable=False),
    Status("withdrawn", "done", "Withdrawn by the citizen", is_open=False, is_editable=False),
    Status("merged", "done", "Joined with another ticket", is_open=False, is_editable=False),
    Status("transferred", "done", "Passed on", is_open=False, is_editable=False),
    Status("archived", "done", "Archived", is_open=False, is_editable=False),
)
OPEN = tuple(row.key for row in STATUSES if row.is_open)
WITH_UNIT = tuple(row.key for row in STATUSES if row.unit_clock_runs or row.stands_still)  # a department has it in hand
# Only the department's next step is waited for: while the office has it, the office's own clock runs.
UNITS_TURN = tuple(row.key for row in STATUSES if row.unit_clock_runs and row.own_clock is None)
STAYS = "="

_DESK = frozenset({Actor.OPERATOR, Actor.LEAD})
_LEAD = frozenset({Actor.LEAD})
_SYSTEM = frozenset({Actor.SYSTEM})
_UNIT_OR_DESK = frozenset({Actor.UNIT, Actor.OPERATOR, Actor.LEAD})  # the desk may act for a unit
_CITIZEN_OR_DESK = frozenset({Actor.CITIZEN, Actor.OPERATOR, Actor.LEAD})

_DEPARTMENT, _TEXT, _REASON, _RATING = (frozenset({need}) for need in ("department", "text", "reason", "rating"))
_DAYS = frozenset({"days", "reason"})
_TICKET = frozenset({"ticket"})
_WHERE = frozenset({"where"})
_GROUND = frozenset({"ground"})

# Co-departments sign and reply on their own, whatever the leading one does meanwhile.
_WITH_CO_UNITS = ("dispatched", "in_progress", "return_review", "paused", "review")
CO_MOVES = {"sign": "co_sign", "reply": "co_reply", "return": "co_return"}

HAPPY_FROM = 3  # the lowest rating that closes a ticket

MOVES = (
    Move("open", (), "draft", _DESK | _SYSTEM, "Open", rule=1),
    Move("accept", ("draft",), "accepted", _DESK, "Accept", is_main=True, rule=2),
    Move("void", ("draft",), "void", _DESK, "Void", needs=_REASON, rule=3),
    Move("reject", ("draft", "accepted"), "rejected", _DESK, "Not accepted", needs=_GROUND, rule=4),
    Move("answer", ("accepted",), "closed", _DESK, "Answered at once", needs=_TEXT, is_main=True, rule=5),
    Move("dispatch", ("accepted",), "dispatched", _DESK, "Dispatch", needs=_DEPARTMENT, is_main=True, rule=6),
    Move("confer", ("accepted", "return_review"), "consult", _DESK, "Ask whose duty it is", needs=_REASON, rule=7),
    Move("decide", ("consult",), "dispatched", _LEAD, "Decide and dispatch", needs=_DEPARTMENT | _TEXT, is_main=True,
         rule=8),
    Move("sign", ("dispatched",), "in_progress", _UNIT_OR_DESK, "Signed for", is_main=True, rule=9),
    Move("co_sign", _WITH_CO_UNITS, STAYS, _UNIT_OR_DESK, "Co-department signed", is_button=False, rule=9),
    Move("return", ("dispatched", "in_progress"), "return_review", _UNIT_OR_DESK, "Not our duty", needs=_REASON,
         rule=10),
    Move("co_return", _WITH_CO_UNITS, STAYS, _UNIT_OR_DESK, "Not the co-department's duty", needs=_REASON,
         is_button=False, rule=10),
    Move("approve_return", ("return_review",), "accepted", _DESK, "Take it back", is_main=True, rule=11),
    Move("refuse_return", ("return_review",), "dispatched", _DESK, "It is your duty", needs=_REASON, is_main=True,
         rule=11),
    Move("take_back", ("dispatched", "in_progress"), "accepted", _DESK, "Take back", needs=_REASON, rule=11),
    Move("ask_extension", ("in_progress",), STAYS, _UNIT_OR_DESK, "Ask for more time", needs=_DAYS, rule=12),
    Move("extend", ("in_progress",), STAYS, _LEAD, "Give more time", needs=_DAYS, rule=12),
    Move("refuse_extension", ("in_progress",), STAYS, _LEAD, "Refuse more time", needs=_REASON, rule=12),
    Move("pause", ("in_progress",), "paused", _LEAD, "Pause", needs=_DAYS, rule=13),
    Move("resume", ("paused",), "in_progress", _DESK | _SYSTEM, "Go on", is_main=True, rule=13),
    Move("reply", ("dispatched", "in_progress"), "review", _UNIT_OR_DESK, "Reply", needs=_TEXT, is_main=True, rule=14),
    Move("co_reply", _WITH_CO_UNITS, STAYS, _UNIT_OR_DESK, "Co-department replied", needs=_TEXT, is_button=False,
         rule=14),
    Move("send_back", ("review",), "in_progress", _DESK, "Send back", needs=_REASON, is_main=True, rule=15),
    Move("approve", ("review",), "survey", _DESK, "Accept the reply", is_main=True, rule=16),
    Move("rate", ("survey",), "closed", _CITIZEN_OR_DESK, "Rated", needs=_RATING, rule=17),
    Move("close", ("survey",), "closed", _DESK | _SYSTEM, "Close without a rating", needs=_REASON, is_main=True,
         rule=17),
    Move("dissatisfied", ("survey",), "survey", _CITIZEN_OR_DESK, "Not satisfied", needs=_RATING, is_button=False,
         rule=18),
    Move("redo", ("survey",), "in_progress", _DESK, "Do it again", needs=_REASON, rule=18),
    Move("explain", ("survey",), "closed", _LEAD, "Close as explained", needs=_REASON, rule=18),
    Move("supervise", OPEN, STAYS, _LEAD | _SYSTEM, "Supervise", needs=_REASON, rule=19),
    Move("merge", OPEN, "merged", _DESK, "Join with another ticket", needs=_TICKET, rule=20),
    Move("unmerge", ("merged",), "accepted", _DESK | _SYSTEM, "Part again", needs=_REASON, or_status="draft", rule=20),
    Move("parent_answered", ("merged",), STAYS, _SYSTEM, "Answered with the ticket it was joined with", is_button=False,
         rule=20),
    Move("withdraw", OPEN, "withdrawn", _CITIZEN_OR_DESK, "Withdrawn", needs=_REASON, rule=21),
    Move("reopen", ("closed",), "in_progress", _DESK, "Open again", needs=_REASON, or_status="accepted", rule=22),
    Move("archive", ("closed",), "archived", _SYSTEM, "Archive", is_button=False, rule=23),
    Move("transfer", OPEN, "transferred", _DESK, "Pass on", needs=_WHERE, rule=24),
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
    return status_key if row.to_status == STAYS else row.to_status


def is_leads_alone(move_key: str) -> bool:
    """At the desk only a lead decides this; an operator does where the office has nobody else."""
    row = _MOVE.get(move_key)
    return row is not None and Actor.LEAD in row.actors and Actor.OPERATOR not in row.actors


def is_for_unit(move_key: str) -> bool:
    """Something that a department does, itself or by the desk's hand."""
    row = _MOVE.get(move_key)
    return row is not None and Actor.UNIT in row.actors


def rated(rating: int) -> str:
    """The key of the move that a rating is."""
    return "rate" if rating >= HAPPY_FROM else "dissatisfied"
