"""Which moves are shown to somebody for a ticket: the table's, without those its past makes impossible already.

Only what needs no typing to be known is looked at here; the guards hold everything once the move is asked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.casework import guards, lifecycle
from appliance.casework.lifecycle import HAPPY_FROM, Actor, Move
from appliance.clock import from_utc_text
from appliance.limits.hours import OfficeHours


@dataclass(frozen=True, slots=True)
class Offer:
    """A move, and whether a lead decides it: made and stamped in a simple office, else asked for."""

    move: Move
    needs_lead: bool = False

    @property
    def is_main(self) -> bool:
        return self.move.is_main


@dataclass(frozen=True, slots=True)
class Moment:
    """What is looked at: the ticket's row, the time where it is known, the limits in force, its survey if one runs."""

    ticket: sqlite3.Row
    now: datetime | None
    hours: OfficeHours
    survey: sqlite3.Row | None = None


def offered(moment: Moment, actor: Actor) -> tuple[Offer, ...]:
    """What this actor may ask for next, the main ones first."""
    status = moment.ticket["status"]
    found = {row.key: row for row in lifecycle.moves_from(status, actor)}
    if actor is Actor.OPERATOR:
        found |= {row.key: row for row in lifecycle.moves_from(status, Actor.LEAD) if lifecycle.is_leads_alone(row.key)}
    found = {key: row for key, row in found.items() if not _is_past(key, moment, actor)}
    offers = [Offer(row, _is_leads(row.key, moment, actor)) for row in found.values()]
    return tuple(sorted(offers, key=lambda offer: not _is_main(offer, moment)))


def _is_leads(key: str, moment: Moment, actor: Actor) -> bool:
    return actor is Actor.OPERATOR and (lifecycle.is_leads_alone(key) or LEADS.get(key, _never)(moment))


def _is_past(key: str, moment: Moment, actor: Actor) -> bool:
    rules = PAST if actor is Actor.UNIT else {**PAST, **PAST_AT_DESK}
    return rules.get(key, _never)(moment)


def _is_main(offer: Offer, moment: Moment) -> bool:
    return offer.is_main or (offer.move.key == "confer" and _is_returned_twice(moment))


def _never(moment: Moment) -> bool:
    return False


def _is_returned_twice(moment: Moment) -> bool:
    return bool(moment.ticket["returns"] >= guards.MOST_RETURNS)


def _is_redone_twice(moment: Moment) -> bool:
    return bool(moment.ticket["redos"] >= guards.MOST_REDOS)


def _is_danger(moment: Moment) -> bool:
    return moment.ticket["urgency"] in guards.DANGER


def _is_closed_long_ago(moment: Moment) -> bool:
    closed_at = moment.ticket["closed_at"]
    return (
        closed_at is not None
        and moment.now is not None
        and (moment.now - from_utc_text(closed_at) > guards.REOPENS_FOR)
    )


def _has_no_more_time(moment: Moment) -> bool:
    """Over already, or given as often as the limits in force allow."""
    due_at = moment.ticket["due_at"]
    is_over = due_at is not None and moment.now is not None and from_utc_text(due_at) <= moment.now
    return is_over or _was_given_often(moment)


def _was_given_often(moment: Moment) -> bool:
    ticket = moment.ticket
    return ticket["due_at"] is None or bool(ticket["extensions"] >= moment.hours.preset.extension_count)


def _is_no_question(moment: Moment) -> bool:
    return moment.ticket["type"] not in guards.ANSWERED_AT_ONCE


def _is_unhappy(moment: Moment) -> bool:
    rating = moment.ticket["rating"]
    return rating is not None and rating < HAPPY_FROM


def _is_closed_early(moment: Moment) -> bool:
    """Unhappy, or not asked as often as the rule of tries says."""
    return _is_unhappy(moment) or guards.is_asked_too_seldom(moment.survey)


PAST: Mapping[str, Callable[[Moment], bool]] = {
    "approve_return": _is_returned_twice,
    "refuse_return": _is_returned_twice,
    "redo": _is_redone_twice,
    "withdraw": _is_danger,
    "reopen": _is_closed_long_ago,
    "ask_extension": _has_no_more_time,
    "extend": _has_no_more_time,
}
PAST_AT_DESK: Mapping[str, Callable[[Moment], bool]] = {
    "ask_extension": _was_given_often,  # on paper it may have come in time, and is entered now
}
LEADS: Mapping[str, Callable[[Moment], bool]] = {
    "answer": _is_no_question,
    "close": _is_closed_early,
    "confer": _is_returned_twice,
}
