"""The world behind the modem: wall time, switches and timers, which outlive its power. Pure: it is told the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from modem.simulator.switches import SwitchBoard
from modem.simulator.timers import Timers

LOCAL_TIME = timezone(timedelta(hours=8))


@dataclass(slots=True)
class TownSwitches(SwitchBoard):
    """Everything that `set` on the control socket may turn. Times are seconds of the injected clock."""

    alert_delay_s: float = 0.2  # from `ring` to the first ring; from the last digit to ring-back
    ring_interval_s: float = 5.0
    ring_timeout_s: float = 60.0  # nobody answers: the caller, or the exchange, gives up
    digit_timeout_s: float = 3.0  # after the last digit the exchange takes the number for whole
    dial_timeout_s: float = 15.0  # dial tone turns into busy tone
    busy_s: float = 60.0  # busy tone turns into silence
    break_s: float = 0.6  # how long the loop has no current when it is broken
    answer_after_s: float = -1.0  # called parties pick up by themselves after this; below 0: only when told to


class Town:
    """`epoch` is the wall time at `epoch_s` on the clock that now_s counts on."""

    def __init__(self, epoch: datetime, epoch_s: float, number: str) -> None:
        self.number = number  # of the office's line
        self.switches = TownSwitches()
        self.timers = Timers()
        self._epoch, self._epoch_s = epoch, epoch_s

    def wall(self, now_s: float) -> datetime:
        return (self._epoch + timedelta(seconds=now_s - self._epoch_s)).astimezone(LOCAL_TIME)
