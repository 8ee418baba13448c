"""Recordings: lists, playing, keeping, for the pages. Every hearing is in the audit before its first byte goes out."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from datetime import tzinfo

from appliance.casework import sight
from appliance.clock import Clock, utc_text
from appliance.errors import NotAllowed, NotFound, OfficeError
from appliance.people.user import User
from appliance.recordings.files import Files
from appliance.recordings.hearings import Hearings
from appliance.recordings.layout import Mark, RecordingBroken
from appliance.recordings.rules import RecordingRules, Rules
from appliance.recordings.sound import Sound
from appliance.recordings.views import HEARERS, LISTERS, RecordingPage, RecordingView, may_hear, view
from appliance.upkeep.audit import Audit
from db import recordings as rows
from db.store import Store

log = logging.getLogger(__name__)


class RecordingGone(OfficeError):
    message = "This recording cannot be played. The technician finds the reason in the log."


class Library:
    """What a page may ask of recordings. Safe to call from any web thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        files: Files,
        *,
        hearings: Hearings,
        rules: RecordingRules,
        zone: tzinfo,
    ) -> None:
        self._store, self._clock, self._audit, self._files = store, clock, audit, files
        self._hearings, self._rules, self._zone = hearings, rules, zone

    def page(self, by: User, before: int | None = None, limit: int = 50) -> RecordingPage:
        """All of them, newest first; who may not hear one sees that there is one. Raises NotAllowed."""
        if by.role not in LISTERS:
            raise NotAllowed
        found = rows.rows(self._store, before, limit + 1)
        return RecordingPage(self._views(found[:limit], by), found[limit - 1]["id"] if len(found) > limit else None)

    def of_ticket(self, ticket_id: int, call_id: int | None, by: User) -> tuple[RecordingView, ...]:
        """Those of a ticket and of the call it was made in, with their marks; none for whoever may hear none."""
        return self._heard(rows.of_ticket(self._store, ticket_id, call_id), by)

    def of_call(self, call_id: int, by: User) -> tuple[RecordingView, ...]:
        return self._heard(rows.of_call(self._store, call_id), by)

    def recorded(self, call_ids: Sequence[int], by: User) -> dict[int, int]:
        """For a list of calls: the newest recording of each that has one."""
        if by.role not in HEARERS:
            return {}
        found = rows.newest_of_calls(self._store, call_ids)
        return {row["call_id"]: row["id"] for row in found}

    def get(self, recording_id: int, by: User) -> RecordingView:
        """One, with its marks. Raises NotFound, NotAllowed."""
        if by.role not in LISTERS:
            raise NotAllowed
        row = self._row(recording_id)
        shown = view(row, by, self._clock.now(), self._zone)
        return self._with_marks(row, by) if shown.may_hear else shown

    def open(self, recording_id: int, by: User) -> Sound:
        """Hear it, or a part of it. Raises NotFound, NotAllowed, RecordingGone. Close what you get."""
        row = self._row(recording_id)
        if not may_hear(row, by, self._clock.now(), self._zone):
            raise NotAllowed
        if row["state"] != "kept":
            raise RecordingGone
        try:
            reader = self._files.open(row["name"], row["format"], row["wrapped_key"])
        except (RecordingBroken, OSError) as broken:
            log.error("the recording %d cannot be played: %s", recording_id, broken)
            raise RecordingGone from broken
        if self._hearings.begins(by.id, recording_id):
            try:
                with self._store.transaction() as tx:
                    self._audit.write(tx, "recording_heard", "recording", recording_id, by)
            except BaseException:
                reader.close()
                raise
        return Sound(reader, row["sha256"][:16])

    def hold(self, recording_id: int, by: User, *, is_held: bool) -> None:
        """Keep it whatever its age, or no longer. Raises NotFound, NotAllowed."""
        sight.must_be_lead(by)
        row = self._row(recording_id)
        if (row["held_at"] is not None) is is_held or row["state"] == "erased":
            return
        with self._store.transaction() as tx:
            at = utc_text(self._clock.now()) if is_held else None
            rows.hold(tx, recording_id, at, by.id if is_held else None)
            self._audit.write(tx, "recording_held" if is_held else "recording_let_go", "recording", recording_id, by)

    @property
    def rules(self) -> Rules:
        return self._rules.now()

    def change_rules(self, keep_days: int | None, by: User, *, betters_sound: bool) -> None:
        """Raises FieldWrong, NotAllowed."""
        sight.must_be_lead(by)
        self._rules.change(keep_days, by, betters_sound=betters_sound)

    def _row(self, recording_id: int) -> sqlite3.Row:
        row = rows.get(self._store, recording_id)
        if row is None or row["kind"] == "prompt":
            raise NotFound
        return row

    def _heard(self, found: Sequence[sqlite3.Row], by: User) -> tuple[RecordingView, ...]:
        if by.role not in HEARERS:
            return ()
        return tuple(self._with_marks(row, by) for row in found)

    def _with_marks(self, row: sqlite3.Row, by: User) -> RecordingView:
        marks = tuple(Mark(mark["at_s"], mark["kind"], mark["note"]) for mark in rows.marks(self._store, row["id"]))
        return view(row, by, self._clock.now(), self._zone, marks)

    def _views(self, found: Sequence[sqlite3.Row], by: User) -> tuple[RecordingView, ...]:
        now = self._clock.now()
        return tuple(view(row, by, now, self._zone) for row in found)
