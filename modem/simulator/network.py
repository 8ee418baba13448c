"""The telephone network behind one SIM: service centre, exchange and the citizens' telephones in one town.

Pure: it is told the time, never asks for it. The module is its only subscriber.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from random import Random
from typing import Protocol

from modem.simulator.exchange import Call, CallTaker, Exchange
from modem.simulator.phones import Phones
from modem.simulator.smsc import MessageTaker, ServiceCentre
from modem.simulator.switches import Switches
from modem.simulator.timers import Timers

NETWORK_TIME = timezone(timedelta(hours=8))


class Subscriber(MessageTaker, CallTaker, Protocol):
    """The module, as the network sees it."""

    def conditions_changed(self, now_s: float) -> None:
        """Registration, signal or operator changed."""
        ...


class Network:
    """One town. `epoch` is the wall time at `epoch_s` on the clock that now_s counts on."""

    def __init__(self, epoch: datetime, epoch_s: float, *, number: str, seed: int = 1) -> None:
        self.number = number  # of the box's SIM, as citizens see it
        self.switches = Switches()
        self.timers = Timers()
        self.phones = Phones()
        self._epoch, self._epoch_s = epoch, epoch_s
        self.smsc = ServiceCentre(self.switches, self.timers, self.phones, self.wall, Random(seed))
        self.exchange = Exchange(self.switches, self.timers)
        self._subscriber: Subscriber | None = None

    def connect(self, subscriber: Subscriber) -> None:
        self._subscriber = subscriber
        self.smsc.taker = subscriber
        self.exchange.taker = subscriber

    def wall(self, now_s: float) -> datetime:
        """Network time."""
        return (self._epoch + timedelta(seconds=now_s - self._epoch_s)).astimezone(NETWORK_TIME)

    def switch(self, values: dict[str, object], now_s: float) -> None:
        """Turn switches, then let the world follow."""
        self.switches.set(values)
        if self._subscriber is not None:
            self._subscriber.conditions_changed(now_s)
        self.smsc.hand_over(now_s)

    def ring(self, number: str, now_s: float) -> Call:
        return self.exchange.ring(number, now_s)

    def tick(self, now_s: float) -> bool:
        """Do one thing that is due; False if nothing is."""
        return self.timers.run_one(now_s)

    def next_deadline(self) -> float | None:
        return self.timers.next_deadline()
