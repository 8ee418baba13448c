"""Whether the box itself rings whoever does not answer the text about a danger: a switch of the office, on at first."""

from __future__ import annotations

from appliance.casework import sight
from appliance.clock import Clock, utc_text
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import settings
from db.store import Store

SETTING = "emergency_rings"
ON, OFF = "on", "off"


class RingSwitch:
    """Any thread."""

    def __init__(self, store: Store, clock: Clock, audit: Audit) -> None:
        self._store, self._clock, self._audit = store, clock, audit

    def is_on(self) -> bool:
        return settings.value(self._store, SETTING) != OFF

    def turn(self, by: User, *, is_on: bool) -> None:
        """From now on. Raises NotAllowed: the lead decides this."""
        sight.must_be_lead(by)
        with self._store.transaction() as tx:
            word = ON if is_on else OFF
            if settings.set_value(tx, SETTING, word, at=utc_text(self._clock.now()), by=by.id):
                self._audit.write(tx, f"emergency_rings_{word}", "setting", 0, by)
