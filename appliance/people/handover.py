"""The sheet that one shift leaves to the next: made by the box from its own tables, signed by both.

What is on it is a picture of that moment: it is kept as it was, whatever becomes of the tickets.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from appliance.casework import forms, lifecycle, sight
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import callbacks, tokens
from db import shift as rows
from db.store import Reads, Store

MOST_NAMED = 50  # of one kind; the count behind says how many there are
LONGEST_NOTE = 2000
SHOWN = 30


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the next shift has to know. Ticket numbers, no names and no telephone numbers."""

    drafts: tuple[int, ...] = ()
    to_dispatch: tuple[int, ...] = ()
    in_review: tuple[int, ...] = ()
    due: tuple[int, ...] = ()  # a department must answer by the end of the next day
    late: tuple[int, ...] = ()
    callbacks: int = 0
    callbacks_late: int = 0
    emergencies: tuple[int, ...] = ()  # that nobody has acknowledged
    unsent: int = 0  # texts that failed, or whose fate is not known, and nobody looked after
    waiting: int = 0  # texts that are still to be sent
    lines_down: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(asdict(self).values())


@dataclass(frozen=True, slots=True)
class Handover:
    id: int
    made_at: datetime
    made_by: str
    taken_at: datetime | None
    taken_by: str
    note: str
    sheet: Sheet = field(default_factory=Sheet)


class Handovers:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        *,
        zone: tzinfo,
        lines_down: Callable[[], tuple[str, ...]],
        emergencies: Callable[[], tuple[int, ...]],
    ) -> None:
        """`emergencies` gives the numbers of tickets whose emergency nobody has acknowledged yet."""
        self._store, self._clock, self._audit, self._zone = store, clock, audit, zone
        self._lines_down, self._emergencies = lines_down, emergencies

    def sheet(self, reads: Reads | None = None) -> Sheet:
        """How things stand now."""
        source = reads or self._store
        now = self._clock.now()
        tomorrow = now.astimezone(self._zone).date() + timedelta(days=1)
        until = datetime.combine(tomorrow, time(23, 59, 59), self._zone)
        late = rows.tickets_due_by(source, lifecycle.UNITS_TURN, utc_text(now), MOST_NAMED)
        due = rows.tickets_due_by(source, lifecycle.UNITS_TURN, utc_text(until), MOST_NAMED * 2)
        owed = callbacks.all_open(source)
        return Sheet(
            drafts=tuple(rows.tickets_in(source, "draft", MOST_NAMED)),
            to_dispatch=tuple(rows.tickets_in(source, "accepted", MOST_NAMED)),
            in_review=tuple(
                no
                for row in lifecycle.STATUSES
                if row.own_clock and row.unit_clock_runs
                for no in rows.tickets_in(source, row.key, MOST_NAMED)
            ),
            due=tuple(no for no in due if no not in late),
            late=tuple(late),
            callbacks=len(owed),
            callbacks_late=sum(row["due_at"] <= utc_text(now) for row in owed),
            emergencies=self._emergencies(),
            unsent=rows.unsent_count(source),
            waiting=rows.waiting_count(source),
            lines_down=self._lines_down(),
        )

    def hand_over(self, note: str, by: User, *, token: str = "") -> int:
        """Write the sheet and sign it. Returns its id. Raises FieldWrong, NotAllowed."""
        sight.must_be_desk(by)
        words = forms.clean(note)
        if len(words) > LONGEST_NOTE:
            raise FieldWrong("note", "At most %(longest)d characters.", longest=LONGEST_NOTE)
        scoped = tokens.scoped("handover", token)
        with self._store.transaction() as tx:
            made_before = tokens.once(tx, scoped)
            if made_before is not None:
                return int(made_before)
            now = utc_text(self._clock.now())
            kept = json.dumps(asdict(self.sheet(tx)), separators=(",", ":"))
            made = rows.add_handover(tx, now, by.id, kept, words)
            self._audit.write(tx, "handed_over", "handover", made, by, words=(kept, words))
            tokens.remember(tx, scoped, now, by.id, str(made))
            return made

    def take_over(self, handover_id: int, by: User) -> None:
        """The second signature; not by who left. Twice is once. Raises NotFound, NotAllowed, FieldWrong."""
        sight.must_be_desk(by)
        with self._store.transaction() as tx:
            row = rows.handover(tx, handover_id)
            if row is None:
                raise NotFound
            if row["from_user"] == by.id:
                raise FieldWrong("take", "Whoever comes signs it, not who leaves.")
            if rows.take_handover(tx, handover_id, utc_text(self._clock.now()), by.id):
                self._audit.write(tx, "taken_over", "handover", handover_id, by)

    def all(self) -> tuple[Handover, ...]:
        """The newest first."""
        return tuple(_handover(row) for row in rows.handovers(self._store, SHOWN))

    def get(self, handover_id: int) -> Handover:
        """Raises NotFound."""
        row = rows.handover(self._store, handover_id)
        if row is None:
            raise NotFound
        return _handover(row)


def _handover(row: sqlite3.Row) -> Handover:
    return Handover(
        id=row["id"],
        made_at=from_utc_text(row["made_at"]),
        made_by=row["from_name"],
        taken_at=moment_or_none(row["taken_at"]),
        taken_by=row["to_name"] or "",
        note=row["note"],
        sheet=_sheet(json.loads(row["sheet"])),
    )


def _sheet(kept: dict[str, Any]) -> Sheet:
    """Of any version: what this one doesn't know is left out."""
    known: dict[str, Any] = {}
    for name in Sheet.__dataclass_fields__:
        if name in kept:
            value = kept[name]
            known[name] = tuple(value) if isinstance(value, list) else value
    return Sheet(**known)
