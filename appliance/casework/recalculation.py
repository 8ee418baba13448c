"""Due times worked out again under another calendar, or other hours of a department: which would move, and moving them.

A time that the present calendar does not explain (a clock that was mended, a limit that somebody else set) is left as
it is: only what was worked out by the old calendar is worked out by the new one. A department's time was worked out
by the hours that its basis names, and is by those that the department has now.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.casework import lifecycle, unit_hours
from appliance.clock import from_utc_text, utc_text
from appliance.limits import due
from appliance.limits.due import Due
from appliance.limits.hours import OfficeHours
from appliance.upkeep.audit import Audit
from db import calendar as change_rows
from db import due_times
from db import supervision as papers
from db import tickets as rows
from db.store import Reads, Transaction

AT_ONCE = 500
UNIT, SIGN, OWN, PAPER = "unit", "sign", "own", "paper"


@dataclass(frozen=True, slots=True)
class DueChange:
    """One time that moves: a department's answer, signature or answer to a paper, or the office's own clock."""

    ticket_id: int
    no: int
    assignment_id: int | None
    what: str
    was: datetime
    becomes: datetime
    basis: str = ""
    is_of_ticket: bool = False  # the ticket's row holds it too


def changes(reads: Reads, before: OfficeHours, after: OfficeHours) -> Iterator[DueChange]:
    """What would move if the office's `after` came instead of `before`, by ticket."""
    last_id, is_more = 0, True
    was_own, own = unit_hours.of_all(reads, before), unit_hours.of_all(reads, after)
    while is_more:
        batch = due_times.open_with_time(reads, last_id, AT_ONCE)
        for ticket in batch:
            yield from _of_ticket(reads, ticket, before, after, own)
            paper = papers.open_of(reads, ticket["id"])
            if paper is not None:
                unit = paper["department_id"]
                yield from _of_paper(paper, ticket["no"], was_own.get(unit, before), own.get(unit, after))
        is_more = bool(batch)
        last_id = batch[-1]["id"] if batch else last_id


def changes_of_unit(
    reads: Reads, department_id: int, office: OfficeHours, before: OfficeHours, after: OfficeHours
) -> Iterator[DueChange]:
    """What would move if this department's hours became `after`, task by task and paper by paper."""
    last_id, is_more = 0, True
    while is_more:
        batch = due_times.tasks_of_unit(reads, department_id, last_id, AT_ONCE)
        for task in batch:
            ticket = rows.by_id(reads, task["ticket_id"])
            if ticket is not None and ticket["is_open"]:
                yield from _of_task(ticket, task, office, after)
        is_more = bool(batch)
        last_id = batch[-1]["id"] if batch else last_id
    for paper in papers.open_of_unit(reads, department_id):
        yield from _of_paper(paper, paper["ticket_no"], before, after)


def moved_by(reads: Reads, change_id: int) -> tuple[DueChange, ...]:
    """The list of one change, as it was done."""
    return tuple(
        DueChange(
            row["ticket_id"],
            row["no"],
            row["assignment_id"],
            row["what"],
            from_utc_text(row["was_at"]),
            from_utc_text(row["is_at"]),
        )
        for row in change_rows.moved(reads, change_id)
    )


def apply(tx: Transaction, audit: Audit, moved: Iterable[DueChange], change_id: int) -> int:
    """Write them, each with its row in the list of changes and in the audit. Returns how many."""
    count = 0
    for change in moved:
        at, was_at = utc_text(change.becomes), utc_text(change.was)
        _WRITERS[change.what](tx, change, at)
        tx.insert(
            "due_change",
            change_id=change_id,
            ticket_id=change.ticket_id,
            assignment_id=change.assignment_id,
            what=change.what,
            was_at=was_at,
            is_at=at,
        )
        audit.write(tx, "ticket_due", "ticket", change.ticket_id, words=(change.what, was_at, at))
        tx.announce("ticket", change.no)
        count += 1
    return count


def _write_own(tx: Transaction, change: DueChange, at: str) -> None:
    rows.mend(tx, change.ticket_id, stage_due_at=at)


def _write_sign(tx: Transaction, change: DueChange, at: str) -> None:
    if change.assignment_id is not None:
        rows.change_assignment(tx, change.assignment_id, sign_due_at=at)


def _write_unit(tx: Transaction, change: DueChange, at: str) -> None:
    if change.assignment_id is not None:
        rows.change_assignment(tx, change.assignment_id, due_at=at, due_basis=change.basis)
    if change.is_of_ticket:
        rows.mend(tx, change.ticket_id, due_at=at, due_basis=change.basis)


def _write_paper(tx: Transaction, change: DueChange, at: str) -> None:
    paper = papers.open_of(tx, change.ticket_id)
    if paper is not None:
        papers.change(tx, paper["id"], due_at=at)


_WRITERS: Mapping[str, Callable[[Transaction, DueChange, str], None]] = {
    UNIT: _write_unit,
    SIGN: _write_sign,
    OWN: _write_own,
    PAPER: _write_paper,
}


def _of_ticket(
    reads: Reads, ticket: sqlite3.Row, before: OfficeHours, after: OfficeHours, own: Mapping[int, OfficeHours]
) -> Iterator[DueChange]:
    for task in due_times.tasks_of(reads, ticket["id"]):
        yield from _of_task(ticket, task, before, own.get(task["department_id"], after))
    own_clock = lifecycle.status(ticket["status"]).own_clock
    since = due_times.came_into_status_at(reads, ticket["id"]) or ticket["created_at"]
    if own_clock is not None and ticket["stage_due_at"] is not None:
        was = from_utc_text(ticket["stage_due_at"])
        becomes = due.own_due_at(from_utc_text(since), own_clock, after)
        if due.own_due_at(from_utc_text(since), own_clock, before) == was != becomes:
            yield DueChange(ticket["id"], ticket["no"], None, OWN, was, becomes)


def _of_task(ticket: sqlite3.Row, task: sqlite3.Row, office: OfficeHours, after: OfficeHours) -> Iterator[DueChange]:
    """`office`: the office's hours before. The department's own then are named in the basis of what it has in hand."""
    before = unit_hours.of_pattern(due.pattern_of(task["due_basis"]), office)
    sent_at = from_utc_text(task["sent_at"])
    if task["due_at"] is not None and task["due_basis"].startswith("{"):
        was = Due(from_utc_text(task["due_at"]), task["due_basis"])
        becomes = due.again(was.basis, sent_at, after)
        if due.again(was.basis, sent_at, before).at == was.at != becomes.at:
            is_of_ticket = ticket["assignment_id"] == task["id"]
            yield DueChange(
                ticket["id"], ticket["no"], task["id"], UNIT, was.at, becomes.at, becomes.basis, is_of_ticket
            )
    if task["sign_due_at"] is not None and task["signed_at"] is None:
        at = from_utc_text(task["sign_due_at"])
        signed_by = due.sign_due_at(sent_at, ticket["urgency"], after)
        if due.sign_due_at(sent_at, ticket["urgency"], before) == at != signed_by:
            yield DueChange(ticket["id"], ticket["no"], task["id"], SIGN, at, signed_by)


def _of_paper(paper: sqlite3.Row, no: int, before: OfficeHours, after: OfficeHours) -> Iterator[DueChange]:
    if paper["due_at"] is None:  # waits for the clock
        return
    was, opened_at = from_utc_text(paper["due_at"]), from_utc_text(paper["opened_at"])
    becomes = due.paper_due_at(opened_at, paper["level"], after)
    if due.paper_due_at(opened_at, paper["level"], before) == was != becomes:
        yield DueChange(paper["ticket_id"], no, None, PAPER, was, becomes)
