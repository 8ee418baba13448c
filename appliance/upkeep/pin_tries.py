"""A SIM's PIN is tried once: a wrong one costs one of the card's three tries, at every start of a box that forgets.

The try is on the disk before the PIN goes out. A try that ended in a crash counts as wrong: a person must look, and
may free it (`hotline modem pin-again`). What the card took may be given again after the next power cut. A changed PIN
in config.ini is another one, with its own try; so is the same PIN for another card.
"""

from __future__ import annotations

import logging
import sqlite3

from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong
from appliance.people.keys import BoxKey
from appliance.upkeep.audit import Audit
from db import pin_tries as rows
from db.store import Store, StoreError

log = logging.getLogger(__name__)


class PinTries:
    """Asked by the lines' own threads. `holder` is whose card it is: see modem.gsm_pin.PinTries."""

    def __init__(self, store: Store, clock: Clock, key: BoxKey) -> None:
        self._store, self._clock, self._key = store, clock, key

    def was_tried(self, holder: str, pin: str) -> bool:
        """Whether the try is spent; also where nobody can read whether it is."""
        try:
            return rows.is_spent(self._store, self._digest(holder, pin))
        except (sqlite3.Error, StoreError) as trouble:
            log.error("whether a SIM's PIN was tried before could not be read: %s", type(trouble).__name__)
            return True

    def may_try(self, line: str, holder: str, pin: str) -> bool:
        """Whether the PIN may go out now; True only once that is on record for good."""
        try:
            with self._store.transaction() as tx:
                is_free = rows.spend(tx, self._digest(holder, pin), line, self._now())
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


def free(audit: Audit, line: str) -> None:
    """A person says that this line's PIN may be tried once more. Raises FieldWrong where none was tried in vain."""
    with audit.store.transaction() as tx:
        if not rows.free(tx, line):
            others = ", ".join(rows.lines_with_spent(audit.store)) or "none"
            raise FieldWrong("line", f"No PIN was tried in vain on line {line}. Lines where one was: {others}.")
        audit.write(tx, "pin_freed", "line", None, role="shell", words=(line,))
