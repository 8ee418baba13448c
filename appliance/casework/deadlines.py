"""Which time limits count: a preset of the program, or the office's own. What was dispatched before keeps its limit."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.casework import lifecycle, unit_hours
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.limits import ladder, own_preset
from appliance.limits.hours import OfficeHours
from appliance.limits.presets import CUSTOM, DEFAULT, PRESETS, Preset
from appliance.people.departments import Department, Departments
from appliance.people.user import User
from appliance.trouble import where
from appliance.upkeep.audit import Audit
from db import due_times, settings
from db.store import Reads, Store

log = logging.getLogger(__name__)

MOST_SHOWN = 500
IN_FORCE, OWN = "limits", "limits_own"  # names of settings


def load_preset(reads: Reads) -> Preset:
    """What the office chose; the usual limits where it chose nothing."""
    return _read(reads, IN_FORCE) or DEFAULT


@dataclass(frozen=True, slots=True)
class Late:
    """A ticket on the list of the late: no word of its citizen."""

    no: int
    department: Department | None
    due_at: datetime
    workdays: int  # since then


class Deadlines:
    def __init__(self, store: Store, clock: Clock, audit: Audit, hours: OfficeHours, departments: Departments) -> None:
        self._store, self._clock, self._audit, self._hours = store, clock, audit, hours
        self._departments = departments

    @property
    def in_force(self) -> Preset:
        return self._hours.preset

    def all(self) -> tuple[Preset, ...]:
        """Those of the program, and the office's own if it ever wrote some."""
        own = self.own()
        return (*PRESETS, own) if own is not None else PRESETS

    def own(self) -> Preset | None:
        return _read(self._store, OWN)

    def choose(self, key: str, by: User) -> None:
        """From now on these limits count for what is dispatched. Raises NotFound."""
        chosen = next((row for row in self.all() if row.key == key), None)
        if chosen is None:
            raise NotFound
        self._put(chosen, by)

    def write_own(self, typed: Mapping[str, str], by: User) -> None:
        """The office's own limits, which count from now on. Raises FieldWrong."""
        self._put(own_preset.from_form(typed), by)

    def late(self) -> tuple[Late, ...]:
        """What departments have had for so long after its time that it stands on the list; the latest first."""
        now, own = self._clock.now(), unit_hours.of_all(self._store, self._hours)
        cuts = {hours: ladder.cuts(now, hours)[ladder.LISTED.kind] for hours in (self._hours, *own.values())}
        rows = due_times.late_since(self._store, utc_text(max(cuts.values())), lifecycle.UNITS_TURN, MOST_SHOWN)
        units = {unit.id: unit for unit in self._departments.all()}
        return tuple(
            Late(row["no"], units.get(row["department_id"]), due_at, _passed(due_at, now, hours))
            for row in rows
            for due_at, hours in [(from_utc_text(row["due_at"]), own.get(row["department_id"], self._hours))]
            if due_at <= cuts[hours]
        )

    def _put(self, chosen: Preset, by: User) -> None:
        text, at = own_preset.kept(chosen), utc_text(self._clock.now())
        before = self.in_force
        if own_preset.kept(before) == text:
            return
        try:
            with self._store.transaction() as tx:
                settings.set_value(tx, IN_FORCE, text, at=at, by=by.id)
                if chosen.key == CUSTOM:
                    settings.set_value(tx, OWN, text, at=at, by=by.id)
                self._audit.write(tx, "limits_chosen", "setting", None, by, words=(own_preset.kept(before), text))
                tx.announce("ticket", 0)
                self._hours.in_force.become(preset=chosen)  # before anybody else may dispatch by the old ones
        except BaseException:
            self._hours.in_force.become(preset=before)
            raise
        log.info("the time limits are now: %s", chosen.key)


def _passed(due_at: datetime, now: datetime, hours: OfficeHours) -> int:
    """Working days of whoever has it in hand, since it was due."""
    return hours.calendar.workdays_between(hours.due_date(due_at), hours.local_date(now))


def _read(reads: Reads, name: str) -> Preset | None:
    text = settings.value(reads, name)
    try:
        return own_preset.read(text) if text else None
    except (FieldWrong, KeyError, ValueError) as wrong:  # of a version that had another set of numbers
        log.error("the kept time limits can't be read, the usual ones count: %s", where(wrong))
        return None
