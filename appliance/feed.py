"""News for the screens: kind and id, to every open browser. A missed one costs nothing: a reload is always right."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

KINDS = ("ring", "call", "message", "ticket", "line", "reminder")
QUEUE_LENGTH = 256  # a browser that lags further behind is told to reload


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news. `extra` is sent along in the JSON (a ring's number and line)."""

    kind: str
    id: int
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(eq=False)
class Subscription:
    """One browser's queue."""

    items: deque[Item] = field(default_factory=lambda: deque(maxlen=QUEUE_LENGTH))
    woken: threading.Event = field(default_factory=threading.Event)
    is_closed: bool = False

    def take(self, timeout_s: float) -> list[Item]:
        """Everything new, or an empty list after `timeout_s`."""
        self.woken.wait(timeout_s)
        self.woken.clear()
        taken = []
        while self.items:
            taken.append(self.items.popleft())
        return taken


class Feed:
    """Hands each item to every subscription; never blocks whoever announces."""

    def __init__(self, *, most: int = 24) -> None:
        """`most` open streams; the oldest is closed when one more comes (each holds a web thread)."""
        self._most = most
        self._lock = threading.Lock()
        self._subscriptions: list[Subscription] = []
        self._counts = dict.fromkeys(KINDS, 0)

    def told(self, kinds: Iterable[str]) -> int:
        """How many items of these kinds there have been: who knows another number has missed some."""
        return sum(self._counts[kind] for kind in kinds)

    def subscribe(self) -> Subscription:
        subscription = Subscription()
        with self._lock:
            self._subscriptions.append(subscription)
            surplus = self._subscriptions[: -self._most]
            del self._subscriptions[: -self._most]
        for old in surplus:
            _close(old)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        with self._lock:
            if subscription in self._subscriptions:
                self._subscriptions.remove(subscription)
        _close(subscription)

    def announce(self, kind: str, row_id: int, **extra: str) -> None:
        item = Item(kind, row_id, tuple(extra.items()))
        with self._lock:
            self._counts[kind] += 1
            subscriptions = list(self._subscriptions)
        for subscription in subscriptions:
            subscription.items.append(item)
            subscription.woken.set()

    def announce_all(self, news: Iterable[tuple[str, int]]) -> None:
        """What a committed transaction changed."""
        for kind, row_id in news:
            self.announce(kind, row_id)

    def close(self) -> None:
        """End every stream, so that the web server can stop."""
        with self._lock:
            subscriptions, self._subscriptions = self._subscriptions, []
        for subscription in subscriptions:
            _close(subscription)


def _close(subscription: Subscription) -> None:
    subscription.is_closed = True
    subscription.woken.set()
