"""What callers did in the latest calls, for the end of each call, and what is still to be written of it."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

from appliance.callflow.result import FlowResult, joined

MOST_KEPT = 300


class Results:
    """Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of_calls: OrderedDict[int, FlowResult] = OrderedDict()
        self.finished: deque[FlowResult] = deque(maxlen=MOST_KEPT)  # of scripts that are over, to be written

    def get(self, call_id: int) -> FlowResult | None:
        with self._lock:
            return self._of_calls.get(call_id)

    def add(self, result: FlowResult) -> None:
        """A script is over. One call may have several."""
        with self._lock:
            self._of_calls[result.call_id] = joined(self._of_calls.get(result.call_id), result)
            while len(self._of_calls) > MOST_KEPT:
                self._of_calls.popitem(last=False)
        if result.steps:
            self.finished.append(result)
