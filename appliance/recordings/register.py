"""Gives every recording that lies whole on the disk its row, whoever closed it: the recorder, or a repair."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue

from appliance.clock import Clock, utc_text
from appliance.outreach.marks import raise_once
from appliance.recordings.layout import Finished
from db import calls, recordings
from db.store import Store, Transaction

VOICEMAIL = "voicemail"
CUT = ("full", "slow", "broken")  # endings that a person has to know of; a crash is known from elsewhere


class Register:
    """`settle` belongs to the desk's thread; `add` may be called from any."""

    def __init__(
        self, store: Store, clock: Clock, finished: SimpleQueue[Finished], on_new: Callable[[], None] = lambda: None
    ) -> None:
        self._store, self._clock, self._finished, self._on_new = store, clock, finished, on_new
        self._waiting: deque[Finished] = deque()  # taken from the queue, and not yet written

    def settle(self) -> int:
        """Write the rows of what was finished; how many. What cannot be written now waits for the next time.

        One that cannot be written holds up no other. Raises what the first of them met.
        """
        self._take()
        count, first_trouble = 0, None
        for finished in list(self._waiting):
            try:
                count += self.add(finished) is not None
            except Exception as trouble:  # a full disk, or a mistake of ours: it stays in the queue either way
                first_trouble = first_trouble or trouble
            else:
                self._waiting.remove(finished)
        if first_trouble is not None:
            raise first_trouble
        return count

    def add(self, finished: Finished) -> int | None:
        """Its new id; None if it has its row already."""
        with self._store.transaction() as tx:
            recording_id = recordings.add(
                tx,
                [(mark.at_s, mark.kind, mark.note) for mark in finished.marks],
                **_columns(finished),
            )
            if recording_id is None:
                return None
            if finished.ending in CUT:
                self._tell_desk(tx, recording_id, finished)
            tx.announce("call", finished.header.call_id)
        self._on_new()
        return recording_id

    def _take(self) -> None:
        with suppress(Empty):
            while True:
                self._waiting.append(self._finished.get_nowait())

    def _tell_desk(self, tx: Transaction, recording_id: int, finished: Finished) -> None:
        now = utc_text(self._clock.now())
        row: sqlite3.Row | None = calls.get(tx, finished.header.call_id)
        line = row["line"] if row else ""
        raise_once(tx, f"recording:{recording_id}", "recording_cut", now, line=line)


def _columns(finished: Finished) -> dict[str, object]:
    header = finished.header
    return {
        "name": header.name,
        "format": header.format,
        "kind": header.kind,
        "call_id": header.call_id,
        "started_at": header.started_at,
        "seconds": finished.seconds,
        "size_bytes": finished.size_bytes,
        "sha256": finished.sha256,
        "wrapped_key": finished.wrapped_key,
        "state": "kept",
        "ending": finished.ending,
        "counts_from_at": header.started_at if header.clock_ok else None,
        "needs_ticket": int(header.kind == VOICEMAIL),
    }
