"""Until when a ticket must be answered, and until when the office itself must act. Pure: every rule is handed `now`.

A limit in working days counts from the next working day and ends when the office closes on the last one; an urgent
one runs by the clock. Limits of the office itself run in hours of office time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from appliance.limits.hours import OfficeHours

WORKDAYS: Mapping[str, int] = MappingProxyType(
    {"enquiry": 2, "help": 5, "suggestion": 5, "complaint": 10, "report": 15, "praise": 5}
)
CLOCK_HOURS: Mapping[str, int] = MappingProxyType({"urgent": 24, "critical": 2})
OWN_HOURS: Mapping[str, int] = MappingProxyType({"accept": 1, "dispatch": 4, "review": 8, "return": 8, "confer": 16})
UNKNOWN_TYPE_WORKDAYS = 5
SOON_SHARE = 4  # what runs by the hour is "soon" in its last quarter

UNKNOWN_BASIS = "clock"  # the due time waits until the box knows what time it is


@dataclass(frozen=True, slots=True)
class Due:
    """A due time and how it was worked out (JSON), so that no change of it is silent."""

    at: datetime
    basis: str


@dataclass(frozen=True, slots=True)
class Horizon:
    """What "late" and "soon" mean at one moment: anything due up to these moments is."""

    now: datetime
    soon_workday: datetime
    soon_by_urgency: Mapping[str, datetime] = field(hash=False)
    soon_by_stage: Mapping[str, datetime] = field(hash=False)

    @property
    def furthest(self) -> datetime:
        """Nothing that is due later than this is soon."""
        return max(self.soon_workday, *self.soon_by_urgency.values(), *self.soon_by_stage.values())

    def of_due(self, due_at: datetime | None, urgency: str) -> str:
        """'none', 'soon' or 'late' for a department's due time."""
        return self._word(due_at, self.soon_by_urgency.get(urgency, self.soon_workday))

    def of_stage(self, stage_due_at: datetime | None, own_clock: str) -> str:
        """The same for the office's own clock."""
        return self._word(stage_due_at, self.soon_by_stage.get(own_clock, self.now))

    def _word(self, due_at: datetime | None, soon_until: datetime) -> str:
        if due_at is None:
            return "none"
        if due_at <= self.now:
            return "late"
        return "soon" if due_at <= soon_until else "none"


def due_at(now: datetime, type_: str, urgency: str, hours: OfficeHours) -> Due:
    """When the department's answer to a ticket dispatched `now` is due."""
    if urgency in CLOCK_HOURS:
        limit = CLOCK_HOURS[urgency]
        return Due(now + timedelta(hours=limit), _basis(urgency, now, hours, hours_=limit))
    days = WORKDAYS.get(type_, UNKNOWN_TYPE_WORKDAYS)
    last_day = hours.calendar.add_workdays(hours.local_date(now), days)
    is_provisional = hours.calendar.is_provisional(last_day)
    return Due(hours.closing(last_day), _basis(type_, now, hours, workdays=days, provisional=is_provisional))


def own_due_at(now: datetime, own_clock: str, hours: OfficeHours) -> datetime:
    """When the office must have acted on what began to wait for it `now`: "accept", "dispatch" or "review"."""
    return hours.add_open(now, timedelta(hours=OWN_HOURS[own_clock]))


def horizon(now: datetime, hours: OfficeHours) -> Horizon:
    """One working day before its end a limit in days is "soon"; in its last quarter one in hours."""
    return Horizon(
        now=now,
        soon_workday=_one_workday_after(now, hours),
        soon_by_urgency={key: now + timedelta(hours=limit) / SOON_SHARE for key, limit in CLOCK_HOURS.items()},
        soon_by_stage={
            key: hours.add_open(now, timedelta(hours=limit) / SOON_SHARE) for key, limit in OWN_HOURS.items()
        },
    )


def _one_workday_after(now: datetime, hours: OfficeHours) -> datetime:
    """The same time on the next working day. A day off counts as the end of the working day before it."""
    today = hours.local_date(now)
    tomorrow = hours.calendar.add_workdays(today, 1)
    if not hours.calendar.is_workday(today):
        return hours.closing(tomorrow)
    local = now.astimezone(hours.zone)
    return datetime.combine(tomorrow, local.timetz()).astimezone(now.tzinfo)


def _basis(
    rule: str, now: datetime, hours: OfficeHours, *, hours_: int = 0, workdays: int = 0, provisional: bool = False
) -> str:
    parts: dict[str, object] = {"rule": rule, "from": hours.local_date(now).isoformat()}
    parts |= {"workdays": workdays} if workdays else {"hours": hours_}
    parts |= {"provisional": True} if provisional else {}
    return json.dumps(parts, separators=(",", ":"))
