"""Consultations on whose duty a matter is: who is asked, what they say, what is decided, what the table learns of it.

A consultation lives with its ticket: the move `confer` opens one, `decide` ends it with minutes, and any other way
out of that status drops it. What was decided is proposed as a row of the routing table, so that the next ticket of
the kind finds its way at once; somebody accepts it first. What the departments say is kept by opinions.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.casework import categories, sight
from appliance.casework.opinions import Opinions, words_of
from appliance.casework.routing import Routing, Suggestion
from appliance.casework.routing_rules import Rule
from appliance.casework.tickets import Tickets
from appliance.casework.views import MoveMade, TicketRow
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.people.departments import Department, Departments, Handler
from appliance.people.user import User
from db import conference as rows
from db import tickets as ticket_rows
from db.store import Store, Transaction

CONSULT = "consult"  # the status it lives in
MOST_ASKED, MOST_SHOWN = 8, 50


@dataclass(frozen=True, slots=True)
class Opinion:
    department: Department
    asked_at: datetime
    opinion: str  # one of opinions.OPINIONS, or SAID; '' while it is awaited
    words: str
    opined_at: datetime | None
    people: tuple[Handler, ...] = ()  # whom to ring
    channel: str = ""  # by which way it came: web, sms, phone or paper
    by: str = ""  # who wrote it, or wrote it down
    texted: int = 0  # how many were asked by text; 0: somebody has to tell them otherwise
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conference:
    id: int
    ticket: TicketRow
    state: str  # 'open', 'decided' or 'dropped'
    opened_at: datetime
    opened_by: str
    reason: str
    opinions: tuple[Opinion, ...]
    ended_at: datetime | None = None
    ended_by: str = ""
    lead: Department | None = None
    minutes: str = ""
    proposed_rule: Rule | None = None  # waits to be accepted into the routing table

    @property
    def awaited(self) -> int:
        """How many of those asked have not said anything."""
        return sum(not each.opinion for each in self.opinions)


Asker = Callable[[Transaction, int, int], None]


class Conferences:
    """Any thread. `for_move` is told of every move in the transaction that makes it."""

    def __init__(
        self, store: Store, clock: Clock, tickets: Tickets, departments: Departments, routing: Routing
    ) -> None:
        self._store, self._clock = store, clock
        self._tickets, self._departments, self._routing = tickets, departments, routing
        self.opinions = Opinions(store, clock, tickets, departments)
        self._also_ask: Asker | None = None

    def tell_asked(self, asker: Asker) -> None:
        """`asker(tx, conference, department)` is called for each department that is asked, by their ids."""
        self._also_ask = asker

    # --- reading ---

    def open(self, by: User) -> tuple[Conference, ...]:
        """What is being consulted on, the oldest first."""
        sight.must_be_desk(by)
        return tuple(self._conference(row, by) for row in rows.all_open(self._store, MOST_SHOWN))

    def latest(self, by: User, before: int | None = None) -> tuple[Conference, ...]:
        """Those that are over, the newest first."""
        sight.must_be_desk(by)
        cursor = before if before is not None else ticket_rows.NO_CURSOR
        return tuple(self._conference(row, by) for row in rows.latest(self._store, cursor, MOST_SHOWN))

    def of_ticket(self, no: int, by: User) -> tuple[Conference, ...]:
        """The newest first. Raises NotFound, NotAllowed."""
        sight.must_be_desk(by)
        ticket = self._tickets.row(no, by)
        return tuple(self._conference(row, by) for row in rows.of_ticket(self._store, ticket.id))

    def suggestions(self, no: int, by: User) -> tuple[Suggestion, ...]:
        """Whom one might ask."""
        sight.must_be_desk(by)
        row = self._tickets.row(no, by)
        return self._routing.suggest(row.category, row.town, row.title, no)

    # --- doing ---

    def ask(self, no: int, department_ids: tuple[int, ...], by: User) -> None:
        """Ask these departments too. Raises FieldWrong, NotFound, NotAllowed."""
        sight.must_be_desk(by)
        with self._store.transaction() as tx:
            conference = self._open(tx, no)
            self._ask(tx, conference["id"], department_ids, by.id)
            tx.announce("ticket", no)

    # --- in the transaction of a move ---

    def for_move(self, tx: Transaction, made: MoveMade) -> None:
        if made.to_status == CONSULT and made.from_status != CONSULT:
            self._begin(tx, made)
        elif made.from_status == CONSULT and made.to_status != CONSULT:
            self._end(tx, made)

    def _begin(self, tx: Transaction, made: MoveMade) -> None:
        conference_id = rows.add(
            tx,
            ticket_id=made.ticket_id,
            state="open",
            opened_at=utc_text(self._clock.now()),
            opened_by=made.user_id,
            reason_note_id=rows.last_note(tx, made.ticket_id),
        )
        self._ask(tx, conference_id, made.co_department_ids, made.user_id)

    def _end(self, tx: Transaction, made: MoveMade) -> None:
        conference = rows.open_of(tx, made.ticket_id)
        if conference is None:
            return
        over = {"ended_at": utc_text(self._clock.now()), "ended_by": made.user_id}
        if made.move != "decide":
            rows.change(tx, conference["id"], state="dropped", **over)
            return
        rows.change(
            tx,
            conference["id"],
            state="decided",
            lead_id=made.department_id,
            minutes_note_id=rows.last_note(tx, made.ticket_id),
            rule_id=self._teach(tx, made, conference),
            **over,
        )

    def _teach(self, tx: Transaction, made: MoveMade, conference: sqlite3.Row) -> int | None:
        """Propose what was decided as a row of the table, unless the table says just that or the kind is unknown."""
        category, town = conference["category"], conference["town"]
        if made.department_id is None or category in {"", categories.OTHER}:
            return None
        co_ids = tuple(sorted(set(made.co_department_ids) - {made.department_id}))
        suggested = self._routing.from_table(tx, category, town)
        if suggested and (suggested[0].department.id, tuple(sorted(unit.id for unit in suggested[0].co))) == (
            made.department_id,
            co_ids,
        ):
            return None
        # No words of the minutes: they may speak of citizens, and the table is kept for ever.
        rule = Rule(0, category, "", town, "", made.department_id, co_ids, "", "conference", "")
        return self._routing.propose(tx, rule, made.user_id, conference["id"])

    # --- inside ---

    def _open(self, tx: Transaction, no: int) -> sqlite3.Row:
        ticket = ticket_rows.ticket(tx, no)
        found = rows.open_of(tx, ticket["id"]) if ticket is not None else None
        if found is None:
            raise NotFound
        return found

    def _ask(self, tx: Transaction, conference_id: int, department_ids: tuple[int, ...], by_id: int | None) -> None:
        known = {unit.id for unit in self._departments.all(tx)}
        if not set(department_ids) <= known:
            raise FieldWrong("department_id", "There is no such department.")
        for department_id in department_ids:
            is_new = rows.ask(tx, conference_id, department_id, utc_text(self._clock.now()), by_id)
            if is_new and self._also_ask is not None:
                self._also_ask(tx, conference_id, department_id)
        if len(rows.units(tx, conference_id)) > MOST_ASKED:
            raise FieldWrong("department_id", "At most %(most)d departments are asked.", most=MOST_ASKED)

    def _conference(self, row: sqlite3.Row, by: User) -> Conference:
        proposed = {rule.id: rule for rule in self._routing.rules("proposed")}
        return Conference(
            id=row["id"],
            ticket=self._tickets.row(row["no"], by),
            state=row["state"],
            opened_at=from_utc_text(row["opened_at"]),
            opened_by=row["opened_by_name"] or "",
            reason=row["reason"] or "",
            opinions=tuple(self._opinion(each) for each in rows.units(self._store, row["id"])),
            ended_at=moment_or_none(row["ended_at"]),
            ended_by=row["ended_by_name"] or "",
            lead=self._departments.get(row["lead_id"]) if row["lead_id"] is not None else None,
            minutes=row["minutes"] or "",
            proposed_rule=proposed.get(row["rule_id"]),
        )

    def _opinion(self, row: sqlite3.Row) -> Opinion:
        unit = self._departments.get(row["department_id"])
        return Opinion(
            department=unit,
            asked_at=from_utc_text(row["asked_at"]),
            opinion=row["opinion"],
            words=words_of(row),
            opined_at=moment_or_none(row["opined_at"]),
            people=self._departments.people(unit.id),
            channel=row["channel"],
            by=row["handler_name"] or row["entered_by_name"] or "",
            texted=row["texted"],
            reminded_at=moment_or_none(row["reminded_at"]),
        )
