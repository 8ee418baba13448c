"""What holds for whom on the telephone, in memory: a ring can't wait for the disk to learn that its caller is blocked.

A picture of the few rows that hold, taken anew each minute and with every change. Between two pictures the calls heard
are counted by their ids, so that one that has its row by the next picture counts once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from types import MappingProxyType

from appliance.clock import Clock, moment_or_none, utc_text
from db import nuisance as rows
from db.store import Store

LIMIT = "limit"
OVER_LIMIT = "over"  # limited, and beyond the number of the day


@dataclass(frozen=True, slots=True)
class _Held:
    level: str
    per_day: int
    until: datetime | None
    calls: frozenset[int] = frozenset()  # of the picture's day
    texts: int = 0


@dataclass(frozen=True, slots=True)
class _Picture:
    day: date
    held: Mapping[str, _Held] = field(default_factory=lambda: MappingProxyType({}))


class HeldCallers:
    """Any thread; `refresh` reads the disk, `level_of` never does."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        zone: tzinfo,
        clock_ok: Callable[[], bool],
        address: Callable[[str], str],
    ) -> None:
        """`address`: the number behind a protected person's reference."""
        self._store, self._clock, self._zone = store, clock, zone
        self._clock_ok, self._address = clock_ok, address
        self._lock = threading.Lock()
        self._picture = _Picture(self._today())
        self._heard: dict[str, set[int]] = {}  # number -> calls of `_heard_on`
        self._heard_on = self._picture.day

    def refresh(self) -> None:
        """Take the picture anew."""
        today = self._today()
        midnight = utc_text(datetime.combine(today, time(), self._zone))
        held = {}
        for row in rows.holding(self._store, utc_text(self._clock.now())):
            number = self._address(row["phone"] or "")
            if not number:
                continue
            is_counted = row["level"] == LIMIT
            held[number] = _Held(
                row["level"],
                row["per_day"] or 0,
                moment_or_none(row["until_at"]),
                rows.call_ids_since(self._store, row["citizen_id"], midnight) if is_counted else frozenset(),
                rows.texts_since(self._store, row["citizen_id"], midnight) if is_counted else 0,
            )
        self._picture = _Picture(today, MappingProxyType(held))

    def level_of(self, number: str | None, call_id: int) -> str:
        """What holds for the caller of this call: a key of nuisance.LEVELS, OVER_LIMIT, or "" for nearly everybody."""
        picture = self._picture
        held = picture.held.get(number or "")
        if held is None or not number or not self._clock_ok():
            return ""
        if held.until is not None and held.until <= self._clock.now():
            return ""
        if held.level != LIMIT:
            return held.level
        today = self._today()
        heard = self._count(number, call_id, today)
        before = (held.calls, held.texts) if picture.day == today else (frozenset(), 0)
        return OVER_LIMIT if len(before[0] | heard) + before[1] > held.per_day else LIMIT

    def _count(self, number: str, call_id: int, today: date) -> frozenset[int]:
        with self._lock:
            if self._heard_on != today:
                self._heard, self._heard_on = {}, today
            calls = self._heard.setdefault(number, set())
            calls.add(call_id)
            return frozenset(calls)

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()
