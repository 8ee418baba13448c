"""Builds what the office sets about time: its limits and its holidays."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from appliance.casework.calendar import load_calendar
from appliance.casework.deadlines import Deadlines, load_preset
from appliance.casework.holidays import Holidays
from appliance.clock import Clock
from appliance.config import Settings
from appliance.limits.hours import OfficeHours
from appliance.people.departments import Departments
from appliance.upkeep.audit import Audit
from db.store import Store


class LimitsDesk:
    """`hours` are the ones in force: whoever holds them counts by what is set here, from the moment it is set."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        hours: OfficeHours,
        *,
        departments: Departments,
        language: str,
        clock_ok: Callable[[], bool],
    ) -> None:
        self.deadlines = Deadlines(store, clock, audit, hours, departments)
        self.holidays = Holidays(store, clock, audit, hours, language=language, clock_ok=clock_ok)


def hours_of(settings: Settings, store: Store, zone: ZoneInfo) -> OfficeHours:
    """The office's hours with its calendar and its limits."""
    return settings.office.hours.at(load_calendar(store), zone, load_preset(store))
