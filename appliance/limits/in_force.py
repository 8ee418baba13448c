"""The calendar and the limits that count now: one small object that everybody who asks for times holds. Pure.

What is entered at noon counts from noon on, for every service and page, without starting anything again. It is the
only thing in this folder that changes; both are exchanged whole, so that nobody sees half of a change.
"""

from __future__ import annotations

from appliance.limits.presets import DEFAULT, Preset
from appliance.limits.workdays import WorkCalendar


class InForce:
    """`hours.calendar` and `hours.preset` read here."""

    def __init__(self, calendar: WorkCalendar, preset: Preset = DEFAULT) -> None:
        self._now = (calendar, preset)

    @property
    def calendar(self) -> WorkCalendar:
        return self._now[0]

    @property
    def preset(self) -> Preset:
        return self._now[1]

    def become(self, *, calendar: WorkCalendar | None = None, preset: Preset | None = None) -> None:
        """From now on these count."""
        self._now = (calendar or self.calendar, preset or self.preset)
