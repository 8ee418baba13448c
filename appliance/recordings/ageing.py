"""Erases what is older than the office wants to keep it. Decides nothing while the clock cannot be believed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from appliance.clock import Clock, utc_text
from appliance.people.user import User
from appliance.recordings.files import Files
from appliance.recordings.rules import RecordingRules
from appliance.upkeep.audit import Audit
from db import recordings
from db.store import Store

log = logging.getLogger(__name__)

AT_ONCE = 50


class Ageing:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        files: Files,
        *,
        rules: RecordingRules,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._audit, self._files = store, clock, audit, files
        self._rules, self._clock_ok = rules, clock_ok

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
        keep_days = self._rules.now().keep_days
        before, count = utc_text(now - timedelta(days=keep_days)), 0
        while goes_on() and (rows := recordings.too_old(self._store, before, AT_ONCE)):
            count += sum(self.erase(row["id"], row["name"], row["format"]) for row in rows)
        if count:
            log.info("%d recordings were erased: they were older than %d days", count, keep_days)
        return count
