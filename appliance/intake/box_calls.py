"""What became of a call that the box itself answered. Pure: what the caller did in, what it counts as out.

None of these is an answered call: nobody served the caller. A message is work for the desk (a ticket), an announcement
or the progress of a ticket was what he wanted, anything else is a missed call.
"""

from __future__ import annotations

from dataclasses import replace

from appliance.callflow.result import FlowResult
from appliance.intake.board import BoardCall
from appliance.people.numbers import may_dial, normalise


def outcome_of(result: FlowResult) -> str:
    """The outcome of a call in which the box spoke until the end."""
    if result.was_handed_over:
        return "answered"
    if result.left_message:
        return "voicemail"
    if result.urgent:
        return "missed"
    return "self_served" if result.heard_announcement or result.asked or result.dictated else "missed"


def outcome_of_ours(result: FlowResult | None) -> str:
    """Of a call that the box itself made: who presses no key may be anybody, or an announcement."""
    return "answered" if result is not None and any(each.step == "confirmed" for each in result.steps) else "no_answer"


def outcome_without_message(result: FlowResult | None) -> str:
    """The same once the message turned out to be empty."""
    return outcome_of(replace(result, left_message=False)) if result is not None else "missed"


def number_said(result: FlowResult, call: BoardCall, region_code: str) -> str:
    """Whom to call back where the network told nobody: what the operator typed, else what the caller keyed in."""
    number = normalise(result.callback_number, region_code)
    return call.typed or (number if not call.number and may_dial(number) else "")
