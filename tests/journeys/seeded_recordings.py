"""Bugs in how recordings outlive a crash. See seeded_box.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.intake.board import ENDED
from appliance.intake.call_log import CallLog
from appliance.intake.voicemails import Voicemails
from appliance.recordings import mending
from appliance.recordings.mending import Mending
from appliance.recordings.repair import repair
from appliance.recordings.track import Track

Put = Callable[[Any, str, Any], None]


def writes_at_the_end(put: Put) -> None:
    """What is said is written when it was said."""
    put(Track, "_is_due", lambda track: bool(track._waiting) and track.is_closing)


def parts_stay(put: Put) -> None:
    """Whatever was not closed was not meant to be kept."""
    put(Mending, "parts", lambda keeper: 0)


def rows_without_recordings(put: Put) -> None:
    """A row is a recording."""

    def tidy(part: Path, sealer: Any) -> Any:
        finished = repair(part, sealer)
        part.with_suffix("").unlink(missing_ok=True)
        return finished

    put(mending, "repair", tidy)


def tickets_by_event(put: Put) -> None:
    """Whoever saw the call end makes the ticket."""

    def saw_it(voicemails: Voicemails, row: Any) -> bool:
        call = voicemails._board.get(row["call_id"])
        return call is not None and call.state == ENDED

    put(Voicemails, "_is_over", saw_it)


def crash_forgets_callers(put: Put) -> None:
    """A new start is a new day."""
    put(CallLog, "recover", lambda log: 0)


BUGS: dict[str, Callable[[Put], None]] = {
    "writes-at-the-end": writes_at_the_end,
    "parts-stay": parts_stay,
    "rows-without-recordings": rows_without_recordings,
    "tickets-by-event": tickets_by_event,
    "crash-forgets-callers": crash_forgets_callers,
}
