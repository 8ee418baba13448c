"""The injected clock, as far as sound needs it."""

from __future__ import annotations

import threading
from typing import Protocol


class Clock(Protocol):
    def monotonic_s(self) -> float: ...

    def wait(self, event: threading.Event, timeout_s: float) -> bool: ...
