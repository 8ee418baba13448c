"""One answer to "does it work?", without any personal data."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

from appliance import __version__
from appliance.lines import Lines
from db.store import Store

# Message ids; each says what happened and what to do.
ALARMS = {
    "recordings_full": (
        "The disk of the box is nearly full: no call is recorded and no voicemail is taken. Call the technician."
    ),
    "recordings_broken": (
        "A recording could not be written to the disk of the box; what was recorded so far is kept."
        " Call the technician."
    ),
    "recordings_filling": (
        "The disk of the box is filling up. Soon no call can be recorded any more. Tell the technician."
    ),
    "disk": (
        "The box cannot write: its disk is full or broken. Text messages wait on the SIM;"
        " write calls down on paper and call the technician."
    ),
    "clock": (
        "The clock of the box is wrong. Nothing is reminded of or counted as late until the technician has set it."
    ),
}
GOOD_STATES = frozenset({"ready"})


class Health:
    """Reads the vital parts; each part is a name and a question that is answered with yes or no."""

    def __init__(
        self,
        store: Store,
        lines: Lines,
        parts: Mapping[str, Callable[[], bool]],
        *,
        clock_ok: Callable[[], bool],
        recording: Callable[[], str] = lambda: "",
    ) -> None:
        """`recording`: how the recorder is, as `Recorder.state` says."""
        self._recording = recording
        self._store, self._lines, self._parts, self._clock_ok = store, lines, parts, clock_ok

    def alarms(self) -> tuple[str, ...]:
        """What everybody must know at once, on every page: message ids of ALARMS."""
        raised = {f"recordings_{self._recording()}"}
        raised |= {"disk"} if self._store.trouble else set()
        raised |= set() if self._clock_ok() else {"clock"}
        return tuple(sentence for name, sentence in ALARMS.items() if name in raised)

    def report(self) -> dict[str, object]:
        """`status` is "down" when a vital part is, "degraded" when a line isn't ready or its store is full, else "ok".

        "database" is down too while nothing can be written: the disk is full, or has become read-only.
        """
        cards = self._lines.cards()
        lines = [{"name": card.name, "state": str(card.state)} for card in cards]
        parts = {name: is_well() for name, is_well in self._parts.items()}
        parts["database"] = self._can_read() and not self._store.trouble
        if not all(parts.values()):
            status = "down"
        elif any(line["state"] not in GOOD_STATES for line in lines) or any("full" in card.warnings for card in cards):
            status = "degraded"
        else:
            status = "ok"
        return {"status": status, "version": __version__, "lines": lines, "parts": parts}

    def _can_read(self) -> bool:
        try:
            return self._store.row("SELECT 1") is not None
        except sqlite3.Error:
            return False
