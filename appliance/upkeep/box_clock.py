"""Whether the box's clock can be believed. Many have no clock of their own that runs while they are off.

What is remembered here can never be taken back by a clock, only by a person (`trust`): so a moment far ahead of all
that was lived through is remembered late, after a day of work in it. One start in 2035 is forgotten again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import FieldWrong
from appliance.upkeep.audit import Audit
from db import meta
from db.store import Store, Transaction

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)  # no true moment of operation lies before it
LATEST = datetime(2070, 1, 1, tzinfo=UTC)
MAY_GO_BACK = timedelta(hours=1)
SEEN_EVERY = timedelta(hours=6)  # four small writes a day
FAR = timedelta(days=35)
LIVED_AFTER_FAR_S = 24 * 3600.0

LAST_SEEN = "last_seen_at"


class BoxClock:
    """Knows the latest moment this office has lived through."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        found = meta.value(store, LAST_SEEN)
        self._last_seen = from_utc_text(found) if found else RELEASED
        self._looked_at, self._looked_at_s = clock.now(), clock.monotonic_s()
        self._far_since_s = self._looked_at_s

    def is_ok(self) -> bool:
        """False at 1970, before the release, in a far future, or an hour before a moment already seen."""
        return believable(self._clock.now(), self._last_seen)

    def note(self) -> None:
        """Remember this moment, now and then. A wrong clock is never remembered, a far moment not at once."""
        if self._may_remember() and self._clock.now() - self._last_seen >= SEEN_EVERY:
            with self._store.transaction() as tx:
                self._remember(tx)

    def note_in(self, tx: Transaction) -> None:
        """The same at the end of a run, however short ago the last time was."""
        if self._may_remember():
            self._remember(tx)

    def trust(self, audit: Audit) -> datetime:
        """A person says that the clock is right: it is believed, whatever was remembered. Raises FieldWrong."""
        now = self._clock.now()
        if not RELEASED <= now < LATEST:
            raise FieldWrong("clock", "The clock stands at an impossible time. Set it first.")
        with self._store.transaction() as tx:
            audit.write(tx, "clock_trusted", "clock", None, role="shell", words=(utc_text(now),))
            self._remember(tx)
        return now

    def _may_remember(self) -> bool:
        """Whether nothing speaks against this moment: it is near what was lived through, or was lived in for a day."""
        now, now_s = self._clock.now(), self._clock.monotonic_s()
        unexplained = now - self._looked_at - timedelta(seconds=now_s - self._looked_at_s)
        if abs(unexplained) > FAR:
            self._far_since_s = now_s
        self._looked_at, self._looked_at_s = now, now_s
        is_lived_in = now - self._last_seen <= FAR or now_s - self._far_since_s >= LIVED_AFTER_FAR_S
        return self.is_ok() and is_lived_in

    def _remember(self, tx: Transaction) -> None:
        self._last_seen = self._clock.now()
        meta.set_value(tx, LAST_SEEN, utc_text(self._last_seen))


def believable(now: datetime, last_seen: datetime) -> bool:
    """Whether `now` can be true in an office that has lived through `last_seen`."""
    return RELEASED <= now < LATEST and now >= last_seen - MAY_GO_BACK
