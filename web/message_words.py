"""What the pages say of a text message that waits at the desk."""

from __future__ import annotations

from collections.abc import Mapping

from web.marks import N_

# Why a text waits at the desk, where the text itself doesn't show it: by what came of it.
WHY_AT_DESK: Mapping[str, str] = {
    "flood": N_("More orders in ten minutes than the box carries out. Nothing was done by it."),
    "code_missing": N_("The code was missing. Nothing was done by it."),
    "code_wrong": N_("The code was wrong. Nothing was done by it."),
    "code_locked": N_("Too many wrong codes today. Nothing was done by it."),
    "refused": N_("It names no open ticket of this department. Nothing was done by it."),
    "one_at_a_time": N_("It names several tickets, and only one can be meant. Nothing was done by it."),
    "unmatched": N_("Which ticket is meant is not clear. Nothing was done by it."),
    "not_possible": N_("What it asks is not possible at this step of the ticket. Nothing was done by it."),
    "trouble": N_("The box could not carry it out. Please do what it asks by hand."),
    "no_rating_asked": N_("It looks like a rating, and nothing was asked of this number."),
    "empty": N_("It says nothing."),
}

# A box of messages that is empty: what that means, and where to look instead.
EMPTY_BOXES: Mapping[str, str] = {
    "desk": N_("Every text message has been dealt with."),
    "in": N_("No text message has come yet. What citizens and departments send to the office's numbers stands here."),
    "out": N_("No text message has been written yet."),
    "trouble": N_("No text message is stuck. What the network refused stands here."),
    "adverts": N_("No advertising has come. What mass senders write stands here and is not answered."),
}
