"""Huey is the clock, not the truth: it wakes the sweep, which finds by query what is due.

Its queue lives in memory: it is at-most-once anyway (6 of 200 tasks were lost in 6 kills), nothing of it has to
survive, and a minute tick through a file would write 31 MB a day to the card.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from huey import MemoryHuey, crontab
from huey.consumer import Consumer

from appliance.trouble import where

log = logging.getLogger(__name__)

LONGEST_POLL_S = 10
SCHEDULER_INTERVAL_S = 10
HEALTH_CHECK_S = 30


class QuietConsumer(Consumer):  # type: ignore[misc]
    """Huey's consumer without its signal handlers: SIGTERM belongs to our main thread."""

    def _set_signal_handlers(self) -> None:
        pass


class Jobs:
    """Calls `every_minute` once a minute, each function on its own: one that fails doesn't stop the next."""

    def __init__(self, every_minute: dict[str, Callable[[], object]]) -> None:
        self._every_minute = every_minute
        self._huey = MemoryHuey("hotline", immediate=False, utc=True)
        self._huey.periodic_task(crontab(minute="*"), name="tick")(self.tick)
        self._consumer = QuietConsumer(
            self._huey,
            workers=1,
            initial_delay=1.0,
            max_delay=LONGEST_POLL_S,
            scheduler_interval=SCHEDULER_INTERVAL_S,
            check_worker_health=True,
            health_check_interval=HEALTH_CHECK_S,
        )
        self._is_running = False
        self._health_lock = threading.Lock()  # pages and the main thread both ask, and a dead thread is replaced once

    def tick(self) -> None:
        """What the minute brings. Tests call it with a clock of their own."""
        for name, job in self._every_minute.items():
            try:
                job()
            except Exception as mistake:
                log.error("the job %s failed; it runs again in a minute: %s", name, where(mistake))

    def start(self) -> None:
        self._consumer.start()
        self._is_running = True

    def is_alive(self) -> bool:
        """Whether worker and scheduler run; dead ones are started again, unless they have not begun or shall end."""
        with self._health_lock:
            if not self._is_running:
                return False
            self._consumer.check_worker_health()
            return all(worker.is_alive() for _, worker in self._consumer.worker_threads)

    def stop(self) -> None:
        """Ask both threads to end; they do within their poll interval and hold nothing that must be saved."""
        with self._health_lock:
            self._is_running = False
            self._consumer.stop_flag.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for both threads; True if they ended."""
        threads = [self._consumer.scheduler, *(worker for _, worker in self._consumer.worker_threads)]
        for thread in threads:
            thread.join(timeout_s)
        return not any(thread.is_alive() for thread in threads)
