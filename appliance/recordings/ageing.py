"""Erases what is older than the office wants to keep it. Decides nothing while the clock cannot be believed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong
from appliance.people.user import User
from appliance.recordings.files import Files
from appliance.upkeep.audit import Audit
from db import recordings, settings
from db.store import Store

log = logging.getLogger(__name__)

KEEP_DAYS = "recordings_keep_days"
KEEP_DAYS_DEFAULT = 180
SHORTEST_DAYS, LONGEST_DAYS = 30, 3650
AT_ONCE = 50


class Ageing:
    def __init__(self, store: Store, clock: Clock, audit: Audit, files: Files, *, clock_ok: Callable[[], bool]) -> None:
        self._store, self._clock, self._audit, self._files, self._clock_ok = store, clock, audit, files, clock_ok

    def keep_days(self) -> int:
        found = settings.value(self._store, KEEP_DAYS)
        return int(found) if found else KEEP_DAYS_DEFAULT

    def set_keep_days(self, days: int | None, by: User) -> None:
        """Raises FieldWrong."""
        if days is None or not SHORTEST_DAYS <= days <= LONGEST_DAYS:
            raise FieldWrong("keep_days", "Use a number of days from 30 to 3650.")
        with self._store.transaction() as tx:
            settings.set_value(tx, KEEP_DAYS, str(days), at=utc_text(self._clock.now()), by=by.id)
            self._audit.write(tx, "recordings_keep_days", "setting", None, by, words=(str(days),))

    def erase(self, recording_id: int, name: str, format_: str, by: User | None = None) -> bool:
        """Drop the key, then the file. False: somebody was faster."""
        with self._store.transaction() as tx:
            if not recordings.erase(tx, recording_id, utc_text(self._clock.now())):
                return False
            self._audit.write(tx, "recording_erased", "recording", recording_id, by)
        try:
            self._files.remove(name, format_)
        except OSError as trouble:  # without its key it can't be opened; mending takes the file away after a start
            log.error("the file of recording %d is still there: %s", recording_id, type(trouble).__name__)
        return True

    def sweep(self, goes_on: Callable[[], bool] = lambda: True) -> int:
        """Erase what is too old; how many. Never one that is held, or whose ticket is open."""
        if not self._clock_ok():
            return 0
        now = self._clock.now()
        if recordings.undated(self._store):
            with self._store.transaction() as tx:
                recordings.count_age_from(tx, utc_text(now))
        before, count = utc_text(now - timedelta(days=self.keep_days())), 0
        while goes_on() and (rows := recordings.too_old(self._store, before, AT_ONCE)):
            count += sum(self.erase(row["id"], row["name"], row["format"]) for row in rows)
        if count:
            log.info("%d recordings were erased: they were older than %d days", count, self.keep_days())
        return count
