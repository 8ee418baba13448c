"""What is done once a night, when nobody calls.

What is too old is forgotten; the search index is looked through by sample, the audit chain whole.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, tzinfo

from appliance.casework.tickets import Tickets
from appliance.upkeep.audit import Audit

log = logging.getLogger(__name__)

HOUR = 3  # local time


class Night:
    """Looked at every minute; works once a night, and after a start during that hour."""

    def __init__(
        self, tickets: Tickets, audit: Audit, zone: tzinfo, *, forget: Callable[[], object] = lambda: None
    ) -> None:
        self._tickets, self._audit, self._zone, self._forget = tickets, audit, zone, forget
        self._done_on: date | None = None

    def look(self, now: datetime) -> bool:
        """True if this was the minute to work in."""
        local = now.astimezone(self._zone)
        if local.hour != HOUR or self._done_on == local.date():
            return False
        self._done_on = local.date()
        self._forget()
        self._check_search()
        verdict = self._audit.verify()
        if not verdict.is_whole:
            log.error(
                "the audit chain is broken at row %s: restore a backup and find out who was there",
                verdict.first_bad_seq,
            )
        return True

    def _check_search(self) -> None:
        verdict = self._tickets.check_search()
        if not verdict.is_whole:
            log.error("the search index was wrong; it was built again")
            self._tickets.rebuild_search()
