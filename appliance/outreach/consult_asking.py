"""Departments are asked by text whose duty a matter is, and reminded once before the time for it is over.

Whom no text reaches is told otherwise: the page of the consultation says so.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial

from appliance.casework.ticket_no import format_no
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.limits.horizon import horizon
from appliance.limits.hours import OfficeHours
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.trouble import guarded
from db import conference as rows
from db import reminders, ticket_facts
from db.store import Store, Transaction

log = logging.getLogger(__name__)

PURPOSE = "conference"


class ConsultAsking:
    """Any thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        hours: OfficeHours,
        *,
        outbox: Outbox,
        texts: Texts,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._hours = store, clock, hours
        self._outbox, self._texts, self._clock_ok = outbox, texts, clock_ok

    def on_asked(self, tx: Transaction, conference_id: int, department_id: int) -> None:
        """In the transaction that asks this department."""
        asked = rows.asked_in(tx, conference_id, department_id)
        if asked is None:
            return
        people = ticket_facts.handlers_of(tx, department_id)
        rows.texted(tx, conference_id, department_id, self._tell(tx, asked, "consult_ask", people))

    def sweep(self) -> int:
        """Remind who has not answered, a working day before the time is over; how many departments."""
        if not self._clock_ok():
            return 0
        now = self._clock.now()
        found = rows.awaited(self._store, utc_text(now), utc_text(horizon(now, self._hours).soon_workday))
        return sum(guarded(log, partial(self._remind, row)) for row in found)

    def _remind(self, asked: sqlite3.Row) -> int:
        due_at = from_utc_text(asked["stage_due_at"])
        if horizon(from_utc_text(asked["asked_at"]), self._hours).soon_workday >= due_at:
            return 0  # asked when the end was that near already
        with self._store.transaction() as tx:
            at = utc_text(self._clock.now())
            if not rows.reminded(tx, asked["conference_id"], asked["department_id"], at):
                return 0
            people = reminders.people_to_tell(tx, asked["department_id"], with_leader=True)
            self._tell(tx, asked, "consult_remind", people)
            tx.announce("ticket", asked["no"])
        log.info("ticket %d: a department was reminded of its opinion", asked["no"])
        return 1

    def _tell(self, tx: Transaction, asked: sqlite3.Row, key: str, people: Sequence[sqlite3.Row]) -> int:
        """To how many."""
        text = self._texts.write(
            key,
            no=format_no(asked["no"]),
            title=asked["title"] or "",
            due=self._texts.due(moment_or_none(asked["stage_due_at"])),
        )
        queued = [
            self._outbox.queue(
                tx,
                purpose=PURPOSE,
                number=person["phone"],
                text=text,
                idem_key=f"{key}:{asked['conference_id']}:{person['id']}",
                handler_id=person["id"],
                ticket_id=asked["ticket_id"],
            )
            for person in people
        ]
        return sum(one is not None for one in queued)
