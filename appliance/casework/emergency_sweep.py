"""What is due in dangers, once a minute: the next of the chain, a call where a text was not confirmed, the report."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime
from functools import partial

from appliance.casework import emergency
from appliance.casework.emergency import Emergencies, past
from appliance.casework.emergency_chain import CALL_AFTER, LOOK_WITHIN, REPORT_WITHIN, STEP
from appliance.casework.ticket_no import format_no
from appliance.clock import Clock, utc_text
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.trouble import guarded
from db import emergency as rows
from db import reminders
from db.store import Store

log = logging.getLogger(__name__)


class EmergencySweep:
    """Nothing is decided while the clock may be wrong: the desk's marks stand, and the page says so."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        emergencies: Emergencies,
        *,
        outbox: Outbox,
        texts: Texts,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._emergencies = store, clock, emergencies
        self._outbox, self._texts, self._clock_ok = outbox, texts, clock_ok

    def look(self, now: datetime | None = None) -> int:
        """Returns how much was done."""
        if not self._clock_ok():
            return 0
        moment = now or self._clock.now()
        count = 0
        for row in rows.all_open(self._store):
            if row["state"] == emergency.SUSPECTED and past(row, "next_at", moment, moment + LOOK_WITHIN):
                count += guarded(log, partial(self._begin, row))
            elif row["state"] == emergency.RUNNING and self._is_due(row, moment):
                count += guarded(log, partial(self._step, row))
            elif row["state"] == emergency.TAKEN and past(row, "report_due_at", moment, moment + REPORT_WITHIN):
                count += guarded(log, partial(self._ask_report, row))
        for step in rows.uncalled(self._store, utc_text(moment - CALL_AFTER)):
            count += guarded(log, partial(self._call, step))
        return count

    def _is_due(self, row: sqlite3.Row, moment: datetime) -> bool:
        """The next of the chain; the first of one that found nobody, as soon as somebody is named."""
        if row["next_at"] is None:
            return self._emergencies.can_begin(row)
        return past(row, "next_at", moment, moment + STEP)

    def _begin(self, row: sqlite3.Row) -> int:
        """Nobody looked at the suspicion: the duty leader must."""
        with self._store.transaction() as tx:
            known = rows.get(tx, row["id"])
            if known is None or known["state"] != emergency.SUSPECTED:
                return 0
            self._emergencies.begin(tx, row["id"], by_id=None)
        return 1

    def _step(self, row: sqlite3.Row) -> int:
        with self._store.transaction() as tx:
            known = rows.get(tx, row["id"])
            if known is None or known["steps"] != row["steps"]:
                return 0
            self._emergencies.next_step(tx, row["id"])
        return 1

    def _call(self, step: sqlite3.Row) -> int:
        with self._store.transaction() as tx:
            if rows.called(tx, step["id"], utc_text(self._clock.now())):
                self._emergencies.mark(tx, "emergency_call", f"emergency_call:{step['id']}", step["ticket_id"])
        return 1

    def _ask_report(self, row: sqlite3.Row) -> int:
        """Once: a text to whoever took it, and a mark on the desk."""
        mark = f"emergency_report:{row['id']}"
        if reminders.is_raised(self._store, mark):
            return 0
        with self._store.transaction() as tx:
            self._emergencies.mark(tx, "emergency_report", mark, row["ticket_id"])
            took = next((each for each in rows.steps_of(tx, row["id"]) if each["acked_at"]), None)
            if took is not None and took["phone"]:
                self._outbox.queue(
                    tx,
                    purpose="emergency",
                    number=took["phone"],
                    text=self._texts.write("emergency_report", no=format_no(row["no"])),
                    idem_key=mark,
                    ticket_id=row["ticket_id"],
                )
        return 1
