"""The clocks of a ticket: the office's own, the department's, and what becomes of them when the box's time was wrong.

While the box does not know what time it is no due time is worked out: the row says so (`clock_ok` 0, `due_basis`
"clock"), and once the clock is set `recompute` finds it by that. A clock that seemed right and then was set
(appliance/upkeep/clock_steps.py) has worked out wrong times: those of this run are worked out once more.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from appliance.casework import lifecycle, unit_hours
from appliance.casework.moves import Timing
from appliance.clock import from_utc_text, moment_or_none, utc_text
from appliance.limits import due
from appliance.limits.hours import OfficeHours
from appliance.upkeep.audit import Audit
from appliance.upkeep.clock_steps import Steps
from db import due_times
from db import tickets as rows
from db.store import Store, Transaction

AT_ONCE = 200


class Clocks:
    def __init__(self, store: Store, audit: Audit, hours: OfficeHours, boot_id: int) -> None:
        self._store, self._audit, self._hours, self._boot_id = store, audit, hours, boot_id

    def started(self, status_key: str, timing: Timing, due_basis: str = "") -> dict[str, Any]:
        """What a ticket that comes into this status carries: the office's limit, and whether it could be worked out."""
        own_clock = lifecycle.status(status_key).own_clock
        stage_due_at = None
        if own_clock is not None and timing.is_known:
            stage_due_at = utc_text(due.own_due_at(timing.now, own_clock, timing.hours))
        is_worked_out = timing.is_known and due_basis != due.UNKNOWN_BASIS
        return {"stage_due_at": stage_due_at, "boot_id": timing.boot_id, "clock_ok": int(is_worked_out)}

    def limit_changed(self, tx: Transaction, ticket: sqlite3.Row, type_: str, urgency: str) -> dict[str, Any]:
        """The departments' new limit when type or urgency of a ticket they have in hand are changed.

        Pauses and extensions that were given stay given.
        """
        changed: dict[str, Any] = {}
        if ticket["due_at"] is None or ticket["due_basis"] == due.UNKNOWN_BASIS:
            return changed
        for task in due_times.tasks_of(tx, ticket["id"]):
            limit = self._limit(tx, ticket, task, from_utc_text(task["sent_at"]), type_=type_, urgency=urgency)
            rows.change_assignment(tx, task["id"], **limit)
            if task["id"] == ticket["assignment_id"]:
                changed = {name: limit[name] for name in ("due_at", "due_basis")}
        return changed

    def _limit(
        self, tx: Transaction, ticket: sqlite3.Row, task: sqlite3.Row, since: datetime, *, type_: str, urgency: str
    ) -> dict[str, Any]:
        """A task's due time, and until when it is to be signed for, as if it was sent at `since`."""
        upper_due = moment_or_none(ticket["upper_due_at"])
        hours = unit_hours.of_department(tx, task["department_id"], self._hours)
        fresh = due.due_at(since, type_, urgency, hours, upper_due=upper_due)
        worked_out = due.with_steps_of(task["due_basis"], fresh, hours)
        limit: dict[str, Any] = {"due_at": utc_text(worked_out.at), "due_basis": worked_out.basis}
        if task["signed_at"] is None:
            limit["sign_due_at"] = utc_text(due.sign_due_at(since, urgency, hours))
        return limit

    def recompute(self, now: datetime, steps: Steps | None) -> int:
        """Start every clock that waited, and again every clock of this run that a step of the time made wrong.

        At its true moment where `steps` tell it, else now. Returns how many tickets were changed.
        """
        count = self._mend_run(now, steps) if steps is not None and steps.pending else 0
        while done := self._recompute_some(now, steps):
            count += done
        return count

    def _mend_run(self, now: datetime, steps: Steps) -> int:
        count, last_id, is_more = 0, 0, True
        while is_more:
            with self._store.transaction() as tx:
                batch = rows.open_of_boot(tx, self._boot_id, last_id, AT_ONCE)
                count += sum(self._start_again(tx, row, now, steps, is_mending=True) for row in batch)
            is_more = bool(batch)
            last_id = batch[-1]["id"] if batch else last_id
        return count

    def _recompute_some(self, now: datetime, steps: Steps | None) -> int:
        """In pieces: nobody waits long for the one writer."""
        with self._store.transaction() as tx:
            batch = rows.without_time(tx, AT_ONCE)
            for row in batch:
                self._start_again(tx, row, now, steps)
        return len(batch)

    def _start_again(
        self, tx: Transaction, ticket: sqlite3.Row, now: datetime, steps: Steps | None, *, is_mending: bool = False
    ) -> bool:
        """With `is_mending` also what has a time already, if this run worked it out. True if anything was changed."""
        changes: dict[str, Any] = {"clock_ok": 1}
        status = lifecycle.status(ticket["status"])
        if status.own_clock is not None and (ticket["stage_due_at"] is None or is_mending):
            since = self._true_moment(due_times.came_into_status_at(tx, ticket["id"]), ticket["boot_id"], now, steps)
            changes["stage_due_at"] = utc_text(due.own_due_at(since, status.own_clock, self._hours))
        if ticket["rating_asked_at"] is not None and (status.key == "survey" or not is_mending):
            is_mine = steps is not None and ticket["boot_id"] == self._boot_id
            asked_at = steps.of_mended(from_utc_text(ticket["rating_asked_at"])) if steps and is_mine else now
            changes["rating_asked_at"] = utc_text(min(asked_at, now))
        for task in due_times.tasks_of(tx, ticket["id"]) or self._last_task(tx, ticket):
            if self._limit_is_wrong(ticket, task, is_mending=is_mending):
                since = self._true_moment(task["sent_at"], task["boot_id"], now, steps)
                limit = self._limit(tx, ticket, task, since, type_=ticket["type"], urgency=ticket["urgency"])
                rows.change_assignment(tx, task["id"], **limit, clock_ok=1)
                if task["id"] == ticket["assignment_id"]:
                    changes |= {name: limit[name] for name in ("due_at", "due_basis")}
        if all(ticket[name] == value for name, value in changes.items()):
            return False
        rows.mend(tx, ticket["id"], **changes)
        words = (changes.get("stage_due_at") or "", changes.get("due_at") or "")
        self._audit.write(tx, "ticket_due", "ticket", ticket["id"], words=words)
        tx.announce("ticket", ticket["no"])
        return True

    def _last_task(self, tx: Transaction, ticket: sqlite3.Row) -> list[sqlite3.Row]:
        """What is in the survey has no task any more, but a time that its reply is measured by."""
        assignment = rows.assignment(tx, ticket["assignment_id"])
        return [assignment] if assignment is not None else []

    def _limit_is_wrong(self, ticket: sqlite3.Row, assignment: sqlite3.Row, *, is_mending: bool) -> bool:
        if due.UNKNOWN_BASIS in {ticket["due_basis"], assignment["due_basis"]}:
            return True
        is_running = assignment["ended_at"] is None and ticket["due_at"] is not None
        return is_mending and is_running and assignment["boot_id"] == self._boot_id

    def _true_moment(self, at: str | None, boot_id: int, now: datetime, steps: Steps | None) -> datetime:
        """When that really was, as far as it can be known; never later than now, for nobody starts in the future."""
        if at is None or steps is None or boot_id != self._boot_id:
            return now
        return min(steps.of_kept(from_utc_text(at)), now)
