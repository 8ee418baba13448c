"""A desk where nobody is: something waits, and for a quarter of an hour of office time no person has done anything.

The duty leader gets one text per gap; the gap stands in the list that reports read, and ends with the next deed.
Also told: a line that has been dead for as long (it was raised by appliance/outreach/reminders.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.limits.hours import OfficeHours
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.roster import Roster
from db import reminders as reminder_rows
from db import shift as rows
from db.store import Store

AFTER = timedelta(minutes=15)  # of office time
LOOK_BACK = timedelta(days=7)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Gap:
    """A time when nobody was at the desk."""

    since: datetime
    until: datetime | None
    waiting: int
    is_told: bool


class Unattended:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        hours: OfficeHours,
        roster: Roster,
        outbox: Outbox,
        texts: Texts,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._hours, self._roster = store, clock, hours, roster
        self._outbox, self._texts, self._clock_ok = outbox, texts, clock_ok

    def look(self) -> None:
        """Once a minute. Writes only when something begins, ends or is told."""
        if not self._clock_ok():
            return
        self._desk(self._clock.now())
        self._lines(self._clock.now())

    def gaps(self, since: datetime) -> tuple[Gap, ...]:
        """The newest first."""
        return tuple(_gap(row) for row in rows.gaps(self._store, utc_text(since), SHOWN))

    def _desk(self, now: datetime) -> None:
        last_act = rows.last_human_act(self._store)
        known = rows.open_gap(self._store)
        if known is not None:
            if last_act > known["noticed_at"]:
                with self._store.transaction() as tx:
                    rows.change_gap(tx, known["id"], ended_at=last_act)
            return
        waits_since, waiting = rows.waiting_since(self._store, max(last_act, utc_text(now - LOOK_BACK)))
        if waits_since and self._is_long(from_utc_text(waits_since), now):
            self._begin(waits_since, waiting, now)

    def _is_long(self, since: datetime, now: datetime) -> bool:
        """A quarter of an hour of office time; of any time while the roster has somebody on duty."""
        if self._roster.is_staffed() and now - since >= AFTER:
            return True
        return self._hours.is_open(now) and self._hours.add_open(since, AFTER) <= now

    def _begin(self, since: str, waiting: int, now: datetime) -> None:
        with self._store.transaction() as tx:
            gap_id = rows.add_gap(tx, since, utc_text(now), waiting)
            if gap_id is None:
                return
            minutes = str(int((now - from_utc_text(since)).total_seconds() // 60))
            text = self._texts.write("unattended", minutes=minutes, count=str(waiting))
            told = [
                self._outbox.queue(tx, purpose="alarm", number=phone, text=text, idem_key=f"unattended:{gap_id}:{role}")
                for role in ("leader", "backup")
                if (phone := self._roster.phone(role))
            ]
            if any(told):
                rows.change_gap(tx, gap_id, told_at=utc_text(now))
            raised = reminder_rows.add(tx, f"unattended:{gap_id}", "unattended", due_at=since, raised_at=utc_text(now))
            if raised is not None:
                tx.announce("reminder", raised)

    def _lines(self, now: datetime) -> None:
        """A dead line is told to the leader once, in the daytime of the office or while somebody is on duty."""
        phone = self._roster.phone("leader", "backup")
        if not phone or not (self._hours.is_open(now) or self._roster.is_staffed()):
            return
        for line, raised_at in rows.lines_down(self._store):
            key = f"line_trouble:{line}:{raised_at}"
            if rows.is_queued(self._store, key):
                continue
            with self._store.transaction() as tx:
                text = self._texts.write("line_trouble", line=line)
                self._outbox.queue(tx, purpose="alarm", number=phone, text=text, idem_key=key)


def _gap(row: sqlite3.Row) -> Gap:
    return Gap(
        from_utc_text(row["since_at"]),
        moment_or_none(row["ended_at"]),
        row["waiting"],
        row["told_at"] is not None,
    )
