"""What an outgoing message is for, as one table: who goes first, what the night holds, what a small plan leaves out.

The order is that in which a SIM's daily budget is spent. `share` is the part of that budget which a purpose and
everything below it may use up, so that a rating never takes the last message of the day from an emergency.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Purpose:
    key: str
    label: str  # message id
    rank: int
    share: float = 1.0
    waits_for_morning: bool = False  # quiet hours hold it
    limited_as: str = ""  # counted under this word of MOST_PER_NUMBER_AND_DAY
    is_stopped_by_td: bool = False  # whoever texted TD isn't sent it; answers, results and dangers he is


PURPOSES = (
    Purpose("emergency", "Emergency", 10),
    Purpose("alarm", "Alarm to the duty leader", 15),
    Purpose("code", "One-time code", 15),
    Purpose("dispatch", "Dispatch", 20, share=0.95),
    Purpose("returned", "Sent back to the department", 21, share=0.95),
    Purpose("instruction", "Answer to a leader", 22, share=0.95),
    Purpose("manual", "Written by hand", 25, share=0.95),
    Purpose("receipt", "Receipt", 30, share=0.9, limited_as="answer"),
    Purpose("missed", "Missed call", 31, share=0.9, limited_as="answer"),
    Purpose("outcome", "What became of it", 35, share=0.9),  # not accepted, withdrawn: ends the matter for the citizen
    # The result asks for a rating, so the night holds it; it is the citizen's answer, so the plan spends it like one.
    Purpose("result", "Result and rating", 36, share=0.9, waits_for_morning=True),
    Purpose("progress", "Progress answer", 40, share=0.8, limited_as="answer"),
    Purpose("confirm", "Confirmation to a handler", 45, share=0.8, limited_as="confirm"),
    Purpose("reminder_urgent", "Reminder of an urgent ticket", 49, share=0.8),
    Purpose("supervision", "Supervision", 48, share=0.8, waits_for_morning=True),
    Purpose("conference", "Whose duty it is", 47, share=0.8, waits_for_morning=True),
    Purpose("reminder", "Reminder", 50, share=0.7, waits_for_morning=True),
    Purpose("task", "Task for a department", 55, share=0.7, waits_for_morning=True),
    Purpose("question", "Question to the citizen", 59, share=0.6, waits_for_morning=True, is_stopped_by_td=True),
    Purpose("rating", "Rating", 60, share=0.6, waits_for_morning=True, is_stopped_by_td=True),
    Purpose("notice", "Notice to citizens", 70, share=0.5, waits_for_morning=True, is_stopped_by_td=True),
)

# Two answering machines that greet each other, or one curious caller, must not empty the SIM.
MOST_PER_NUMBER_AND_DAY = {"answer": 5, "confirm": 20}

_PURPOSE = {purpose.key: purpose for purpose in PURPOSES}


def purpose(key: str) -> Purpose:
    """The row of this purpose; KeyError if the table has none."""
    return _PURPOSE[key]


def limited_with(key: str) -> tuple[str, ...]:
    """The purposes that are counted together with this one; empty if it has no limit per number and day."""
    group = _PURPOSE[key].limited_as
    return tuple(row.key for row in PURPOSES if row.limited_as == group) if group else ()


def waiting_for_morning() -> tuple[str, ...]:
    """The purposes that quiet hours hold back."""
    return tuple(row.key for row in PURPOSES if row.waits_for_morning)
