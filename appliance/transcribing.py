"""Has the plugged-in program write down what callers left with the box, on a thread of its own.

What it gives becomes a note on the voicemail's ticket, named a machine's draft; nothing waits for it and nothing is
decided by it. Without a program no thread runs. What was not written down when the box stopped is looked for again.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta

from appliance.casework.timeline import TRANSCRIPT
from appliance.clock import Clock, utc_text
from appliance.plugins import Draft, Plugins
from appliance.prompts.sound import wav_of
from appliance.recordings.files import Files
from appliance.recordings.layout import RecordingBroken
from appliance.trouble import where
from db import recordings
from db.store import Store, StoreError

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
AFTER_START = timedelta(hours=1)  # how old a voicemail of the run before may be
STOP_WITHIN_S = 2.0


class Transcriber:
    """One voicemail after the other."""

    def __init__(
        self, store: Store, clock: Clock, plugins: Plugins, files: Files, *, add_note: Callable[[int, str, str], object]
    ) -> None:
        """`add_note` takes a ticket's number, the kind of the note and its text."""
        self._store, self._clock, self._plugins, self._files, self._add_note = store, clock, plugins, files, add_note
        self._since = utc_text(clock.now() - AFTER_START)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="transcriber", daemon=True)

    def start(self) -> None:
        if self._plugins.can_transcribe:
            self._thread.start()

    def stop(self, timeout_s: float = STOP_WITHIN_S) -> None:
        """The program that runs is ended too (Plugins.stop)."""
        self._stop.set()
        self._plugins.stop()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def look(self) -> int:
        """Write down every new voicemail that has its ticket. Takes minutes; returns how many were new.

        Once each: what a bad program does not manage, it will not manage the next time.
        """
        count = 0
        while (row := recordings.not_written_down(self._store, self._since)) is not None:
            draft = self._draft(row)
            if self._stop.is_set():  # it may have been broken off
                break
            with self._store.transaction() as tx:
                if draft is not None:
                    self._add_note(row["ticket_no"], TRANSCRIPT, draft.text)
                    tx.log(log, logging.INFO, "voicemail %d was written down by %s", row["id"], draft.program)
                # A file that could not be read may just have been bettered: then it comes once more.
                recordings.written_down(tx, row["id"], "" if draft is not None else row["format"])
            count += 1
        return count

    def _draft(self, row: sqlite3.Row) -> Draft | None:
        try:
            with self._files.open(row["name"], row["format"], row["wrapped_key"]) as sound:
                wav = wav_of(b"".join(sound.read()))
        except (RecordingBroken, OSError) as trouble:
            log.warning("voicemail %d could not be read for writing it down: %s", row["id"], type(trouble).__name__)
            return None
        return self._plugins.transcribe(wav)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
            except (sqlite3.Error, StoreError) as trouble:
                log.error("what a program wrote down could not be kept: %s", type(trouble).__name__)
            except Exception as bug:
                log.error("writing voicemails down failed: %s", where(bug))
            self._clock.wait(self._stop, LOOK_EVERY_S)
