"""What somebody asked the desk to decide: a department's extension or return, a citizen's withdrawal, an operator's
move that only a lead makes. Asked once, decided once; a granted one makes its moves in the same transaction.

A request holds ids and numbers; its words are notes, which can be erased.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from appliance.casework import approvals, forms, guards, lifecycle, sight
from appliance.casework.history import History
from appliance.casework.lifecycle import Actor
from appliance.casework.moving import Moving
from appliance.casework.orders import Given, Order
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.errors import FieldWrong, NeedsLead, NotFound
from appliance.people.user import User
from db import requests as rows
from db import tickets as ticket_rows
from db.store import Store, Transaction

OPEN, GRANTED, REFUSED, LAPSED = "open", "granted", "refused", "lapsed"
WORDS = ("text", "reason", "where")
MOST = 200


@dataclass(frozen=True, slots=True)
class Kind:
    """What a request leads to. An office's own move is a kind of its own name."""

    label: str  # message id
    grants: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    needs_lead: bool = False


LABELS = {
    "extension": "More time",
    "return": "Not our duty",
    "withdraw": "Withdrawn by the citizen",
    "exclusion": "Not to be counted",
}
REQUESTS: Mapping[str, Kind] = {
    "extension": Kind(LABELS["extension"], ("extend",), ("refuse_extension",), needs_lead=True),
    "return": Kind(LABELS["return"], ("return", "approve_return"), ("return", "refuse_return")),
    "withdraw": Kind(LABELS["withdraw"], ("withdraw",)),
    "exclusion": Kind(LABELS["exclusion"], needs_lead=True),  # recorded; the reports read it
}


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as it is shown."""

    id: int
    no: int
    kind: str
    label: str  # message id
    days: int | None
    text: str
    who: str  # '' when the citizen asked
    actor: str  # 'user', 'handler' or 'citizen'
    asked_at: datetime
    state: str  # 'open', 'granted', 'refused' or 'lapsed'
    decided_at: datetime | None = None
    decided_by: str = ""
    decision: str = ""
    needs_lead: bool = False
    asked_by: int | None = None  # the user's id
    takes_days: bool = False  # whoever grants it says how many, also where nobody asked for a number

    @property
    def is_open(self) -> bool:
        return self.state == OPEN


class Asked(TypedDict, total=False):
    """Who asks for how much and why. `note_id`: words that were written down already; `given`: of a move asked for."""

    days: int | None
    text: str
    user_id: int | None
    handler_id: int | None
    sms_id: int | None
    note_id: int | None
    given: Given | None


class Requests:
    def __init__(self, store: Store, clock: Clock, history: History, moving: Moving) -> None:
        self._store, self._clock, self._history, self._moving = store, clock, history, moving

    def ask(
        self,
        no: int,
        kind: str,
        *,
        days: int | None = None,
        text: str = "",
        user_id: int | None = None,
        handler_id: int | None = None,
        sms_id: int | None = None,
        note_id: int | None = None,
        given: Given | None = None,
    ) -> int:
        """Write down what was asked for, and return its id: the same one while that waits still.

        No rule of moves refuses it: they are held when it is granted. What asks for something of a finished ticket
        that nobody can do any more is written down and waits for nobody. Raises NotFound; ValueError for no such kind.
        """
        _kind(kind)
        with self._store.transaction() as tx:
            ticket = _ticket(tx, no)
            who = {"handler_id": handler_id, "sms_id": sms_id}
            for row in rows.open_of(tx, ticket["id"], (kind,)):
                if (row["asked_by"], row["handler_id"]) == (user_id, handler_id):
                    return int(row["id"])
            at = utc_text(self._clock.now())
            words = {name: forms.clean(str((given or {}).get(name) or "")) for name in WORDS}
            words["reason"] = words["reason"] or forms.clean(text)
            notes = {
                name: ticket_rows.add_note(tx, ticket["id"], at, "request", said, user_id=user_id, **who)
                for name, said in words.items()
                if said
            }
            main = note_id or notes.get("reason") or next(iter(notes.values()), None)
            request_id = rows.add(
                tx,
                ticket_id=ticket["id"],
                assignment_id=ticket["assignment_id"],
                kind=kind,
                days=days if days is not None else (given or {}).get("days"),
                note_id=main,
                asked_at=at,
                asked_by=user_id,
                state=OPEN if _has_sense(kind, ticket["status"]) else LAPSED,
                given=json.dumps({"numbers": _numbers(given or {}), "words": notes}),
                **who,
            )
            role = "handler" if handler_id else "user" if user_id else "citizen"
            said = (kind, str(days or ""), *words.values())
            self._history.note(tx, f"request_{kind}", ticket, user_id=user_id, role=role, words=said)
            return request_id

    def decide(self, request_id: int, by: User, text: str = "", *, grant: bool, days: int | None = None) -> int:
        """Grant or refuse it, and make the moves that this means; returns the ticket's number.

        `days` grants another length than was asked for. Raises NeedsLead, FieldWrong, MoveRefused, NotFound,
        NotAllowed; nothing is decided then.
        """
        sight.must_be_desk(by)
        with self._store.transaction() as tx:
            row = rows.get(tx, request_id)
            if row is None:
                raise NotFound
            if row["state"] != OPEN:
                raise FieldWrong("request", "That was decided already.")
            self._may_decide(tx, row, by)
            reason, at = forms.short_enough("text", text), utc_text(self._clock.now())
            if not grant and not reason:
                raise FieldWrong("text", "Please write why it is refused.")
            note_id = self._decision_note(tx, row, by, reason)
            rows.decide(tx, request_id, GRANTED if grant else REFUSED, at=at, by=by.id, note_id=note_id)
            self._moves_of(row, by, reason, grant=grant, days=days)
            ticket = _ticket(tx, row["no"])
            words = (row["kind"], GRANTED if grant else REFUSED, reason)
            self._history.note(tx, "request_decided", ticket, user_id=by.id, role=str(by.actor), words=words)
            return int(row["no"])

    def of_ticket(self, no: int) -> tuple[RequestView, ...]:
        """Everything that was asked for about this ticket, the oldest first."""
        ticket = ticket_rows.ticket(self._store, no)
        return tuple(_view(row) for row in rows.of_ticket(self._store, ticket["id"])) if ticket is not None else ()

    def all_open(self, limit: int = MOST) -> tuple[RequestView, ...]:
        """What waits for a decision, the oldest first."""
        return tuple(_view(row) for row in rows.all_open(self._store, limit))

    # --- inside ---

    def _may_decide(self, tx: Transaction, row: sqlite3.Row, by: User) -> None:
        """In an office of several people nobody decides what they asked for themselves."""
        if approvals.is_simple(tx):
            return
        is_leads = _kind(row["kind"]).needs_lead
        if (is_leads and by.actor is not Actor.LEAD) or row["asked_by"] == by.id:
            raise NeedsLead(row["kind"], row["id"])

    def _decision_note(self, tx: Transaction, row: sqlite3.Row, by: User, reason: str) -> int | None:
        """Where the decision makes a move, its words belong to that one."""
        if not reason:
            return None
        at = utc_text(self._clock.now())
        return ticket_rows.add_note(tx, row["ticket_id"], at, "decision", reason, user_id=by.id)

    def _moves_of(self, row: sqlite3.Row, by: User, reason: str, *, grant: bool, days: int | None) -> None:
        kind = _kind(row["kind"])
        given = self._given(row)
        asked = given.get("reason") or given.get("text") or row["words"] or ""
        if row["kind"] == "return":
            when = given.get("happened_at") or from_utc_text(row["asked_at"])
            self._return(row, by, asked, reason, grant=grant, when=when)
            return
        for move in kind.grants if grant else kind.refuses:
            if move in {"extend", "refuse_extension"}:
                self._sign_first(row, by)
                when = given.get("happened_at") or from_utc_text(row["asked_at"])
                days_given, words = days or row["days"], reason or asked or "-"
                order = Order(move, by.actor, by.id, days=days_given, reason=words, asked_at=when)
            else:
                more: dict[str, Any] = {**given, "reason": given.get("reason") or reason or asked}
                more |= {} if days is None else {"days": days}
                order = Order(move, by.actor, by.id, **more)
            self._moving.make(row["no"], order)

    def _return(self, row: sqlite3.Row, by: User, asked: str, reason: str, *, grant: bool, when: datetime) -> None:
        """As if the department had returned it when it asked. The second time it waits for a consultation."""
        ticket = ticket_rows.by_id(self._store, row["ticket_id"])
        is_second = ticket is not None and ticket["returns"] + 1 >= guards.MOST_RETURNS
        if is_second and not grant:
            return
        words = asked or reason or "-"
        self._moving.make(row["no"], Order("return", by.actor, by.id, reason=words, happened_at=when, for_unit=True))
        if is_second:
            return
        move = "approve_return" if grant else "refuse_return"
        self._moving.make(row["no"], Order(move, by.actor, by.id, reason=reason))

    def _sign_first(self, row: sqlite3.Row, by: User) -> None:
        """Who asks for more time has received it."""
        ticket = ticket_rows.ticket(self._store, row["no"])
        if ticket is not None and ticket["status"] in lifecycle.move("sign").from_statuses:
            when = from_utc_text(row["asked_at"])
            self._moving.make(row["no"], Order("sign", by.actor, by.id, happened_at=when, for_unit=True))

    def _given(self, row: sqlite3.Row) -> dict[str, Any]:
        """What the move was asked to be made with."""
        kept = json.loads(row["given"])
        words = {name: ticket_rows.note_text(self._store, note_id) for name, note_id in kept.get("words", {}).items()}
        numbers = dict(kept.get("numbers", {}))
        if "co_department_ids" in numbers:
            numbers["co_department_ids"] = tuple(numbers["co_department_ids"])
        if numbers.get("happened_at"):
            numbers["happened_at"] = from_utc_text(numbers["happened_at"])
        return {**numbers, **words}


def _kind(key: str) -> Kind:
    """Raises ValueError for what is neither a kind nor a move."""
    if key in REQUESTS:
        return REQUESTS[key]
    try:
        move = lifecycle.move(key)
    except KeyError:
        raise ValueError(f"no request is called {key!r}") from None
    return Kind(move.label, (key,), needs_lead=True)


def _has_sense(kind: str, status: str) -> bool:
    """Whether it could ever be granted: of a finished ticket only what its status allows, or no move is made of it."""
    grants = _kind(kind).grants
    if lifecycle.status(status).is_open or not grants:
        return True
    return status in lifecycle.move(grants[0]).from_statuses


def _ticket(tx: Transaction, no: int) -> sqlite3.Row:
    found = ticket_rows.ticket(tx, no)
    if found is None:
        raise NotFound
    return found


def _numbers(given: Given | Mapping[str, Any]) -> dict[str, Any]:
    """What is no words: ids, numbers, keys, moments."""
    kept = {name: value for name, value in given.items() if name not in WORDS and value not in (None, "", ())}
    at = kept.get("happened_at")
    return {**kept, "happened_at": utc_text(at)} if isinstance(at, datetime) else kept


def _view(row: sqlite3.Row) -> RequestView:
    kind = _kind(row["kind"])
    return RequestView(
        id=row["id"],
        no=row["no"],
        kind=row["kind"],
        label=kind.label,
        days=row["days"],
        text=row["words"] or "",
        who=row["user_name"] or row["handler_name"] or "",
        actor="handler" if row["handler_id"] else "user" if row["asked_by"] else "citizen",
        asked_at=from_utc_text(row["asked_at"]),
        state=row["state"],
        decided_at=moment_or_none(row["decided_at"]),
        decided_by=row["decider_name"] or "",
        decision=row["decision_words"] or "",
        needs_lead=kind.needs_lead,
        asked_by=row["asked_by"],
        takes_days=any("days" in lifecycle.move(move).needs for move in kind.grants),
    )
