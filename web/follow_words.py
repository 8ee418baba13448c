"""What surveys, supervision and emergencies are called on the screen. Message ids only."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.casework import categories
from web import language
from web.marks import N_
from web.words import Word

ATTITUDES: Mapping[int, str] = {3: N_("Good"), 2: N_("Fair"), 1: N_("Bad")}
HAPPY: Mapping[int, str] = {5: N_("5 very satisfied"), 4: N_("4 satisfied"), 3: N_("3 rather satisfied")}

# How the surveys of this month ended, in the order of the page.
OUTCOMES: Mapping[str, Word] = {
    "satisfied": Word(N_("Satisfied"), "check-circle", "green"),
    "unsatisfied": Word(N_("Not satisfied"), "star", "red"),
    "unreachable": Word(N_("Not reached"), "telephone-minus", "amber"),
    "refused": Word(N_("Did not want to answer"), "x-circle", "grey"),
    "checked": Word(N_("Looked ourselves"), "eye", "grey"),
    "left": Word(N_("Went another way"), "arrow-left-right", "grey"),
}

# How tickets left the board of the unsatisfied.
ZEROED: Mapping[str, Word] = {
    "satisfied": Word(N_("Satisfied in the end"), "check-circle", "green"),
    "explained": Word(N_("Explained"), "chat-left-text", "grey"),
    "withdrawn": Word(N_("Withdrawn"), "x-lg", "grey"),
    "unreachable": Word(N_("Not reached any more"), "telephone-minus", "amber"),
    "other": Word(N_("Went another way"), "arrow-left-right", "grey"),
}

LEVELS: Mapping[int, Word] = {
    1: Word(N_("Level 1"), "bell", "amber"),
    2: Word(N_("Level 2"), "bell", "red"),
    3: Word(N_("Level 3"), "exclamation-triangle", "red"),
}

PAPER_STATES: Mapping[str, Word] = {
    "open": Word(N_("Waits for its answer"), "hourglass-split", "blue"),
    "answered": Word(N_("It was answered"), "check-lg", "green"),
    "raised": Word(N_("Followed by the next level"), "bell", "amber"),
    "left": Word(N_("The ticket ended otherwise"), "arrow-left-right", "grey"),
}

EMERGENCY_STATES: Mapping[str, Word] = {
    "suspected": Word(N_("Danger? Somebody must look"), "question-circle", "amber"),
    "running": Word(N_("Nobody has confirmed yet"), "exclamation-triangle", "red"),
    "taken": Word(N_("Confirmed; the report is awaited"), "check-lg", "blue"),
    "reported": Word(N_("Reported"), "clipboard-check", "green"),
    "closed": Word(N_("Over"), "check-circle", "grey"),
    "dismissed": Word(N_("Was none"), "x-circle", "grey"),
}

CHAIN_ROLES: Mapping[str, str] = {
    "leader": N_("Duty leader"),
    "unit": N_("Department"),
    "backup": N_("Stands in for the leader"),
}


def class_name(key: str) -> str:
    """A class of the category tree in the language of this request; the key itself if nobody knows it."""
    group = next((row.group for row in categories.categories() if row.group.key == key), None)
    return group.name(language.chosen()) if group is not None else key
