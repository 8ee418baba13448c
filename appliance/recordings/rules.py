"""What the lead decides of all recordings: for how long they are kept, and whether their sound is bettered."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import settings
from db.store import Store

KEEP_DAYS, SOUND = "recordings_keep_days", "recordings_sound"  # of the setting and of its row in the audit
SHORTEST_DAYS, LONGEST_DAYS = 30, 3650
BETTER, AS_IT_WAS = "better", "as_it_was"


@dataclass(frozen=True, slots=True)
class Rules:
    keep_days: int = 180
    betters_sound: bool = True  # level, hum, the busy tone at its end; False: kept as the line brought it


class RecordingRules:
    """Any thread."""

    def __init__(self, store: Store, clock: Clock, audit: Audit) -> None:
        self._store, self._clock, self._audit = store, clock, audit

    def now(self) -> Rules:
        days = settings.value(self._store, KEEP_DAYS)
        is_as_it_was = settings.value(self._store, SOUND) == AS_IT_WAS
        return Rules(int(days) if days else Rules().keep_days, betters_sound=not is_as_it_was)

    def change(self, keep_days: int | None, by: User, *, betters_sound: bool) -> None:
        """What is stored already stays as it is. Raises FieldWrong."""
        if keep_days is None or not SHORTEST_DAYS <= keep_days <= LONGEST_DAYS:
            raise FieldWrong("keep_days", "Use a number of days from 30 to 3650.")
        wanted = {KEEP_DAYS: str(keep_days), SOUND: BETTER if betters_sound else AS_IT_WAS}
        with self._store.transaction() as tx:
            before = self.now()
            known = {KEEP_DAYS: str(before.keep_days), SOUND: BETTER if before.betters_sound else AS_IT_WAS}
            for name, text in wanted.items():
                if text != known[name]:
                    settings.set_value(tx, name, text, at=utc_text(self._clock.now()), by=by.id)
                    self._audit.write(tx, name, "setting", None, by, words=(text,))
