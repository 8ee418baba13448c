"""Whether the box's clock can be believed. Many have no clock of their own that runs while they are off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from appliance.clock import Clock, from_utc_text, utc_text
from db.store import Store, Transaction

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)  # no true moment of operation lies before it
LATEST = datetime(2070, 1, 1, tzinfo=UTC)
MAY_GO_BACK = timedelta(hours=1)
SEEN_EVERY = timedelta(hours=6)  # four small writes a day


class BoxClock:
    """Knows the latest moment this office has lived through."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        found = store.row("SELECT value FROM meta WHERE key = 'last_seen_at'")
        self._last_seen = from_utc_text(found["value"]) if found else RELEASED

    def is_ok(self) -> bool:
        """False at 1970, before the release, in a far future, or an hour before a moment already seen."""
        now = self._clock.now()
        return RELEASED <= now < LATEST and now >= self._last_seen - MAY_GO_BACK

    def note(self) -> None:
        """Remember this moment, now and then. A wrong clock is never remembered."""
        if self.is_ok() and self._clock.now() - self._last_seen >= SEEN_EVERY:
            with self._store.transaction() as tx:
                self.note_in(tx)

    def note_in(self, tx: Transaction) -> None:
        if not self.is_ok():
            return
        self._last_seen = self._clock.now()
        tx.execute(
            "INSERT INTO meta (key, value) VALUES ('last_seen_at', ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (utc_text(self._last_seen),),
        )
