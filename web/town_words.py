"""What goes on on the demo's landline, and what somebody who has never seen it does next. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from web.marks import N_

NEXT: Mapping[str, str] = {
    "free": N_("Nobody is on the landline. Begin with step 1."),
    "lifted": N_("The telephone on the office desk is lifted: nobody gets through. Put it down first."),
    "ringing": N_("Wait: after some rings the box answers. Or be the office, and lift the telephone on its desk."),
    "box": N_("The box has answered and speaks. Wait until it has finished, then hear it: step 2."),
    "message": N_("The tone has sounded and the box records. Say something, then hang up: steps 3 and 4."),
    "keys": N_("The box waits for keys: step 3."),
    "desk": N_("The telephone on the office desk has the call. F2 opens the form, F8 closes the call."),
    "called": N_("The office calls this number. Pick up."),
    "picked_up": N_("You have picked up. Now the office must lift its telephone: below."),
}

_WANTS_KEYS = frozenset({"menu", "number", "progress", "asking", "rate", "rate_ticket", "code_1", "code_2", "code_3"})


def next_step(call: Mapping[str, object] | None, *, is_lifted: bool, box_step: str | None) -> str:
    """A key of NEXT. `call` as the simulated town tells it; `box_step` is None unless the box speaks with it."""
    if call is None:
        return "lifted" if is_lifted else "free"
    if call["state"] != "talking":
        return "ringing" if call.get("direction", "in") == "in" else "called"
    if is_lifted:
        return "desk"
    if box_step in _WANTS_KEYS:
        return "keys"
    if box_step is None and call.get("direction") == "out":
        return "picked_up"
    return "message" if box_step == "message" else "box"
