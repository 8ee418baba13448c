"""Forgets who reported in confidence, three years after the matter was closed (domain 4.6, retention).

What goes is the key of the row, and the digests by which a number finds its way to the pseudonym: from then on nobody
opens the row, not with a second person and not with the box. The pseudonym stays, and so does who asked to look.
Nothing is decided while the clock cannot be believed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from appliance.casework import sight
from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import settings
from db import vault as rows
from db.store import Store

log = logging.getLogger(__name__)

KEEP_YEARS = "vault_keep_years"  # of the setting and of its row in the audit
USUAL_YEARS, SHORTEST_YEARS, LONGEST_YEARS = 3, 1, 30
DAYS_OF_YEAR = 365.25
AT_ONCE = 200


class VaultAgeing:
    """Any thread."""

    def __init__(self, store: Store, clock: Clock, audit: Audit, *, clock_ok: Callable[[], bool]) -> None:
        self._store, self._clock, self._audit, self._clock_ok = store, clock, audit, clock_ok

    def keep_years(self) -> int:
        """So many years after the last closing a protected person is forgotten."""
        text = settings.value(self._store, KEEP_YEARS)
        return int(text) if text else USUAL_YEARS

    def change(self, years: int | None, by: User) -> None:
        """A lead decides. What is forgotten stays so. Raises FieldWrong, NotAllowed."""
        sight.must_be_lead(by)
        if years is None or not SHORTEST_YEARS <= years <= LONGEST_YEARS:
            raise FieldWrong(
                "keep_years",
                "Use a number of years from %(shortest)d to %(longest)d.",
                shortest=SHORTEST_YEARS,
                longest=LONGEST_YEARS,
            )
        with self._store.transaction() as tx:
            if years != self.keep_years():
                settings.set_value(tx, KEEP_YEARS, str(years), at=utc_text(self._clock.now()), by=by.id)
                self._audit.write(tx, KEEP_YEARS, "setting", None, by, words=(str(years),))

    def sweep(self) -> int:
        """Forget whose matters have all been closed for so long; how many. Writes nothing where nothing is due."""
        if not self._clock_ok():
            return 0
        years, now, count = self.keep_years(), self._clock.now(), 0
        before = utc_text(now - timedelta(days=years * DAYS_OF_YEAR))
        while due := rows.too_old(self._store, before, AT_ONCE):
            for citizen_id in due:
                with self._store.transaction() as tx:
                    rows.forget(tx, citizen_id, utc_text(now))
                    self._audit.write(tx, "identity_forgotten", "citizen", citizen_id)
            count += len(due)
        if count:
            self._store.fold_log()  # the keys stand in the write-ahead log no longer
            log.info("%d identities were forgotten: closed for more than %d years", count, years)
        return count
