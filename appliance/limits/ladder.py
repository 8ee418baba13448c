"""What happens to a task that nears its end and passes it, rung by rung. Pure.

    one working day left     its handlers are reminded
    due                      its handlers and their leader
    then (`listed_days`)     it stands on the list of the late

In between (`supervise_days`) it is supervised: appliance/casework/supervision.py, which needs no reminder for it.
Whoever asks for all tasks on a rung asks by moments: `cuts` tells up to which due time each rung is reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from appliance.limits.horizon import Horizon
from appliance.limits.hours import OfficeHours


@dataclass(frozen=True, slots=True)
class Rung:
    kind: str  # of the reminder
    tells_handlers: bool = False
    tells_leader: bool = False


SOON = Rung("due_soon", tells_handlers=True)
LATE = Rung("overdue", tells_handlers=True, tells_leader=True)
LISTED = Rung("overdue_listed")
RUNGS = (SOON, LATE, LISTED)
KINDS = tuple(rung.kind for rung in RUNGS)


def cuts(now: datetime, hours: OfficeHours) -> Mapping[str, datetime]:
    """By rung: what was due up to this moment stands on it, or above."""
    return {
        LATE.kind: now,
        LISTED.kind: min(now, _days_ago(now, hours.preset.listed_days, hours)),
    }


def reached(due_at: datetime, urgency: str, horizon: Horizon, cut: Mapping[str, datetime]) -> tuple[Rung, ...]:
    """The rungs that count for something due then, the highest last. Who is late is no longer reminded in advance."""
    above = tuple(rung for rung in RUNGS if rung is not SOON and due_at <= cut[rung.kind])
    if above:
        return above
    return (SOON,) if horizon.of_due(due_at, urgency) == "soon" else ()


def _days_ago(now: datetime, days: int, hours: OfficeHours) -> datetime:
    """The last moment after which `days` whole working days have come to their closing time by now.

    Midnight belongs to the day that ends by it (`OfficeHours.due_date`).
    """
    today = hours.local_date(now)
    is_over = hours.calendar.is_workday(today) and hours.closing(today) <= now
    last_over = today if is_over else hours.calendar.add_workdays(today, -1)
    first = hours.calendar.add_workdays(last_over, 1 - days)
    return datetime.combine(first, time(), hours.zone).astimezone(UTC)
