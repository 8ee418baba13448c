"""What departments are told about their time: it is nearly over, it is over, nobody has signed.

A department that has nobody to text gets a mark on the desk: somebody calls, or prints the slip.
"""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from appliance.casework.ticket_no import format_no
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.limits.hours import OfficeHours
from appliance.outreach.marks import raise_once
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from db import reminders
from db.store import Transaction

NORMAL = "normal"


class DueTexts:
    def __init__(self, clock: Clock, outbox: Outbox, texts: Texts, hours: OfficeHours) -> None:
        self._clock, self._outbox, self._texts, self._hours = clock, outbox, texts, hours

    def of_due(self, tx: Transaction, facts: sqlite3.Row, task: sqlite3.Row, mark: str, *, with_leader: bool) -> None:
        """Its time nears its end, or is over."""
        now, due_at = self._clock.now(), from_utc_text(task["due_at"])
        is_over = due_at <= now
        left = "" if is_over else self._left(due_at - now, task["due_at"])
        text = self._about("overdue" if is_over else "remind", facts, task["due_at"], left=left)
        self._to_unit(tx, task["department_id"], text, mark, facts, with_leader=with_leader)

    def of_signing(self, tx: Transaction, facts: sqlite3.Row, task: sqlite3.Row, mark: str) -> None:
        """Nobody has signed for it in time."""
        text = self._about("unsigned", facts, task["due_at"])
        self._to_unit(tx, task["department_id"], text, mark, facts, with_leader=False)

    def _to_unit(
        self, tx: Transaction, department_id: int, text: str, mark: str, facts: sqlite3.Row, *, with_leader: bool
    ) -> None:
        purpose = "reminder" if facts["urgency"] == NORMAL else "reminder_urgent"
        queued = [
            self._outbox.queue(
                tx,
                purpose=purpose,
                number=person["phone"],
                text=text,
                idem_key=f"{mark}:handler:{person['id']}",
                handler_id=person["id"],
                ticket_id=facts["id"],
            )
            for person in reminders.people_to_tell(tx, department_id, with_leader=with_leader)
        ]
        if not any(queued):
            now = utc_text(self._clock.now())
            raise_once(tx, f"{mark}:{department_id}:by_hand", "tell_unit", now, ticket_id=facts["id"])

    def _about(self, key: str, facts: sqlite3.Row, due_at: str | None, **values: str) -> str:
        return self._texts.write(
            key,
            no=format_no(facts["no"]),
            title=facts["title"] or facts["content"] or "",
            due=self._texts.due(moment_or_none(due_at)),
            **values,
        )

    def _left(self, left: timedelta, due_at: str) -> str:
        if left < timedelta(hours=24):
            return self._texts.piece("left_hours", hours=str(max(1, round(left.total_seconds() / 3600))))
        today = self._hours.local_date(self._clock.now())
        days = self._hours.calendar.workdays_between(today, self._hours.local_date(from_utc_text(due_at)))
        return self._texts.piece("left_days", days=str(max(1, days)))
