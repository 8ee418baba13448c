"""What "late" and "soon" mean at one moment. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from appliance.limits.hours import OfficeHours
from appliance.limits.presets import OWN_HOURS
from appliance.limits.workdays import NoSuchTime, later

SOON_SHARE = 4  # what runs by the hour is "soon" in its last quarter


@dataclass(frozen=True, slots=True)
class Horizon:
    """Anything due up to `now` is late, anything due up to the other moments soon."""

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


def horizon(now: datetime, hours: OfficeHours) -> Horizon:
    """The preset's working days before its end a limit in days is "soon"; in its last quarter one in hours.

    Where the clock says that time itself ends soon, nothing else does: a page is drawn by the wrongest clock.
    """
    by_urgency = hours.preset.clock_hours
    try:
        return Horizon(
            now=now,
            soon_workday=_workdays_after(now, hours.preset.yellow_days, hours),
            soon_by_urgency={key: later(now, timedelta(hours=limit) / SOON_SHARE) for key, limit in by_urgency.items()},
            soon_by_stage={
                key: hours.add_open(now, timedelta(hours=limit) / SOON_SHARE) for key, limit in OWN_HOURS.items()
            },
        )
    except NoSuchTime:
        return Horizon(now, now, dict.fromkeys(by_urgency, now), dict.fromkeys(OWN_HOURS, now))


def _workdays_after(now: datetime, days: int, hours: OfficeHours) -> datetime:
    """The same time so many working days on. A day off counts as the end of the working day before it."""
    today = hours.local_date(now)
    last_day = hours.calendar.add_workdays(today, days)
    if not hours.calendar.is_workday(today):
        return hours.closing(last_day)
    local = now.astimezone(hours.zone)
    return later(datetime.combine(last_day, local.timetz()), timedelta(0)).astimezone(now.tzinfo)
