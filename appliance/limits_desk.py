"""Builds what the office sets about time, its limits and its holidays, and what reminds of both."""

from __future__ import annotations

from collections.abc import Callable

from appliance.casework.deadlines import Deadlines
from appliance.casework.holidays import Holidays
from appliance.casework.unit_hours_changes import UnitHours
from appliance.ground import Ground
from appliance.lines import Lines
from appliance.outreach.due_ladder import DueLadder
from appliance.outreach.due_texts import DueTexts
from appliance.outreach.outbox import Outbox
from appliance.outreach.reminders import Reminders
from appliance.outreach.templates import Texts
from appliance.people.departments import Departments


class LimitsDesk:
    """`deadlines`, `holidays` and `unit_hours` are for the pages that set them, `reminders` for the desk's page."""

    def __init__(self, ground: Ground, *, departments: Departments, lines: Lines, outbox: Outbox, texts: Texts) -> None:
        store, clock, audit, hours = ground.store, ground.clock, ground.audit, ground.hours
        self.deadlines = Deadlines(store, clock, audit, hours, departments)
        self.holidays = Holidays(store, clock, audit, hours, language=ground.language, clock_ok=ground.clock_ok)
        self.unit_hours = UnitHours(store, clock, audit, hours, departments)
        ladder = DueLadder(store, hours, DueTexts(clock, outbox, texts, hours))
        self.reminders = Reminders(store, clock, hours, ladder, lines, clock_ok=ground.clock_ok)
        self.every_minute: dict[str, Callable[[], object]] = {
            "reminders": lambda: self.reminders.sweep(clock.now()),
            "holidays": self.holidays.prompt,
        }
