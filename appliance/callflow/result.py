"""What a caller did while the box spoke with him. Pure facts: read at the end of the call, counted afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One thing that happened with the box, in order. `step` is a key of STEPS."""

    step: str
    detail: str = ""  # what goes with it: the key pressed, how a message ended


@dataclass(frozen=True, slots=True)
class FlowResult:
    """Everything a script knows of one call. Complete once the call's CallEnded has been heard."""

    call_id: int
    steps: tuple[FlowStep, ...] = ()
    keys: str = ""  # all the keys the caller pressed while the box spoke
    was_answered: bool = False  # the box did go off the hook
    left_message: bool = False  # something was recorded; whether a voice is on it says the recording
    callback_number: str = ""  # typed by a caller whose number did not come along; digits, not checked further
    asked: tuple[int, ...] = ()  # ticket numbers whose progress was asked for
    urgent: bool = False  # pressed 0: was told 110, 119, 120 and the duty telephone
    heard_announcement: bool = False
    dictated: bool = False  # it was the office itself, recording a prompt
    was_handed_over: bool = False  # a person took the call from the box
    rating: int | None = None  # 1-5, of the conversation just ended
    ticket_rating: tuple[int, int] | None = None  # ticket number and 1-5, of the ticket's result


# What can be counted, and the word of the result that it makes true.
STEPS = {
    "answered": "was_answered",
    "joined": "",  # the box is beside the office's telephone, or keeps what is said
    "waiting": "",
    "greeting": "",
    "announcement": "heard_announcement",
    "menu": "",
    "message": "",
    "progress": "",
    "found": "",
    "not_found": "",
    "urgent": "urgent",
    "number": "",
    "rated": "",
    "dictated": "dictated",
    "handed_over": "was_handed_over",
    "recording": "",
    "recorded": "",
    "failed": "",
    "too_long": "",
    "hung_up": "",
    "alarm": "",  # the box called somebody about a danger, and spoke
    "confirmed": "",
}
MOST_STEPS = 100  # of one call


class Notes:
    """The result while it grows."""

    def __init__(self, call_id: int) -> None:
        self.result = FlowResult(call_id)

    def add(self, step: str, detail: str = "") -> None:
        """This happened; `step` is a key of STEPS."""
        self.change(steps=(*self.result.steps[: MOST_STEPS - 1], FlowStep(step, detail)))  # the latest stays
        if STEPS[step]:
            self.change(**{STEPS[step]: True})

    def change(self, **words: Any) -> None:
        self.result = replace(self.result, **words)


def joined(first: FlowResult | None, then: FlowResult) -> FlowResult:
    """Of one call that the box had a part in twice, such as a greeting and a recording after it."""
    if first is None or first is then:
        return then
    return FlowResult(
        then.call_id,
        steps=(*first.steps, *then.steps),
        keys=first.keys + then.keys,
        was_answered=first.was_answered or then.was_answered,
        left_message=first.left_message or then.left_message,
        callback_number=then.callback_number or first.callback_number,
        asked=(*first.asked, *then.asked),
        urgent=first.urgent or then.urgent,
        heard_announcement=first.heard_announcement or then.heard_announcement,
        dictated=first.dictated or then.dictated,
        was_handed_over=first.was_handed_over or then.was_handed_over,
        rating=then.rating if then.rating is not None else first.rating,
        ticket_rating=then.ticket_rating or first.ticket_rating,
    )
