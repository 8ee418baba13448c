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

# How a call ended that the box made about a danger; "" goes on. Only the key 1 confirms.
ALARM_CALLS: Mapping[str, Word] = {
    "": Word(N_("The box is calling"), "telephone-outbound", "blue"),
    "confirmed": Word(N_("Pressed 1: confirmed"), "check-lg", "green"),
    "no_key": Word(N_("Answered, nobody pressed 1"), "telephone", "amber"),
    "lifted": Word(N_("Lifted; this line has no sound, so nothing is confirmed"), "telephone", "amber"),
    "no_answer": Word(N_("It rang, nobody answered"), "telephone-minus", "amber"),
    "busy": Word(N_("Busy"), "telephone-minus", "amber"),
    "failed": Word(N_("Could not call: the line was not free, or failed"), "telephone-x", "red"),
    "gave_way": Word(N_("Gave way to a caller"), "telephone-inbound", "grey"),
    "needless": Word(N_("Ended: no longer needed"), "x-circle", "grey"),
    "person": Word(N_("Somebody here took over the call"), "telephone-forward", "blue"),
    "cut": Word(N_("Cut off by a fault"), "telephone-x", "red"),
}
CONFIRMED_BY: Mapping[str, str] = {
    "sms": N_("confirmed by text"),
    "call": N_("confirmed by pressing 1"),
    "desk": N_("confirmed on the telephone"),
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
