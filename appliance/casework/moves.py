"""What each move of the lifecycle table does to the rows, besides the new status.

One row of EFFECTS per move; a test holds it against the table. An effect only collects what is to be written: the
one UPDATE, guarded by the version, is made by the caller.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from appliance.casework import categories, forms, lifecycle
from appliance.casework.lifecycle import Actor
from appliance.clock import utc_text
from appliance.errors import FieldWrong
from appliance.limits import due
from appliance.limits.hours import OfficeHours
from db import people
from db import tickets as rows
from db.store import Transaction

# Texts that belong to a move are notes of these kinds.
NOTE_KINDS = {"reply": "reply", "answer": "answer", "approve": "answer"}


@dataclass(frozen=True, slots=True)
class Order:
    """A move as it was asked for."""

    move: str
    actor: Actor
    user_id: int | None = None
    handler_id: int | None = None
    version: int | None = None
    department_id: int | None = None
    text: str = ""
    reason: str = ""
    rating: int | None = None
    urgency: str | None = None
    sms_id: int | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """The moment of a move, and whether the box knows it."""

    now: datetime
    is_known: bool
    boot_id: int
    hours: OfficeHours

    @property
    def at(self) -> str:
        return utc_text(self.now)


@dataclass(slots=True)
class Step:
    """One move while it is made."""

    tx: Transaction
    ticket: sqlite3.Row
    order: Order
    timing: Timing
    changes: dict[str, Any] = field(default_factory=dict)
    note_id: int | None = None
    text: str = ""  # for whoever is told
    department_id: int | None = None  # the one concerned
    assignment_id: int | None = None

    @property
    def assignment(self) -> sqlite3.Row | None:
        return rows.assignment(self.tx, self.ticket["assignment_id"])


def checked(order: Order) -> Order:
    """The order with what its move uses, and no more. Raises FieldWrong for what the table says is needed and lacks."""
    move = lifecycle.move(order.move)
    if "department" in move.needs and order.department_id is None:
        raise FieldWrong("department_id", "Please choose a department.")
    if "rating" in move.needs and order.rating not in range(1, 6):
        raise FieldWrong("rating", "A rating is a number from 1 to 5.")
    for name, value in (("text", order.text), ("reason", order.reason)):
        if name in move.needs:
            forms.text_given(name, value)
        else:
            forms.short_enough(name, value)
    return order if "rating" in move.needs else replace(order, rating=None)


def apply(step: Step) -> None:
    """Collect everything the move changes, and write what stands in other tables than the ticket's own."""
    for effect in EFFECTS[step.order.move]:
        effect(step)


# --- effects -------------------------------------------------------------------------------------------------------


def _texts(step: Step) -> None:
    """The move's text and its reason as notes. The one that the move is about belongs to it in the history."""
    order = step.order
    step.text = forms.clean(order.text)
    kinds = {NOTE_KINDS.get(order.move, "note"): step.text, "reason": forms.clean(order.reason)}
    who = {"user_id": order.user_id, "handler_id": order.handler_id, "sms_id": order.sms_id}
    notes = {
        kind: rows.add_note(step.tx, step.ticket["id"], step.timing.at, kind, words, **who)
        for kind, words in kinds.items()
        if words
    }
    is_about_reason = "reason" in lifecycle.move(order.move).needs
    step.note_id = notes.get("reason") if is_about_reason else next(iter(notes.values()), None)


def _accepts(step: Step) -> None:
    """Only what has been sorted can be worked on (domain 4.2, row 2)."""
    if not step.ticket["type"]:
        raise FieldWrong("type", forms.REQUIRED)
    step.changes |= {"accepted_at": step.timing.at, "category": step.ticket["category"] or categories.OTHER}


def _ends(step: Step) -> None:
    step.changes |= {"closed_at": step.timing.at, "close_reason": step.order.move, "is_open": 0}


def _assigns(step: Step) -> None:
    department_id = step.order.department_id
    unit = people.department(step.tx, department_id) if department_id is not None else None
    if unit is None or unit["disabled_at"] is not None:
        raise FieldWrong("department_id", "There is no such department.")
    if step.order.urgency:
        step.changes["urgency"] = forms.known("urgency", step.order.urgency)
    step.changes |= {"department_id": unit["id"], "dispatched_at": step.timing.at}
    _new_assignment(step, unit["id"], step.ticket["round"], "sent")


def _signs(step: Step) -> None:
    _change_assignment(step, state="signed", **_signature(step))


def _takes_back(step: Step) -> None:
    _change_assignment(step, state="returned", ended_at=step.timing.at)
    step.changes |= {"department_id": None, "assignment_id": None, "due_at": None, "due_basis": ""}


def _returns(step: Step) -> None:
    step.changes["returns"] = step.ticket["returns"] + 1


def _replies(step: Step) -> None:
    unsigned = step.assignment is not None and step.assignment["signed_at"] is None
    signature = _signature(step) if unsigned else {}
    _change_assignment(step, state="replied", replied_at=step.timing.at, reply_note_id=step.note_id, **signature)


def _approves(step: Step) -> None:
    """The citizen gets the operator's wording where there is one, else the department's."""
    assignment = step.assignment
    if not step.text and assignment is not None:
        step.text = rows.note_text(step.tx, assignment["reply_note_id"])
    _change_assignment(step, state="approved", ended_at=step.timing.at)
    step.changes["rating_asked_at"] = step.timing.at


def _sends_back(step: Step) -> None:
    """Past the due time, being sent back begins a new round (domain 4.2, row 15)."""
    _change_assignment(step, state="signed", replied_at=None)
    due_at = step.ticket["due_at"]
    if step.timing.is_known and due_at is not None and due_at <= step.timing.at:
        step.changes["round"] = step.ticket["round"] + 1


def _rates(step: Step) -> None:
    step.changes["rating"] = step.order.rating


def _does_again(step: Step) -> None:
    step.changes |= {"round": step.ticket["round"] + 1, "rating": None, "rating_asked_at": None}
    if step.ticket["department_id"] is not None:
        _new_assignment(step, step.ticket["department_id"], step.ticket["round"] + 1, "signed")


def _reopens(step: Step) -> None:
    step.changes |= {
        "round": step.ticket["round"] + 1, "is_open": 1, "closed_at": None, "close_reason": "", "rating": None,
        "rating_asked_at": None, "department_id": None, "assignment_id": None, "due_at": None, "due_basis": "",
    }  # fmt: skip


def _withdraws(step: Step) -> None:
    _change_assignment(step, state="withdrawn", ended_at=step.timing.at)


EFFECTS: Mapping[str, tuple[Callable[[Step], None], ...]] = {
    "accept": (_texts, _accepts),
    "void": (_texts, _ends),
    "reject": (_texts, _ends),
    "answer": (_texts, _ends),
    "dispatch": (_texts, _assigns),
    "sign": (_texts, _signs),
    "take_back": (_texts, _takes_back),
    "approve_return": (_texts, _takes_back),
    "confer": (_texts, _takes_back),
    "decide": (_texts, _assigns),
    "return": (_texts, _returns),
    "refuse_return": (_texts,),
    "ask_extension": (_texts,),
    "extend": (_texts,),
    "refuse_extension": (_texts,),
    "pause": (_texts,),
    "resume": (_texts,),
    "explain": (_texts, _ends),
    "supervise": (_texts,),
    "merge": (_texts, _ends),
    "unmerge": (_texts,),
    "archive": (_texts,),
    "transfer": (_texts, _withdraws, _ends),
    "reply": (_texts, _replies),
    "approve": (_texts, _approves),
    "send_back": (_texts, _sends_back),
    "rate": (_texts, _rates, _ends),
    "dissatisfied": (_texts, _rates),
    "redo": (_texts, _does_again),
    "close": (_texts, _ends),
    "withdraw": (_texts, _withdraws, _ends),
    "reopen": (_texts, _reopens),
}


# --- assignments ---------------------------------------------------------------------------------------------------


def _new_assignment(step: Step, department_id: int, round_: int, state: str) -> None:
    timing = step.timing
    urgency = step.changes.get("urgency", step.ticket["urgency"])
    limit = {"due_at": None, "due_basis": due.UNKNOWN_BASIS}
    if timing.is_known:
        worked_out = due.due_at(timing.now, step.ticket["type"], urgency, timing.hours)
        limit = {"due_at": utc_text(worked_out.at), "due_basis": worked_out.basis}
    signature = _signature(step) if state == "signed" else {}
    step.assignment_id = step.tx.insert(
        "assignment",
        ticket_id=step.ticket["id"],
        department_id=department_id,
        round=round_,
        state=state,
        sent_at=timing.at,
        sent_by=step.order.user_id,
        boot_id=timing.boot_id,
        clock_ok=int(timing.is_known),
        **limit,
        **signature,
    )
    step.department_id = department_id
    step.changes |= {"assignment_id": step.assignment_id, **limit}


def _change_assignment(step: Step, **values: Any) -> None:
    """The department's present task, if there is one that has not ended."""
    assignment = step.assignment
    if assignment is not None and assignment["ended_at"] is None:
        rows.change_assignment(step.tx, assignment["id"], **values)


def _signature(step: Step) -> dict[str, Any]:
    return {"signed_at": step.timing.at, "signed_by": step.order.user_id}
