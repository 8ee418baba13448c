"""Dangers: passed on at once to 110, 119 or 120 by a person, and told to one responsible after the other until one says
that it was received (domain 4.6). In two hours somebody reports; everything stays in the log.

A word in a citizen's text is a suspicion: the desk looks at it, and if nobody does within ten minutes the chain begins
by itself. What is due is found by query; the first telling is in the transaction of the button, whatever the clock.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime

from appliance.casework import emergency_words as words
from appliance.casework import forms, lifecycle, sight
from appliance.casework.emergency_chain import LOOK_WITHIN, REPORT_WITHIN, STEP, Person, at_step, chain
from appliance.casework.ticket_no import format_no
from appliance.casework.tickets import Tickets
from appliance.casework.views import MoveMade
from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.outreach.marks import raise_once
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.keys import BoxKey
from appliance.people.numbers import may_text
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import emergency as rows
from db import ticket_facts, tokens
from db.store import Reads, Store, Transaction

log = logging.getLogger(__name__)

SUSPECTED, RUNNING, TAKEN, REPORTED, CLOSED, DISMISSED = (
    "suspected", "running", "taken", "reported", "closed", "dismissed",
)  # fmt: skip
MARKS = ("emergency_word", "emergency_call", "emergency_stuck", "emergency_report")
READS_WORDS_OF = frozenset({"open", "accept"})
People = Callable[[Reads, int | None], tuple[Person, ...]]  # by the department's id


class Emergencies:
    """`start`, `dismiss`, `pass_on`, `confirm`, `report` and `close` are the desk's; the rest happens by itself."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        tickets: Tickets,
        *,
        key: BoxKey,
        outbox: Outbox,
        texts: Texts,
        audit: Audit,
        people: People,
        boot_id: int,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._tickets, self._key = store, clock, tickets, key
        self._outbox, self._texts, self._audit, self._people = outbox, texts, audit, people
        self._boot_id, self._clock_ok = boot_id, clock_ok
        tickets.also_tell(self.on_move)

    # --- suspicion ---

    def on_move(self, tx: Transaction, made: MoveMade) -> None:
        """Read what a new ticket says; a ticket that ends takes its danger with it."""
        if made.move in READS_WORDS_OF:
            self.read(tx, made.ticket_id, rows.ticket_words(tx, made.ticket_id), by_id=made.user_id)
        elif not lifecycle.status(made.to_status).is_open:
            known = rows.open_of(tx, made.ticket_id)
            if known is not None:
                self._end(tx, known, CLOSED, made.user_id)

    def read(self, tx: Transaction, ticket_id: int, text: str, *, by_id: int | None = None) -> None:
        """Suspect a danger in these words, once per ticket; the citizen who texted is told whom to call."""
        found = words.find(text)
        if found is None or rows.last_of(tx, ticket_id) is not None:
            return
        now = self._clock.now()
        by_box = by_id is None
        emergency_id = self._add(
            tx,
            ticket_id,
            kind=found.key,
            source="word",
            state=SUSPECTED,
            service=found.service,
            opened_by=by_id,
            next_at=utc_text(now + LOOK_WITHIN) if by_box else None,
        )
        self.mark(tx, "emergency_word", f"emergency_word:{emergency_id}", ticket_id)
        if by_box:
            self._tell_citizen(tx, emergency_id, ticket_id, found)

    # --- the desk ---

    def start(self, no: int, kind: str, by: User, *, token: str = "") -> None:
        """It is one: tell the first of the chain at once. Raises FieldWrong, NotFound, NotAllowed."""
        row = words.kind(kind)
        if row is None:
            raise FieldWrong("kind", "Choose what kind of danger it is.")
        with self._store.transaction() as tx:
            sight.must_be_desk(by)
            ticket = self._tickets.row(no, by, reads=tx)
            if not ticket.is_open:
                raise FieldWrong("kind", "This ticket is closed. Open it again, or write a new one.")
            if self._is_second(tx, f"emergency {no}", token, by):
                return
            known = rows.open_of(tx, ticket.id)
            if known is not None and known["state"] != SUSPECTED:
                return  # it runs already: pressed in two windows
            if known is None:
                emergency_id = self._add(
                    tx, ticket.id, kind=row.key, source="button", state=SUSPECTED, service=row.service, opened_by=by.id
                )
            else:
                emergency_id = int(known["id"])
                rows.change(tx, emergency_id, kind=row.key, service=row.service)
            self.begin(tx, emergency_id, by_id=by.id)

    def dismiss(self, no: int, reason: str, by: User, *, token: str = "") -> None:
        """It is none. Raises FieldWrong, NotFound, NotAllowed."""
        with self._store.transaction() as tx:
            if self._is_second(tx, f"emergency none {no}", token, by):
                return
            known = self._known(tx, no, by)
            note_id = self._tickets.add_note(no, "reason", forms.text_given("reason", reason), user_id=by.id)
            rows.change(tx, known["id"], end_note_id=note_id)
            self._end(tx, known, DISMISSED, by.id)

    def pass_on(self, no: int, service: str, receipt: str, by: User, *, token: str = "") -> None:
        """110, 119, 120 or 122 was told; `receipt` says who took it there. Raises FieldWrong, NotFound, NotAllowed."""
        if service not in words.SERVICES:
            raise FieldWrong("service", "Choose who was called.")
        with self._store.transaction() as tx:
            if self._is_second(tx, f"emergency passed {no}", token, by):
                return
            known = self._known(tx, no, by)
            said = self._texts.piece("emergency_passed", service=service, receipt=forms.text_given("receipt", receipt))
            note_id = self._tickets.add_note(no, "note", said, user_id=by.id)
            rows.change(
                tx, known["id"], service=service, passed_at=utc_text(self._clock.now()), receipt_note_id=note_id
            )
            self._audit.write(tx, "emergency_passed", "emergency", known["id"], by, words=(service,))
            tx.announce("ticket", no)

    def confirm(self, step_id: int, by: User) -> None:
        """Somebody of the chain said on the telephone that it was received. Raises NotFound, NotAllowed."""
        with self._store.transaction() as tx:
            step = rows.step(tx, step_id)
            known = rows.get(tx, step["emergency_id"]) if step is not None else None
            if known is None:
                raise NotFound
            sight.must_be_desk(by)
            self._tickets.row(known["no"], by, reads=tx)
            self.taken(tx, known, step_id, via="desk", user_id=by.id)

    def report(self, no: int, text: str, by: User, *, token: str = "") -> None:
        """What was done, within two hours. Raises FieldWrong, NotFound, NotAllowed."""
        with self._store.transaction() as tx:
            if self._is_second(tx, f"emergency report {no}", token, by):
                return
            known = self._known(tx, no, by)
            note_id = self._tickets.add_note(no, "progress", forms.text_given("report", text), user_id=by.id)
            self.reported(tx, known, note_id, by.id)

    def close(self, no: int, text: str, by: User, *, token: str = "") -> None:
        """It is over. Raises FieldWrong, NotFound, NotAllowed."""
        with self._store.transaction() as tx:
            if self._is_second(tx, f"emergency over {no}", token, by):
                return
            known = self._known(tx, no, by)
            note_id = self._tickets.add_note(no, "note", forms.text_given("end", text), user_id=by.id)
            rows.change(tx, known["id"], end_note_id=note_id)
            self._end(tx, known, CLOSED, by.id)

    # --- the chain ---

    def begin(self, tx: Transaction, emergency_id: int, *, by_id: int | None) -> None:
        """The first is told now; everything else follows by the sweep."""
        now = utc_text(self._clock.now())
        known = rows.get(tx, emergency_id)
        if known is None or not rows.change(tx, emergency_id, state=RUNNING, started_at=now, next_at=now):
            return
        rows.settle_reminders(tx, known["ticket_id"], ("emergency_word",), now, by_id)
        self._audit.write(tx, "emergency_started", "emergency", emergency_id, user_id=by_id, words=(known["kind"],))
        tx.log(log, logging.WARNING, "ticket %d is an emergency: %s", known["no"], known["kind"])
        self.next_step(tx, emergency_id)

    def next_step(self, tx: Transaction, emergency_id: int) -> None:
        """Tell whose turn it is. The step is claimed before, so that it is told once."""
        known = rows.get(tx, emergency_id)
        facts = ticket_facts.by_id(tx, known["ticket_id"]) if known is not None else None
        if known is None or facts is None:
            return
        now = self._clock.now()
        person = at_step(chain(self._people(tx, facts["department_id"])), known["steps"])
        if person is None:
            rows.change(tx, emergency_id, next_at=None)
            mark = f"emergency_stuck:{emergency_id}:{known['steps']}"  # one that went on may come to an end again
            self.mark(tx, "emergency_stuck", mark, known["ticket_id"])
            return
        if not rows.claim(tx, emergency_id, known["steps"]):
            return
        rows.settle_reminders(tx, known["ticket_id"], ("emergency_stuck",), utc_text(now), None)
        outbox_id = self._outbox.queue(
            tx,
            purpose="emergency",
            number=person.phone,
            text=self._chain_text(known, facts),
            idem_key=f"emergency:{emergency_id}:{known['steps']}",
            handler_id=person.handler_id,
            ticket_id=known["ticket_id"],
        )
        step_id = rows.add_step(
            tx,
            emergency_id=emergency_id,
            position=known["steps"],
            role=person.role,
            phone_key=self._key.phone_key(person.phone),
            told_at=utc_text(now),
            outbox_id=outbox_id,
            name=person.name,
            phone=person.phone,
        )
        if outbox_id is None and rows.called(tx, step_id, utc_text(now)):  # a landline: the text's twin is a call
            self.mark(tx, "emergency_call", f"emergency_call:{step_id}", known["ticket_id"])
        rows.change(tx, emergency_id, next_at=utc_text(now + STEP), clock_ok=int(self._clock_ok()))
        tx.announce("ticket", known["no"])

    def can_begin(self, known: sqlite3.Row) -> bool:
        """Whether a chain that stands still because nobody was there to tell has somebody now."""
        facts = ticket_facts.by_id(self._store, known["ticket_id"])
        return (
            facts is not None
            and at_step(chain(self._people(self._store, facts["department_id"])), known["steps"]) is not None
        )

    def confirmed_by_key(self, tx: Transaction, step_id: int, emergency_call_id: int) -> bool:
        """He whom the box rang pressed the key: as if he had texted OK. False if he had said so before."""
        step = rows.step(tx, step_id)
        known = rows.get(tx, step["emergency_id"]) if step is not None else None
        if step is None or known is None or known["ended_at"] is not None:
            return False
        if not self.taken(tx, known, step_id, via="call"):
            return False
        self._outbox.queue(
            tx,
            purpose="emergency",
            number=step["phone"],
            text=self._texts.write("emergency_taken", no=format_no(known["no"])),
            idem_key=f"emergency_taken:call:{emergency_call_id}",
            ticket_id=known["ticket_id"],
        )
        return True

    def taken(
        self,
        tx: Transaction,
        known: sqlite3.Row,
        step_id: int,
        *,
        via: str,
        sms_id: int | None = None,
        user_id: int | None = None,
    ) -> bool:
        """Somebody said that it was received: nobody else is told. False if he said so before."""
        now = self._clock.now()
        if not rows.ack(tx, step_id, utc_text(now), via, sms_id=sms_id, user_id=user_id):
            return False
        if known["state"] == RUNNING:
            report_due_at = utc_text(now + REPORT_WITHIN)
            rows.change(tx, known["id"], state=TAKEN, taken_at=utc_text(now), next_at=None, report_due_at=report_due_at)
            rows.settle_reminders(tx, known["ticket_id"], ("emergency_call", "emergency_stuck"), utc_text(now), user_id)
        self._audit.write(tx, "emergency_taken", "emergency", known["id"], user_id=user_id, words=(via,))
        tx.announce("ticket", known["no"])
        return True

    def reported(self, tx: Transaction, known: sqlite3.Row, note_id: int, user_id: int | None) -> None:
        now = utc_text(self._clock.now())
        rows.change(tx, known["id"], state=REPORTED, next_at=None, reported_at=now, report_note_id=note_id)
        rows.settle_reminders(tx, known["ticket_id"], MARKS, now, user_id)
        self._audit.write(tx, "emergency_reported", "emergency", known["id"], user_id=user_id)
        tx.announce("ticket", known["no"])

    def mark(self, tx: Transaction, kind: str, mark: str, ticket_id: int) -> None:
        """Something for the desk to do, once."""
        raise_once(tx, mark, kind, utc_text(self._clock.now()), ticket_id=ticket_id)

    # --- inside ---

    def _known(self, tx: Transaction, no: int, by: User) -> sqlite3.Row:
        sight.must_be_desk(by)
        ticket = self._tickets.row(no, by, reads=tx)
        known = rows.open_of(tx, ticket.id)
        if known is None:
            raise NotFound
        return known

    def _end(self, tx: Transaction, known: sqlite3.Row, state: str, user_id: int | None) -> None:
        now = utc_text(self._clock.now())
        rows.change(tx, known["id"], state=state, next_at=None, ended_at=now, ended_by=user_id)
        rows.settle_reminders(tx, known["ticket_id"], MARKS, now, user_id)
        self._audit.write(tx, f"emergency_{state}", "emergency", known["id"], user_id=user_id)
        tx.announce("ticket", known["no"])

    def _add(self, tx: Transaction, ticket_id: int, **columns: object) -> int:
        return tx.insert(
            "emergency",
            ticket_id=ticket_id,
            opened_at=utc_text(self._clock.now()),
            boot_id=self._boot_id,
            clock_ok=int(self._clock_ok()),
            **columns,
        )

    def _is_second(self, tx: Transaction, form: str, token: str, by: User) -> bool:
        scoped = tokens.scoped(form, token)
        if tokens.once(tx, scoped) is not None:
            return True
        tokens.remember(tx, scoped, utc_text(self._clock.now()), by.id, form)
        return False

    def _chain_text(self, known: sqlite3.Row, facts: sqlite3.Row) -> str:
        kind = words.kind(known["kind"])
        return self._texts.write(
            "emergency_chain",
            no=format_no(known["no"]),
            kind=kind.name(self._texts.language) if kind is not None else "",
            title=facts["title"] or facts["content"] or "",
            place=self._texts.piece("place", place=facts["place"]) if facts["place"] else "",
            service=known["service"],
        )

    def _tell_citizen(self, tx: Transaction, emergency_id: int, ticket_id: int, kind: words.Kind) -> None:
        facts = ticket_facts.by_id(tx, ticket_id)
        number = (facts["citizen_phone"] or "") if facts is not None else ""
        if facts is not None and may_text(number):
            self._outbox.queue(
                tx,
                purpose="emergency",
                number=number,
                text=self._texts.write("emergency_citizen", service=kind.service),
                idem_key=f"emergency_citizen:{emergency_id}",
                citizen_id=facts["citizen_id"],
                ticket_id=ticket_id,
                preferred_line=facts["line"],
            )


def past(known: sqlite3.Row, name: str, now: datetime, longest: datetime) -> bool:
    """Whether this moment has come; one written by a clock that was wrong, or set back since, has."""
    at = known[name]
    return at is not None and (at <= utc_text(now) or at > utc_text(longest) or not known["clock_ok"])
