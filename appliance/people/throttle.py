"""How often a password may be guessed: per name and address, so that the owner can always come in from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rule:
    """After `wrong` failures within `within`, the next try waits until `wait` after the last one."""

    wrong: int
    within: timedelta
    wait: timedelta


RULES = (
    Rule(5, timedelta(minutes=15), timedelta(minutes=15)),
    Rule(20, timedelta(hours=24), timedelta(minutes=60)),
)
LOOK_BACK = max(rule.within for rule in RULES)
MOST_LOOKED_AT = max(rule.wrong for rule in RULES)


def wait_until(wrong_at: Sequence[datetime], now: datetime) -> datetime | None:
    """When the next try is allowed, None if it is now. `wrong_at`: failures since the last success, newest first."""
    waits = [
        wrong_at[0] + rule.wait
        for rule in RULES
        if len(wrong_at) >= rule.wrong and wrong_at[0] - wrong_at[rule.wrong - 1] < rule.within
    ]
    latest = max(waits, default=now)
    return latest if latest > now else None
