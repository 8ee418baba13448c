"""Supervision: what is pressed for with a numbered paper, a due time of its own and a word to the leaders.

Why (domain 4.2, row 19): a working day overdue, unsatisfied in two rounds, a leader's instruction, the same matter for
the third time, by hand; and a paper whose own time is over is followed by the next level. Found by query once a
minute, each cause once for each of its moments (`mark`). An open ticket has one open paper at most.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from appliance.casework import lifecycle, unit_hours
from appliance.casework.lifecycle import Actor
from appliance.casework.ticket_no import format_no
from appliance.casework.tickets import Tickets
from appliance.casework.views import MoveMade, TicketRow
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.limits import due
from appliance.limits.hours import OfficeHours
from appliance.outreach.marks import raise_once
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import FULL_STOPS, Texts
from appliance.people.user import User
from appliance.trouble import guarded
from appliance.upkeep.audit import Audit
from db import supervision as rows
from db import ticket_facts
from db.store import Store, Transaction

log = logging.getLogger(__name__)

HIGHEST = max(due.PAPER_DAYS)
COUNTY_FROM = 3  # the level from which the county's leaders are told as well as the department's
TIMES_UNSATISFIED, TIMES_REPEATED = 2, 3
REPEATED_WITHIN = timedelta(days=90)
AT_ONCE = 100
MOST_SHOWN = 200
ANSWERS = frozenset({"approve"})


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of supervision."""

    id: int
    year: int
    no: int
    level: int
    reason: str  # overdue, unsatisfied, leader, repeat, late or hand
    state: str
    opened_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    is_late: bool
    ticket_no: int
    ticket: TicketRow | None = None

    @property
    def number(self) -> str:
        return paper_no(self.year, self.no)


@dataclass(frozen=True, slots=True)
class Papers:
    open: tuple[Paper, ...]
    ended: tuple[Paper, ...]
    next: int | None


def paper_no(year: int, no: int) -> str:
    return f"{year}-{no:03d}"


class Supervision:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        hours: OfficeHours,
        tickets: Tickets,
        *,
        outbox: Outbox,
        texts: Texts,
        audit: Audit,
        boot_id: int,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._hours, self._tickets = store, clock, hours, tickets
        self._outbox, self._texts, self._audit = outbox, texts, audit
        self._boot_id, self._clock_ok = boot_id, clock_ok
        self._is_opening = False  # this service makes the move itself; only ever looked at inside the one transaction
        tickets.also_tell(self.on_move)

    # --- what the ticket's moves do ---

    def on_move(self, tx: Transaction, made: MoveMade) -> None:
        """A lead's own "supervise" gets its paper; an accepted reply, or the ticket's end, is the paper's end."""
        if made.move == "supervise" and not self._is_opening:
            mark = f"hand:{made.ticket_id}:{ticket_facts.moves_made(tx, made.ticket_id)}"
            self._write(tx, made.ticket_id, mark, "hand", by_id=made.user_id)
        elif made.move in ANSWERS:
            self._end(tx, made.ticket_id, "answered")
        elif not lifecycle.status(made.to_status).is_open:
            self._end(tx, made.ticket_id, "left")

    def _end(self, tx: Transaction, ticket_id: int, state: str) -> None:
        known = rows.open_of(tx, ticket_id)
        if known is not None:
            now = utc_text(self._clock.now())
            is_late = self._clock_ok() and known["due_at"] is not None and now > known["due_at"]
            rows.change(tx, known["id"], state=state, ended_at=now, is_late=int(is_late))

    # --- what is due ---

    def sweep(self, now: datetime | None = None) -> int:
        """Open what must be supervised; nothing while the clock may be wrong. Returns how many papers were written."""
        if not self._clock_ok():
            return 0
        moment = now or self._clock.now()
        for row in rows.without_time(self._store, AT_ONCE):
            guarded(log, partial(self._give_time, row, moment))
        return sum(guarded(log, partial(self._open, *cause)) for cause in self._causes(moment))

    def _causes(self, now: datetime) -> Iterator[tuple[int, int, str, str]]:
        """(ticket's id, number, mark, reason) of everything found, the gravest last: it makes the level."""
        at = utc_text(now)
        for row in rows.overdue(self._store, at, lifecycle.UNITS_TURN, AT_ONCE):
            hours = unit_hours.of_department(self._store, row["department_id"], self._hours)
            if due.supervise_at(from_utc_text(row["due_at"]), hours) <= now:
                yield row["id"], row["no"], f"overdue:{row['id']}:{row['due_at']}", "overdue"
        since = utc_text(now - REPEATED_WITHIN)
        for row in rows.repeated(self._store, lifecycle.UNITS_TURN, TIMES_REPEATED, since, AT_ONCE):
            yield row["id"], row["no"], f"repeat:{row['id']}", "repeat"
        for row in rows.from_leaders(self._store, AT_ONCE):
            yield row["id"], row["no"], f"leader:{row['id']}", "leader"
        for row in rows.instructed(self._store, AT_ONCE):
            yield row["id"], row["no"], f"instruction:{row['note_id']}", "leader"
        for row in rows.unsatisfied_again(self._store, TIMES_UNSATISFIED):
            entry_id = rows.unsatisfied_id(self._store, row["id"])
            yield row["id"], row["no"], f"unsatisfied:{entry_id}:{row['times']}", "unsatisfied"
        for row in rows.late(self._store, at, AT_ONCE):
            yield row["ticket_id"], row["ticket_no"], f"late:{row['id']}", "late"

    def _open(self, ticket_id: int, no: int, mark: str, reason: str) -> int:
        """The paper and the ticket's own move in one transaction: the mark is what keeps it from coming twice."""
        with self._store.transaction() as tx:
            if rows.is_marked(tx, mark):
                return 0
            self._is_opening = True
            try:
                self._tickets.make_move(
                    no, "supervise", actor=Actor.SYSTEM, reason=self._texts.piece(f"cause_{reason}")
                )
            finally:
                self._is_opening = False
            self._write(tx, ticket_id, mark, reason)
        return 1

    def _write(self, tx: Transaction, ticket_id: int, mark: str, reason: str, *, by_id: int | None = None) -> None:
        """One more paper, on the ticket's new level; the one before, if it is open, is followed by this one."""
        facts, known = ticket_facts.by_id(tx, ticket_id), rows.open_of(tx, ticket_id)
        if facts is None:
            return
        now = self._clock.now()
        level = min(HIGHEST, max(1, facts["supervised_level"]))  # as the ticket's own move has just made it
        if known is not None:
            is_late = self._clock_ok() and known["due_at"] is not None and utc_text(now) > known["due_at"]
            rows.change(tx, known["id"], state="raised", ended_at=utc_text(now), is_late=int(is_late))
        year = self._hours.local_date(now).year
        due_at = self._due(tx, now, level, facts["department_id"]) if self._clock_ok() else None
        paper_id = tx.insert(
            "supervision",
            mark=mark,
            year=year,
            no=rows.next_no(tx, year),
            ticket_id=ticket_id,
            department_id=facts["department_id"],
            level=level,
            reason=reason,
            note_id=rows.note_of_last_move(tx, ticket_id),
            opened_at=utc_text(now),
            opened_by=by_id,
            due_at=utc_text(due_at) if due_at is not None else None,
            boot_id=self._boot_id,
            clock_ok=int(self._clock_ok()),
        )
        self._audit.write(tx, "supervision_opened", "supervision", paper_id, user_id=by_id, words=(reason, str(level)))
        self._tell(tx, paper_id, facts)
        tx.announce("ticket", facts["no"])
        tx.log(log, logging.INFO, "ticket %d is supervised on level %d: %s", facts["no"], level, reason)

    def _due(self, tx: Transaction, now: datetime, level: int, department_id: int | None) -> datetime:
        return due.paper_due_at(now, level, unit_hours.of_department(tx, department_id, self._hours))

    def _give_time(self, row: sqlite3.Row, now: datetime) -> int:
        """The clock is set: a paper's time counts from now."""
        with self._store.transaction() as tx:
            due_at = self._due(tx, now, row["level"], row["department_id"])
            rows.change(tx, row["id"], due_at=utc_text(due_at), clock_ok=1)
        return 1

    # --- who is told ---

    def _tell(self, tx: Transaction, paper_id: int, facts: sqlite3.Row) -> None:
        """The department's people and its leader; on the highest level the county's leaders; else the desk must."""
        paper = rows.paper(tx, paper_id)
        if paper is None:
            return
        words = {
            "no": format_no(facts["no"]),
            "title": facts["title"] or "",
            "paper": paper_no(paper["year"], paper["no"]),
            "reason": rows.note_words(tx, paper["note_id"]).rstrip(FULL_STOPS),
            "due": self._texts.due(moment_or_none(paper["due_at"])),
            "department": (facts["name_en"] if self._texts.language == "en" else facts["name_zh"]) or "",
            "level": str(paper["level"]),
        }

        def queue(key: str, to: sqlite3.Row, whose: str) -> int | None:
            return self._outbox.queue(
                tx,
                purpose="supervision",
                number=to["phone"],
                text=self._texts.write(key, **words),
                idem_key=f"supervision:{paper_id}:{whose}:{to['id']}",
                handler_id=to["id"] if whose == "handler" else None,
                ticket_id=facts["id"],
            )

        people = rows.people_of(tx, facts["department_id"]) if facts["department_id"] is not None else []
        queued = [queue("supervised_leader" if each["is_leader"] else "supervised", each, "handler") for each in people]
        if paper["level"] >= COUNTY_FROM:
            queued += [queue("supervised_county", each, "leader") for each in rows.leaders(tx)]
        if not any(queued):
            now = utc_text(self._clock.now())
            mark = f"supervision:{paper_id}:by_hand"
            raise_once(tx, mark, "supervise_by_hand", now, ticket_id=facts["id"])

    # --- for the pages ---

    def page(self, by: User, before: int | None = None, limit: int = 50) -> Papers:
        """Open papers, the gravest first, and a piece of those that have an end. Raises NotAllowed."""
        found = rows.ended(self._store, before, limit + 1)
        ended = tuple(self._paper(row, by) for row in found[:limit])
        return Papers(
            tuple(self._paper(row, by) for row in rows.all_open(self._store, MOST_SHOWN)),
            ended,
            ended[-1].id if len(found) > limit else None,
        )

    def of_ticket(self, no: int, by: User) -> tuple[Paper, ...]:
        """Every paper of a ticket. Raises NotFound, also for what this user may not see."""
        row = self._tickets.row(no, by)
        return tuple(_paper(each, no) for each in rows.of_ticket(self._store, row.id))

    def _paper(self, row: sqlite3.Row, by: User) -> Paper:
        paper = _paper(row, row["ticket_no"], self._tickets.row(row["ticket_no"], by))
        is_over = paper.ended_at is None and paper.due_at is not None and paper.due_at <= self._clock.now()
        return replace(paper, is_late=paper.is_late or (is_over and self._clock_ok()))


def _paper(row: sqlite3.Row, no: int, ticket: TicketRow | None = None) -> Paper:
    return Paper(
        id=row["id"],
        year=row["year"],
        no=row["no"],
        level=row["level"],
        reason=row["reason"],
        state=row["state"],
        opened_at=from_utc_text(row["opened_at"]),
        due_at=moment_or_none(row["due_at"]),
        ended_at=moment_or_none(row["ended_at"]),
        is_late=bool(row["is_late"]),
        ticket_no=no,
        ticket=ticket,
    )
