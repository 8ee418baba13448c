"""What is due, found by asking the tables once a minute; each thing is raised once for each of its moments.

A lost minute costs nothing: the next sweep asks the same questions. While the clock can't be trusted, nothing is
decided.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from appliance.casework import lifecycle
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import NotFound
from appliance.limits.hours import OfficeHours
from appliance.lines import Lines
from appliance.outreach.due_ladder import DueLadder
from appliance.outreach.marks import raise_once
from appliance.people.user import User
from appliance.trouble import guarded
from db import outbox, reminders
from db.store import Store

log = logging.getLogger(__name__)

LINE_DOWN_AFTER = timedelta(minutes=15)  # of office time
MOST_SHOWN = 200

LABELS = {
    "draft_late": "A draft waits longer than it should",
    "dispatch_late": "An accepted ticket has not been dispatched or answered in time",
    "review_late": "A reply waits longer than it should for its review",
    "return_late": "A returned ticket waits longer than it should",
    "confer_late": "A consultation waits longer than it should",
    "due_soon": "The department's time is nearly over",
    "overdue": "The department's time is over",
    "overdue_listed": "The department's time is long over: it stands on the list of the late",
    "unsigned": "The department has not signed for it in time",
    "calendar_missing": "The holidays have not been entered",
    "callback_late": "A promised call is late",
    "sms_failed": "A message could not be sent",
    "sms_unknown": "It is not known whether a message was sent",
    "task_late": "A department has not answered a notice or a task",
    "tell_unit": "A department has nobody who can be texted: call, or print the slip",
    "withheld_missed": "A caller without a number was missed",
    "withheld_unclear": "Nobody knows whether a caller without a number was spoken with",
    "line_down": "A line does not work",
    "agency_late": "An agency item is late",
    "unattended": "Something waited and nobody was at the desk",
    "supervise_by_hand": "Nobody of this department can be texted: hand over the paper of supervision",
    "emergency_word": "Danger? Read it, then pass it on or say that it is none",
    "emergency_call": "Emergency: nobody has confirmed the text. Call them",
    "emergency_stuck": "Emergency: nobody has confirmed, and everybody was told. Call somebody",
    "emergency_report": "Emergency: two hours are over and nobody has reported",
    "group_event": "Many tickets of one kind from one place within an hour",
    "recording_cut": "A recording ended before its call did: the disk took no more",
}
STAGE_KINDS = {
    lifecycle.OwnClock.ACCEPT: "draft_late",
    lifecycle.OwnClock.DISPATCH: "dispatch_late",
    lifecycle.OwnClock.REVIEW: "review_late",
    lifecycle.OwnClock.RETURN: "return_late",
    lifecycle.OwnClock.CONFER: "confer_late",
}


@dataclass(frozen=True, slots=True)
class ReminderRow:
    id: int
    kind: str
    label: str  # message id
    ticket_no: int | None
    callback_id: int | None
    outbox_id: int | None
    line: str
    due_at: datetime
    raised_at: datetime
    times: int = 1  # how often it happened


class Reminders:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        hours: OfficeHours,
        ladder: DueLadder,
        lines: Lines,
        *,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._hours = store, clock, hours
        self._ladder, self._lines, self._clock_ok = ladder, lines, clock_ok

    def open(self) -> tuple[ReminderRow, ...]:
        """What was raised, is still true, and nobody ticked off; first due first."""
        return tuple(_row(row) for row in reminders.all_open(self._store, MOST_SHOWN))

    def ack(self, reminder_id: int, by: User) -> None:
        """Tick it off. Ticking it off twice changes nothing. Raises NotFound."""
        with self._store.transaction() as tx:
            if not reminders.exists(tx, reminder_id):
                raise NotFound
            if reminders.ack(tx, reminder_id, utc_text(self._clock.now()), by.id):
                tx.announce("reminder", reminder_id)

    def sweep(self, now: datetime | None = None) -> int:
        """Find and raise what is due; returns how much. Writes nothing when nothing is; no failure hides another."""
        if not self._clock_ok():
            return 0
        moment = now or self._clock.now()
        looks = (self._stages, *self._ladder.looks, self._callbacks, self._messages, self._lines_down)
        return sum(guarded(log, partial(look, moment)) for look in looks)

    def _stages(self, now: datetime) -> int:
        """Drafts, undispatched tickets and reviews past the office's own clock."""
        count = 0
        for row in reminders.stages_past(self._store, utc_text(now)):
            own_clock = lifecycle.status(row["status"]).own_clock
            if own_clock is not None:
                mark = f"stage:{row['id']}:{row['stage_due_at']}"
                count += self._raise(mark, STAGE_KINDS[own_clock], row["stage_due_at"], now, ticket_id=row["id"])
        return count

    def _callbacks(self, now: datetime) -> int:
        return sum(
            self._raise(
                f"callback:{row['id']}:{row['due_at']}",
                "callback_late",
                row["due_at"],
                now,
                callback_id=row["id"],
                ticket_id=row["ticket_id"],
            )
            for row in reminders.callbacks_past(self._store, utc_text(now))
        )

    def _messages(self, now: datetime) -> int:
        """Failed and unknown messages are raised where they fail; this finds what slipped through."""
        return sum(
            self._raise(
                f"sms_{row['state']}:{row['id']}",
                f"sms_{row['state']}",
                utc_text(now),
                now,
                outbox_id=row["id"],
                ticket_id=row["ticket_id"],
            )
            for row in outbox.trouble_without_reminder(self._store)
        )

    def _lines_down(self, now: datetime) -> int:
        """A line that hasn't worked for a quarter of an hour of office time; ticked off when it works again."""
        outages = self._lines.outages()
        for line in reminders.lines_marked_down(self._store) - outages.keys():
            with self._store.transaction() as tx:
                reminders.settle_line(tx, line, utc_text(now))
                tx.announce("line", 0)
        return sum(
            self._raise(f"line_down:{line}:{outage.key}", "line_down", utc_text(now), now, line=line)
            for line, outage in outages.items()
            if self._hours.add_open(outage.since, LINE_DOWN_AFTER) <= now
        )

    def _raise(
        self,
        mark: str,
        kind: str,
        due_at: str,
        now: datetime,
        *,
        ticket_id: int | None = None,
        callback_id: int | None = None,
        outbox_id: int | None = None,
        line: str = "",
    ) -> int:
        if reminders.is_raised(self._store, mark):
            return 0
        with self._store.transaction() as tx:
            raised = raise_once(
                tx,
                mark,
                kind,
                utc_text(now),
                due_at=due_at,
                ticket_id=ticket_id,
                callback_id=callback_id,
                outbox_id=outbox_id,
                line=line,
            )
        if raised is None:
            return 0
        log.info("reminder %d was raised: %s", raised, kind)
        return 1


def _row(row: sqlite3.Row) -> ReminderRow:
    return ReminderRow(
        id=row["id"],
        kind=row["kind"],
        label=LABELS.get(row["kind"], row["kind"]),
        ticket_no=row["ticket_no"],
        callback_id=row["callback_id"],
        outbox_id=row["outbox_id"],
        line=row["line"],
        due_at=from_utc_text(row["due_at"]),
        raised_at=from_utc_text(row["raised_at"]),
        times=max(1, row["times"]),
    )
