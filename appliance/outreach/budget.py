"""How many message parts a SIM may still send today and this minute. The order of spending stands in purposes.py.

Counts live in memory: they are asked before every message. At the start the day's count is read back from the outbox.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo

from appliance.clock import Clock, from_utc_text, utc_text
from appliance.config import ModemSettings
from appliance.outreach.purposes import PURPOSES, Purpose
from db import outbox as rows
from db.store import Store

MINUTE_S = 60.0
LONGEST_PARTS = 255  # no message has more (23.040 9.2.3.24.1)
LEAST_SHARE = min(row.share for row in PURPOSES)


@dataclass
class _Spent:
    """One SIM's counts."""

    day_on: date
    today: int = 0
    lately: deque[tuple[float, int]] = field(default_factory=deque)  # (monotonic seconds, parts)


class SmsBudget:
    """What each SIM's plan allows. No cap is the number 0. Used by the desk thread; `sent_today` by anybody."""

    def __init__(self, modems: Sequence[ModemSettings], store: Store, clock: Clock, zone: tzinfo) -> None:
        self._clock, self._zone = clock, zone
        self._plans = {modem.name: modem for modem in modems}
        today = self._today()
        self._spent = {name: _Spent(today) for name in self._plans}
        midnight = datetime.combine(today, time(), zone)
        for row in rows.sent_lately(store, utc_text(midnight)):
            if row["line"] in self._spent and from_utc_text(row["sending_at"]) <= clock.now():
                self._spent[row["line"]].today += max(1, int(row["parts"]))

    def spend(self, line: str, parts: int) -> None:
        """So many parts go out over this line now: of the day's plan and of the minute's pace."""
        spent = self._of(line)
        spent.today += parts
        spent.lately.append((self._clock.monotonic_s(), parts))

    def give_back(self, line: str, parts: int) -> None:
        """Surely nothing went: the plan hasn't been charged."""
        spent = self._of(line)
        spent.today = max(0, spent.today - parts)

    def sent_today(self, line: str) -> int:
        """Parts since local midnight."""
        return self._of(line).today

    def has_room_today(self, line: str, purpose: Purpose, parts: int) -> bool:
        """Whether the day's share of this purpose holds so many parts more."""
        cap = self._plans[line].sms_per_day
        return not cap or self._of(line).today + parts <= int(cap * purpose.share)

    def has_room_for_anything(self, line: str) -> bool:
        """Whether every message whatever would find room today."""
        cap = self._plans[line].sms_per_day
        return not cap or self._of(line).today + LONGEST_PARTS <= int(cap * LEAST_SHARE)

    def may_send_now(self, line: str, parts: int) -> bool:
        """Whether the pace per minute allows it. A message longer than the pace goes after a whole quiet minute."""
        pace = self._plans[line].sms_per_minute
        if not pace:
            return True
        lately = self._of(line).lately
        now_s = self._clock.monotonic_s()
        while lately and lately[0][0] <= now_s - MINUTE_S:
            lately.popleft()
        used = sum(count for _, count in lately)
        return used == 0 or used + parts <= pace

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def _of(self, line: str) -> _Spent:
        spent, today = self._spent[line], self._today()
        if spent.day_on != today:
            spent.day_on, spent.today = today, 0
        return spent
