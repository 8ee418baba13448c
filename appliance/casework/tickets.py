"""The office's tickets: every writing of one, and the one place where a status changes.

A change is one transaction: the ticket's row (guarded by its version), one row of history, one of the audit, and
whatever is sent because of it. Who comes second with an old version is told who was first; nothing is overwritten.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from appliance.casework import entry, forms, lifecycle
from appliance.casework.archiving import Sweep
from appliance.casework.clocks import Clocks
from appliance.casework.history import History, OnMove
from appliance.casework.lifecycle import Actor, MoveRefused
from appliance.casework.moving import Moving, changed
from appliance.casework.orders import Order, Step, Timing
from appliance.casework.relay import Relay, Shield
from appliance.casework.requests import Requests
from appliance.casework.ticket_moves import TicketMoves
from appliance.casework.ticket_views import TicketViews
from appliance.casework.views import Arrival, MoveMade, Page, TicketForm, TicketPage, TicketRow, TimelineItem
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import NotAllowed, NotFound
from appliance.limits.hours import OfficeHours
from appliance.people.citizens import Citizens
from appliance.people.numbers import kind_of, normalise
from appliance.people.places import Places
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from appliance.upkeep.clock_steps import Steps
from db import calls as call_rows
from db import people, search, search_upkeep, tokens
from db import tickets as rows
from db.store import Store, Transaction

# The views are looked for here by the rest of the office.
__all__ = ["Arrival", "MoveMade", "Page", "TicketForm", "TicketPage", "TicketRow", "Tickets", "TimelineItem"]

SALT_BYTES = 16
DESK = frozenset({Actor.OPERATOR, Actor.LEAD})


def _nobody_is_told(tx: Transaction, made: MoveMade) -> None:
    """Until the runtime connects the notices."""


class Tickets(TicketViews, TicketMoves):
    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        citizens: Citizens,
        *,
        hours: OfficeHours,
        boot_id: int,
        clock_ok: Callable[[], bool],
        on_move: OnMove = _nobody_is_told,
        region_code: str = "",
        places: Places | None = None,
    ) -> None:
        super().__init__(store, clock, hours)
        self._places = places
        self._citizens, self._history = citizens, History(audit)
        self._boot_id, self._clock_ok, self._region_code = boot_id, clock_ok, region_code
        self.on_move = on_move
        self.shield: Shield = Relay(citizens.vault)
        self._clocks = Clocks(store, audit, self._hours, boot_id)
        self._moving = Moving(store, self._history, self._clocks, self._timing, lambda: self.on_move)
        self._requests = Requests(store, clock, self._history, self._moving)
        self._sweep = Sweep(store, self._moving, clock_ok)

    def also_tell(self, listener: OnMove) -> None:
        """Whoever must know of moves is told in the transaction that makes them, after those connected before."""
        before = self.on_move

        def tell(tx: Transaction, made: MoveMade) -> None:
            before(tx, made)
            listener(tx, made)

        self.on_move = tell

    # --- new tickets ---

    def create(
        self,
        form: TicketForm,
        by: User,
        *,
        call_id: int | None = None,
        sms_id: int | None = None,
        source: str = "call",
        arrival: Arrival | None = None,
        accept: bool = True,
        token: str = "",
    ) -> int:
        """Save a new ticket, or fill the draft that the call has; returns its number.

        Raises FieldWrong, NotAllowed, NotFound for a call that is not there. The same form (`token`) twice is once.
        `arrival` says more than `source`: of what was taken down on paper first, or comes from an office above.
        """
        actor = _desk_actor(by)
        form = forms.ready_to_accept(forms.checked(form)) if accept else forms.checked(form)
        arrival = forms.arrival_checked(arrival)
        with self._store.transaction() as tx:
            made_before = tokens.once(tx, tokens.scoped("ticket", token))
            if made_before is not None:
                return int(made_before)
            call = self._call(tx, call_id)
            no = self._draft_of(tx, call_id)
            citizen_id = self._citizen_of(tx, form, call)
            if no is None:
                no = self.open_draft(
                    source=arrival.source if arrival else source,
                    line=call["line"] if call else "",
                    citizen_id=citizen_id,
                    call_id=call_id,
                    sms_id=sms_id,
                    actor=actor,
                    actor_id=by.id,
                    arrival=arrival,
                )
            self._write_form(tx, no, form, by, citizen_id=citizen_id)
            if accept:
                self.make_move(no, "accept", actor=actor, actor_id=by.id)
            tokens.remember(tx, tokens.scoped("ticket", token), utc_text(self._clock.now()), by.id, str(no))
            return no

    def open_draft(
        self,
        *,
        source: str,
        line: str = "",
        citizen_id: int | None = None,
        call_id: int | None = None,
        sms_id: int | None = None,
        title: str = "",
        content: str = "",
        actor: Actor = Actor.SYSTEM,
        actor_id: int | None = None,
        arrival: Arrival | None = None,
    ) -> int:
        """Open a draft for something that arrived; its clock starts. Joins the caller's transaction.

        Returns its number. `arrival` says more than `source` and `line`. Raises MoveRefused where this actor may not.
        """
        to_status = lifecycle.next_status("", "open", actor)
        timing = self._timing()
        came = entry.arrived(arrival, self._hours, timing.now, is_known=timing.is_known)
        truly_at = from_utc_text(came["created_at"]) if came.get("entered_at") and came["created_at"] else None
        with self._store.transaction() as tx:
            no = rows.next_no(tx)
            content = forms.clean(content)
            citizen = people.citizen(tx, citizen_id) if citizen_id is not None else None
            contact_name, is_confidential = self.shield.draft(no, citizen)
            ticket_id = tx.insert(
                "ticket",
                no=no,
                source=source,
                status=to_status,
                citizen_id=citizen_id,
                is_confidential=int(is_confidential),
                call_id=call_id,
                line=line,
                **came,
                created_by=actor_id,
                changed_at=timing.at,
                changed_by=actor_id,
                **self._clocks.started(to_status, timing),
            )
            written = {
                "title": forms.clean(title) or forms.title_of(content),
                "content": content,
                "contact_name": contact_name,
                "contact_phone": (citizen["phone"] or "") if citizen else "",
            }
            search.write(tx, ticket_id, no, written, salt=secrets.token_bytes(SALT_BYTES))
            ticket = self._ticket(tx, no)
            step = Step(
                tx,
                ticket,
                Order("open", actor, user_id=actor_id, sms_id=sms_id, happened_at=truly_at),
                timing,
                to_status,
            )
            self._history.record(step, "", to_status, self.on_move)
            return no

    # --- changing the words ---

    def save(
        self, no: int, form: TicketForm, version: int, by: User, *, accept: bool = False, token: str = ""
    ) -> TicketRow:
        """Change what is written, and `accept` a draft in the same step: both or nothing, and the same form once.

        Raises TicketChanged, FieldWrong, NotFound, NotAllowed; MoveRefused once closed.
        """
        actor = _desk_actor(by)
        form = forms.checked(form)
        with self._store.transaction() as tx:
            if tokens.once(tx, tokens.scoped(f"save {no}", token)) is not None:
                return self.row(no, reads=tx)
            ticket = self._ticket(tx, no)
            self._must_be(tx, ticket, version)
            status = lifecycle.status(ticket["status"])
            if not status.is_editable:
                raise MoveRefused("save", status.key, actor)
            if status.key != "draft":
                form = forms.ready_to_accept(form)
            self._write_form(tx, no, form, by, citizen_id=ticket["citizen_id"])
            if accept:
                self.make_move(no, "accept", actor=actor, actor_id=by.id)
            tokens.remember(tx, tokens.scoped(f"save {no}", token), utc_text(self._clock.now()), by.id, str(no))
            return self.row(no, reads=tx)

    def note(self, no: int, text: str, by: User, token: str = "") -> None:
        """Add a remark. Raises FieldWrong, NotFound for what this user may not see, NotAllowed."""
        by.actor  # noqa: B018 - roles that only read raise here
        with self._store.transaction() as tx:
            self.row(no, by, reads=tx)
            scoped = tokens.scoped(f"note {no}", token)
            if tokens.once(tx, scoped) is None:
                note_id = self.add_note(no, "note", forms.text_given("note", text), user_id=by.id)
                tokens.remember(tx, scoped, utc_text(self._clock.now()), by.id, str(note_id))

    def add_note(
        self,
        no: int,
        kind: str,
        text: str,
        *,
        user_id: int | None = None,
        handler_id: int | None = None,
        sms_id: int | None = None,
        state: str = "",
    ) -> int:
        """Add a note of any kind; the ticket's version stays, nobody's editing is disturbed. Returns the note's id.

        `kind` is a key of web.words.NOTE_KINDS; who wrote it is a user or a handler, or the box. Raises NotFound.
        """
        with self._store.transaction() as tx:
            ticket = self._ticket(tx, no)
            plain, at = forms.clean(text), utc_text(self._clock.now())
            who = {"user_id": user_id, "handler_id": handler_id, "sms_id": sms_id, "state": state}
            note_id = rows.add_note(tx, ticket["id"], at, kind, plain, **who)
            role = "handler" if handler_id else "user" if user_id else "system"
            self._history.note(tx, f"note_{kind}", ticket, user_id=user_id, role=role, words=(plain,))
            return note_id

    def recompute_due(self, now: datetime, steps: Steps | None = None) -> int:
        """Work out the due times that waited for the clock to be set; returns how many tickets got theirs.

        `steps` say how the clock was set during this run of the program: they mend what was started in it.
        """
        return self._clocks.recompute(now, steps)

    def rebuild_search(self) -> int:
        """Drop the search index and fill it again. Returns the number of tickets in it."""
        return search_upkeep.rebuild(self._store)

    def resume_search(self) -> int:
        """Go on where a rebuild was interrupted. To be called at start; nothing to do otherwise."""
        return search_upkeep.resume(self._store)

    def check_search(self, sample: int = 200) -> search_upkeep.SearchVerdict:
        """Compare a sample of tickets with the search index."""
        return search_upkeep.check(self._store, sample)

    # --- inside ---

    def _timing(self) -> Timing:
        return Timing(self._clock.now(), self._clock_ok(), self._boot_id, self._hours)

    def _ticket(self, tx: Transaction, no: int) -> sqlite3.Row:
        found = rows.ticket(tx, no)
        if found is None:
            raise NotFound
        return found

    def _must_be(self, tx: Transaction, ticket: sqlite3.Row, version: int | None) -> None:
        if version is not None and version != ticket["version"]:
            raise changed(tx, ticket)

    def _write_form(self, tx: Transaction, no: int, form: TicketForm, by: User, *, citizen_id: int | None) -> None:
        """The words, what they are sorted by, and the department's limit if these change it."""
        ticket = self._ticket(tx, no)
        number, town = normalise(form.contact_phone, self._region_code), self._town_of(tx, form, ticket["town"])
        form, citizen_id = self.shield.form(tx, ticket, replace(form, contact_phone=number, town=town), citizen_id)
        written = {name: getattr(form, name) for name in search.WORDS}
        search.write(tx, ticket["id"], no, written)
        sorting = entry.columns(form, self._hours.zone, self._clock.now() if self._clock_ok() else None)
        changes = {**sorting, "citizen_id": citizen_id, "changed_at": utc_text(self._clock.now()), "changed_by": by.id}
        if (form.type, form.urgency) != (ticket["type"], ticket["urgency"]):
            changes |= self._clocks.limit_changed(tx, ticket, form.type, form.urgency)
        if not rows.change(tx, ticket["id"], ticket["version"], **changes):
            raise changed(tx, ticket)
        if citizen_id is not None:
            self._citizens.learn_name(tx, citizen_id, form.contact_name)
        after = self._ticket(tx, no)
        self._history.note(
            tx,
            "ticket_saved",
            after,
            user_id=by.id,
            role=str(by.role),
            words=(*written.values(), *(str(value or "") for value in sorting.values())),
        )

    def _town_of(self, tx: Transaction, form: TicketForm, before: str) -> str:
        """The town that was chosen, else the one that the words name: nobody types it twice. Raises FieldWrong."""
        if self._places is None or (form.town and form.town == before):
            return form.town
        if form.town:
            return self._places.checked(form.town, tx)
        named = (self._places.recognise(words, tx) for words in (form.place, form.title, form.content) if words)
        return next((place.town for place in named if place is not None), "")

    def _call(self, tx: Transaction, call_id: int | None) -> sqlite3.Row | None:
        call = call_rows.get(tx, call_id) if call_id is not None else None
        if call is None and call_id is not None:
            raise NotFound
        return call

    def _draft_of(self, tx: Transaction, call_id: int | None) -> int | None:
        """The draft that the call opened: a second matter of the same call becomes a ticket of its own."""
        found = rows.of_call(tx, call_id) if call_id is not None else None
        return int(found["no"]) if found is not None and found["status"] == "draft" else None

    def _citizen_of(self, tx: Transaction, form: TicketForm, call: sqlite3.Row | None) -> int | None:
        """Whoever called, else whoever has the number that was given for asking back."""
        if call is not None and call["citizen_id"] is not None:
            return int(call["citizen_id"])
        number = normalise(form.contact_phone, self._region_code)
        if kind_of(number) in {"mobile", "landline", "international", "protected"}:
            return self._citizens.find_or_add(tx, number)
        return None


def _desk_actor(by: User) -> Actor:
    """Only the desk writes tickets. Raises NotAllowed."""
    if by.actor not in DESK:
        raise NotAllowed
    return by.actor
