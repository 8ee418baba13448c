"""The one clock of the simulator. The core never looks at it: it is told the time; only the loop asks and waits."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the loop needs of a clock; a test passes one whose hands it moves itself."""

    def monotonic_s(self) -> float: ...

    def now(self) -> datetime: ...

    def wait(self, event: threading.Event, timeout_s: float) -> bool: ...


class RealClock:
    """The machine's clock."""

    def monotonic_s(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        return event.wait(timeout_s)
