"""What happens to tickets by itself: a pause ends, a closed ticket is put away. Found by query, never by timers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from appliance.casework import guards, lifecycle
from appliance.casework.lifecycle import Actor
from appliance.casework.moving import Moving
from appliance.casework.orders import Order
from appliance.clock import utc_text
from appliance.errors import OfficeError
from db import archiving as rows
from db.store import Store

AT_ONCE = 100  # per minute: a first start with years of closed tickets takes its time and keeps nobody waiting


class Sweep:
    def __init__(self, store: Store, moving: Moving, clock_ok: Callable[[], bool]) -> None:
        self._store, self._moving, self._clock_ok = store, moving, clock_ok

    def look(self, now: datetime) -> int:
        """Make the moves whose time has come; writes nothing where there are none, nor while the time is unknown."""
        if not self._clock_ok():
            return 0
        paused = rows.to_resume(self._store, utc_text(now), AT_ONCE)
        closed_status = lifecycle.move("archive").from_statuses[0]
        closed = rows.to_archive(self._store, closed_status, utc_text(now - guards.ARCHIVED_AFTER), AT_ONCE)
        return sum(self._made(no, "resume") for no in paused) + sum(self._made(no, "archive") for no in closed)

    def _made(self, no: int, move: str) -> bool:
        """Somebody may have moved it since it was found."""
        try:
            self._moving.make(no, Order(move, Actor.SYSTEM))
        except OfficeError:
            return False
        return True
