"""Which of the possible moves stand open on a ticket's page, and how the others are grouped under "More". Pure.

What is possible comes from the lifecycle table; here stands only where it is shown and what its form asks for beyond
what the table needs. A move that nobody has sorted yet stands in the last group: it is never lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from appliance.casework import grounds, lifecycle
from appliance.casework.lifecycle import Move
from web.marks import N_

MOST_OPEN = 2  # buttons that stand beside the ticket; the others are one key further away
FEW = 4  # so many under "More" need no headings


@dataclass(frozen=True, slots=True)
class Group:
    """Moves that belong together; `label` is a message id, '' where one heading would be too many."""

    label: str
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    first: tuple[Move, ...]
    groups: tuple[Group, ...]

    @property
    def rest(self) -> tuple[Move, ...]:
        return tuple(move for group in self.groups for move in group.moves)


GROUPS: Mapping[str, frozenset[str]] = {
    N_("The department"): frozenset(
        {"dispatch", "sign", "reply", "return", "send_back", "approve", "approve_return", "refuse_return", "take_back",
         "confer", "decide"}
    ),
    N_("Time and emphasis"): frozenset(
        {"ask_extension", "extend", "refuse_extension", "pause", "resume", "supervise"}
    ),
    N_("The citizen"): frozenset({"accept", "answer", "rate", "redo", "close", "explain", "reopen", "withdraw"}),
    N_("It belongs elsewhere"): frozenset({"merge", "unmerge", "transfer", "reject", "void"}),
}  # fmt: skip

# Fields that a form offers though the table can do without them.
OFFERS: Mapping[str, tuple[str, ...]] = {
    "dispatch": ("co",),
    "decide": ("co",),
    "confer": ("asked",),
    "reply": ("result", "contacted"),
    "co_reply": ("result", "contacted"),
    "approve": ("wording",),
    "supervise": ("level",),
    "answer": ("elsewhere", "article"),
}

# Made by granting or refusing what was asked for; while nobody asked, more time may be given all the same.
BY_DECIDING = frozenset({"refuse_extension"})
BY_DECIDING_WHEN_ASKED: Mapping[str, str] = {"extend": "extension", "ask_extension": "extension"}

# What a text is called where "Reason" or "What was answered" would be too vague.
LABELS: Mapping[tuple[str, str], str] = {
    ("reply", "text"): N_("The department's reply"),
    ("co_reply", "text"): N_("The department's reply"),
    ("answer", "text"): N_("What was answered"),
    ("decide", "text"): N_("What was decided, and why"),
    ("confer", "reason"): N_("Why it is not clear whose duty it is"),
    ("explain", "reason"): N_("What was explained, and in which document"),
    ("pause", "days"): N_("How many working days, at most 10"),
    ("transfer", "where"): N_("Who took it over: name or number of the receipt"),
}
USUAL: Mapping[str, str] = {
    "text": N_("Text"),
    "reason": N_("Reason"),
    "days": N_("How many working days"),
    "where": N_("Where to"),
}

# What is mostly said there: offered while typing, and anything else may be written.
PHRASES: Mapping[str, tuple[str, ...]] = {
    "void": (N_("Silent call"), N_("Wrong number"), N_("Test call"), N_("Advertising")),
    "transfer": ("110", "119", "120", "122", N_("Platform of the office above")),
}

GROUNDS = grounds.LABELS

RESULTS: Mapping[str, str] = {
    "solved": N_("Solved"),
    "explained": N_("Explained"),
    "partly": N_("Partly solved"),
    "impossible": N_("Not possible"),
}
LEVELS: Mapping[int, str] = {
    1: N_("1: the department's handler"),
    2: N_("2: the department's leader"),
    3: N_("3: the county's leader"),
}


def steps(moves: Collection[Move], *, promised: str = "", open_requests: Collection[str] = ()) -> Steps:
    """`promised`: what the ticket itself asks for, and so comes first. `open_requests`: kinds that wait for a word."""
    asked = {key for key, kind in BY_DECIDING_WHEN_ASKED.items() if kind in open_requests}
    possible = [move for move in moves if move.key not in BY_DECIDING | asked]
    mains = [move for move in possible if move.is_main or move.key == promised]
    mains.sort(key=lambda move: _rank(move, promised))
    first = tuple((mains or possible)[:MOST_OPEN])
    return Steps(first, groups([move for move in possible if move not in first]))


def groups(moves: Collection[Move]) -> tuple[Group, ...]:
    """In the order of the table; few moves need no headings."""
    if len(moves) <= FEW:
        return (Group("", tuple(moves)),) if moves else ()
    named = [Group(label, tuple(move for move in moves if move.key in keys)) for label, keys in GROUPS.items()]
    sorted_ = frozenset().union(*GROUPS.values())
    others = Group("", tuple(move for move in moves if move.key not in sorted_))
    return tuple(group for group in (*named, others) if group.moves)


def offers(move_key: str, *, is_desk: bool) -> tuple[str, ...]:
    """The fields of this move's form beside those it needs. The desk may write down what a department did before."""
    late = ("happened_at",) if is_desk and lifecycle.is_for_unit(move_key) else ()
    return OFFERS.get(move_key, ()) + late


def label(move_key: str, field: str) -> str:
    """Message id."""
    return LABELS.get((move_key, field), USUAL[field])


def _rank(move: Move, promised: str) -> tuple[bool, bool, bool]:
    """Where a department may be asked, that stands first: most tickets go there. Then what is one key alone."""
    return move.key != promised, move.needs != frozenset({"department"}), bool(move.needs)
