"""Every key of the pages, once: the help is drawn from it, and a test holds the templates to it.

Single keys work outside fields only and can be switched off (WCAG 2.1.4); none of them is taken by Chromium.
"""

from __future__ import annotations

from dataclasses import dataclass

from web.marks import N_


@dataclass(frozen=True, slots=True)
class Key:
    keys: tuple[str, ...]
    does: str  # message id
    is_single: bool = True  # False: works while typing too


KEYS = (
    Key(("F2", "A"), N_("Take the call that is ringing, or that the box has; say that you have lifted the handset")),
    Key(("F4",), N_("Record the call; again: stop recording")),
    Key(("F8",), N_("Hang up; say that a call on the telephone is over")),
    Key(("M",), N_("Mark the ringing call as missed; say that nobody answered")),
    Key(("D",), N_("Show the details of the call")),
    Key(("N",), N_("Write a new ticket")),
    Key(("/",), N_("Search")),
    Key(("J",), N_("Next row of the list")),
    Key(("K",), N_("Row before in the list")),
    Key(("Enter",), N_("Open the marked row")),
    Key(("S",), N_("Make the marked text message a matter of its own")),
    Key(("E",), N_("Edit the ticket")),
    Key(("T",), N_("Dispatch the ticket")),
    Key(("P",), N_("Print the slip of the ticket")),
    Key(("R",), N_("Write a text message to the citizen")),
    Key(("C",), N_("Go to the next step of the ticket")),
    Key(("Ctrl+S",), N_("Save"), is_single=False),
    Key(("Ctrl+Enter",), N_("Save and go on to dispatching; send"), is_single=False),
    Key(("Esc",), N_("Leave the field; close what lies on top"), is_single=False),
    Key(("?",), N_("Show these keys")),
)
