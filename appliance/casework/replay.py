"""A ticket's history, told again: where its moves lead must be where it stands. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from appliance.casework import lifecycle
from appliance.casework.lifecycle import STAYS, Actor, MoveRefused


class HistoryBroken(ValueError):
    """A row of the history does not follow from the one before, or is no move of the table."""


def replay(moves: Iterable[Mapping[str, Any] | Any]) -> str:
    """The status to which these rows of ticket_move lead, oldest first. Raises HistoryBroken.

    An operator's move that the table gives to leads alone counts only where the row is stamped as self-approved.
    """
    status = ""
    for number, row in enumerate(moves, start=1):
        if row["from_status"] != status:
            raise HistoryBroken(f"move {number} begins at {row['from_status']!r}, but the ticket stood at {status!r}")
        leads_to = _leads_to(number, status, row)
        if row["to_status"] not in leads_to:
            raise HistoryBroken(f"move {number} ({row['move']}) ends at {row['to_status']!r}, not at {leads_to}")
        status = row["to_status"]
    return status


def _leads_to(number: int, status: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    actor = Actor(row["actor"])
    if row["is_self_approved"] and actor is Actor.OPERATOR and lifecycle.is_leads_alone(row["move"]):
        actor = Actor.LEAD
    try:
        to_status = lifecycle.next_status(status, row["move"], actor)
    except MoveRefused:
        raise HistoryBroken(f"move {number}: {actor} may not {row['move']} at {status!r}") from None
    move = lifecycle.move(row["move"])
    return (to_status, move.or_status) if move.or_status and move.to_status != STAYS else (to_status,)
