"""What users, departments, citizens and the program do to tickets: moves, requests and what comes due by itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Unpack

from appliance.casework import approvals
from appliance.casework.archiving import Sweep
from appliance.casework.lifecycle import Actor
from appliance.casework.moving import Moving
from appliance.casework.offers import Moment, Offer, offered
from appliance.casework.orders import Given, Order, Timing
from appliance.casework.requests import Asked, Requests, RequestView
from appliance.casework.views import TicketRow
from appliance.clock import utc_text
from appliance.errors import NeedsLead, NotFound
from appliance.people.user import User
from db import survey, tokens
from db import tickets as rows
from db.store import Reads, Store, Transaction


class TicketMoves(ABC):
    """One half of `Tickets`; what it needs of the other half is named here."""

    _store: Store
    _moving: Moving
    _requests: Requests
    _sweep: Sweep

    @abstractmethod
    def row(self, no: int, user: User | None = None, *, reads: Reads | None = None) -> TicketRow:
        """One ticket as it stands in a list (casework/ticket_views.py)."""

    @abstractmethod
    def _timing(self) -> Timing:
        """This moment, and whether the box knows it."""

    def is_simple(self) -> bool:
        """A simple office: who is there decides what a lead would, and is stamped."""
        return approvals.is_simple(self._store)

    def move(
        self, no: int, move_key: str, by: User, *, version: int, token: str = "", **given: Unpack[Given]
    ) -> TicketRow:
        """A user's move; what only a lead decides becomes a request where the office is no simple one.

        Raises MoveRefused, FieldWrong, TicketChanged, NeedsLead once the request is written, NotFound for what this
        user may not see.
        """
        actor, waits = by.actor, None
        with self._store.transaction() as tx, self._once(tx, tokens.scoped(f"move {no}", token), by, no) as is_first:
            if is_first:
                self.row(no, by, reads=tx)
                try:
                    self.make_move(no, move_key, actor=actor, actor_id=by.id, version=version, **given)
                except NeedsLead as needs:
                    waits = needs.move, self._requests.ask(no, move_key, user_id=by.id, given=given)
        if waits is not None:
            raise NeedsLead(*waits)
        return self.row(no)

    def make_move(
        self,
        no: int,
        move_key: str,
        *,
        actor: Actor,
        actor_id: int | None = None,
        handler_id: int | None = None,
        sms_id: int | None = None,
        version: int | None = None,
        **given: Unpack[Given],
    ) -> TicketRow:
        """The one way to change a status. `actor_id` is a user; a department's handler acts by `handler_id`.

        Refused moves change nothing: MoveRefused, FieldWrong, NeedsLead, NotAllowed (another department's ticket),
        TicketChanged.
        """
        order = Order(move_key, actor, actor_id, handler_id, sms_id, **given)
        with self._store.transaction() as tx:
            self._moving.make(no, order, version)
            return self.row(no, reads=tx)

    def problem(self, no: int, move_key: str, *, actor: Actor, **given: Any) -> Exception | None:
        """Why this move would be refused now, or None; takes what `make_move` takes. Changes nothing."""
        given["user_id"] = given.pop("actor_id", None)
        given.pop("version", None)
        return self._moving.problem(no, Order(move_key, actor, **given))

    def offered(self, no: int, by: User) -> tuple[Offer, ...]:
        """What this user may ask for next, the main ones first. Raises NotFound, NotAllowed."""
        ticket = rows.ticket(self._store, no)
        if ticket is None:
            raise NotFound
        timing = self._timing()
        now, asked = timing.now if timing.is_known else None, survey.open_of(self._store, ticket["id"])
        return offered(Moment(ticket, now, timing.hours, asked), by.actor)

    # --- requests ---

    def ask(self, no: int, kind: str, **asked: Unpack[Asked]) -> int:
        """Write down a wish for the desk to decide; see Requests.ask. Returns the request's id."""
        return self._requests.ask(no, kind, **asked)

    def decide(
        self, request_id: int, grant: bool, by: User, text: str = "", *, days: int | None = None, token: str = ""
    ) -> TicketRow:
        """Grant or refuse a request, and make the moves that this means; see Requests.decide."""
        with self._store.transaction() as tx:
            made_before = tokens.once(tx, tokens.scoped("decide", token))
            if made_before is not None:
                return self.row(int(made_before), reads=tx)
            no = self._requests.decide(request_id, by, text, grant=grant, days=days)
            tokens.remember(tx, tokens.scoped("decide", token), self._timing().at, by.id, str(no))
            return self.row(no, reads=tx)

    def requests_of(self, no: int) -> tuple[RequestView, ...]:
        """Everything that was asked for about this ticket, the oldest first."""
        return self._requests.of_ticket(no)

    def open_requests(self, limit: int = 200) -> tuple[RequestView, ...]:
        """What waits for a decision, the oldest first."""
        return self._requests.all_open(limit)

    def ended_by_ground(self, since: str, until: str) -> dict[str, int]:
        """How many ended in this time (UTC texts) without being handled here, by a key of grounds.LABELS."""
        return rows.ended_by_ground(self._store, since, until)

    # --- what comes due by itself ---

    def sweep(self, now: datetime) -> int:
        """Go on with what was paused for long enough, archive what was closed long ago; how many it was."""
        return self._sweep.look(now)

    @contextmanager
    def _once(self, tx: Transaction, token: str, by: User, no: int) -> Iterator[bool]:
        """True for the first form with this token; the others do nothing."""
        is_first = tokens.once(tx, token) is None
        yield is_first
        if is_first:
            tokens.remember(tx, token, utc_text(self._timing().now), by.id, str(no))
