"""The one place where a ticket's status changes.

A move is one transaction: the ticket's row (guarded by its version), one row of history, one of the audit, what it
does to tasks, requests and joined tickets, and whatever is sent because of it. Refused, it changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace

from appliance.casework import approvals, guards, lifecycle, moves
from appliance.casework.clocks import Clocks
from appliance.casework.history import History, OnMove
from appliance.casework.lifecycle import Actor
from appliance.casework.orders import Order, Step, Timing
from appliance.casework.ticket_no import format_no
from appliance.clock import from_utc_text
from appliance.errors import FieldWrong, NeedsLead, NotAllowed, NotFound, TicketChanged
from db import assignments as tasks
from db import people
from db import tickets as rows
from db.store import Store, Transaction


class Moving:
    def __init__(
        self,
        store: Store,
        history: History,
        clocks: Clocks,
        timing: Callable[[], Timing],
        on_move: Callable[[], OnMove],
    ) -> None:
        self._store, self._history, self._clocks = store, history, clocks
        self._timing, self._on_move = timing, on_move

    def make(self, no: int, order: Order, version: int | None = None) -> None:
        """Make this move. Raises MoveRefused, FieldWrong, NeedsLead, NotAllowed, NotFound, TicketChanged."""
        with self._store.transaction() as tx:
            ticket = rows.ticket(tx, no)
            if ticket is None:
                raise NotFound
            if version is not None and version != ticket["version"]:
                raise changed(tx, ticket)
            step = self._prepared(tx, ticket, order)
            moves.apply(step)
            self._write(step)
            self._history.record(step, ticket["status"], step.to_status, self._on_move())
            for child in step.children:
                self.make(child.no, Order(child.move, Actor.SYSTEM, **child.given))

    def problem(self, no: int, order: Order) -> Exception | None:
        """Why this move would be refused now, or None; NotFound and NotAllowed too are returned. Changes nothing."""
        try:
            with self._store.transaction() as tx:
                ticket = rows.ticket(tx, no)
                if ticket is None:
                    raise NotFound
                self._prepared(tx, ticket, order)
        except (lifecycle.MoveRefused, FieldWrong, NeedsLead, NotAllowed, NotFound) as trouble:
            return trouble
        return None

    def _prepared(self, tx: Transaction, ticket: sqlite3.Row, order: Order) -> Step:
        """The step with every guard held against it, and stamped where nobody else decided it."""
        order = _as_meant(tx, ticket, order)
        acting = Actor.LEAD if order.actor is Actor.OPERATOR and lifecycle.is_leads_alone(order.move) else order.actor
        to_status = lifecycle.next_status(ticket["status"], order.move, acting)
        _must_own(tx, ticket, order)
        step = Step(tx, ticket, guards.checked(order), self._timing(), to_status)
        is_co = order.move in lifecycle.CO_MOVES.values()
        step.department_id = order.department_id if is_co else ticket["department_id"]
        step.assignment_id = ticket["assignment_id"]
        guards.look(step)
        approvals.may_decide_alone(step)
        return step

    def _write(self, step: Step) -> None:
        ticket, timing = step.ticket, step.timing
        step.changes |= {"status": step.to_status, "changed_at": timing.at, "changed_by": step.order.user_id}
        if step.to_status != ticket["status"]:
            due_basis = step.changes.get("due_basis", ticket["due_basis"])
            step.changes |= self._clocks.started(step.to_status, timing, due_basis)
        if not rows.change(step.tx, ticket["id"], ticket["version"], **step.changes):
            raise changed(step.tx, ticket)


def changed(tx: Transaction, ticket: sqlite3.Row) -> TicketChanged:
    """Who was first."""
    last = rows.changed_by(tx, ticket["id"])
    who, at = (last["who"], last["changed_at"]) if last else ("", ticket["changed_at"])
    return TicketChanged(no=format_no(ticket["no"]), who=who, at=from_utc_text(at))


def _as_meant(tx: Transaction, ticket: sqlite3.Row, order: Order) -> Order:
    """A rating is the move it leads to; what a co-department signs or replies is its own part of the ticket."""
    if order.move == "rate" and order.rating is not None:
        return replace(order, move=lifecycle.rated(order.rating))
    if order.actor is Actor.UNIT and order.move in lifecycle.CO_MOVES:
        department_id = _department_of(tx, order)
        if department_id is not None and department_id != ticket["department_id"]:
            return replace(order, move=lifecycle.CO_MOVES[order.move], department_id=department_id)
    return order


def _must_own(tx: Transaction, ticket: sqlite3.Row, order: Order) -> None:
    """A department moves its own tickets only, whether its people come by web or by SMS."""
    if order.actor is not Actor.UNIT:
        return
    department_id = _department_of(tx, order)
    if order.move in lifecycle.CO_MOVES.values():
        helps = {row["department_id"] for row in tasks.co_running(tx, ticket["id"])}
        is_own = department_id in helps and order.department_id == department_id
    else:
        is_own = department_id == ticket["department_id"]
    if department_id is None or not is_own:
        raise NotAllowed


def _department_of(tx: Transaction, order: Order) -> int | None:
    by_handler = people.handler(tx, order.handler_id) if order.handler_id is not None else None
    by_user = people.user_by_id(tx, order.user_id) if order.user_id is not None else None
    who = by_handler or by_user
    return int(who["department_id"]) if who is not None and who["department_id"] is not None else None
