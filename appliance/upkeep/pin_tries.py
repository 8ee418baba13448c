"""A SIM's PIN is tried once: a wrong one costs one of the card's three tries, at every start of a box that forgets.

The try is on the disk before the PIN goes out. A try that ended in a crash counts as wrong: a person must look. What
the card took may be given again after the next power cut. A changed PIN in config.ini is another one, with its own try.
"""

from __future__ import annotations

import logging
import sqlite3

from appliance.clock import Clock, utc_text
from appliance.people.keys import BoxKey
from db import pin_tries as rows
from db.store import Store, StoreError

log = logging.getLogger(__name__)


class PinTries:
    """Asked by the lines' own threads. `holder` is whose card it is: "imei:..." or "line:NAME"."""

    def __init__(self, store: Store, clock: Clock, key: BoxKey) -> None:
        self._store, self._clock, self._key = store, clock, key

    def may_try(self, holder: str, pin: str) -> bool:
        """Whether the PIN may go out now; True only once that is on record for good."""
        try:
            with self._store.transaction() as tx:
                is_free = rows.spend(tx, self._digest(holder, pin), self._now())
        except (sqlite3.Error, StoreError) as trouble:
            log.error(
                "a SIM was not given its PIN, because the try could not be written down: %s", type(trouble).__name__
            )
            return False
        if not is_free:
            log.warning("a SIM's PIN was held back: it was tried before and not taken")
        return is_free

    def was_right(self, holder: str, pin: str) -> None:
        """The card took it."""
        try:
            with self._store.transaction() as tx:
                rows.was_right(tx, self._digest(holder, pin), self._now())
        except (sqlite3.Error, StoreError) as trouble:
            log.error("that a SIM took its PIN could not be written down: %s", type(trouble).__name__)

    def _digest(self, holder: str, pin: str) -> str:
        return self._key.digest("sim pin", holder, pin)

    def _now(self) -> str:
        return utc_text(self._clock.now())
